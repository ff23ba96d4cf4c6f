import Testing

@testable import SimpaticoTree

/// A recording reads back as the tree that it was made from, moments and ids included.
@Suite struct Recordings {
  private static func read(_ value: Value, _ durable: UInt64) throws -> CombineTree {
    let trunk = try DurableTree.trunk(durable)
    return try Recording.read(
      JSON.parse(JSON.print(value)), combiner: trunk.combiner,
      summarize: DurableTree.summarize(durable))
  }

  @Test func aTreeWhoseHandlersUseMomentsReadsBackWithTheSameResidues() {
    var told = 0
    Cases.holds(80) { random in
      var original = try DurableTree(&random)
      for _ in 0..<25 {
        let parent = random.below(original.tree.tree.nodeCount)
        let residue = Plain(try original.tree.residue(of: parent))
        let value = FlatFormRoundTrip.bare(random.message(residue: residue, depth: 2)).value
        _ = try original.add(value, to: parent, at: DurableTree.moment(&random))
      }
      let again = try Self.read(Recording.write(original.tree), original.durable)
      if let broken = try FlatFormRoundTrip.difference(original.tree, again) { return broken }
      for id in 0..<again.tree.nodeCount {
        let (one, other) = (try original.tree.tree.node(id), try again.tree.node(id))
        if one.residue["told 0"] != nil { told += 1 }
        let broken = differ("the moment of \(id)", other.input.moment, one.input.moment)
        if let broken { return broken }
      }
      return differ("the summary", again.summary, original.tree.summary)
    }
    Cases.tried("handlers that use moments", told, atLeast: 100)
  }

  @Test func aTrunkAndItsJournalReadBackAsTheTreeThatIsRestored() {
    Cases.holds(40) { random in
      var original = try DurableTree(&random)
      for _ in 0..<25 { _ = try original.step(&random) }
      let trunk = try DurableTree.trunk(original.durable)
      let written = try Recording.write(trunk: trunk, journal: original.journal)
      let again = try Self.read(written, original.durable)
      let twice = try Self.read(Recording.write(again), original.durable)
      return try firstDifference(
        original.difference(again), original.difference(twice),
        differ("the nodes", twice.tree.nodeCount, again.tree.nodeCount),
        differ("the branches", twice.tree.branchCount, again.tree.branchCount))
    }
  }

  @Test func aTreeOfWhichAParentWasDroppedCannotBeWritten() throws {
    var tree = try RestorationErrors.trees().whole
    tree.compact(before: 5)
    #expect(throws: RecordingError.compacted(3)) { try Recording.write(tree) }
    #expect(RecordingError.compacted(3).text == "node 3 is older than what is kept")
  }

  private func expect(
    _ value: Value, _ error: RecordingError, _ text: Text,
    location: SourceLocation = #_sourceLocation
  ) {
    #expect(throws: error, sourceLocation: location) {
      try Recording.read(value, combiner: Combiner(depthLimit: 3), maximumNodes: 1000)
    }
    #expect(error.text == text, sourceLocation: location)
  }

  @Test func whatIsNoRecordingIsRefusedByPosition() throws {
    expect(["a": 1], .notAnArray(.object), "a recording is an array, not object")
    expect([], .empty, "the array is empty: it needs at least the root's entry")
    expect([["a": 1]], .badEntry(position: 0), "element 0 is no entry of a journal")
    let (_, tree) = try RestorationErrors.trees()
    let elements = try Recording.write(tree).array?.elements ?? []
    for (key, value) in [("node", 1), ("parent", 1), ("branch", 1)] as [(Text, Value)] {
      var root = elements[0].object ?? Object()
      root[key] = value
      expect([.object(root)], .badEntry(position: 0), "element 0 is no entry of a journal")
    }
    expect(
      .array([elements[0], 7]), .badEntry(position: 1), "element 1 is no entry of a journal")
    expect(
      .array(elements + [elements[3]]), .cannotAdd(position: 6, .badNode(3)),
      "element 6: node 3 cannot follow the nodes before it")
    var far = elements[5].object ?? Object()
    far["node"] = 1000
    expect(
      .array(Array(elements.prefix(5)) + [.object(far)]),
      .cannotAdd(position: 5, .badNode(1000)),
      "element 5: node 1000 cannot follow the nodes before it")
    var deep = elements[0].object ?? Object()
    deep["value"] = ["a": ["b": ["c": ["d": 1]]]]
    expect(
      [.object(deep)], .cannotAdd(position: 0, .cannotAdd(node: 0, .combine(.tooDeep))),
      "element 0: node 0: values are nested too deeply")
  }

  @Test func noDamagedRecordingTraps() throws {
    let (_, tree) = try RestorationErrors.trees()
    let form = try Recording.write(tree)
    var read = 0
    Cases.holds(2000) { random in
      let damaged = RestorationErrors.damaged(form, &random)
      guard let tree = try? Recording.read(damaged, maximumNodes: 1000) else { return nil }
      read += 1
      return tree.tree.brokenInvariant()
    }
    Cases.tried("readable recordings", read, atLeast: 100)
  }
}
