/// A pattern as it is checked.
///
/// Going down it retains nothing, so that checking a value that passes costs its comparisons only.
final class PatternNode: @unchecked Sendable {
  enum Kind: Sendable { case everything, nothing, predicates, fields }

  let kind: Kind
  /// What it was made of.
  let source: Value
  /// Of predicates: whether no value passes as well.
  let isOptional: Bool
  let predicates: [PatternPredicate]
  /// Of fields: in the order of their keys' bytes.
  let nodes: [PatternNode]
  /// The same nodes, to be looked at without retaining them.
  private let places: [Unmanaged<PatternNode>]
  /// A key for each of the nodes. Never changed.
  private let keys: UnsafeMutablePointer<Text>
  /// Whether it may take something away from what a field holds.
  private let restrictsFields: Bool

  /// The null pattern.
  static let nothing = PatternNode(.nothing, source: .null)

  init(
    _ kind: Kind, source: Value, predicates: [PatternPredicate] = [], isOptional: Bool = false,
    fields: [(key: Text, node: PatternNode)] = []
  ) {
    self.kind = kind
    self.source = source
    self.isOptional = isOptional
    self.predicates = predicates
    nodes = fields.map { $0.node }
    places = nodes.map { Unmanaged.passUnretained($0) }
    restrictsFields = nodes.contains { $0.kind == .everything || $0.kind == .fields }
    keys = UnsafeMutablePointer.allocate(capacity: fields.count)
    for (index, field) in fields.enumerated() { (keys + index).initialize(to: field.key) }
  }

  deinit {
    keys.deinitialize(count: nodes.count)
    keys.deallocate()
  }

  /// Whether a value, or the lack of one, has no failures.
  func isMet(by value: UnsafePointer<Value>?) -> Bool {
    switch kind {
    case .everything: return true
    case .nothing: return false
    case .predicates:
      if value == nil, isOptional { return true }
      var isASCII = false
      for index in 0..<predicates.count
      where !predicates[index].holds(for: value, isASCII: &isASCII) { return false }
      return true
    case .fields:
      guard let value, value.pointee.cell.tag == Cell.Tag.object else { return false }
      var fields = Fields(value.pointee.seenNode)
      for index in 0..<places.count {
        let field = fields.place(of: keys + index)
        if !places[index]._withUnsafeGuaranteedRef({ $0.isMet(by: field) }) { return false }
      }
      return true
    }
  }

  /// The fields of an object, to be asked for in the order of their keys: as most messages have the
  /// keys of their pattern and no others, each is the next one.
  private struct Fields {
    private let node: Unmanaged<ObjectNode>?
    /// The keys before this one sort before all that are asked for from now on.
    private var next = 0

    /// Nil stands for the object without fields.
    init(_ node: Unmanaged<ObjectNode>?) { self.node = node }

    /// Where a field is, or nil where there is none; it is valid while the object is held.
    @inline(__always)
    mutating func place(of key: UnsafePointer<Text>) -> UnsafePointer<Value>? {
      node?._withUnsafeGuaranteedRef { node in
        if node.level > 0 { return node.place(of: key) }
        let index = Text.place(of: key, in: node.keys, from: next, count: node.count)
        if index < 0 { return nil }
        next = index &+ 1
        return UnsafePointer(node.values + index)
      }
    }
  }

  /// See `Pattern.failures(of:)`.
  func failures(of value: UnsafePointer<Value>?) -> Value? {
    switch kind {
    case .everything: return nil
    case .nothing: return .object(Object())
    case .predicates:
      if isOptional, value == nil { return nil }
      var failing: Vector<Value>?
      for predicate in predicates where !predicate.holds(for: value) {
        failing = failing ?? Vector()
        for part in predicate.spelling { failing?.append(part) }
      }
      return failing.map(Value.array)
    case .fields:
      guard let value, value.pointee.kind == .object else { return source }
      var failing: Object?
      var fields = Fields(value.pointee.seenNode)
      for (index, node) in nodes.enumerated() {
        if let failures = node.failures(of: fields.place(of: keys + index)) {
          failing = failing ?? Object()
          failing?[keys[index]] = failures
        }
      }
      return failing.map(Value.object)
    }
  }

  /// See `Pattern.restricted(_:)`.
  func restricted(_ value: Value) -> Value {
    guard let object = value.object else { return value }
    switch kind {
    case .predicates, .nothing: return value
    case .everything: return object.isEmpty ? value : .object(Object())
    case .fields:
      let namesAll = names(allOf: value, count: object.count)
      // Most messages have named fields only, and those are no objects.
      if namesAll, !restrictsFields { return value }
      var kept = namesAll ? object : Object()
      for (index, node) in nodes.enumerated() {
        let key = keys[index]
        guard let field = object[key] else { continue }
        let restricted = node.restricted(field)
        if !restricted.isIdentical(to: field) || kept[key] == nil { kept[key] = restricted }
      }
      return .object(kept)
    }
  }

  /// Whether an object has no fields but the named ones.
  private func names(allOf value: Value, count: Int) -> Bool {
    if count > nodes.count { return false }
    var fields = Fields(value.seenNode)
    var named = 0
    for index in 0..<places.count where fields.place(of: keys + index) != nil { named += 1 }
    return named == count
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
