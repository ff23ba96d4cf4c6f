extension CombineTree {
  /// Gives out the ids that another tree has given: they read as if compaction had dropped what
  /// they stood for, where this tree does not hold it. O(1) amortised.
  package mutating func skipIDs(of other: CombineTree) {
    tree.skip(
      to: max(tree.nodeCount, other.tree.nodeCount),
      max(tree.branchCount, other.tree.branchCount))
  }
}

/// Ids that were given to what is not here: a tree that is restored keeps its ids.
extension Stree {
  /// The largest id that a tree can be restored with, so that there are ids left for what follows,
  /// and their request ids are exact.
  static var largestRestoredID: Int { Int(clamping: Int64(1) << 43) / 2 }

  /// Gives out the ids before these two: they read as if compaction had dropped what they stood
  /// for. O(1) amortised for what is held.
  mutating func skip(to node: NodeID, _ branch: BranchID) {
    nodes.skip(to: node)
    branches.skip(to: branch)
  }

  /// How many branches had been started when a node had been added; more where some that followed
  /// have been dropped since, but never so many that a later one's id is among them. O(log² n).
  func branchCount(at node: NodeID) -> Int {
    min(branches.firstIndex { $0.first > node } ?? branches.count, node + 1)
  }

  /// Where a node of a known branch stands that is added after `parent`; nil where a node that is
  /// added there stands in another branch.
  func place(in branch: BranchID, after parent: NodeID) throws(TreeError) -> Place? {
    let found = try place(after: parent)
    if !found.startsBranch { return found.branch == branch ? found : nil }
    guard branch >= branches.count else { return nil }
    return Place(parent: parent, branch: branch, startsBranch: true, depth: found.depth)
  }
}
