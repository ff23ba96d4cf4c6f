/// What a host draws from the outside for one input, so that handlers need no clock and no random
/// source.
public struct Moment: Sendable, Equatable {
  /// Milliseconds since the Unix epoch, or since the start of a world.
  public var timeMilliseconds: Int64
  /// Random bits for jitter and tie-breaks. Secrets are made by effects, never from these.
  public var random: UInt64

  /// A moment of the outside.
  public init(timeMilliseconds: Int64 = 0, random: UInt64 = 0) {
    self.timeMilliseconds = timeMilliseconds
    self.random = random
  }
}

/// All that a handler may know besides the residue and the message.
public struct HandlerContext: Sendable {
  /// When this input came.
  public let moment: Moment
  /// The node that is being added; it exists only if the add succeeds.
  public let node: NodeID
  /// The branch that it is added to.
  public let branch: BranchID
  /// The tree's summary before this add.
  public let summary: Value
  let invocation: Int

  @inline(__always)
  init(_ place: Combiner.Place, invocation: Int) {
    moment = place.moment
    node = place.node
    branch = place.branch
    summary = place.summary
    self.invocation = invocation
  }

  /// The id for the `index`-th effect that this invocation asks for.
  ///
  /// The host sends it back with the effect's result, and the handler of the result compares it
  /// with what the residue waits for.
  ///
  /// Unique in the tree, the same in every replay, and exact as a JSON number while there are fewer
  /// than 2⁴³ nodes.
  ///
  /// - Precondition: `index` is from 0 to 15.
  public func requestID(_ index: Int = 0) -> Value {
    precondition(index >= 0 && index < 16, "a handler asks for at most 16 effects")
    return .number(Double((Int64(node) * 64 + Int64(invocation)) * 16 + Int64(index)))
  }
}

/// What a handler wants to happen, in order.
///
/// Made by one of three functions: `combine`, `effect` and `post`.
public struct Outcome: Sendable {
  // The value comes first, so that it is where its outcome is.
  @usableFromInline
  let value: Value
  @usableFromInline
  let branch: BranchID
  @usableFromInline
  let kind: Kind

  @usableFromInline
  enum Kind: Sendable { case combine, effect, post }

  @inlinable @inline(__always)
  init(value: Value, branch: BranchID, kind: Kind) {
    self.value = value
    self.branch = branch
    self.kind = kind
  }

  /// Combined with the residue: a message cascades (it dispatches to its own handler), any other
  /// value merges.
  @inlinable
  public static func combine(_ value: Value) -> Outcome {
    Outcome(value: value, branch: 0, kind: .combine)
  }

  /// Asks the outside for something, in words that handlers and host agree on. Performed by the
  /// host, once, after the add has succeeded.
  @inlinable
  public static func effect(_ value: Value) -> Outcome {
    Outcome(value: value, branch: 0, kind: .effect)
  }

  /// A message for another branch of the same tree. The host adds it there after this add has
  /// succeeded; the tree itself does not.
  @inlinable
  public static func post(to branch: BranchID, _ message: Value) -> Outcome {
    Outcome(value: message, branch: branch, kind: .post)
  }

  /// An outcome to be looked at: its value in its place, which is not retained.
  enum Seen {
    case combine(UnsafePointer<Value>)
    case effect(UnsafePointer<Value>)
    case post(BranchID, UnsafePointer<Value>)
  }

  /// Looks at an outcome that is held elsewhere.
  @inline(__always)
  static func see(_ outcome: UnsafePointer<Outcome>) -> Seen {
    let value = UnsafeRawPointer(outcome).assumingMemoryBound(to: Value.self)
    switch outcome.pointee.kind {
    case .combine: return .combine(value)
    case .effect: return .effect(value)
    case .post: return .post(outcome.pointee.branch, value)
    }
  }
}

/// Why a handler did not accept a message.
public indirect enum Refusal: Error, Equatable, Sendable {
  /// The message does not fit the handler's pattern; the value holds exactly the parts that failed.
  case pattern(failures: Value)
  /// The residue does not hold what was stated of it. The path names the field.
  case unequal(path: Text, expected: Value, actual: Value)
  /// The handler's own reason, in words for people.
  case because(Text)
}

/// A pure function from a residue and a message to outcomes, found by name.
///
/// It holds no tree, no socket, no key, and closes over nothing that changes: replaying, scrubbing
/// and branching call it never or with the same result.
public struct Handler: Sendable {
  /// What a handler does: it answers outcomes in order, or refuses. Pure.
  public typealias Function =
    @Sendable (_ residue: Value, _ message: Value, _ context: HandlerContext) throws(Refusal) ->
    [Outcome]

  /// What a handler does that always wants exactly one thing: it answers that, or refuses. Pure.
  public typealias SingleFunction =
    @Sendable (_ residue: Value, _ message: Value, _ context: HandlerContext) throws(Refusal) ->
    Outcome

  private enum Run: Sendable {
    case many(Function)
    case single(SingleFunction)
  }

  /// One reference to copy.
  private final class Storage: Sendable {
    let name: Text
    let pattern: Pattern?
    let example: Value?
    let run: Run

    init(name: Text, pattern: Pattern?, example: Value?, run: Run) {
      self.name = name
      self.pattern = pattern
      self.example = example
      self.run = run
    }
  }

  private let storage: Storage

  /// The name that residues' handler tables refer to.
  public var name: Text { storage.name }
  /// What a message must look like; checked before `run`.
  public var pattern: Pattern? { storage.pattern }
  /// A message that the handler accepts in some residue, for people and forms.
  public var example: Value? { storage.example }
  /// Lets a handler answer a message that fits its pattern: with one outcome, or with those in
  /// `outcomes`. Retains nothing of the handler's.
  @inline(__always)
  func answer(
    _ residue: Value, _ message: UnsafePointer<Value>, _ context: HandlerContext,
    into outcomes: inout [Outcome]
  ) throws(Refusal) -> Outcome? {
    if let failures = storage.pattern?.failures(of: message) { throw .pattern(failures: failures) }
    switch storage.run {
    case .single(let run): return try run(residue, message.pointee, context)
    case .many(let run): outcomes = try run(residue, message.pointee, context)
    }
    return nil
  }

  /// A handler, to be registered in a library.
  ///
  /// A closure for `run` names its error type: `{ (residue, message, context) throws(Refusal) in`.
  /// Without a pattern, every message that names the handler reaches it.
  public init(
    _ name: Text, pattern: Pattern? = nil, example: Value? = nil, run: @escaping Function
  ) {
    storage = Storage(name: name, pattern: pattern, example: example, run: .many(run))
  }

  private init(_ storage: Storage) { self.storage = storage }

  /// A handler that always wants exactly one thing, which takes no list: that saves an allocation
  /// each time it is called.
  public static func single(
    _ name: Text, pattern: Pattern? = nil, example: Value? = nil, run: @escaping SingleFunction
  ) -> Handler {
    Handler(Storage(name: name, pattern: pattern, example: example, run: .single(run)))
  }

  /// The value that puts this handler into a residue's table, under its own name or another (as a
  /// test harness does that replaces `state`).
  public func installed(as name: Text? = nil) -> Value {
    var table = Object()
    table[name ?? self.name] = .handler(self.name)
    return ["handlers": .object(table)]
  }
}

/// The handlers that trees may refer to by name. Look-up takes constant time.
public struct HandlerLibrary: Sendable {
  /// In order of registration, which is the order in which people see them.
  public private(set) var handlers: [Handler] = []
  /// Their names, to be compared without touching the handlers.
  private var names: [Text] = []
  /// A hash table with open addressing: each slot holds the position of a handler, or -1. At most
  /// half of the slots are taken, and their number is a power of two.
  private var slots: [Int] = [-1, -1]

  /// A library of handlers; of equal names the last one stays. Linear.
  public init(_ handlers: [Handler] = []) {
    for handler in handlers { register(handler) }
  }

  /// Adds a handler, or replaces the one of the same name. Amortised constant.
  public mutating func register(_ handler: Handler) {
    let slot = slot(of: handler.name)
    if slots[slot] >= 0 {
      handlers[slots[slot]] = handler
      return
    }
    slots[slot] = handlers.count
    names.append(handler.name)
    handlers.append(handler)
    if handlers.count * 2 > slots.count { grow() }
  }

  private mutating func grow() {
    slots = Array(repeating: -1, count: slots.count * 2)
    for (position, name) in names.enumerated() { slots[slot(of: name)] = position }
  }

  /// The handler of a name, or nil.
  public subscript(name: Text) -> Handler? { position(of: name).map { handlers[$0] } }

  /// A message less the fields that the pattern of the handler of this name does not name; nil
  /// where there is no such handler, or it has no pattern.
  package func restricted(_ message: Value, to name: Text) -> Value? {
    position(of: name).flatMap { handlers[$0].pattern?.restricted(message) }
  }

  /// The position in order of registration, or nil. Constant.
  package func position(of name: Text) -> Int? {
    let position = slots[slot(of: name)]
    return position >= 0 ? position : nil
  }

  /// The slot that a name takes, or would take.
  private func slot(of name: Text) -> Int {
    var slot = Int(truncatingIfNeeded: name.hash)
    while true {
      slot &= slots.count &- 1
      if slots[slot] < 0 || names[slots[slot]] == name { return slot }
      slot &+= 1
    }
  }
}
