/// The place of a node in time: the root is 0, and ids are never given twice.
public typealias NodeID = Int
/// The place of a branch among the rows of a tree: the root's is 0.
public typealias BranchID = Int

/// Why a tree could not answer or change.
public indirect enum TreeError: Error, Equatable, Sendable {
  /// No node was ever given this id.
  case noSuchNode(NodeID)
  /// No branch was ever given this id.
  case noSuchBranch(BranchID)
  /// The node is older than the retention horizon and was dropped.
  case compacted(NodeID)
  /// The branch was retired: nothing is added to it, and it may have been dropped.
  case retired(BranchID)
  /// The node cannot be added because its combine failed; the tree is unchanged.
  case combine(CombineError)
}

/// An append-only n-ary tree of inputs with the reduction from the root at every node.
///
/// ```text
/// - a b c    branch 0: root a, leaf c        residue of c: reduce(reduce(a, b), c)
/// B d e      branch 1: parent b, leaf e      residue of e: reduce(reduce(reduce(a, b), d), e)
/// ```
///
/// Adding below a leaf extends its branch; adding below any other node starts a branch: another
/// universe. A tree is a value: a copy is a fork, costs O(1), and shares all history. Adding is
/// O(1) amortised besides the reduction of one step; no operation folds from the root, at whatever
/// depth it branches.
///
/// The tree knows nothing of how residues are made: give it a reducer (`Stree(root:reduce:)`), or
/// use `CombineTree`.
public struct Stree<Input: Sendable, Residue: Sendable>: Sendable {
  /// Makes the residue of a node from its parent's residue and its own input.
  public typealias Reducer = @Sendable (_ residue: Residue, _ input: Input) -> Residue

  /// One thing that happened.
  public struct Node: Sendable {
    /// What happened.
    public let input: Input
    /// The reduction from the root to here.
    public let residue: Residue
    private let storedParent: NodeID
    /// The row that it stands in.
    public let branch: BranchID
    /// How many steps it is away from the root.
    public let depth: Int

    /// The node that it happened after; nil for the root.
    public var parent: NodeID? { storedParent < 0 ? nil : storedParent }

    init(
      parent: NodeID?, branch: BranchID, depth: Int, input: consuming Input,
      residue: consuming Residue
    ) {
      self.input = input
      self.residue = residue
      self.storedParent = parent ?? -1
      self.branch = branch
      self.depth = depth
    }
  }

  /// One row: a run of nodes, each the first child of the one before.
  public struct Branch: Sendable {
    /// The node that the row starts from; nil for the root's row.
    public let parent: NodeID?
    /// The row's first node.
    public let first: NodeID
    /// The row's newest node.
    public internal(set) var leaf: NodeID
    /// Whether the row has ended, so that compaction may drop it.
    public internal(set) var isRetired: Bool
  }

  var nodes = Ledger<Node>()
  var branches = Ledger<Branch>()
  private let reducer: Reducer?

  /// A tree of one node, with its residue and a reducer for those of the nodes to come.
  ///
  /// The reducer is pure: it is called once for each node, and its answer is kept.
  public init(root input: Input, residue: Residue, reduce: @escaping Reducer) {
    self.init(root: input, residue: residue, reducer: reduce)
  }

  /// A tree of one node, whose residues the caller makes.
  package init(root input: Input, residue: Residue) {
    self.init(root: input, residue: residue, reducer: nil)
  }

  private init(root input: Input, residue: Residue, reducer: Reducer?) {
    self.reducer = reducer
    nodes.append(Node(parent: nil, branch: 0, depth: 0, input: input, residue: residue))
    branches.append(Branch(parent: nil, first: 0, leaf: 0, isRetired: false))
  }

  /// Nodes ever added, the root included: the id that the next one gets.
  public var nodeCount: Int { nodes.count }
  /// Branches ever started: the id that the next one gets.
  public var branchCount: Int { branches.count }
  /// Nodes that are still held; fewer than `nodeCount` after compaction.
  public var retainedNodeCount: Int { nodes.retainedCount }

  /// A node by its id, or why there is none: `noSuchNode` or `compacted`. O(log n).
  public func node(_ id: NodeID) throws(TreeError) -> Node {
    if let node = nodes[id] { return node }
    throw id >= 0 && id < nodes.count ? .compacted(id) : .noSuchNode(id)
  }

  /// A branch by its id, or why there is none: `noSuchBranch`, or `retired` where compaction has
  /// dropped it. O(log n).
  public func branch(_ id: BranchID) throws(TreeError) -> Branch {
    if let branch = branches[id] { return branch }
    throw id >= 0 && id < branches.count ? .retired(id) : .noSuchBranch(id)
  }

  /// The newest node of a branch. Fails as `branch(_:)` does. O(log n).
  public func leaf(of branch: BranchID) throws(TreeError) -> NodeID {
    try self.branch(branch).leaf
  }

  /// The reduction from the root to a node; kept, never folded again. Fails as `node(_:)` does.
  /// O(log n).
  public func residue(of node: NodeID) throws(TreeError) -> Residue {
    if let residue = nodes.read(node, { $0.pointee.residue }) { return residue }
    return try self.node(node).residue  // which says why there is none
  }

  /// The residues of all branches' leaves, in branch order. Linear in the branches.
  public var residues: [Residue] {
    var residues: [Residue] = []
    for id in 0..<branches.count {
      if let branch = branches[id], let leaf = nodes[branch.leaf] { residues.append(leaf.residue) }
    }
    return residues
  }

  /// The ids from the root to a node, both included. Fails with `compacted` where a part of the
  /// path was dropped. Linear in its depth.
  public func path(to node: NodeID) throws(TreeError) -> [NodeID] {
    var path = [node]
    var next = try self.node(node).parent
    while let id = next {
      path.append(id)
      next = try self.node(id).parent
    }
    return path.reversed()
  }

  /// Adds an input after a node, by the tree's own reducer. Answers the new node's id.
  ///
  /// Fails, and changes nothing, where there is no such node, or it is the leaf of a retired
  /// branch. O(1) amortised, besides the reducer.
  ///
  /// - Precondition: the tree was made with a reducer.
  @discardableResult
  public mutating func add(_ input: Input, to parent: NodeID) throws(TreeError) -> NodeID {
    guard let reducer else { preconditionFailure("this tree's residues are made by its owner") }
    let place = try place(after: parent)
    return append(input, residue: reducer(try residue(of: parent), input), at: place)
  }

  /// Adds inputs one after another, the first after `parent`. Answers the last node's id, `parent`
  /// for none.
  ///
  /// Fails, and changes nothing, as adding the first one does.
  @discardableResult
  public mutating func add(
    contentsOf inputs: [Input], to parent: NodeID
  ) throws(TreeError) -> NodeID {
    var last = parent
    for input in inputs { last = try add(input, to: last) }
    return last
  }

  /// Where a node that is added after another one will stand.
  package struct Place {
    let parent: NodeID
    /// The branch that the new node will stand in.
    package let branch: BranchID
    package let startsBranch: Bool
    let depth: Int
  }

  /// Where a node added after `parent` would stand.
  package func place(after parent: NodeID) throws(TreeError) -> Place {
    let found = nodes.read(parent) { (branch: $0.pointee.branch, depth: $0.pointee.depth) }
    guard let (own, depth) = found else {
      _ = try node(parent)  // which says why there is none
      preconditionFailure("a node that cannot be read is not there")
    }
    let row = branches.read(own) { (leaf: $0.pointee.leaf, isRetired: $0.pointee.isRetired) }
    guard let (leaf, isRetired) = row else { throw .retired(own) }
    if leaf != parent {
      return Place(parent: parent, branch: branches.count, startsBranch: true, depth: depth + 1)
    }
    if isRetired { throw .retired(own) }
    return Place(parent: parent, branch: own, startsBranch: false, depth: depth + 1)
  }

  /// Where a node added after a branch's leaf would stand. Fails where there is no such branch, or
  /// it is retired.
  package func place(afterLeafOf branch: BranchID) throws(TreeError) -> Place {
    let row = branches.read(branch) { (leaf: $0.pointee.leaf, isRetired: $0.pointee.isRetired) }
    guard let (leaf, isRetired) = row else {
      _ = try self.branch(branch)  // which says why there is none
      preconditionFailure("a branch that cannot be read is not there")
    }
    if isRetired { throw .retired(branch) }
    guard let depth = nodes.read(leaf, { $0.pointee.depth }) else { throw .compacted(leaf) }
    return Place(parent: leaf, branch: branch, startsBranch: false, depth: depth + 1)
  }

  /// Adds an input whose residue the caller has made.
  package mutating func append(
    _ input: consuming Input, residue: consuming Residue, at place: Place
  ) -> NodeID {
    let id = nodes.count
    nodes.append(
      Node(
        parent: place.parent, branch: place.branch, depth: place.depth, input: input,
        residue: residue))
    if place.startsBranch {
      branches.append(Branch(parent: place.parent, first: id, leaf: id, isRetired: false))
    } else {
      branches.change(place.branch) { $0.leaf = id }
    }
    return id
  }

  /// Calls `body` with each node that is held, oldest first. Linear.
  public func forEachNode<Failure: Error>(
    _ body: (NodeID, Node) throws(Failure) -> Void
  ) throws(Failure) { try nodes.forEach(body) }

  /// Calls `body` with each branch that is held, in order. Linear.
  public func forEachBranch<Failure: Error>(
    _ body: (BranchID, Branch) throws(Failure) -> Void
  ) throws(Failure) { try branches.forEach(body) }
}
