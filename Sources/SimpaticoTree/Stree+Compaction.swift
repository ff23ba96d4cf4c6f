extension Stree {
  /// Ends a branch: nothing is added after its leaf any more, and compaction may drop it. Branch 0
  /// stays. O(log n).
  public mutating func retire(_ branch: BranchID) throws(TreeError) {
    _ = try self.branch(branch)
    branches.change(branch) { $0.isRetired = true }
  }

  /// Drops the history before a node id: ids stay valid and the residues that remain stay right.
  ///
  /// The leaves of branches that are not retired stay, and so does the whole of branch 0, which
  /// others start from. What is dropped answers `TreeError.compacted`. Linear in what is held;
  /// called after each doubling of the tree it adds O(1) to an add.
  ///
  /// Where `trimmed` is given, it answers what the leaves that stay keep of their inputs.
  public mutating func compact(before horizon: NodeID, trimmed: ((Input) -> Input)? = nil) {
    let rows = branches
    func whatStays(_ id: NodeID, _ held: UnsafePointer<Node>) -> Node? {
      let branch = held.pointee.branch
      if branch == 0 { return held.pointee }
      let isLeaf = rows.read(branch) { $0.pointee.leaf == id && !$0.pointee.isRetired }
      guard isLeaf == true else { return nil }
      let node = held.pointee
      guard let trimmed else { return node }
      return Node(
        parent: node.parent, branch: node.branch, depth: node.depth, input: trimmed(node.input),
        residue: node.residue)
    }
    nodes.drop(before: horizon, replacing: whatStays)
    let kept = nodes
    branches.drop(before: branches.count) { _, row in
      !row.isRetired || kept[row.leaf] != nil
    }
  }
}
