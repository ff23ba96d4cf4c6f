/// The state of some branches of a tree, from which `CombineTree.restore` goes on.
///
/// It holds the leaves alone, without handles: what came before them reads as compacted history.
public struct TreeSnapshot: Sendable, Equatable {
  /// The end of one branch.
  public struct Leaf: Sendable, Equatable {
    /// The branch.
    public let branch: BranchID
    /// The node that the branch starts from.
    public let start: NodeID
    /// The branch's first node.
    public let first: NodeID
    /// The leaf itself.
    public let node: NodeID
    /// The node that the leaf was added after.
    public let parent: NodeID
    /// How many steps the leaf is away from the root.
    public let depth: Int
    /// When the leaf came.
    public let moment: Moment
    /// What the leaf was made from.
    public let value: Value
    /// The residue, less its handler table where that is the one that all branches start with.
    public let residue: Value
    /// Whether the handler table was left out.
    public let hasBaseHandlers: Bool
  }

  /// Nodes ever added: the id of the node that comes next. What a journal has from here on is not
  /// in the snapshot, what it has before is.
  public let nodeCount: Int
  /// Branches ever started.
  public let branchCount: Int
  /// The ends of the branches, in the order of the leaves' ids.
  public let leaves: [Leaf]
  /// The tree's summary.
  public let summary: Value
}

extension CombineTree {
  /// The state from which `restore` goes on: the ends of these branches. The trunk (branch 0) is
  /// left out, for whoever restores has made it anew.
  ///
  /// Where a branch's table `handlers` is that of the residue at `base`, from which branches start,
  /// it is left out, and at `restore` the table of the new tree's base takes its place: a new
  /// release's handlers are there.
  ///
  /// Fails where there is no such branch or base. Linear in the residues.
  public func snapshot(
    of branches: [BranchID], base: NodeID
  ) throws(TreeError) -> TreeSnapshot {
    let table = try tree.residue(of: base)[TreeSnapshot.handlers]
    var leaves: [TreeSnapshot.Leaf] = []
    var before = 0
    for branch in Order.sorted(branches) where branch != before {
      leaves.append(try leaf(of: branch, table))
      before = branch
    }
    leaves = Order.of(leaves.map { $0.node }).map { leaves[$0] }
    return TreeSnapshot(
      nodeCount: tree.nodeCount, branchCount: tree.branchCount, leaves: leaves,
      summary: Exact.withoutHandles(summary))
  }

  private func leaf(
    of branch: BranchID, _ table: Value?
  ) throws(TreeError) -> TreeSnapshot.Leaf {
    let row = try tree.branch(branch)
    let node = try tree.node(row.leaf)
    var residue = Exact.withoutHandles(node.residue)
    let hasBaseHandlers = table != nil && residue[TreeSnapshot.handlers] == table
    if hasBaseHandlers { residue = residue.without(TreeSnapshot.handlers) }
    return TreeSnapshot.Leaf(
      branch: branch, start: row.parent ?? 0, first: row.first, node: row.leaf,
      parent: node.parent ?? 0, depth: node.depth, moment: node.input.moment,
      value: Exact.withoutHandles(node.input.value), residue: residue,
      hasBaseHandlers: hasBaseHandlers)
  }

  /// Takes up the state of a snapshot: branches with the same ids, leaves and residues. What the
  /// snapshot does not have reads as compacted. Nothing is combined and no handler runs.
  ///
  /// Fails, and changes nothing, where the tree holds more than its trunk, or the snapshot does not
  /// fit it. Linear in the leaves.
  ///
  /// - Parameters:
  ///   - snapshot: what `snapshot(of:base:)` answered of the old tree.
  ///   - base: the node whose residue has the handler table for branches that had that of the old
  ///     tree's base.
  public mutating func restore(
    _ snapshot: TreeSnapshot, base: NodeID
  ) throws(JournalError) {
    guard tree.branchCount == 1 else { throw .notNew }
    guard let start = try? tree.residue(of: base) else { throw .noBase(base) }
    try snapshot.check(trunk: tree.nodeCount)
    let table = start[TreeSnapshot.handlers]
    var restored = tree
    for leaf in snapshot.leaves {
      guard restored.isPlace(of: leaf) else { throw .badNode(leaf.node) }
      let residue =
        leaf.hasBaseHandlers
        ? leaf.residue.with(TreeSnapshot.handlers, table) : leaf.residue
      restored.nodes.skip(to: leaf.node)
      restored.nodes.append(
        Tree.Node(
          parent: leaf.parent, branch: leaf.branch, depth: leaf.depth,
          input: Entry(value: leaf.value, moment: leaf.moment, trace: Combiner.Trace()),
          residue: residue))
    }
    for place in Order.of(snapshot.leaves.map { $0.branch }) {
      let leaf = snapshot.leaves[place]
      restored.branches.skip(to: leaf.branch)
      restored.branches.append(
        Tree.Branch(parent: leaf.start, first: leaf.first, leaf: leaf.node, isRetired: false))
    }
    restored.skip(to: snapshot.nodeCount, snapshot.branchCount)
    tree = restored
    summary = snapshot.summary
  }
}

extension Stree {
  /// Whether the leaf can stand where it says it does: what it was added after was dropped, or is a
  /// node of the trunk that has another child.
  fileprivate func isPlace(of leaf: TreeSnapshot.Leaf) -> Bool {
    guard let parent = nodes[leaf.parent] else { return true }
    return parent.branch == 0 && branches[0]?.leaf != leaf.parent && leaf.first == leaf.node
      && leaf.depth == parent.depth + 1
  }
}

extension TreeSnapshot {
  static let handlers: Text = "handlers"

  /// That the ids are those of a tree whose trunk has so many nodes.
  fileprivate func check(trunk: Int) throws(JournalError) {
    let largest = CombineTree.Tree.largestRestoredID
    guard nodeCount >= trunk, nodeCount <= largest else { throw .badNode(nodeCount) }
    guard branchCount > 0, branchCount <= nodeCount else {
      throw .badBranch(branchCount, node: nodeCount)
    }
    var before = trunk - 1
    for leaf in leaves {
      guard leaf.node > before, leaf.node < nodeCount, leaf.parent >= 0, leaf.parent < leaf.node,
        leaf.depth > 0, leaf.depth <= leaf.node
      else { throw .badNode(leaf.node) }
      let isStarted =
        leaf.first == leaf.node ? leaf.start == leaf.parent : leaf.parent >= leaf.first
      guard leaf.branch > 0, leaf.branch < branchCount, leaf.first >= trunk,
        leaf.first <= leaf.node, leaf.start >= 0, leaf.start < leaf.first, isStarted
      else { throw .badBranch(leaf.branch, node: leaf.node) }
      before = leaf.node
    }
    let places = Order.of(leaves.map { $0.branch })
    for place in 1..<max(1, places.count) {
      let leaf = leaves[places[place]]
      if leaf.branch == leaves[places[place - 1]].branch {
        throw .badBranch(leaf.branch, node: leaf.node)
      }
    }
  }

  /// The snapshot as JSON; nothing is lost, as in a journal's entry. Linear.
  public var encoded: Value {
    [
      "nodes": .number(nodeCount), "branches": .number(branchCount),
      "leaves": .array(leaves.map { $0.encoded }), "summary": Exact.encode(summary),
    ]
  }

  /// The snapshot of such a form, or nil where it is none. Whether it fits a tree,
  /// `CombineTree.restore` tells. Linear.
  public init?(encoded: Value) {
    guard let nodeCount = encoded["nodes"]?.integer,
      let branchCount = encoded["branches"]?.integer, let forms = encoded["leaves"]?.array,
      let summary = encoded["summary"].flatMap({ Exact.decode($0) })
    else { return nil }
    var leaves: [Leaf] = []
    leaves.reserveCapacity(forms.count)
    for index in 0..<forms.count {
      guard let leaf = Leaf(encoded: forms[index]) else { return nil }
      leaves.append(leaf)
    }
    self.init(
      nodeCount: nodeCount, branchCount: branchCount, leaves: leaves, summary: summary)
  }
}

extension TreeSnapshot.Leaf {
  fileprivate var encoded: Value {
    [
      "branch": .number(branch), "start": .number(start), "first": .number(first),
      "node": .number(node), "parent": .number(parent), "depth": .number(depth),
      "time": moment.encodedTime, "random": Exact.encode(moment.random),
      "value": Exact.encode(value), "residue": Exact.encode(residue),
      "hasBaseHandlers": .bool(hasBaseHandlers),
    ]
  }

  fileprivate init?(encoded: Value) {
    func integer(_ field: Text) -> Int? { encoded[field]?.integer }
    guard let branch = integer("branch"), let start = integer("start"),
      let first = integer("first"), let node = integer("node"), let parent = integer("parent"),
      let depth = integer("depth"), let moment = Moment(encodedIn: encoded),
      let value = encoded["value"].flatMap({ Exact.decode($0) }),
      let residue = encoded["residue"].flatMap({ Exact.decode($0) }),
      let hasBaseHandlers = encoded["hasBaseHandlers"]?.bool
    else { return nil }
    self.init(
      branch: branch, start: start, first: first, node: node, parent: parent, depth: depth,
      moment: moment, value: value, residue: residue, hasBaseHandlers: hasBaseHandlers)
  }
}
