import Testing

@testable import SimpaticoTree

/// What is restored from a snapshot and a journal is what was there, less the handles and less what
/// was not to be kept.
@Suite struct RestorationLaws {
  @Test func snapshotAndRestOfTheJournalGiveTheSameTree() {
    var counts = (entries: 0, effects: 0, snapshots: 0, gaps: 0)
    Cases.holds(150) { random in
      var original = try DurableTree(&random)
      let snapshotAt = random.below(40)
      var snapshot: TreeSnapshot?
      for step in 0..<30 {
        _ = try original.step(&random)
        if step == snapshotAt {
          snapshot = try original.tree.snapshot(
            of: original.durableBranches, base: DurableTree.base)
        }
      }
      var restored = try DurableTree.trunk(original.durable)
      var covered = 0
      if let snapshot {
        let read = try snapshot.printedAndRead()
        if let broken = differ("the snapshot", read, snapshot) { return broken }
        try restored.restore(snapshot, base: DurableTree.base)
        covered = snapshot.nodeCount
        counts.snapshots += 1
      }
      for entry in original.journal where entry.node >= covered {
        guard let read = try entry.printedAndRead(), read == entry else {
          return "\(entry) is read as another"
        }
        if entry.node > restored.tree.nodeCount { counts.gaps += 1 }
        try restored.replay(read)
        let trace = try original.tree.tree.node(entry.node).input.trace
        counts.effects += trace.effects.count
        counts.entries += 1
        let replayed = try restored.tree.node(entry.node).input.trace
        let broken = firstDifference(
          differ("the nodes", restored.tree.nodeCount, entry.node + 1),
          differ(
            "the effects", replayed.effects.map(FlatFormRoundTrip.bare),
            trace.effects.map(FlatFormRoundTrip.bare)),
          differ(
            "the cascade", replayed.cascade.map(FlatFormRoundTrip.bare),
            trace.cascade.map(FlatFormRoundTrip.bare)))
        if let broken { return broken }
      }
      return try original.difference(restored)
    }
    Cases.tried("entries", counts.entries, atLeast: 800)
    Cases.tried("effects", counts.effects, atLeast: 200)
    Cases.tried("snapshots", counts.snapshots, atLeast: 80)
    Cases.tried("gaps", counts.gaps, atLeast: 200)
  }

  @Test func aJournalCutAnywhereRestoresWhatWasThereThen() {
    Cases.holds(60) { random in
      var original = try DurableTree(&random)
      var restored = try DurableTree.trunk(original.durable)
      for _ in 0..<30 {
        let count = original.journal.count
        _ = try original.step(&random)
        guard original.journal.count > count else { continue }
        try restored.replay(original.journal[count])
        let broken = try firstDifference(
          differ("the nodes", restored.tree.nodeCount, original.tree.tree.nodeCount),
          differ("the branches", restored.tree.branchCount, original.tree.tree.branchCount),
          original.difference(restored))
        if let broken { return broken }
      }
      return nil
    }
  }

  @Test func whatFollowsIsTheSameForBoth() {
    Cases.holds(80) { random in
      var original = try DurableTree(&random)
      for _ in 0..<20 { _ = try original.step(&random) }
      // Ends with a durable node, so that both have given the same ids.
      _ = try original.add(["first": 1], to: DurableTree.base, at: Moment())
      while !original.isDurable(original.tree.tree.branchCount - 1) {
        _ = try original.add(["first": 1], to: DurableTree.base, at: Moment())
      }
      var restored = original
      restored.tree = try DurableTree.trunk(original.durable)
      if random.chance(percent: 50) {
        let snapshot = try original.tree.snapshot(
          of: original.durableBranches, base: DurableTree.base)
        try restored.tree.restore(snapshot, base: DurableTree.base)
      } else {
        for entry in original.journal { try restored.tree.replay(entry) }
      }
      for _ in 0..<15 {
        var same = random
        let branch = random.pick(original.durableBranches)
        let parent =
          random.chance(percent: 30) ? DurableTree.base : try original.tree.tree.leaf(of: branch)
        let residue = Plain(try restored.tree.residue(of: parent))
        let value = FlatFormRoundTrip.bare(random.edit(of: residue)).value
        let moment = DurableTree.moment(&same)
        let expected = try original.add(value, to: parent, at: moment)
        let broken = firstDifference(
          differ("adding", try restored.add(value, to: parent, at: moment), expected),
          differ("the journal", restored.journal.last, original.journal.last),
          try original.difference(restored.tree),
          differ("the nodes", restored.tree.tree.nodeCount, original.tree.tree.nodeCount),
          differ("the branches", restored.tree.tree.branchCount, original.tree.tree.branchCount))
        if let broken { return broken }
      }
      return nil
    }
  }

  @Test func whatWasNotKeptReadsAsCompacted() throws {
    var random = CaseRandom(seed: 1)
    var original = try DurableTree(&random)
    for _ in 0..<40 { _ = try original.step(&random) }
    var restored = try DurableTree.trunk(original.durable)
    for entry in original.journal { try restored.replay(entry) }
    let kept = Set(original.journal.map(\.node))
    for node in 3..<restored.tree.nodeCount where !kept.contains(node) {
      #expect(throws: TreeError.compacted(node)) { try restored.residue(of: node) }
    }
    for branch in 1..<restored.tree.branchCount where !original.isDurable(branch) {
      #expect(throws: TreeError.retired(branch)) { try restored.residue(ofBranch: branch) }
    }
    #expect(restored.tree.retainedNodeCount == 3 + kept.count)
    #expect(kept.count < restored.tree.nodeCount - 3, "there were others")
  }

  @Test func aCompactedTreeIsKeptAsWell() {
    Cases.holds(60) { random in
      var original = try DurableTree(&random)
      for _ in 0..<20 { _ = try original.step(&random) }
      original.tree.compact(before: random.below(original.tree.tree.nodeCount + 1))
      for _ in 0..<10 { _ = try original.step(&random) }
      let snapshot = try original.tree.snapshot(
        of: original.durableBranches, base: DurableTree.base)
      var restored = try DurableTree.trunk(original.durable)
      try restored.restore(snapshot, base: DurableTree.base)
      restored.compact(before: random.below(restored.tree.nodeCount + 1))
      return try original.difference(restored)
    }
  }

  @Test func aNewReleasesHandlersTakeThePlaceOfTheOldOnes() throws {
    var old = CombineTree(root: ["handlers": ["a": .handler("quiet")]])
    try old.add(["cap": "cap"], to: 0)
    let plain = try old.add(["own": 1], to: 0).branch
    let other = try old.add(["handlers": ["a": .handler("script")]], to: 0).branch
    let none = try old.add(["handlers": .delete], to: 0).branch
    let snapshot = try old.snapshot(of: [none, plain, other, plain, 0], base: 0)
    #expect(snapshot.leaves.map { $0.residue["handlers"] == nil } == [true, false, true])
    #expect(snapshot.leaves.map(\.hasBaseHandlers) == [true, false, false])
    var new = CombineTree(root: ["handlers": ["a": .handler("quiet"), "b": .handler("script")]])
    try new.add(["cap": "cap"], to: 0)
    let read = try snapshot.printedAndRead()
    try new.restore(#require(read), base: 0)
    #expect(
      try new.residue(ofBranch: plain)
        == ["own": 1, "handlers": ["a": .handler("quiet"), "b": .handler("script")]])
    #expect(try new.residue(ofBranch: other) == ["handlers": ["a": .handler("script")]])
    #expect(try new.residue(ofBranch: none) == [:])
    #expect(throws: TreeError.noSuchBranch(9)) { try old.snapshot(of: [9], base: 0) }
    #expect(throws: TreeError.noSuchNode(9)) { try old.snapshot(of: [plain], base: 9) }
  }
}
