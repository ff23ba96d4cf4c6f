import Testing

@testable import SimpaticoTree

/// What was damaged is refused with an error that names the node, and nothing is changed.
@Suite struct RestorationErrors {
  /// Root, base and cap; branch 1 with nodes 3 and 5; branch 2 with node 4.
  static func trees() throws -> (trunk: CombineTree, whole: CombineTree) {
    var tree = CombineTree(root: ["n": 0])
    try tree.add(contentsOf: [["base": 1], ["cap": 2]], to: 0)
    let trunk = tree
    try tree.add(["first": 1], to: 1)
    try tree.add(["second": 1], to: 1)
    try tree.add(["n": 1], to: 3)
    return (trunk, tree)
  }

  private func entry(
    _ node: Int, after parent: Int = 3, in branch: Int = 1, of branches: Int = 3,
    _ value: Value = ["n": 1]
  ) -> JournalEntry {
    JournalEntry(
      node: node, parent: parent, branch: branch, branchCount: branches, moment: Moment(),
      value: value)
  }

  private func expect(
    _ entry: JournalEntry, _ error: JournalError, _ text: Text,
    location: SourceLocation = #_sourceLocation
  ) throws {
    var (tree, whole) = try Self.trees()
    for id in 3...4 { try tree.replay(whole.journalEntry(of: id)) }
    let count = tree.tree.nodeCount
    #expect(throws: error, sourceLocation: location) { try tree.replay(entry) }
    #expect(error.text == text, sourceLocation: location)
    #expect(tree.tree.nodeCount == count, sourceLocation: location)
    #expect(tree.tree.branchCount == 3, sourceLocation: location)
    try tree.replay(whole.journalEntry(of: 5))
    #expect(tree.tree.residues == whole.tree.residues, sourceLocation: location)
    whole.compact(before: 0)
  }

  @Test func idsThatDoNotGrow() throws {
    for id in [Int.min, -1, 0, 3, 4] {
      try expect(
        entry(id), .badNode(id),
        "node " + Text(id) + " cannot follow the nodes before it")
    }
  }

  @Test func idsThatNoTreeReaches() throws {
    for id in [Int.max, 1 << 60, 1 << 42 + 1] {
      try expect(
        entry(id), .badNode(id),
        "node " + Text(id) + " cannot follow the nodes before it")
    }
    var (tree, _) = try Self.trees()
    try tree.replay(entry(1 << 42, after: 1, in: 1, of: 1 << 42))
    #expect(try tree.add(["n": 1], to: 1 << 42).node == 1 << 42 + 1)
    #expect(try tree.add(["n": 1], to: 1).branch == 1 << 42)
  }

  @Test func aParentThatIsNotThere() throws {
    for id in [Int.min, -1, 6, 99, Int.max] {
      try expect(
        entry(6, after: id), .cannotAdd(node: 6, .noSuchNode(id)),
        "node 6: there is no node " + Text(id))
    }
    var (tree, _) = try Self.trees()
    try tree.replay(entry(9, after: 1, in: 4, of: 5))
    #expect(throws: JournalError.cannotAdd(node: 10, .compacted(5))) {
      try tree.replay(entry(10, after: 5))
    }
  }

  @Test func aBranchThatIsAnother() throws {
    func wrong(_ branch: Int) -> (JournalError, Text) {
      (
        .badBranch(branch, node: 6),
        "node 6 does not stand in branch " + Text(branch)
      )
    }
    for branch in [Int.min, -1, 0, 2, 3, Int.max] {
      try expect(entry(6, in: branch), wrong(branch).0, wrong(branch).1)
    }
    for branch in [Int.min, -1, 0, 1, 2] {
      try expect(entry(6, after: 1, in: branch), wrong(branch).0, wrong(branch).1)
    }
    for count in [Int.min, -1, 0, 1, 2, 8, Int.max] {
      try expect(entry(6, of: count), wrong(1).0, wrong(1).1)
    }
    try expect(entry(6, after: 1, in: 4, of: 4), wrong(4).0, wrong(4).1)
    try expect(entry(6, after: 1, in: 7, of: 8), wrong(7).0, wrong(7).1)
  }

  @Test func aValueThatCannotBeAdded() throws {
    try expect(
      entry(7, ["n": "text"]),
      .cannotAdd(
        node: 7, .combine(.mismatch(path: "n", left: .number, right: .string))),
      "node 7: cannot combine number with string at 'n'")
  }

  @Test func onlyANewTreeIsRestored() throws {
    var (trunk, whole) = try Self.trees()
    let snapshot = try whole.snapshot(of: [1, 2], base: 1)
    #expect(throws: JournalError.notNew) { try whole.restore(snapshot, base: 1) }
    #expect(
      JournalError.notNew.text
        == "only a tree that holds nothing but its trunk can be restored")
    #expect(throws: JournalError.noBase(7)) { try trunk.restore(snapshot, base: 7) }
    #expect(
      JournalError.noBase(7).text == "there is no node 7 that branches could start from")
    #expect(trunk.tree.nodeCount == 3)
    try trunk.restore(snapshot, base: 1)
    #expect(trunk.tree.residues == whole.tree.residues)
  }

  @Test func aTrunkThatHasGrownIntoTheBranches() throws {
    var (trunk, whole) = try Self.trees()
    let snapshot = try whole.snapshot(of: [1, 2], base: 1)
    try trunk.add(contentsOf: [["more": 1], ["more": 1]], to: 2)
    #expect(throws: JournalError.badNode(4)) { try trunk.restore(snapshot, base: 1) }
  }

  /// The newest node of the trunk is followed by its own branch, which no snapshot has.
  @Test func aBranchThatStartsWhereTheTrunkGoesOn() throws {
    let (trunk, whole) = try Self.trees()
    var leaf = try #require(whole.snapshot(of: [2], base: 1).encoded["leaves"]?.array?[0].object)
    leaf["start"] = 2
    leaf["parent"] = 2
    leaf["depth"] = 3
    let form: Value = ["nodes": 6, "branches": 3, "leaves": [.object(leaf)], "summary": [:]]
    let snapshot = try #require(TreeSnapshot(encoded: form))
    var tree = trunk
    #expect(throws: JournalError.badNode(4)) { try tree.restore(snapshot, base: 1) }
    #expect(tree.tree.nodeCount == 3)
  }

  @Test func aSnapshotThatIsNone() throws {
    let (trunk, whole) = try Self.trees()
    let form = try whole.snapshot(of: [1, 2], base: 1).encoded
    var outcomes: [String: Int] = [:]
    Cases.holds(2000) { random in
      let damaged = Self.damaged(form, &random)
      guard let snapshot = TreeSnapshot(encoded: damaged) else {
        outcomes["unreadable", default: 0] += 1
        return nil
      }
      var tree = trunk
      let attempt = Attempt { () throws(JournalError) in
        try tree.restore(snapshot, base: 1)
        return 0
      }
      if attempt.value == nil {
        outcomes["refused", default: 0] += 1
        return differ("the nodes", tree.tree.nodeCount, 3)
      }
      outcomes["restored", default: 0] += 1
      return tree.tree.branchCount > 1000 ? nil : tree.tree.brokenInvariant()
    }
    for what in ["unreadable", "refused", "restored"] {
      Cases.tried(what, outcomes[what, default: 0], atLeast: 80)
    }
  }

  @Test func anEntryThatIsNone() throws {
    let (trunk, whole) = try Self.trees()
    let form = try whole.journalEntry(of: 3).encoded
    var outcomes: [String: Int] = [:]
    Cases.holds(1000) { random in
      guard let entry = JournalEntry(encoded: Self.damaged(form, &random)) else {
        outcomes["unreadable", default: 0] += 1
        return nil
      }
      var tree = trunk
      let attempt = Attempt { () throws(JournalError) in
        try tree.replay(entry)
        return 0
      }
      if attempt.value == nil {
        outcomes["refused", default: 0] += 1
        return differ("the nodes", tree.tree.nodeCount, 3)
      }
      outcomes["replayed", default: 0] += 1
      return tree.tree.branchCount > 1000 ? nil : tree.tree.brokenInvariant()
    }
    for what in ["unreadable", "refused", "replayed"] {
      Cases.tried(what, outcomes[what, default: 0], atLeast: 50)
    }
  }

  /// The same form with one part that is another, or missing.
  static func damaged(_ form: Value, _ random: inout CaseRandom) -> Value {
    if let elements = form.array, !elements.isEmpty, random.chance(percent: 90) {
      var changed = elements
      let index = random.below(elements.count)
      changed[index] = damaged(elements[index], &random)
      return .array(changed)
    }
    if var fields = form.object, !fields.isEmpty, random.chance(percent: 90) {
      let key = fields.field(at: random.below(fields.count)).key
      fields[key] = random.chance(percent: 15) ? nil : damaged(fields[key] ?? .null, &random)
      return .object(fields)
    }
    if let number = form.number, random.chance(percent: 60) {
      return .number(number + Double(random.below(5) - 2))
    }
    let odd: [Value] = [
      -1, 0.5, 1e300, 9_007_199_254_740_993, -9e18, .number(.nan), .null, .delete, "text",
      "000000000000000g", ["_delete": 1], ["_odd": true], ["_handler": 1], ["_bits": "1"],
      ["_delete": true], ["_delete": true, "a": 1], .handler("a"),
    ]
    return random.pick(odd)
  }
}
