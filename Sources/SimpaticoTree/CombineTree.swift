/// A tree of values under `combine`: each node keeps its input, its residue, and what its handlers
/// set off.
///
/// The caller's contract: draw a `Moment` from the outside, call `add`, and where it succeeds
/// perform the effects and pass on the posts of the answer, once. Their results come back as
/// further inputs. An `add` that throws has changed nothing. Looking at any node, at any time,
/// performs nothing.
public struct CombineTree: Sendable {
  /// What a node was made from.
  public struct Entry: Sendable {
    /// The input itself.
    public let value: Value
    /// When it came.
    public let moment: Moment
    private let log: TraceLog?

    init(value: Value, moment: Moment, trace: Combiner.Trace) {
      self.value = value
      self.moment = moment
      self.log = trace.log
    }

    /// What its handlers set off.
    public var trace: Combiner.Trace { Combiner.Trace(log: log) }
  }

  /// The step that a summary is told of.
  public struct Change: Sendable {
    /// The node that was added.
    public let node: NodeID
    /// The branch that it was added to.
    public let branch: BranchID
    /// The residue of the branch before the step; for a new branch, that of the node it starts
    /// from.
    public let before: Value
    /// The residue that the step led to.
    public let after: Value

    /// Whether both residues are the very same object, as after most steps that only pass something
    /// on. Constant; false says nothing.
    package var isStill: Bool { after.sharesStorage(with: before) }
  }

  /// What one `add` did and wants done.
  public struct Added: Sendable {
    /// The new node.
    public let node: NodeID
    /// The branch that it stands in: the parent's, or a new one.
    public let branch: BranchID
    /// What its handlers set off and ask for.
    public let trace: Combiner.Trace
    /// False where the residue is the parent's: only messages were combined, and their handlers
    /// asked for effects and posts at most. True says nothing: a change may lead to an equal one.
    public let isChange: Bool
  }

  /// A reduction over nodes as they are added, for example an index of branches. Pure, and O(1) or
  /// O(log n) a step.
  public typealias Summarize = @Sendable (_ summary: inout Value, _ change: Change) -> Void

  /// The nodes and branches.
  public internal(set) var tree: Stree<Entry, Value>
  /// How values combine, and which handlers there are.
  public let combiner: Combiner
  /// The newest state of the summary.
  public internal(set) var summary: Value
  private let summarize: Summarize?

  /// A tree of one node. Its residue is its value, less the markers that have nothing to remove.
  ///
  /// `summary` is the summary before anything is added. The root is not told to `summarize`.
  public init(
    root: Value = [:], combiner: Combiner = Combiner(), summary: Value = [:],
    summarize: Summarize? = nil
  ) {
    let entry = Entry(value: root, moment: Moment(), trace: Combiner.Trace())
    self.tree = Stree(root: entry, residue: combiner.withoutMarkers(root))
    self.combiner = combiner
    self.summary = summary
    self.summarize = summarize
  }

  /// Adds a value after a node: below a leaf it extends that branch, below any other node it starts
  /// one.
  ///
  /// A new branch starts without the handles (fields whose keys start with `_`) of the residue that
  /// it leaves: they stand for things outside, which cannot be in two universes. Costs what the
  /// value changes.
  ///
  /// Fails, and changes nothing, where there is no such node, where it is the leaf of a retired
  /// branch, and where the combine fails: `TreeError.combine` then says why.
  @discardableResult
  public mutating func add(
    _ value: Value, to parent: NodeID, at moment: Moment = Moment()
  ) throws(TreeError) -> Added {
    try add(value, at: tree.place(after: parent), as: nil, moment)
  }

  /// Adds a value at a place: under the next node id or, where one is given, under that and with a
  /// gap before it; where `kept` is given it alone stays. Fails as above, before anything is
  /// changed.
  @inline(__always)
  mutating func add(
    _ value: Value, at place: Stree<Entry, Value>.Place, as id: NodeID?, _ moment: Moment,
    keeping kept: Value? = nil
  ) throws(TreeError) -> Added {
    var residue = try tree.residue(of: place.parent)
    let before: Value = summarize == nil ? .null : residue
    if place.startsBranch { residue = residue.withoutHandles() }
    var run = Combiner.Run(
      place: Combiner.Place(
        moment: moment, node: id ?? tree.nodeCount, branch: place.branch, summary: summary),
      trace: Combiner.Trace())
    do throws(CombineError) {
      try combiner.merge(value, into: &residue, &run)
    } catch {
      throw .combine(error)
    }
    if let id { tree.skip(to: id, place.branch) }
    let node: NodeID
    if let kept {
      let entry = Entry(value: kept, moment: moment, trace: Combiner.Trace())
      node = tree.append(consume entry, residue: residue, at: place)
    } else {
      let entry = Entry(value: value, moment: moment, trace: run.trace)
      node = tree.append(consume entry, residue: residue, at: place)
    }
    let isChange = run.isChange || place.startsBranch
    if let summarize {
      let change = Change(
        node: node, branch: place.branch, before: consume before, after: consume residue)
      summarize(&summary, change)
    }
    return Added(node: node, branch: place.branch, trace: run.trace, isChange: isChange)
  }

  /// Adds a value after the newest node of a branch. Fails as above, and where the branch is
  /// retired.
  ///
  /// Where `kept` is given, the tree keeps it instead of the value and of what the handlers set
  /// off, which are in the answer only: for inputs that are not to stay. The residue is that of the
  /// value, so such a tree cannot be made again from its inputs.
  @discardableResult
  public mutating func add(
    _ value: Value, toLeafOf branch: BranchID, at moment: Moment = Moment(),
    keeping kept: Value? = nil
  ) throws(TreeError) -> Added {
    try add(value, at: tree.place(afterLeafOf: branch), as: nil, moment, keeping: kept)
  }

  /// Adds values one after another, the first after `parent`: all of them or, where one fails,
  /// none.
  @discardableResult
  public mutating func add(
    contentsOf values: [Value], to parent: NodeID, at moment: Moment = Moment()
  ) throws(TreeError) -> [Added] {
    var fork = self
    var added: [Added] = []
    var last = parent
    for value in values {
      let step = try fork.add(value, to: last, at: moment)
      added.append(step)
      last = step.node
    }
    self = fork
    return added
  }

  /// Nodes that were ever added. Constant.
  public var nodeCount: Int { tree.nodeCount }
  /// Nodes that are held in memory. Constant.
  public var retainedNodeCount: Int { tree.retainedNodeCount }
  /// Branches that were ever started. Constant.
  public var branchCount: Int { tree.branchCount }

  /// A node: what was added, when, and what it led to. O(log n).
  public func node(_ id: NodeID) throws(TreeError) -> Stree<Entry, Value>.Node {
    try tree.node(id)
  }

  /// The residue of any node; kept, never folded again. O(log n).
  public func residue(of node: NodeID) throws(TreeError) -> Value { try tree.residue(of: node) }

  /// The residue at the end of a branch. O(log n).
  public func residue(ofBranch branch: BranchID) throws(TreeError) -> Value {
    try tree.residue(of: tree.leaf(of: branch))
  }

  /// Whether a field of the residue at the end of a branch is a certain text; false where there is
  /// no such branch. O(log n), and copies nothing.
  package func holds(_ text: Text, at key: Text, ofBranch branch: BranchID) -> Bool {
    guard let leaf = tree.branches.read(branch, { $0.pointee.leaf }) else { return false }
    return tree.nodes.read(leaf) { $0.pointee.residue.holds(text, at: key) } ?? false
  }

  /// Ends a branch, so that compaction may drop it.
  public mutating func retire(_ branch: BranchID) throws(TreeError) { try tree.retire(branch) }

  /// Drops history before a node id. See `Stree.compact(before:trimmed:)`.
  ///
  /// Where inputs are not kept, the leaves that stay keep residue and moment only.
  public mutating func compact(before horizon: NodeID, keepingInputs: Bool = true) {
    let trimmed: (Entry) -> Entry = {
      Entry(value: .null, moment: $0.moment, trace: Combiner.Trace())
    }
    tree.compact(before: horizon, trimmed: keepingInputs ? nil : trimmed)
  }
}

extension Value {
  /// The object with one more field, or with another value for it; nil leaves all as it is. What is
  /// no object stays.
  package func with(_ key: Text, _ value: Value?) -> Value {
    guard let value, var fields = object else { return self }
    fields[key] = value
    return .object(fields)
  }

  /// The object without a field. What is no object stays.
  package func without(_ key: Text) -> Value {
    guard var fields = object else { return self }
    fields[key] = nil
    return .object(fields)
  }

  /// Without the fields whose keys start with `_`: they stand for things of this process. Looks at
  /// the fields of this object only, not at those inside it. O(log n) for each.
  public func withoutHandles() -> Value {
    guard var object = object else { return self }
    var isChanged = false
    while let key = object.firstKey(notBefore: "_"), key.firstByte == UInt8(ascii: "_") {
      object[key] = nil
      isChanged = true
    }
    return isChanged ? .object(object) : self
  }
}
