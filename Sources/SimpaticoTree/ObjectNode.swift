/// One node of an object: a B+ tree whose keys stand beside the values.
///
/// At level 0 the values are the fields'. Above, each value is an `object` that holds a child, and
/// its key is at most the child's lowest key. A node holds 1 to 16 entries; small objects are a
/// single node. A node is changed only by a holder of the one reference to it and to all its
/// ancestors.
///
/// A new node owns its keys: they lie behind its values, so that a message or a literal is one
/// allocation. A copy, made to change a value, shares its keys with all later copies in a column,
/// so that a version of a residue keeps no keys of its own.
final class ObjectNode: ManagedBuffer<ObjectNode.Header, Value> {
  struct Header {
    /// The keys where other versions share them; nil where this node owns them.
    var column: KeyColumn?
    /// Where the keys lie, either way.
    var keys: UnsafeMutablePointer<Text>
    /// Fields in the whole subtree.
    var total: UInt32
    var count: UInt8
    /// Entries that fit without another allocation; 0 where the keys are shared.
    var room: UInt8
    var level: UInt8
  }

  static let width = 16

  // The header is reached by its address: as a property, every access to it is checked for overlaps
  // at run time, which costs more than the access. The pointers are valid while the node is held.
  @inline(__always)
  var info: UnsafeMutablePointer<Header> { withUnsafeMutablePointerToHeader { $0 } }
  @inline(__always)
  var values: UnsafeMutablePointer<Value> { withUnsafeMutablePointerToElements { $0 } }
  @inline(__always)
  var keys: UnsafeMutablePointer<Text> { info.pointee.keys }
  @inline(__always)
  var count: Int { Int(info.pointee.count) }
  @inline(__always)
  var level: UInt8 { info.pointee.level }
  @inline(__always)
  var total: Int { Int(info.pointee.total) }

  /// A node without entries that owns its keys.
  static func owning(room: Int, level: UInt8) -> ObjectNode {
    let node = unsafeDowncast(
      // Keys and values are cells of one size.
      ObjectNode.create(minimumCapacity: 2 &* room) { buffer in
        let keys = buffer.withUnsafeMutablePointerToElements { UnsafeMutableRawPointer($0 + room) }
        return Header(
          column: nil, keys: keys.bindMemory(to: Text.self, capacity: room), total: 0, count: 0,
          room: UInt8(truncatingIfNeeded: room), level: level)
      }, to: ObjectNode.self)
    return node
  }

  /// A node with shared keys, whose values the caller initialises.
  @inline(__always)
  static func sharing(
    _ column: KeyColumn, count: UInt8, level: UInt8, total: UInt32
  ) -> ObjectNode {
    unsafeDowncast(
      ObjectNode.create(minimumCapacity: Int(count)) { _ in
        Header(
          column: column, keys: column.keys, total: total, count: count, room: 0, level: level)
      }, to: ObjectNode.self)
  }

  deinit {
    let (info, values) = (info, values)
    // One by one, because the runtime's loop calls a function for every element.
    for index in 0..<Int(info.pointee.count) { (values + index).deinitialize(count: 1) }
    if info.pointee.column == nil {
      let keys = info.pointee.keys
      for index in 0..<Int(info.pointee.count) { (keys + index).deinitialize(count: 1) }
    }
  }

  /// A version whose values can be changed; it shares its keys.
  @inline(never)
  func copy() -> ObjectNode {
    let info = info
    let count = info.pointee.count
    let column =
      info.pointee.column ?? KeyColumn.copying(info.pointee.keys, count: Int(count))
    let node = ObjectNode.sharing(
      column, count: count, level: info.pointee.level, total: info.pointee.total)
    let (source, target) = (values, node.values)
    for index in 0..<Int(count) { (target + index).initialize(to: source[index]) }
    return node
  }

  @inline(__always)
  static func makeUnique(_ node: inout ObjectNode) {
    if !isKnownUniquelyReferenced(&node) { node = node.copy() }
  }

  func child(at index: Int) -> ObjectNode {
    guard let node = values[index].objectNode else {
      preconditionFailure("an inner object node holds children only")
    }
    return node
  }

  /// The child in which a key belongs. Above level 0 only.
  func route(_ key: Text) -> Int {
    let found = Text.find(key, in: keys, count: count)
    return found >= 0 ? found : max(0, ~found &- 1)
  }

  /// False where there is no such field; looks at a single node only. O(1).
  @inline(__always)
  func mayHold(_ key: Text) -> Bool {
    level > 0 || Text.place(of: key, in: keys, count: count) >= 0
  }

  /// Where the value of a field is, or nil where there is no such field. It is valid while the node
  /// is held and not changed. O(log n), and retains nothing.
  func place(of key: Text) -> UnsafePointer<Value>? {
    if level == 0 {
      let index = Text.place(of: key, in: keys, count: count)
      return index >= 0 ? UnsafePointer(values + index) : nil
    }
    return values[route(key)].place(of: key)
  }

  /// The same of a key that is held elsewhere and only looked at.
  func place(of key: UnsafePointer<Text>) -> UnsafePointer<Value>? {
    if level > 0 { return place(of: key.pointee) }
    let index = Text.place(of: key, in: keys, count: count)
    return index >= 0 ? UnsafePointer(values + index) : nil
  }

  /// Calls `body` with the places of each field's key and value, in key order.
  @inline(__always)
  func forEachField<Failure: Error>(
    _ body: (UnsafePointer<Text>, UnsafePointer<Value>) throws(Failure) -> Void
  ) throws(Failure) {
    let total = total
    var start = 0
    repeat {
      let run = level == 0 ? entries : run(at: start)
      for index in 0..<run.count { try body(run.keys + index, run.values + index) }
      start += run.count
    } while start < total
  }

  /// Fields that stand side by side in one node.
  typealias Run = (keys: UnsafePointer<Text>, values: UnsafePointer<Value>, count: Int)

  @inline(__always)
  private var entries: Run { (UnsafePointer(keys), UnsafePointer(values), count) }

  /// The fields of the leaf that begins at a position. O(log n).
  @inline(never)
  private func run(at position: Int) -> Run { leaf(at: position).node.entries }

  /// The leaf that holds the field at a position in key order, and the field's index there.
  private func leaf(at position: Int) -> (node: ObjectNode, index: Int) {
    var node = self
    var position = position
    while node.level > 0 {
      var index = 0
      var child = node.child(at: 0)
      while position >= child.total {
        position -= child.total
        index += 1
        child = node.child(at: index)
      }
      node = child
    }
    return (node, position)
  }

  /// The field at a position in key order. O(log n).
  func field(at position: Int) -> (key: Text, value: Value) {
    let (node, index) = leaf(at: position)
    return (node.keys[index], node.values[index])
  }
}
