/// Building a whole object at once.
extension ObjectNode {
  /// A tree of `count` fields, at least one. `fill` is told positions 0, 1, … in turn, whose keys
  /// must strictly increase, and initialises the key and the value of each. Linear.
  static func building(
    count: Int,
    _ fill: (Int, UnsafeMutablePointer<Text>, UnsafeMutablePointer<Value>) -> Void
  ) -> ObjectNode {
    var nodes: [ObjectNode] = []
    for range in pieces(count) {
      nodes.append(node(of: range, level: 0, fill))
    }
    var level = 1
    while nodes.count > 1 {
      let children = nodes
      nodes = []
      for range in pieces(children.count) {
        let parent = node(of: range, level: level) { index, key, value in
          key.initialize(to: children[index].keys[0])
          value.initialize(to: Value(children[index]))
        }
        parent.recount()
        nodes.append(parent)
      }
      level += 1
    }
    return nodes[0]
  }

  private static func node(
    of range: Range<Int>, level: Int,
    _ fill: (Int, UnsafeMutablePointer<Text>, UnsafeMutablePointer<Value>) -> Void
  ) -> ObjectNode {
    let values = UnsafeMutablePointer<Value>.allocate(capacity: range.count)
    defer { values.deallocate() }
    let keys = KeyColumn.make(range.count) { keys in
      for offset in 0..<range.count {
        fill(range.lowerBound + offset, keys + offset, values + offset)
      }
    }
    let node = allocate(keys: keys, level: level)
    node.withUnsafeMutablePointerToElements {
      $0.moveInitialize(from: values, count: range.count)
    }
    return node
  }

  /// Cuts positions into as few nodes as possible, as evenly as possible.
  private static func pieces(_ count: Int) -> [Range<Int>] {
    let total = (count + width - 1) / width
    var pieces: [Range<Int>] = []
    pieces.reserveCapacity(total)
    var start = 0
    for index in 0..<total {
      let size = (count - start + total - index - 1) / (total - index)
      pieces.append(start..<start + size)
      start += size
    }
    return pieces
  }
}
