/// The reduction of the combine tree: a deep merge in which the right value acts on the left one.
///
/// The laws, of which the tests are the statement (they are those of the original, and its open
/// points decided):
///
/// 1. An absent or null left gives the right; an absent right gives the left.
/// 2. A null right zeroes the left by its kind: `[]`, `{}`, `0`, `""`; a bool is toggled, for false
/// is not less than true.
/// 3. Arrays concatenate; anything else is appended to an array.
/// 4. A residue (an object with an object `handlers`) combined with a message (an object with a
/// string `handler`) dispatches to the handler of that name, and its outcomes are combined in
/// order. So do such objects inside.
/// 5. Objects merge field by field; `delete` removes a field, and leaves no trace where there was
/// none.
/// 6. Numbers add; strings, bools and handler references replace. `rules` may decide these and
/// other pairs of scalars.
/// 7. Any other pair is an error, and a failed combine changes nothing.
public final class Combiner: Sendable {
  /// Decides a pair that is neither two objects nor has an array on the left. Nil lets the standing
  /// rules decide, and `delete` removes the field.
  public typealias ScalarRule = @Sendable (_ left: Value, _ right: Value) -> Value?

  /// Handlers that residues may name.
  public let library: HandlerLibrary
  /// The caller's own rules for scalars.
  public let rules: ScalarRule?
  /// Messages that one combine may dispatch, the first included; at most 64.
  public let cascadeLimit: Int
  /// How deep values may nest. Combining uses the machine stack for each level.
  public let depthLimit: Int

  /// A combiner with a library of handlers and limits; the defaults serve most trees.
  public init(
    library: HandlerLibrary = HandlerLibrary(), rules: ScalarRule? = nil, cascadeLimit: Int = 64,
    depthLimit: Int = 256
  ) {
    self.library = library
    self.rules = rules
    self.cascadeLimit = min(max(cascadeLimit, 1), 64)
    self.depthLimit = depthLimit
  }

  /// What one combine asked for besides the new residue.
  ///
  /// Most combines ask for nothing, and then a trace is a null reference.
  public struct Trace: Sendable {
    private(set) var log: TraceLog?
    /// Handlers that have run.
    var invocations = 0

    /// A trace of nothing yet.
    public init() {}

    init(log: TraceLog?) { self.log = log }

    /// The messages that the input's handlers set off, in order of dispatch.
    public var cascade: [Value] { log?.cascade.array ?? [] }
    /// What the outside is asked for, in the order in which handlers asked.
    public var effects: [Value] { log?.effects.array ?? [] }
    /// Messages for other branches, in the order in which handlers posted them.
    public var posts: [Post] { log?.posts.array ?? [] }

    /// Whether there are no cascade, no effects and no posts. Constant.
    public var isEmpty: Bool { log == nil }

    /// Calls a closure for each effect, in order; unlike the array, this allocates nothing.
    public func forEachEffect(_ body: (Value) -> Void) { log?.effects.forEach(body) }

    /// Calls a closure for each post, in order; unlike the array, this allocates nothing.
    public func forEachPost(_ body: (Post) -> Void) { log?.posts.forEach(body) }

    /// Lets `body` add to what was asked for.
    mutating func add(_ body: (TraceLog) -> Void) {
      if log == nil {
        log = TraceLog()
      } else if !isKnownUniquelyReferenced(&log) {
        log = log?.copy()
      }
      if let log { body(log) }
    }
  }

  /// A message for another branch.
  public struct Post: Sendable, Equatable {
    /// The branch that it is for.
    public let branch: BranchID
    /// The message.
    public let message: Value
  }

  /// The place and time that handlers are told.
  public struct Place: Sendable {
    /// When the input came.
    public var moment: Moment
    /// The node that is being added.
    public var node: NodeID
    /// The branch that it is added to.
    public var branch: BranchID
    /// The tree's summary before the add.
    public var summary: Value

    /// A place; the defaults are for combining outside a tree.
    public init(
      moment: Moment = Moment(), node: NodeID = 0, branch: BranchID = 0, summary: Value = .null
    ) {
      self.moment = moment
      self.node = node
      self.branch = branch
      self.summary = summary
    }
  }

  /// Combines two values; effects and posts of handlers are left out of the answer.
  ///
  /// Costs the size of the right value and of what it touches on the left, not the size of the
  /// left.
  public func combine(_ left: Value?, _ right: Value?) throws(CombineError) -> Value {
    var trace = Trace()
    return try combine(left ?? .null, right, at: Place(), trace: &trace)
  }

  /// Combines two values and adds to `trace` what handlers set off; nothing where the combine
  /// fails.
  ///
  /// The place is what handlers are told of the input. This is how a handler is tested without a
  /// tree.
  public func combine(
    _ left: Value, _ right: Value?, at place: Place, trace: inout Trace
  ) throws(CombineError) -> Value {
    guard let right else { return left }
    var result = left
    var run = Run(place: place, trace: trace)
    try merge(right, into: &result, &run)
    trace = run.trace
    return result
  }
}

/// The lists of a trace. Changed only by a trace that holds the one reference to it.
final class TraceLog: @unchecked Sendable {
  // Only ever reached through the one trace that holds it, so nothing needs checking at run time.
  @exclusivity(unchecked) var cascade = Few<Value>.none
  @exclusivity(unchecked) var effects = Few<Value>.none
  @exclusivity(unchecked) var posts = Few<Combiner.Post>.none

  func copy() -> TraceLog {
    let copy = TraceLog()
    copy.cascade = cascade
    copy.effects = effects
    copy.posts = posts
    return copy
  }
}
