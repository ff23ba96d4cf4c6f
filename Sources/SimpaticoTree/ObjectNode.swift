/// One node of an object: a B+ tree whose keys stand in a shared column beside the values.
///
/// At level 0 the values are the fields'. Above, each value is an `object` that holds a child, and
/// its key is at most the child's lowest key. A node holds 1 to 16 entries; small objects are a
/// single node. A node is changed only by a holder of the one reference to it and to all its
/// ancestors.
final class ObjectNode: ManagedBuffer<ObjectNode.Header, Value> {
  struct Header {
    var keys: KeyColumn
    /// Values that fit without another allocation.
    var room: Int
    var level: Int
    /// Fields in the whole subtree.
    var total: Int
  }

  static let width = 16

  // The header is reached by its address: as a property, every access to it is checked for overlaps
  // at run time, which costs more than the access.
  var count: Int { withUnsafeMutablePointerToHeader { $0.pointee.keys.count } }
  var level: Int { withUnsafeMutablePointerToHeader { $0.pointee.level } }
  var room: Int { withUnsafeMutablePointerToHeader { $0.pointee.room } }
  var keys: KeyColumn {
    get { withUnsafeMutablePointerToHeader { $0.pointee.keys } }
    set { withUnsafeMutablePointerToHeader { $0.pointee.keys = newValue } }
  }
  var total: Int {
    get { withUnsafeMutablePointerToHeader { $0.pointee.total } }
    set { withUnsafeMutablePointerToHeader { $0.pointee.total = newValue } }
  }

  static func allocate(keys: KeyColumn, level: Int, room: Int? = nil) -> ObjectNode {
    let room = max(room ?? 0, keys.count)
    let node = ObjectNode.create(minimumCapacity: room) { _ in
      Header(keys: keys, room: room, level: level, total: keys.count)
    }
    return unsafeDowncast(node, to: ObjectNode.self)
  }

  /// A node of the given entries; `fill` initialises one value a key.
  static func make(
    keys: KeyColumn, level: Int, _ fill: (UnsafeMutablePointer<Value>) -> Void
  ) -> ObjectNode {
    let node = allocate(keys: keys, level: level)
    node.withUnsafeMutablePointerToElements(fill)
    node.recount()
    return node
  }

  deinit {
    withUnsafeMutablePointers { header, values in
      // One by one, because the runtime's loop calls a function for every element.
      for index in 0..<header.pointee.keys.count { (values + index).deinitialize(count: 1) }
    }
  }

  func recount() {
    guard level > 0 else {
      total = count
      return
    }
    var total = 0
    for index in 0..<count { total += child(at: index).total }
    self.total = total
  }

  func value(at index: Int) -> Value { withUnsafeMutablePointerToElements { $0[index] } }

  func child(at index: Int) -> ObjectNode {
    guard let node = value(at: index).objectNode else {
      preconditionFailure("an inner object node holds children only")
    }
    return node
  }

  func copy(room: Int? = nil) -> ObjectNode {
    withUnsafeMutablePointers { header, values in
      let node = ObjectNode.allocate(
        keys: header.pointee.keys, level: header.pointee.level, room: room)
      node.total = header.pointee.total
      node.withUnsafeMutablePointerToElements { target in
        target.initialize(from: values, count: header.pointee.keys.count)
      }
      return node
    }
  }

  static func makeUnique(_ node: inout ObjectNode) {
    if !isKnownUniquelyReferenced(&node) { node = node.copy() }
  }

  /// The child in which a key belongs. Above level 0 only.
  func route(_ key: Text) -> Int {
    let found = keys.find(key)
    return found >= 0 ? found : max(0, ~found - 1)
  }

  func find(_ key: Text) -> Value? {
    var node = self
    while node.level > 0 { node = node.child(at: node.route(key)) }
    let index = node.keys.find(key)
    return index >= 0 ? node.value(at: index) : nil
  }

  func forEach<Failure: Error>(_ body: (Text, Value) throws(Failure) -> Void) throws(Failure) {
    for index in 0..<count {
      if level > 0 {
        try child(at: index).forEach(body)
      } else {
        try body(keys[index], value(at: index))
      }
    }
  }

  /// The field at a position in key order. O(log n).
  func field(at position: Int) -> (key: Text, value: Value) {
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
    return (node.keys[position], node.value(at: position))
  }
}
