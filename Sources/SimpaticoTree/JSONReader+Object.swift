/// Objects: their keys are sorted only where they did not come sorted, and only the first time they
/// come.
extension JSONReader {
  /// Makes an object of more fields than one node holds. The values are moved, the keys copied.
  static func largeObject(
    _ keys: UnsafeMutablePointer<Key>, _ values: UnsafeMutablePointer<Value>, count: Int
  ) throws(JSONError) -> ObjectNode {
    var isSorted = true
    for index in 1..<count where keys[index - 1].text.compare(keys[index].text) >= 0 {
      isSorted = false
      break
    }
    if isSorted {
      return ObjectNode.building(count: count) { index, key, value in
        key.initialize(to: keys[index].text)
        value.initialize(to: (values + index).move())
      }
    }
    var fields = Object()
    for index in 0..<count {
      let key = keys[index].text
      if fields[key] != nil { throw JSONError(.duplicateKey, at: keys[index].offset) }
      fields.insert(key, values[index])
    }
    for index in 0..<count { (values + index).deinitialize(count: 1) }
    return fields.root.unsafelyUnwrapped
  }
}

/// The key columns of objects met so far, found by the keys as they came.
struct JSONShapes: ~Copyable {
  /// A column together with the order in which its keys came.
  struct Shape {
    let column: KeyColumn
    let count: Int
    /// Four bits a position in key order: which of the fields, as they came, stands there.
    let order: UInt64
    let isInOrder: Bool

    @inline(__always)
    func source(of position: Int) -> Int {
      Int(truncatingIfNeeded: order &>> UInt64(truncatingIfNeeded: position &* 4) & 15)
    }

    @inline(__always)
    func node(moving values: UnsafeMutablePointer<Value>) -> ObjectNode {
      let node = ObjectNode.sharing(
        column, count: UInt8(truncatingIfNeeded: count), level: 0,
        total: UInt32(truncatingIfNeeded: count))
      let target = node.values
      if isInOrder {
        target.take(from: values, count: count)
      } else {
        for position in 0..<count {
          (target + position).initialize(to: (values + source(of: position)).move())
        }
      }
      return node
    }

    @inline(__always)
    func matches(_ keys: UnsafeMutablePointer<JSONReader.Key>, count: Int) -> Bool {
      if self.count != count { return false }
      let texts = column.keys
      for position in 0..<count where texts[position] != keys[source(of: position)].text {
        return false
      }
      return true
    }
  }

  private static var slotBits: Int { 6 }
  /// Longer keys are not kept, so that what a reader remembers stays small.
  private static var longestKept: Int { 64 }

  private var shapes: [Shape?] = []
  private var texts: [Text?] = []
  /// A single object gains nothing from being remembered: the tables come with the second one.
  private var isWarm = false

  init() {}

  /// Makes an object of 1 to 16 fields, in the order in which they came. The values are moved, the
  /// keys copied.
  @inline(__always)
  mutating func object(
    _ keys: UnsafeMutablePointer<JSONReader.Key>, _ values: UnsafeMutablePointer<Value>, count: Int
  ) throws(JSONError) -> ObjectNode {
    if isWarm { return try shape(of: keys, count: count).node(moving: values) }
    isWarm = true
    let order = try JSONShapes.order(of: keys, count: count)
    return ObjectNode.node(of: 0..<count, level: 0) { position, key, value in
      let source = Int(truncatingIfNeeded: order &>> UInt64(truncatingIfNeeded: 4 &* position) & 15)
      key.initialize(to: keys[source].text)
      value.initialize(to: (values + source).move())
    }
  }

  /// The shape of the keys, remembered or new.
  @inline(__always)
  private mutating func shape(
    of keys: UnsafeMutablePointer<JSONReader.Key>, count: Int
  ) throws(JSONError) -> Shape {
    var hash = UInt64(truncatingIfNeeded: count)
    for index in 0..<count {
      hash = (hash ^ JSONShapes.hash(keys[index].text)) &* JSONShapes.spread
    }
    let slot = Int(truncatingIfNeeded: hash &>> UInt64(64 - JSONShapes.slotBits))
    if !shapes.isEmpty, let known = shapes[slot], known.matches(keys, count: count) {
      return known
    }
    return try newShape(keys, count: count, slot: slot)
  }

  @inline(never)
  private mutating func newShape(
    _ keys: UnsafeMutablePointer<JSONReader.Key>, count: Int, slot: Int
  ) throws(JSONError) -> Shape {
    let order = try JSONShapes.order(of: keys, count: count)
    var isInOrder = true
    var isKept = true
    let column = KeyColumn.make(count) { target in
      for position in 0..<count {
        let index = Int(truncatingIfNeeded: order &>> UInt64(4 * position) & 15)
        if index != position { isInOrder = false }
        if keys[index].text.count > JSONShapes.longestKept { isKept = false }
        (target + position).initialize(to: keys[index].text)
      }
    }
    let shape = Shape(column: column, count: count, order: order, isInOrder: isInOrder)
    if isKept {
      if shapes.isEmpty { shapes = Array(repeating: nil, count: 1 << JSONShapes.slotBits) }
      shapes[slot] = shape
    }
    return shape
  }

  /// Sorts keys: four bits a position in key order tell which of them, as they came, stands there.
  private static func order(
    of keys: UnsafeMutablePointer<JSONReader.Key>, count: Int
  ) throws(JSONError) -> UInt64 {
    var order: UInt64 = 0
    for index in 0..<count {
      var position = index
      while position > 0 {
        let before = Int(truncatingIfNeeded: order &>> UInt64(4 &* (position &- 1)) & 15)
        let comparison = keys[before].text.compare(keys[index].text)
        if comparison == 0 { throw JSONError(.duplicateKey, at: keys[index].offset) }
        if comparison < 0 { break }
        position &-= 1
      }
      let low = order & (1 &<< UInt64(4 &* position) &- 1)
      order = (order &>> UInt64(4 &* position)) &<< UInt64(4 &* position &+ 4) | low
      order |= UInt64(index) &<< UInt64(4 &* position)
    }
    return order
  }

  /// A text of bytes that are known to be UTF-8: one that an earlier object holds already, where
  /// there is one.
  mutating func shared(_ bytes: UnsafeBufferPointer<UInt8>) -> Text {
    let count = bytes.count
    guard isWarm, count > Text.smallLimit, count <= JSONShapes.longestKept,
      let base = bytes.baseAddress
    else { return Text(validated: bytes) }
    if texts.isEmpty { texts = Array(repeating: nil, count: 1 << JSONShapes.slotBits) }
    let hash = JSONShapes.hash(base, count: count) &* JSONShapes.spread
    let slot = Int(truncatingIfNeeded: hash &>> UInt64(64 - JSONShapes.slotBits))
    if let known = texts[slot], known.withUTF8({ compareBytes($0, bytes) == 0 }) { return known }
    let text = Text(validated: bytes)
    texts[slot] = text
    return text
  }

  private static var spread: UInt64 { 0x9E37_79B9_7F4A_7C15 }

  /// Depends on the bytes only, so that equal runs do equal work.
  @inline(__always)
  private static func hash(_ text: Text) -> UInt64 {
    switch text.cell.slot {
    case .plain(let second, let third, let count):
      return text.cell.word &+ Cell.tail(second, third, count) &* spread
    case .shared(let buffer):
      return hash(TextBuffer.of(buffer).bytes + text.cell.offset, count: text.cell.length)
    }
  }

  /// Of eight bytes or more, the first and the last.
  @inline(__always)
  private static func hash(_ bytes: UnsafePointer<UInt8>, count: Int) -> UInt64 {
    let raw = UnsafeRawPointer(bytes)
    let first = raw.loadUnaligned(as: UInt64.self).littleEndian
    let last = raw.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self).littleEndian
    return first &+ last &* spread &+ UInt64(truncatingIfNeeded: count)
  }
}
