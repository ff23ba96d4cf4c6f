/// The fields of a JSON object, ordered by the bytes of their keys.
///
/// A persistent B+ tree: copies share storage, and a change copies the one small node (at most 16
/// fields) on each level that it touches. Reading and changing a field are O(log n), a copy is one
/// retain, and iteration is always in canonical order, whatever the order of insertion.
public struct Object: @unchecked Sendable {
  private(set) var root: ObjectNode?

  /// The object without fields; allocates nothing.
  public init() { root = nil }

  init(root: ObjectNode?) { self.root = root }

  /// Makes an object of fields; the last of equal keys wins. O(n log n), and one allocation for up
  /// to 16 fields.
  @inline(never)
  public init(_ fields: [(Text, Value)]) {
    root = nil
    if fields.isEmpty { return }
    if fields.count > ObjectNode.width {
      for (key, value) in fields { self[key] = value }
      return
    }
    let node = ObjectNode.owning(room: fields.count, level: 0)
    for (key, value) in fields { node.place(key, value) }
    root = node
  }

  /// The number of fields. Constant.
  public var count: Int { root?.total ?? 0 }

  /// Whether there are no fields.
  public var isEmpty: Bool { root == nil }

  /// The value of a field, or nil; setting nil removes the field. O(log n); setting copies the one
  /// node on each level that others share.
  public subscript(key: Text) -> Value? {
    @inline(never)
    get { root?.place(of: key)?.pointee }
    @inline(never)
    set {
      if let value = consume newValue {
        set(key, to: value)
      } else {
        remove(key)
      }
    }
  }

  private mutating func set(_ key: Text, to value: consuming Value) {
    if let slot = slot(of: key) {
      slot.pointee = value
    } else {
      insert(key, value)
    }
  }

  private mutating func remove(_ key: Text) {
    if root?.place(of: key) != nil { removeField(key) }
  }

  /// Lets `edit` see and change one field: nil stands for "no such field", both ways.
  ///
  /// What the field alone holds is changed in place. Where the edit throws, nothing else is
  /// changed, and the field keeps what the edit left in it (null where it left nothing).
  public mutating func edit<Failure: Error>(
    _ key: Text, _ edit: (inout Value?) throws(Failure) -> Void
  ) throws(Failure) {
    guard let slot = slot(of: key) else {
      var value: Value? = nil
      try edit(&value)
      self[key] = value
      return
    }
    // The value is moved out while it is edited, so that what it alone holds can be changed in
    // place.
    var value: Value? = slot.move()
    slot.initialize(to: .null)
    do throws(Failure) {
      try edit(&value)
    } catch {
      slot.pointee = value ?? .null
      throw error
    }
    if let value {
      slot.pointee = value
    } else {
      removeField(key)
    }
  }

  /// The place of a field's value, to be changed by the caller, and held by this object alone; nil
  /// where there is no such field. It is valid until the object changes again.
  @inline(__always)
  mutating func slot(of key: Text) -> UnsafeMutablePointer<Value>? {
    guard var node = root else { return nil }
    root = nil  // so that `node` is the only holder while it is changed
    defer { root = node }
    return ObjectNode.slot(of: key, in: &node)
  }

  /// Adds a field that is not there yet.
  mutating func insert(_ key: Text, _ value: consuming Value) {
    var node = root ?? ObjectNode.owning(room: 1, level: 0)
    root = nil
    if let overflow = ObjectNode.insert(key, value, into: &node) {
      node = ObjectNode.parent(of: node, and: overflow)
    }
    root = node
  }

  /// Removes a field that is there.
  mutating func removeField(_ key: Text) {
    guard var node = root else { return }
    root = nil
    ObjectNode.remove(key, from: &node)
    while node.level > 0, node.count == 1 { node = node.child(at: 0) }
    root = node.count == 0 ? nil : node
  }

  /// Calls `body` with each field in key order. Linear.
  public func forEach<Failure: Error>(
    _ body: (Text, Value) throws(Failure) -> Void
  ) throws(Failure) {
    try root?.forEachField { (key, value) throws(Failure) in
      try body(key.pointee, value.pointee)
    }
  }

  /// The keys in order. Linear.
  public var keys: [Text] {
    var keys: [Text] = []
    keys.reserveCapacity(count)
    forEach { key, _ in keys.append(key) }
    return keys
  }

  /// The field at a position in key order. O(log n); a position out of range is a programming
  /// error.
  @inline(never)
  public func field(at position: Int) -> (key: Text, value: Value) {
    precondition(position >= 0 && position < count, "Object position out of range")
    return root.unsafelyUnwrapped.field(at: position)
  }

  /// The first key that does not sort before `bound`, or nil. O(log n).
  package func firstKey(notBefore bound: Text) -> Text? {
    var position = 0
    var end = count
    while position < end {
      let middle = (position + end) / 2
      if field(at: middle).key < bound { position = middle + 1 } else { end = middle }
    }
    return position < count ? field(at: position).key : nil
  }

  /// Whether both are the very same storage, which implies equal fields. Constant.
  package func isIdentical(to other: Object) -> Bool { root === other.root }
}

extension ObjectNode {
  static func parent(of left: ObjectNode, and overflow: Overflow) -> ObjectNode {
    let parent = node(of: 0..<2, level: left.level + 1) { index, key, value in
      key.initialize(to: index == 0 ? left.keys[0] : overflow.key)
      value.initialize(to: Value(index == 0 ? left : overflow.node))
    }
    parent.info.pointee.total = UInt32(left.total + overflow.node.total)
    return parent
  }
}

extension Object: ExpressibleByDictionaryLiteral {
  /// An object of the fields; the last of equal keys wins. O(n log n).
  @inline(never)
  public init(dictionaryLiteral fields: (Text, Value)...) { self.init(fields) }
}

extension Object: Equatable {
  /// The same keys with equal values. Linear; constant where both share their storage.
  @inline(never)
  public static func == (left: Object, right: Object) -> Bool {
    if left.isIdentical(to: right) { return true }
    if left.count != right.count { return false }
    if let a = left.root, let b = right.root, a.level == 0, b.level == 0 {
      for index in 0..<a.count
      where a.keys[index] != b.keys[index] || a.values[index] != b.values[index] {
        return false
      }
      return true
    }
    for position in 0..<left.count {
      let (a, b) = (left.field(at: position), right.field(at: position))
      if a.key != b.key || a.value != b.value { return false }
    }
    return true
  }
}
