/// Prints values in canonical form. See `JSON`.
extension ByteWriter {
  mutating func print(_ value: Value) {
    withUnsafePointer(to: value) { print($0) }
  }

  /// Prints a value where it lies, which retains nothing.
  private mutating func print(_ value: UnsafePointer<Value>) {
    switch value.pointee.cell.tag & Cell.Tag.kindMask {
    case Cell.Tag.null: write("null")
    case Cell.Tag.bool: write(value.pointee.cell.word != 0 ? "true" : "false")
    case Cell.Tag.number: write(Double(bitPattern: value.pointee.cell.word))
    case Cell.Tag.array:
      write(UInt8(ascii: "["))
      if let root = value.pointee.vectorNode { print(root, isFirst: true) }
      write(UInt8(ascii: "]"))
    case Cell.Tag.object:
      write(UInt8(ascii: "{"))
      if let root = value.pointee.objectNode { print(root, isFirst: true) }
      write(UInt8(ascii: "}"))
    case Cell.Tag.delete: write("\"_Symbol_DeleteProperty\"")
    default: printText(value.pointee.cell)
    }
  }

  private mutating func print(_ node: VectorNode<Value>, isFirst: Bool) {
    if node.level == 0 {
      let count = node.count
      node.withUnsafeMutablePointerToElements { elements in
        for index in 0..<count {
          if index > 0 || !isFirst { write(UInt8(ascii: ",")) }
          print(elements + index)
        }
      }
      return
    }
    let children = node.children
    for index in 0..<children.count { print(children[index], isFirst: isFirst && index == 0) }
  }

  private mutating func print(_ node: ObjectNode, isFirst: Bool) {
    if node.level > 0 {
      for index in 0..<node.count {
        print(node.child(at: index), isFirst: isFirst && index == 0)
      }
      return
    }
    let (keys, values) = (node.keys, node.values)
    for index in 0..<node.count {
      if index > 0 || !isFirst { write(UInt8(ascii: ",")) }
      printText(keys[index].cell)
      write(UInt8(ascii: ":"))
      print(values + index)
    }
  }

  /// See `JSON.plainByteCount(_:)`.
  static func plainByteCount(_ value: UnsafePointer<Value>) -> Int {
    switch value.pointee.cell.tag & Cell.Tag.kindMask {
    case Cell.Tag.null, Cell.Tag.bool: return 5
    case Cell.Tag.number, Cell.Tag.delete: return 25
    case Cell.Tag.array:
      var count = 2
      value.pointee.array?.forEach { element in
        count += withUnsafePointer(to: element) { plainByteCount($0) } + 1
      }
      return count
    case Cell.Tag.object:
      var count = 2
      value.pointee.seenNode?._withUnsafeGuaranteedRef { node in
        node.forEachField { key, value in
          count += key.pointee.count + 4 + plainByteCount(value)
        }
      }
      return count
    default: return Text.at(value).pointee.count + 2
    }
  }

  // MARK: Strings

  @inline(__always)
  private mutating func printText(_ cell: borrowing Cell) {
    switch cell.slot {
    case .plain(let second, let third, let tag):
      printShort(cell.word, UInt64(second) &<< 32 | UInt64(third) &<< 16, tag: tag)
    case .shared(let buffer):
      let bytes = TextBuffer.of(buffer).bytes + cell.offset
      printLong(UnsafeBufferPointer(start: bytes, count: cell.length))
    }
  }

  /// Prints a short text straight from its two words.
  ///
  /// The words' unused bytes are zeros, which the search for what must be escaped takes for
  /// controls: the first find at or behind the text's end means that there was nothing.
  @inline(__always)
  private mutating func printShort(_ first: UInt64, _ second: UInt64, tag: UInt8) {
    reserve(18)
    let count = Int(tag & ~Cell.Tag.kindMask)
    let low = first.byteSwapped
    let high = second.byteSwapped
    let lowStop = ByteWriter.escapes(low).trailingZeroBitCount &>> 3
    let highStop = ByteWriter.escapes(high).trailingZeroBitCount &>> 3
    if lowStop >= min(count, 8), count <= 8 || highStop &+ 8 >= count {
      put(UInt8(ascii: "\""))
      put(low, count: min(count, 8))
      if count > 8 { put(high, count: count &- 8) }
      put(UInt8(ascii: "\""))
      return
    }
    printEscaped(low, high, count: count)
  }

  @inline(never)
  private mutating func printEscaped(_ low: UInt64, _ high: UInt64, count: Int) {
    var words = (low.littleEndian, high.littleEndian)
    withUnsafeBytes(of: &words) { bytes in
      printLong(UnsafeBufferPointer(rebasing: bytes.bindMemory(to: UInt8.self).prefix(count)))
    }
  }

  private mutating func printLong(_ bytes: UnsafeBufferPointer<UInt8>) {
    write(UInt8(ascii: "\""))
    var index = 0
    while index < bytes.count {
      // As long as nothing must be escaped, words are copied as they are looked at.
      reserve(bytes.count &- index &+ 8)
      while index &+ 32 <= bytes.count, !ByteWriter.holdsEscapes(bytes, at: index) {
        putPlain(bytes, at: index)
        index &+= 32
      }
      while index &+ 8 <= bytes.count {
        let word = UInt64(
          littleEndian: UnsafeRawPointer(bytes.baseAddress.unsafelyUnwrapped + index)
            .loadUnaligned(as: UInt64.self))
        let stop = ByteWriter.escapes(word).trailingZeroBitCount &>> 3
        put(word, count: stop)
        index &+= stop
        if stop < 8 { break }
      }
      if index == bytes.count { break }
      let byte = bytes[index]
      index &+= 1
      if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
        printEscape(byte)
      } else {
        put(byte)
      }
    }
    write(UInt8(ascii: "\""))
  }

  /// Whether one of 32 bytes must be escaped. Free of branches, so that the compiler compares many
  /// at once.
  @inline(__always)
  private static func holdsEscapes(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Bool {
    let start = bytes.baseAddress.unsafelyUnwrapped + index
    var found: UInt8 = 0
    for place in 0..<32 {
      let byte = start[place]
      let isControl: UInt8 = byte < 0x20 ? 1 : 0
      let isQuote: UInt8 = byte == UInt8(ascii: "\"") ? 1 : 0
      let isBackslash: UInt8 = byte == UInt8(ascii: "\\") ? 1 : 0
      found |= isControl | isQuote | isBackslash
    }
    return found != 0
  }

  private mutating func printEscape(_ byte: UInt8) {
    reserve(6)
    put(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): put(byte)
    case 0x08: put(UInt8(ascii: "b"))
    case 0x09: put(UInt8(ascii: "t"))
    case 0x0A: put(UInt8(ascii: "n"))
    case 0x0C: put(UInt8(ascii: "f"))
    case 0x0D: put(UInt8(ascii: "r"))
    default:
      write("u00")
      putHexadecimal(byte >> 4)
      putHexadecimal(byte & 15)
    }
  }

  /// Marks the bytes that a string cannot hold as they are: quotes, backslashes and controls.
  ///
  /// The lowest mark is exact: a subtraction borrows only from bytes above one that is truly
  /// marked.
  @inline(__always)
  private static func escapes(_ word: UInt64) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let quotes = (word ^ (ones &* 0x22)) &- ones
    let backslashes = (word ^ (ones &* 0x5C)) &- ones
    let controls = word &- (ones &* 0x20)
    // What is not ASCII has its high bit set before the subtraction.
    return (quotes | backslashes | controls) & ~word & (ones &* 0x80)
  }
}
