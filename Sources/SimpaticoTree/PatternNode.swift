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
      for index in 0..<predicates.count where !predicates[index].holds(for: value) { return false }
      return true
    case .fields:
      guard let value, value.pointee.cell.tag == Cell.Tag.object else { return false }
      let object = value.pointee.seenNode
      for index in 0..<places.count {
        let field = field(index, of: object)
        if !places[index]._withUnsafeGuaranteedRef({ $0.isMet(by: field) }) { return false }
      }
      return true
    }
  }

  /// Where an object's field of a key's index is; nil stands for the object without fields.
  @inline(__always)
  private func field(
    _ index: Int, of object: Unmanaged<ObjectNode>?
  ) -> UnsafePointer<Value>? {
    guard let object else { return nil }
    let key = UnsafePointer(keys + index)
    return object._withUnsafeGuaranteedRef { $0.place(of: key) }
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
      guard let value, value.pointee.object != nil else { return source }
      var failing: Object?
      for (index, node) in nodes.enumerated() {
        if let failures = node.failures(of: field(index, of: value.pointee.seenNode)) {
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
    let object = value.seenNode
    var named = 0
    for index in 0..<nodes.count where field(index, of: object) != nil { named += 1 }
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
