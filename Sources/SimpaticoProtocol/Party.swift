public import SimpaticoTree

/// One process of a protocol: a tree, its handlers, and its queue.
///
/// Sans-IO: it has no socket, clock, key or random source. The caller's contract: draw a `Moment`,
/// call one of the `receive` functions, and perform the effects of the answer, once, in order.
/// Their results come back through `receive`. There is no other way in. A party is a value: a copy
/// is another universe.
///
/// ```text
/// frame ─→ Wire ─→ ┐
/// local message ─→ ┴ queue ─→ add ─→ handlers ─→ residue, cascade, effects ─→ Reaction
///                     ↑────────────── posts to other branches ──┘
/// ```
public struct Party: Sendable {
  /// What came of an input.
  public struct Reaction: Sendable {
    /// To be performed by the host, in order.
    public internal(set) var effects: [EffectRequest] = []
    /// Inputs that were not added, and why. The tree is as if they had not come.
    public internal(set) var refusals: [(branch: BranchID, error: TreeError)] = []
    /// The handler that the frame named, where it was one and was accepted.
    public internal(set) var handler: Text?
    /// What was wrong with the frame, where it was one.
    public internal(set) var violation: WireViolation?
    /// Whether one of the nodes has another residue than its parent.
    public internal(set) var isChange = false
    /// Nodes that were added, one after another.
    public internal(set) var nodes: Range<NodeID> = 0..<0

    /// Takes in the nodes that were added next.
    mutating func note(_ more: Range<NodeID>) {
      nodes = (nodes.isEmpty ? more.lowerBound : nodes.lowerBound)..<more.upperBound
    }
  }

  /// What the party did over its life, for metrics.
  public struct Counters: Sendable, Equatable {
    /// Messages that came to be added, whether they were or not.
    public var inputs = 0
    /// Frames that came when their connection was not open.
    public var framesDropped = 0
    /// Frames that broke the protocol.
    public var violations = 0
    /// Messages that were not added.
    public var refusals = 0
  }

  /// The party's name, for people.
  public let name: Text
  /// All that happened to it.
  public internal(set) var tree: CombineTree
  /// What it takes from the wire.
  public let wire: Wire
  /// What it did.
  public private(set) var counters = Counters()
  /// The node that every new branch starts from.
  public let base: NodeID
  /// Nodes of history that are kept when the party compacts; nil keeps all.
  public let retention: Int?
  /// The branch that takes what other shards say; nil where the party is no shard.
  public internal(set) var directory: BranchID?

  /// What the tree keeps in place of an input that is not to stay; nil keeps all.
  private let oblivion: EnvelopeOblivion?

  /// What is to be added in this turn, in order.
  private enum Item {
    case message(BranchID, Value)
    /// A new branch with its settings, and the first message for it.
    case start(Value, Value)
  }

  private var queue: [Item] = []
  private var compactAt: Int

  /// Messages that one input may lead to, itself and all posts included.
  static let queueLimit = 1024

  /// Makes a party whose trunk is a root, a node that installs the handlers, and a cap that makes
  /// every connection a branch of its own.
  public init(
    name: Text, handlers: [Handler], wire: Wire, retention: Int? = nil,
    summarize: CombineTree.Summarize? = nil
  ) {
    self.init(
      name: name, role: Role(handlers, summarize: summarize), wire: wire, retention: retention)
  }

  init(
    name: Text, role: Role, wire: Wire, retention: Int?, shard: Int? = nil,
    oblivion: EnvelopeOblivion? = nil
  ) {
    self.name = name
    self.oblivion = oblivion
    self.wire = wire
    self.retention = retention
    var root: Object = ["name": .string(name)]
    if let shard { root[ShardField.shard] = .number(shard) }
    tree = CombineTree(
      root: .object(root), combiner: role.combiner, summarize: role.summarize)
    base = 1
    compactAt = max(64, (retention ?? 0) * 2)
    do throws(TreeError) {
      try tree.add(role.installation, to: 0)
      try tree.add(["cap": .string(name + " handlers")], to: base)
    } catch {
      preconditionFailure("a trunk of plain values can be added")
    }
  }

  /// Starts a branch with a plain value: settings and handles for one connection.
  public mutating func open(_ settings: Value, at moment: Moment) throws(TreeError) -> BranchID {
    try tree.add(settings, to: base, at: moment).branch
  }

  /// Takes a message from this side: a command of its owner, a socket's event, the result of an
  /// effect.
  public mutating func receive(
    _ message: Value, on branch: BranchID, at moment: Moment
  ) -> Reaction {
    var reaction = Reaction()
    compactIfDue()
    enqueue(message, on: branch)
    drain(at: moment, into: &reaction)
    return reaction
  }

  /// Takes a frame from the other side. What is not accepted becomes a `violate` message of its
  /// branch.
  public mutating func receive(
    frame: UnsafeBufferPointer<UInt8>, on branch: BranchID, at moment: Moment
  ) -> Reaction {
    var reaction = Reaction()
    receive(on: branch, at: moment, into: &reaction) { (party) throws(WireViolation) in
      try party.wire.message(from: frame, library: party.tree.combiner.library)
    }
    return reaction
  }

  /// The same with a reader of the caller's (`Wire.makeReader`), who has many frames read.
  public mutating func receive(
    frame: UnsafeBufferPointer<UInt8>, on branch: BranchID, at moment: Moment,
    with reader: inout JSONReader
  ) -> Reaction {
    var reaction = Reaction()
    receive(on: branch, at: moment, into: &reaction) { (party) throws(WireViolation) in
      try party.wire.message(
        from: frame, library: party.tree.combiner.library
      ) { (frame) throws(JSONError) in try reader.read(frame) }
    }
    return reaction
  }

  @inline(__always)
  private mutating func receive(
    on branch: BranchID, at moment: Moment, into reaction: inout Reaction,
    reading: (borrowing Party) throws(WireViolation) -> Value
  ) {
    compactIfDue()
    let open = ConnectionPhase.open.spelling
    guard tree.holds(open, at: Field.connection, ofBranch: branch) else {
      counters.framesDropped += 1  // what comes after a close is ignored (RFC 6455 section 1.4)
      return
    }
    do throws(WireViolation) {
      let message = try reading(self)
      do throws(TreeError) {
        try add(message, on: branch, at: moment, into: &reaction)
        reaction.handler = message[WireName.handler]?.string
      } catch {
        if case .combine(let combineError) = error { throw WireViolation.refused(combineError) }
        refuse(branch, error, into: &reaction)
      }
    } catch {
      violate(error, on: branch, at: moment, into: &reaction)
    }
    drain(at: moment, into: &reaction)
  }

  /// Takes notice that the socket broke the rules of the wire, for example with a frame that is not
  /// text.
  public mutating func receive(
    violation: WireViolation, on branch: BranchID, at moment: Moment
  ) -> Reaction {
    var reaction = Reaction()
    violate(violation, on: branch, at: moment, into: &reaction)
    drain(at: moment, into: &reaction)
    return reaction
  }

  /// Ends a branch whose connection is closed, so that its history may be dropped.
  public mutating func end(_ branch: BranchID) throws(TreeError) { try tree.retire(branch) }

  private mutating func violate(
    _ violation: WireViolation, on branch: BranchID, at moment: Moment,
    into reaction: inout Reaction
  ) {
    counters.violations += 1
    reaction.violation = violation
    enqueue(["handler": "violate", "reason": .string(violation.text)], on: branch)
  }

  private mutating func enqueue(_ message: Value, on branch: BranchID) {
    queue.append(.message(branch, message))
  }

  private mutating func drain(at moment: Moment, into reaction: inout Reaction) {
    var next = 0
    var taken = 0
    while next < queue.count, taken < Party.queueLimit {
      // The last one, which mostly is the only one, is moved out and not copied.
      let item = next + 1 == queue.count ? queue.removeLast() : queue[next]
      if next < queue.count { next += 1 }
      taken += 1
      switch item {
      case .message(let branch, let message):
        do throws(TreeError) {
          try add(message, on: branch, at: moment, into: &reaction)
        } catch {
          refuse(branch, error, into: &reaction)
        }
      case .start(let settings, let message):
        do throws(TreeError) {
          let opened = try tree.add(settings, to: base, at: moment)
          reaction.note(opened.node..<opened.node + 1)
          reaction.isChange = true
          try add(message, on: opened.branch, at: moment, into: &reaction)
        } catch {
          refuse(tree.branchCount - 1, error, into: &reaction)
        }
      }
    }
    counters.refusals += queue.count - next
    if !queue.isEmpty { queue.removeAll(keepingCapacity: true) }
  }

  private mutating func add(
    _ message: Value, on branch: BranchID, at moment: Moment, into reaction: inout Reaction
  ) throws(TreeError) {
    counters.inputs += 1
    let added = try tree.add(
      message, toLeafOf: branch, at: moment, keeping: oblivion?.kept(of: message))
    reaction.note(added.node..<added.node + 1)
    if added.isChange { reaction.isChange = true }
    added.trace.forEachEffect { value in
      if let effect = Effect(value), let id = value[EffectField.id] {
        reaction.effects.append(EffectRequest(id: id, branch: branch, effect: effect))
      } else if let (settings, message) = Start.read(value) {
        queue.append(.start(settings, message))
      }
    }
    added.trace.forEachPost { enqueue($0.message, on: $0.branch) }
  }

  private mutating func refuse(
    _ branch: BranchID, _ error: TreeError, into reaction: inout Reaction
  ) {
    counters.refusals += 1
    reaction.refusals.append((branch, error))
  }

  /// Before an input and not after it, so that the nodes it led to are there with those that they
  /// were added to.
  private mutating func compactIfDue() {
    if tree.retainedNodeCount > compactAt { compact() }
  }

  /// Drops what is older than the retention, now and not when so much has gathered that it pays:
  /// for a party that rests. Linear in what is held; nothing where all is kept.
  public mutating func compact() {
    guard let retention else { return }
    tree.compact(
      before: tree.nodeCount - retention, keepingInputs: oblivion == nil)
    let held = tree.retainedNodeCount
    // Where branches are many, going over them must pay, too.
    compactAt = max(64, held + max(retention, held / 2))
  }
}
