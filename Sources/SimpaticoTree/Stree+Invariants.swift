extension Stree {
  /// The first invariant that does not hold, in words, or nil. For tests; linear.
  ///
  /// 1. Ids grow along a path: a parent's id is smaller than its child's.
  /// 2. A node is its parent's first child and stands in its branch, or it is the first of a branch
  /// of its own.
  /// 3. A branch's leaf is held, stands in it and is its newest node.
  /// 4. A node is one deeper than its parent.
  package func brokenInvariant() -> String? {
    var newest: [NodeID] = Array(repeating: -1, count: branches.count)
    var broken: String? = nil
    nodes.forEach { id, node in
      let previous = newest[node.branch]
      newest[node.branch] = id
      guard let parentID = node.parent else {
        if id != 0 || node.depth != 0 { broken = "node \(id) has no parent" }
        return
      }
      if parentID >= id { broken = "node \(id) is older than its parent \(parentID)" }
      guard let row = branches[node.branch] else {
        broken = "node \(id) stands in branch \(node.branch), which is gone"
        return
      }
      if row.first == id, row.parent != parentID {
        broken = "branch \(node.branch) does not start after node \(parentID)"
      }
      guard let parent = nodes[parentID] else { return }
      if row.first != id, previous != parentID {
        broken = "node \(id) does not follow the node before it in branch \(node.branch)"
      }
      if parent.depth + 1 != node.depth { broken = "node \(id) has a wrong depth" }
    }
    branches.forEach { id, row in
      if newest[id] != row.leaf { broken = "branch \(id) has a wrong leaf" }
    }
    return broken
  }
}
