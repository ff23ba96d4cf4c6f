import Testing

@testable import SimpaticoTree

/// Compaction drops history and nothing else.
@Suite struct StreeCompaction {
  typealias Tree = Stree<Int, [Int]>

  /// A tree that is compacted, one that never is, and the list of what should still be held.
  struct Pair {
    var tree = StreeLaws.tree()
    var whole = StreeLaws.tree()
    var held: Set<Int> = [0]
    var retired: Set<Int> = []
    var gone: Set<Int> = []

    mutating func add(to parent: Int) -> String? {
      let id = whole.nodeCount
      let actual = Attempt { () throws(TreeError) in try tree.add(id, to: parent) }
      return differ("adding to \(parent)", actual, expectedAdd(id, to: parent))
    }

    private mutating func expectedAdd(_ id: Int, to parent: Int) -> Attempt<Int, TreeError> {
      guard held.contains(parent), let node = try? whole.node(parent) else {
        return .failure(.compacted(parent))
      }
      let isLeaf = (try? whole.leaf(of: node.branch)) == parent
      if isLeaf, retired.contains(node.branch) { return .failure(.retired(node.branch)) }
      held.insert(id)
      return Attempt { () throws(TreeError) in try whole.add(id, to: parent) }
    }

    mutating func retire(_ branch: Int) -> String? {
      let actual = Attempt { () throws(TreeError) in
        try tree.retire(branch)
        return branch
      }
      retired.insert(branch)
      let expected: Attempt<Int, TreeError> =
        gone.contains(branch) ? .failure(.retired(branch)) : .success(branch)
      return differ("retiring \(branch)", actual, expected)
    }

    mutating func compact(before horizon: Int) throws {
      tree.compact(before: horizon)
      var kept: Set<Int> = []
      for id in held {
        let branch = try whole.node(id).branch
        let isLiveLeaf = try whole.leaf(of: branch) == id && !retired.contains(branch)
        if id >= horizon || branch == 0 || isLiveLeaf { kept.insert(id) }
      }
      held = kept
      for branch in retired where try !held.contains(whole.leaf(of: branch)) {
        gone.insert(branch)
      }
    }

    func difference() throws -> String? {
      let counts = firstDifference(
        tree.brokenInvariant(), differ("the nodes", tree.nodeCount, whole.nodeCount),
        differ("the branches", tree.branchCount, whole.branchCount),
        differ("the held nodes", tree.retainedNodeCount, held.count))
      if let counts { return counts }
      for id in 0..<whole.nodeCount {
        let expected: Attempt<[Int], TreeError> =
          held.contains(id) ? .success(try whole.residue(of: id)) : .failure(.compacted(id))
        let actual = Attempt { () throws(TreeError) in try tree.residue(of: id) }
        if let broken = differ("the residue of \(id)", actual, expected) { return broken }
      }
      var residues: [[Int]] = []
      for branch in 0..<whole.branchCount {
        let leaf = try whole.leaf(of: branch)
        if !gone.contains(branch) { residues.append(try whole.residue(of: leaf)) }
        let expected: Attempt<Int, TreeError> =
          gone.contains(branch) ? .failure(.retired(branch)) : .success(leaf)
        let actual = Attempt { () throws(TreeError) in try tree.leaf(of: branch) }
        if let broken = differ("the leaf of \(branch)", actual, expected) { return broken }
      }
      return differ("the residues", tree.residues, residues)
    }

    /// One random thing, done to both.
    mutating func step(_ random: inout CaseRandom) throws -> String? {
      switch random.below(20) {
      case 0: return retire(random.below(whole.branchCount))
      case 1:
        try compact(before: random.below(whole.nodeCount + 10) - 5)
        return nil
      case 2..<8: return add(to: whole.nodeCount - 1)
      case 8..<13: return add(to: try whole.leaf(of: random.below(whole.branchCount)))
      default: return add(to: random.below(whole.nodeCount))
      }
    }
  }

  @Test func whatRemainsIsRightAndWhatIsGoneSaysSo() {
    Cases.holds(180) { random in
      var pair = Pair()
      for _ in 0..<80 {
        if let broken = try pair.step(&random) { return broken }
      }
      return try pair.difference()
    }
  }

  @Test func compactionThenForkingIsIndependentToo() {
    Cases.holds(60) { random in
      var pairs = [Pair()]
      for _ in 0..<120 {
        let index = random.below(pairs.count)
        if random.chance(percent: 5), pairs.count < 5 { pairs.append(pairs[index]) }
        if let broken = try pairs[index].step(&random) { return broken }
      }
      for pair in pairs {
        if let broken = try pair.difference() { return broken }
      }
      return nil
    }
  }

  @Test func aSmallerHorizonDropsNothingAfterIt() throws {
    var tree = StreeLaws.tree()
    try tree.add(contentsOf: [1, 2], to: 0)
    let leaf = try tree.add(3, to: 0)
    tree.compact(before: 4)
    try tree.add(4, to: leaf)
    tree.compact(before: 2)
    #expect(try tree.residue(of: leaf) == [0, 3], "node 3 is not before the horizon 2")
    tree.compact(before: 4)
    #expect(throws: TreeError.compacted(leaf)) { try tree.residue(of: leaf) }
    #expect(try tree.residue(of: 4) == [0, 3, 4])
  }

  @Test func horizonsBeyondTheTreeAreTheTree() throws {
    for horizon in [Int.max, 1000, 5] {
      var tree = StreeLaws.tree()
      try tree.add(1, to: 0)
      try tree.add(contentsOf: [2, 3, 4], to: 0)
      tree.compact(before: horizon)
      #expect(tree.retainedNodeCount == 3)
      #expect(tree.residues == [[0, 1], [0, 2, 3, 4]])
      #expect(try tree.add(5, to: 4) == 5)
    }
    var tree = StreeLaws.tree()
    try tree.add(contentsOf: [1, 2], to: 0)
    tree.compact(before: Int.min)
    tree.compact(before: -1)
    tree.compact(before: 0)
    #expect(tree.retainedNodeCount == 3)
  }

  @Test func aRetiredBranchTakesNothingMore() throws {
    var tree = StreeLaws.tree()
    try tree.add(contentsOf: [1, 2], to: 0)
    let leaf = try tree.add(contentsOf: [3, 4], to: 0)
    try tree.retire(1)
    #expect(throws: TreeError.retired(1)) { try tree.add(5, to: leaf) }
    #expect(try tree.residue(of: leaf) == [0, 3, 4], "it can be looked at until it is dropped")
    #expect(try tree.branch(1).isRetired)
    tree.compact(before: tree.nodeCount)
    #expect(throws: TreeError.retired(1)) { try tree.leaf(of: 1) }
    #expect(throws: TreeError.compacted(leaf)) { try tree.add(5, to: leaf) }
    #expect(throws: TreeError.compacted(3)) { try tree.path(to: 3) }
  }

  @Test func branchZeroIsKeptEvenWhenRetired() throws {
    var tree = StreeLaws.tree()
    try tree.add(contentsOf: [1, 2, 3], to: 0)
    try tree.retire(0)
    tree.compact(before: tree.nodeCount)
    #expect(tree.retainedNodeCount == 4)
    #expect(try tree.add(4, to: 1) == 4, "others still start from it")
    #expect(throws: TreeError.retired(0)) { try tree.add(5, to: 3) }
  }

  @Test func memoryFollowsWhatIsAliveAndNotHowLongItLived() throws {
    var tree = Stree<Int, Int>(root: 0, residue: 0) { $0 + $1 }
    try tree.add(1, to: 0)
    let longLived = try tree.add(1, to: 0)
    var leaf = longLived
    var most = 0
    for round in 1...300 {
      let start = try tree.add(10, to: 0)
      try tree.add(contentsOf: [1, 2, 3, 4, 5], to: start)
      leaf = try tree.add(1, to: leaf)
      try tree.retire(tree.node(start).branch)
      tree.compact(before: tree.nodeCount - 50)
      most = max(most, tree.retainedNodeCount)
      #expect(try tree.residue(of: leaf) == 1 + round)
    }
    #expect(tree.nodeCount == 3 + 300 * 7)
    #expect(most <= 2 + 1 + 50)
    var branches = 0
    tree.forEachBranch { _, _ in branches += 1 }
    #expect(branches <= 2 + 50 / 7 + 1)
    #expect(tree.brokenInvariant() == nil)
  }
}
