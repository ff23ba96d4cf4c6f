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
public enum Outcome: Sendable {
  /// Combined with the residue: a message cascades (it dispatches to its own handler), any other
  /// value merges.
  case combine(Value)
  /// Asks the outside for something, in words that handlers and host agree on. Performed by the
  /// host, once, after the add has succeeded.
  case effect(Value)
  /// A message for another branch of the same tree. The host adds it there after this add has
  /// succeeded; the tree itself does not.
  case post(to: BranchID, Value)
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

  /// One reference to copy, since every dispatch copies a handler.
  private final class Storage: Sendable {
    let name: Text
    let pattern: Pattern?
    let example: Value?
    let run: Function

    init(name: Text, pattern: Pattern?, example: Value?, run: @escaping Function) {
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
  /// The function itself. Others run it by combining, which also checks the pattern.
  package var run: Function { storage.run }

  /// A handler, to be registered in a library.
  ///
  /// A closure for `run` names its error type: `{ (residue, message, context) throws(Refusal) in`.
  /// Without a pattern, every message that names the handler reaches it.
  public init(
    _ name: Text, pattern: Pattern? = nil, example: Value? = nil, run: @escaping Function
  ) {
    storage = Storage(name: name, pattern: pattern, example: example, run: run)
  }

  /// The value that puts this handler into a residue's table, under its own name or another (as a
  /// test harness does that replaces `state`).
  public func installed(as name: Text? = nil) -> Value {
    var table = Object()
    table[name ?? self.name] = .handler(self.name)
    return ["handlers": .object(table)]
  }
}

/// The handlers that trees may refer to by name. Look-up is O(log n).
public struct HandlerLibrary: Sendable {
  /// In order of registration, which is the order in which people see them.
  public private(set) var handlers: [Handler] = []
  /// The names in order of their bytes, and where their handlers are.
  private var names: [Text] = []
  private var order: [Int] = []

  /// A library of handlers; of equal names the last one stays. O(n²) in the worst case.
  public init(_ handlers: [Handler] = []) {
    for handler in handlers { register(handler) }
  }

  /// Adds a handler, or replaces the one of the same name.
  public mutating func register(_ handler: Handler) {
    let place = search(handler.name)
    if place.found {
      handlers[order[place.index]] = handler
    } else {
      names.insert(handler.name, at: place.index)
      order.insert(handlers.count, at: place.index)
      handlers.append(handler)
    }
  }

  /// The handler of a name, or nil.
  public subscript(name: Text) -> Handler? {
    let place = search(name)
    return place.found ? handlers[order[place.index]] : nil
  }

  /// The position in order of registration, or nil. O(log n).
  package func position(of name: Text) -> Int? {
    let place = search(name)
    return place.found ? order[place.index] : nil
  }

  private func search(_ name: Text) -> (index: Int, found: Bool) {
    let found = names.withUnsafeBufferPointer { names in
      names.baseAddress.map { Text.find(name, in: $0, count: names.count) } ?? ~0
    }
    return found >= 0 ? (found, true) : (~found, false)
  }
}
