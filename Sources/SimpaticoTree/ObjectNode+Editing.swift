/// Changes to a node that the caller holds in a variable of its own: in place where nothing else
/// holds it, on a copy of the one node otherwise.
extension ObjectNode {
  /// The right half that a full node was split into; the level above takes it in.
  struct Overflow {
    let key: Text
    let node: ObjectNode
  }

  /// Lets `edit` see and change the value of a key: nil stands for "no such field", both ways.
  ///
  /// Where the edit throws, the node holds what it held, and for the key what the edit left (null
  /// where it left nothing). O(log n) plus the edit.
  static func edit<Failure: Error>(
    _ node: inout ObjectNode, _ key: Text, _ edit: (inout Value?) throws(Failure) -> Void
  ) throws(Failure) -> Overflow? {
    if node.level > 0 { return try editChild(of: &node, key, edit) }
    let index = node.keys.find(key)
    if index < 0 {
      var value: Value? = nil
      try edit(&value)
      guard let value else { return nil }
      return insert(into: &node, key, value, at: ~index)
    }
    makeUnique(&node)
    // The value is moved out while it is edited, so that what it alone holds can be changed in
    // place.
    var value: Value? = node.take(at: index)
    do throws(Failure) {
      try edit(&value)
    } catch {
      node.put(value ?? .null, at: index)
      throw error
    }
    if let value {
      node.put(value, at: index)
    } else {
      remove(from: &node, at: index)
    }
    return nil
  }

  private static func editChild<Failure: Error>(
    of node: inout ObjectNode, _ key: Text, _ edit: (inout Value?) throws(Failure) -> Void
  ) throws(Failure) -> Overflow? {
    makeUnique(&node)
    let index = node.route(key)
    var child = node.takeChild(at: index)
    let before = child.total
    let overflow: Overflow?
    do throws(Failure) {
      overflow = try ObjectNode.edit(&child, key, edit)
    } catch {
      node.put(Value(child), at: index)
      throw error
    }
    let after = child.total
    node.put(Value(child), at: index)
    node.total += after - before
    if index == 0, after > before || overflow != nil, key < node.keys[0] {
      node.keys = node.keys.replacing(at: 0, with: key)
    }
    if let overflow {
      return insert(into: &node, overflow.key, Value(overflow.node), at: index + 1)
    }
    if after == 0 {
      remove(from: &node, at: index)
    } else if after < before, node.child(at: index).count < width / 4 {
      mergeNeighbours(in: &node, around: index)
    }
    return nil
  }

  /// Inserts an entry. A full node keeps its left half; the right half is answered.
  private static func insert(
    into node: inout ObjectNode, _ key: Text, _ value: Value, at index: Int
  ) -> Overflow? {
    if node.count == width {
      // Keys that arrive in order leave full nodes behind instead of half-full ones.
      let middle = index == width ? width - 1 : width / 2
      var right = node.slice(middle..<width)
      node = node.slice(0..<middle)
      if index <= middle {
        _ = insert(into: &node, key, value, at: index)
      } else {
        _ = insert(into: &right, key, value, at: index - middle)
      }
      return Overflow(key: right.keys[0], node: right)
    }
    let keys = node.keys.inserting(key, at: index)
    let added = node.level == 0 ? 1 : value.objectNode?.total ?? 0
    if isKnownUniquelyReferenced(&node), node.count < node.room {
      node.withUnsafeMutablePointers { header, values in
        let count = header.pointee.keys.count
        (values + index + 1).moveInitialize(from: values + index, count: count - index)
        (values + index).initialize(to: value)
        header.pointee.keys = keys
        header.pointee.total += added
      }
      return nil
    }
    let old = node
    let grown = allocate(keys: keys, level: old.level, room: min(width, (keys.count + 1) & ~1))
    grown.total = old.total + added
    old.withUnsafeMutablePointerToElements { source in
      grown.withUnsafeMutablePointerToElements { target in
        target.initialize(from: source, count: index)
        (target + index).initialize(to: value)
        (target + index + 1).initialize(from: source + index, count: old.count - index)
      }
    }
    node = grown
    return nil
  }

  private static func remove(from node: inout ObjectNode, at index: Int) {
    makeUnique(&node)
    node.withUnsafeMutablePointers { header, values in
      let count = header.pointee.keys.count
      (values + index).deinitialize(count: 1)
      (values + index).moveInitialize(from: values + index + 1, count: count - index - 1)
      header.pointee.keys = header.pointee.keys.removing(at: index)
      // Above level 0 the child that goes is empty, so the total has already been corrected.
      if header.pointee.level == 0 { header.pointee.total -= 1 }
    }
  }

  /// Joins a thin child with a neighbour where both fit into one node.
  private static func mergeNeighbours(in node: inout ObjectNode, around index: Int) {
    for left in [index - 1, index] where left >= 0 && left + 1 < node.count {
      let first = node.child(at: left)
      let second = node.child(at: left + 1)
      guard first.count + second.count <= width else { continue }
      let joined = allocate(keys: first.keys.joined(with: second.keys), level: first.level)
      joined.total = first.total + second.total
      joined.withUnsafeMutablePointerToElements { target in
        first.withUnsafeMutablePointerToElements {
          target.initialize(from: $0, count: first.count)
        }
        second.withUnsafeMutablePointerToElements {
          (target + first.count).initialize(from: $0, count: second.count)
        }
      }
      node.put(Value(joined), at: left)
      remove(from: &node, at: left + 1)
      return
    }
  }

  private func slice(_ range: Range<Int>) -> ObjectNode {
    let part = ObjectNode.allocate(keys: keys.slice(range), level: level, room: ObjectNode.width)
    part.withUnsafeMutablePointerToElements { target in
      withUnsafeMutablePointerToElements {
        target.initialize(from: $0 + range.lowerBound, count: range.count)
      }
    }
    part.recount()
    return part
  }

  private func take(at index: Int) -> Value {
    withUnsafeMutablePointerToElements { values in
      let value = (values + index).move()
      (values + index).initialize(to: .null)
      return value
    }
  }

  private func put(_ value: Value, at index: Int) {
    withUnsafeMutablePointerToElements { $0[index] = value }
  }

  private func takeChild(at index: Int) -> ObjectNode {
    guard let node = take(at: index).objectNode else {
      preconditionFailure("an inner object node holds children only")
    }
    return node
  }
}
