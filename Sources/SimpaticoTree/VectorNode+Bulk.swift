/// Building a whole vector at once.
extension VectorNode {
  /// A tree of the given elements, which are moved into it; nil where there are none. Linear.
  static func moving(_ elements: UnsafeMutablePointer<Element>, count: Int) -> VectorNode? {
    if count <= width { return count == 0 ? nil : leaf(moving: elements, count: count) }
    var nodes: [VectorNode] = []
    nodes.reserveCapacity((count + width - 1) / width)
    for start in stride(from: 0, to: count, by: width) {
      nodes.append(leaf(moving: elements + start, count: min(width, count - start)))
    }
    var level = 1
    while nodes.count > 1 {
      var parents: [VectorNode] = []
      for start in stride(from: 0, to: nodes.count, by: width) {
        parents.append(
          inner(Array(nodes[start..<min(start + width, nodes.count)]), level: level))
      }
      nodes = parents
      level += 1
    }
    return nodes[0]
  }

  private static func leaf(
    moving elements: UnsafeMutablePointer<Element>, count: Int
  ) -> VectorNode {
    let node = allocate(room: count)
    node.withUnsafeMutablePointers { header, slots in
      slots.take(from: elements, count: count)
      header.pointee.count = count
      header.pointee.total = count
    }
    return node
  }
}
