/// What a value must look like, written as a value ("friendly functions"): a function that is
/// called wrongly answers with the part of its pattern that was not met.
///
/// - An array lists predicates, all of which must hold, by names whose case does not matter: `num`,
///   `int`, `str`, `bool`, `arr`, `obj`; `undef` (there is no value); `hex` and `base64url` (a
///   string of these digits, possibly empty); `between, low, high` and `size, n` (a number itself,
///   the Unicode scalars of a string, the entries of an array or object; bounds count as inside);
///   `equals, value`; `pick, n, options…` (with 1, the value is one of the options; with more, it
///   is an array of n different ones; `pick` comes last, and a single array stands for the options
///   in it); `optional` (no value passes as well). An empty array lets everything pass.
/// - An object holds a pattern for each field; fields that it does not name are not looked at, so
///   `{}` lets everything pass.
/// - Anything else is a literal that the value must equal. As the whole pattern, null lets nothing
///   pass.
///
/// Made once, a pattern is a tree of conditions; checking a value that passes allocates nothing.
public struct Pattern: Sendable {
  indirect enum Node: Sendable {
    case everything
    case nothing
    case predicates([PatternPredicate], isOptional: Bool)
    case fields([(key: Text, node: Node)], source: Value)
  }

  /// The value that the pattern was made of.
  public let source: Value
  let node: Node

  /// Makes a pattern. Fails where a predicate is unknown or its arguments are missing or of no use.
  /// Linear. Make it once, not for each value.
  public init(_ source: Value) throws(PatternError) {
    self.source = source
    node = source.isNull ? .nothing : try PatternCompiler.node(source, path: "")
  }

  /// The parts of the pattern that a value, or the lack of one, does not meet; nil where it meets
  /// them all.
  ///
  /// A failing list of predicates is answered by those that fail, with their arguments; a literal
  /// by `["equals", literal]`; an object by its failing fields, or as a whole where the value is no
  /// object; the null pattern by `{}`. Every answer but that one is itself a pattern, which the
  /// value fails. Linear in the pattern, and in the texts that are measured.
  public func failures(of value: Value?) -> Value? { node.failures(of: value) }

  /// A value without the fields that the pattern does not name, at any depth: what a message from
  /// outside is reduced to before anything looks at it.
  ///
  /// Where the pattern is no object of patterns, or the value is no object, the value stays as it
  /// is. A value that has only named fields is not copied.
  public func restricted(_ value: Value) -> Value { node.restricted(value) }
}

extension Pattern.Node {
  func failures(of value: Value?) -> Value? {
    switch self {
    case .everything: return nil
    case .nothing: return .object(Object())
    case .predicates(let predicates, let isOptional):
      if isOptional, value == nil { return nil }
      return Self.failing(predicates, of: value)
    case .fields(let fields, let source):
      guard let object = value?.object else { return source }
      var failing: Object?
      for (key, node) in fields {
        if let failures = node.failures(of: object[key]) {
          failing = failing ?? Object()
          failing?[key] = failures
        }
      }
      return failing.map(Value.object)
    }
  }

  private static func failing(_ predicates: [PatternPredicate], of value: Value?) -> Value? {
    var failing: Vector<Value>?
    for predicate in predicates where !predicate.holds(for: value) {
      failing = failing ?? Vector()
      for part in predicate.spelling { failing?.append(part) }
    }
    return failing.map(Value.array)
  }

  func restricted(_ value: Value) -> Value {
    guard let object = value.object else { return value }
    switch self {
    case .predicates, .nothing: return value
    case .everything: return object.isEmpty ? value : .object(Object())
    case .fields(let fields, _):
      var kept = object
      let namesAll = fields.count >= object.count && Self.names(fields, all: object)
      if !namesAll { kept = Object() }
      for (key, node) in fields {
        // Most messages have named fields only, and those are no objects.
        if namesAll, !node.isOfObjects { continue }
        guard let field = object[key] else { continue }
        let restricted = node.restricted(field)
        if !restricted.isIdentical(to: field) || kept[key] == nil { kept[key] = restricted }
      }
      return .object(kept)
    }
  }

  /// Whether it may take something away from an object.
  private var isOfObjects: Bool {
    switch self {
    case .everything, .fields: true
    case .nothing, .predicates: false
    }
  }

  /// Whether an object has no fields but the named ones.
  private static func names(_ fields: [(key: Text, node: Pattern.Node)], all object: Object) -> Bool
  {
    var named = 0
    for (key, _) in fields where object[key] != nil { named += 1 }
    return named == object.count
  }
}

extension Value {
  /// Whether both are the same object storage, or neither is an object.
  fileprivate func isIdentical(to other: Value) -> Bool {
    switch (object, other.object) {
    case (let left?, let right?): left.isIdentical(to: right)
    case (nil, nil): true
    default: false
    }
  }
}
