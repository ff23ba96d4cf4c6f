/// Changes to a node that the caller holds in a variable of its own: in place where nothing else
/// holds it, on a copy of the one node otherwise.
extension ObjectNode {
  /// The right half that a full node was split into; the level above takes it in.
  struct Overflow {
    let key: Text
    let node: ObjectNode
  }

  /// The place of a key's value, to be changed by the caller; nil where there is no such key. It is
  /// valid until the node changes again. O(log n).
  static func slot(
    of key: Text, in node: inout ObjectNode
  ) -> UnsafeMutablePointer<Value>? {
    if node.level > 0 {
      makeUnique(&node)
      return node.withChild(at: node.route(key)) { child in slot(of: key, in: &child) }
    }
    let index = Text.place(of: key, in: node.keys, count: node.count)
    if index < 0 { return nil }
    makeUnique(&node)
    return node.values + index
  }

  /// Adds a field whose key is not there yet. A full node keeps its left half; the right half is
  /// answered. O(log n).
  static func insert(
    _ key: Text, _ value: consuming Value, into node: inout ObjectNode
  ) -> Overflow? {
    if node.level == 0 {
      let index = ~Text.find(key, in: node.keys, count: node.count)
      return insert(key, value, into: &node, at: index, adding: 1)
    }
    makeUnique(&node)
    let index = node.route(key)
    let added = value
    let overflow = node.withChild(at: index) { child in insert(key, added, into: &child) }
    node.info.pointee.total += 1
    if index == 0, key < node.keys[0] { node.lowerFirstKey(to: key) }
    guard let overflow else { return nil }
    let moved = overflow.node.info.pointee.total
    node.info.pointee.total -= moved
    return insert(
      overflow.key, Value(overflow.node), into: &node, at: index + 1, adding: moved)
  }

  /// Removes the field of a key that is there. O(log n).
  static func remove(_ key: Text, from node: inout ObjectNode) {
    if node.level == 0 {
      remove(at: Text.find(key, in: node.keys, count: node.count), from: &node)
      node.info.pointee.total -= 1
      return
    }
    makeUnique(&node)
    let index = node.route(key)
    let rest = node.withChild(at: index) { child in
      remove(key, from: &child)
      return child.count
    }
    node.info.pointee.total -= 1
    if rest == 0 {
      remove(at: index, from: &node)
    } else if rest < width / 4 {
      mergeNeighbours(in: &node, around: index)
    }
  }

  /// Inserts an entry at a position; `fields` are what it adds to the total of this level.
  private static func insert(
    _ key: Text, _ value: consuming Value, into node: inout ObjectNode, at index: Int,
    adding fields: UInt32
  ) -> Overflow? {
    let count = node.count
    if count == width {
      // Keys that arrive in order leave full nodes behind instead of half-full ones. Halves seldom
      // grow by half.
      let (middle, room) = index == width ? (width - 1, width) : (width / 2, width / 4 * 3)
      var right = node.slice(middle..<width, room: room)
      node = node.slice(0..<middle, room: room)
      if index <= middle {
        _ = insert(key, value, into: &node, at: index, adding: fields)
      } else {
        _ = insert(key, value, into: &right, at: index - middle, adding: fields)
      }
      return Overflow(key: right.keys[0], node: right)
    }
    let isUnique = isKnownUniquelyReferenced(&node)
    if !isUnique || Int(node.info.pointee.room) <= count {
      // A node that nobody else holds is being built, so more is likely to come.
      let room = isUnique ? min(width, max(4, count * 2)) : count + 1
      node = node.slice(0..<count, room: room)
    }
    let (info, values, keys) = (node.info, node.values, node.keys)
    (values + index + 1).take(from: values + index, count: count - index)
    (keys + index + 1).take(from: keys + index, count: count - index)
    (values + index).initialize(to: value)
    (keys + index).initialize(to: key)
    info.pointee.count += 1
    info.pointee.total += fields
    return nil
  }

  /// Sets a field of a single node that is being built, and that has room for it.
  @inline(__always)
  func place(_ key: Text, _ value: Value) {
    let (values, keys, count) = (values, keys, count)
    var index = count
    while index > 0 {
      let order = keys[index &- 1].compare(key)
      if order == 0 {
        values[index &- 1] = value
        return
      }
      if order < 0 { break }
      index &-= 1
    }
    (values + index + 1).take(from: values + index, count: count &- index)
    (keys + index + 1).take(from: keys + index, count: count &- index)
    (values + index).initialize(to: value)
    (keys + index).initialize(to: key)
    info.pointee.count &+= 1
    info.pointee.total &+= 1
  }

  /// Takes an entry out; the total stays as it is.
  private static func remove(at index: Int, from node: inout ObjectNode) {
    let count = node.count
    if !isKnownUniquelyReferenced(&node) || node.info.pointee.column != nil {
      let total = node.info.pointee.total
      node = node.slice(0..<count, room: count)
      node.info.pointee.total = total
    }
    let (values, keys) = (node.values, node.keys)
    (values + index).deinitialize(count: 1)
    (keys + index).deinitialize(count: 1)
    (values + index).take(from: values + index + 1, count: count - index - 1)
    (keys + index).take(from: keys + index + 1, count: count - index - 1)
    node.info.pointee.count -= 1
  }

  /// Joins a thin child with a neighbour where both fit into one node.
  private static func mergeNeighbours(in node: inout ObjectNode, around index: Int) {
    if !merge(in: &node, at: index - 1) { _ = merge(in: &node, at: index) }
  }

  /// Joins a child with the next one. Answers whether there is one, and both fit into one node.
  @inline(never)
  private static func merge(in node: inout ObjectNode, at left: Int) -> Bool {
    guard left >= 0, left + 1 < node.count else { return false }
    let first = node.child(at: left)
    let second = node.child(at: left + 1)
    guard first.count + second.count <= width else { return false }
    let joined = first.slice(0..<first.count, room: first.count + second.count)
    joined.append(second, 0..<second.count)
    node.values[left] = Value(joined)
    remove(at: left + 1, from: &node)
    return true
  }

  /// A node of its own of some entries.
  private func slice(_ range: Range<Int>, room: Int) -> ObjectNode {
    let part = ObjectNode.owning(room: room, level: level)
    part.append(self, range)
    return part
  }

  /// Appends copies of another node's entries, for which there is room.
  private func append(_ other: ObjectNode, _ range: Range<Int>) {
    let info = info
    let (values, keys) = (values + count, keys + count)
    let (otherValues, otherKeys) = (other.values, other.keys)
    for (offset, index) in range.enumerated() {
      (values + offset).initialize(to: otherValues[index])
      (keys + offset).initialize(to: otherKeys[index])
      info.pointee.total += level == 0 ? 1 : UInt32(other.child(at: index).total)
    }
    info.pointee.count += UInt8(range.count)
  }

  /// Replaces the first key, after a lower one came into the first child. `self` is held once.
  private func lowerFirstKey(to key: Text) {
    if let column = info.pointee.column {
      let copy = KeyColumn.copying(column.keys, count: count)
      info.pointee.column = copy
      info.pointee.keys = copy.keys
    }
    keys[0] = key
  }

  /// Lets `body` change a child of a node that is held once; meanwhile only `body` holds the child.
  private func withChild<Answer>(
    at index: Int, _ body: (inout ObjectNode) -> Answer
  ) -> Answer {
    var child = child(at: index)
    values[index] = .null
    defer { values[index] = Value(child) }
    return body(&child)
  }
}
