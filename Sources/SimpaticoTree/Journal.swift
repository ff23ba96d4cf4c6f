/// One add as a journal keeps it: what is needed to add it again, under the same ids and with the
/// same residue. No residue, no effects, no handles.
public struct JournalEntry: Sendable, Equatable {
  /// The node that was added.
  public let node: NodeID
  /// The node that it was added after; for the root, which has none, the root itself.
  public let parent: NodeID
  /// The branch that it stands in.
  public let branch: BranchID
  /// How many branches had been started once it was added, so that a branch that is started after
  /// a restart gets no id that a node may already have been told of.
  public let branchCount: Int
  /// When it came.
  public let moment: Moment
  /// The input, without the fields whose keys start with `_`, at any depth.
  public let value: Value

  /// An entry of these parts. Handles are left out of the value. Linear in the value.
  public init(
    node: NodeID, parent: NodeID, branch: BranchID, branchCount: Int, moment: Moment, value: Value
  ) {
    self.node = node
    self.parent = parent
    self.branch = branch
    self.branchCount = branchCount
    self.moment = moment
    self.value = Exact.withoutHandles(value)
  }
}

/// Why a tree could not be restored from what was kept of it.
public indirect enum JournalError: Error, Equatable, Sendable {
  /// The tree holds more than its trunk: only a new one can be restored.
  case notNew
  /// A node's id is not larger than those before it, or larger than any tree's.
  case badNode(NodeID)
  /// A node does not stand in the branch that its entry names: another node is that branch's leaf,
  /// the branch has not been started, or the counts do not fit.
  case badBranch(BranchID, node: NodeID)
  /// A node cannot be added: its parent is not there, or its combine failed.
  case cannotAdd(node: NodeID, TreeError)
  /// The tree has no such node for branches to start from.
  case noBase(NodeID)

  /// One sentence that names the node and what was wrong.
  public var text: Text {
    switch self {
    case .notNew: "only a tree that holds nothing but its trunk can be restored"
    case .badNode(let id): "node " + Text(id) + " cannot follow the nodes before it"
    case .badBranch(let branch, let node):
      "node " + Text(node) + " does not stand in branch " + Text(branch)
    case .cannotAdd(let node, let error): "node " + Text(node) + ": " + error.text
    case .noBase(let id): "there is no node " + Text(id) + " that branches could start from"
    }
  }
}

extension CombineTree {
  /// The entry with which a journal keeps a node. Linear in its value. Fails where there is no such
  /// node, or it was dropped.
  public func journalEntry(of node: NodeID) throws(TreeError) -> JournalEntry {
    let found = try tree.node(node)
    return JournalEntry(
      node: node, parent: found.parent ?? node, branch: found.branch,
      branchCount: tree.branchCount(at: node), moment: found.input.moment,
      value: found.input.value)
  }

  /// Adds what a journal holds under its own ids. Ids between it and the node before it become
  /// dropped history: `TreeError.compacted`, and `retired` for a branch.
  ///
  /// Handlers run as they did, with the moment of then, and ask for the same effects: they are in
  /// the node's trace, and nobody performs them. So the residue is what it was, less the handles,
  /// where the handlers are the same and look at no handle, and where the summary depends on
  /// nothing that the journal does not have.
  ///
  /// Fails, and changes nothing, where the entry does not fit the tree or its combine fails. Costs
  /// what `add` does.
  public mutating func replay(_ entry: JournalEntry) throws(JournalError) {
    let isInOrder = entry.node >= tree.nodeCount && entry.node <= Tree.largestRestoredID
    guard isInOrder else { throw .badNode(entry.node) }
    let place: Tree.Place?
    do throws(TreeError) {
      place = try tree.place(in: entry.branch, after: entry.parent)
    } catch {
      throw .cannotAdd(node: entry.node, error)
    }
    let isCounted =
      entry.branchCount > entry.branch && entry.branchCount >= tree.branchCount
      && entry.branchCount <= entry.node + 1
    guard let place, isCounted else { throw .badBranch(entry.branch, node: entry.node) }
    do throws(TreeError) {
      _ = try add(entry.value, at: place, as: entry.node, entry.moment)
    } catch {
      throw .cannotAdd(node: entry.node, error)
    }
    tree.skip(to: tree.nodeCount, entry.branchCount)
  }

  typealias Tree = Stree<Entry, Value>
}

extension JournalEntry {
  /// The entry as JSON: `{"node", "parent", "branch", "branches", "time", "random", "value"}`.
  ///
  /// Nothing is lost: what JSON has no form for is marked with keys that start with `_`, which no
  /// journal holds otherwise. Linear.
  public var encoded: Value {
    [
      "node": .number(node), "parent": .number(parent), "branch": .number(branch),
      "branches": .number(branchCount), "time": moment.encodedTime,
      "random": Exact.encode(moment.random), "value": Exact.encode(value),
    ]
  }

  /// The entry of such a form, or nil where it is none. Fields that it does not know are nothing to
  /// it. Whether the entry fits a tree, `CombineTree.replay` tells. Linear.
  public init?(encoded: Value) {
    guard let node = encoded["node"]?.integer, let parent = encoded["parent"]?.integer,
      let branch = encoded["branch"]?.integer, let branches = encoded["branches"]?.integer,
      let moment = Moment(encodedIn: encoded),
      let value = encoded["value"].flatMap({ Exact.decode($0) })
    else { return nil }
    self.init(
      node: node, parent: parent, branch: branch, branchCount: branches, moment: moment,
      value: value)
  }
}

extension Moment {
  var encodedTime: Value {
    timeMilliseconds >= -1 << 53 && timeMilliseconds <= 1 << 53
      ? .number(Double(timeMilliseconds)) : Exact.encode(UInt64(bitPattern: timeMilliseconds))
  }

  /// The moment that the fields `time` and `random` are the form of.
  init?(encodedIn fields: Value) {
    guard let random = Exact.integer(fields["random"]) else { return nil }
    if let number = fields["time"]?.number {
      guard number.magnitude <= 0x1p53, Double(Int64(number)) == number else { return nil }
      self.init(timeMilliseconds: Int64(number), random: random)
    } else {
      guard let time = Exact.integer(fields["time"]) else { return nil }
      self.init(timeMilliseconds: Int64(bitPattern: time), random: random)
    }
  }
}
