/// Building a whole object at once.
extension ObjectNode {
  /// Initialises the key and the value of a position.
  typealias Fill = (Int, UnsafeMutablePointer<Text>, UnsafeMutablePointer<Value>) -> Void

  /// A tree of `count` fields, at least one. `fill` is told positions 0, 1, … in turn, whose keys
  /// must strictly increase. Linear.
  static func building(count: Int, _ fill: Fill) -> ObjectNode {
    var nodes: [ObjectNode] = []
    for range in pieces(count) {
      nodes.append(node(of: range, level: 0, fill))
    }
    var level: UInt8 = 1
    while nodes.count > 1 {
      let children = nodes
      nodes = []
      for range in pieces(children.count) {
        let parent = node(of: range, level: level) { index, key, value in
          key.initialize(to: children[index].keys[0])
          value.initialize(to: Value(children[index]))
        }
        parent.info.pointee.total = range.reduce(0) { $0 + children[$1].info.pointee.total }
        nodes.append(parent)
      }
      level += 1
    }
    return nodes[0]
  }

  /// A node of 1 to 16 entries.
  @inline(__always)
  static func node(of range: Range<Int>, level: UInt8, _ fill: Fill) -> ObjectNode {
    let node = owning(room: range.count, level: level)
    let (values, keys) = (node.values, node.keys)
    for offset in 0..<range.count {
      fill(range.lowerBound + offset, keys + offset, values + offset)
    }
    node.info.pointee.count = UInt8(range.count)
    node.info.pointee.total = UInt32(range.count)
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
