/// Strings: found by words of eight bytes, checked in the same pass, copied once.
extension JSONReader {
  /// Reads the rest of a string, whose opening quote has been read.
  @inline(__always)
  mutating func readText() throws(JSONError) -> Text {
    if let text = readShortText() { return text }
    return try readLongText()
  }

  /// Reads the rest of a key. Equal keys of moderate length become one text.
  @inline(__always)
  mutating func readKeyText() throws(JSONError) -> Text {
    if let text = readShortText() { return text }
    let start = at
    let stop = try scan(from: at)
    if source[stop] == UInt8(ascii: "\"") {
      at = stop &+ 1
      return shapes.shared(UnsafeBufferPointer(start: source + start, count: stop &- start))
    }
    return try readEscapedText(from: start, to: stop)
  }

  /// A text that fits a value and needs no further look, made in registers; nil leaves the cursor
  /// where it was.
  @inline(__always)
  private mutating func readShortText() -> Text? {
    if at &+ 16 > end { return nil }
    let first = word(at)
    let stops = JSONReader.stops(first)
    if stops != 0 {
      let length = stops.trailingZeroBitCount &>> 3
      guard source[at &+ length] == UInt8(ascii: "\"") else { return nil }
      at &+= length &+ 1
      return Text(cell: .plain(JSONReader.leading(first, length), 0, 0, UInt8(length)))
    }
    let second = word(at &+ 8)
    let length = JSONReader.stops(second).trailingZeroBitCount &>> 3
    guard length <= Text.smallLimit &- 8,
      source[at &+ 8 &+ length] == UInt8(ascii: "\"")
    else { return nil }
    at &+= length &+ 9
    let tail = JSONReader.leading(second, length)
    return Text(
      cell: .plain(
        first.byteSwapped, UInt32(truncatingIfNeeded: tail &>> 32),
        UInt16(truncatingIfNeeded: tail &>> 16), UInt8(length &+ 8)))
  }

  private mutating func readLongText() throws(JSONError) -> Text {
    let start = at
    let stop = try scan(from: at)
    if source[stop] == UInt8(ascii: "\"") {
      at = stop &+ 1
      return texts.text(
        source + start, count: stop &- start, documentLeft: end &- start)
    }
    return try readEscapedText(from: start, to: stop)
  }

  /// The offset of the next quote or backslash. Everything before it has been checked.
  @inline(never)
  private func scan(from start: Int) throws(JSONError) -> Int {
    let end = end
    var index = start
    while true {
      while index &+ 32 <= end, !hasStop(in: index) { index &+= 32 }
      while index &+ 8 <= end {
        let stops = JSONReader.stops(word(index))
        if stops != 0 {
          index &+= stops.trailingZeroBitCount &>> 3
          break
        }
        index &+= 8
      }
      if index >= end { throw JSONError(.unexpectedEnd, at: end) }
      let byte = source[index]
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return index }
      if byte < 0x20 { throw JSONError(.controlCharacter, at: index) }
      if byte < 0x80 {
        index &+= 1
        continue
      }
      let bytes = UnsafeBufferPointer(start: source, count: end)
      repeat {
        let length = UTF8Check.sequenceLength(bytes, at: index)
        if length == 0 { throw JSONError(.badUTF8, at: index) }
        index &+= length
      } while index < end && source[index] >= 0x80
    }
  }

  /// Whether one of 32 bytes ends a run of plain ASCII.
  @inline(__always)
  private func hasStop(in index: Int) -> Bool {
    #if arch(wasm32)
      let first = JSONReader.stops(word(index)) | JSONReader.stops(word(index &+ 8))
      let second = JSONReader.stops(word(index &+ 16)) | JSONReader.stops(word(index &+ 24))
      return first | second != 0
    #else
      // Free of branches, so that the compiler compares many bytes at once. As signed numbers, what
      // is not ASCII is below the controls' limit, too.
      let bytes = source + index
      var stops: UInt8 = 0
      for place in 0..<32 {
        let byte = bytes[place]
        let isLow: UInt8 = Int8(bitPattern: byte) < 0x20 ? 1 : 0
        let isQuote: UInt8 = byte == UInt8(ascii: "\"") ? 1 : 0
        let isBackslash: UInt8 = byte == UInt8(ascii: "\\") ? 1 : 0
        stops |= isLow | isQuote | isBackslash
      }
      return stops != 0
    #endif
  }

  /// The eight bytes at an offset, the first one lowest.
  @inline(__always)
  private func word(_ offset: Int) -> UInt64 {
    UInt64(
      littleEndian: UnsafeRawPointer(source + offset).loadUnaligned(as: UInt64.self))
  }

  /// The first bytes of a word, moved to its top, and zeros.
  @inline(__always)
  private static func leading(_ word: UInt64, _ count: Int) -> UInt64 {
    word.byteSwapped & ~(UInt64.max >> UInt64(truncatingIfNeeded: 8 &* count))
  }

  /// Marks bytes that end a run of plain ASCII: quotes, backslashes, controls and what is not
  /// ASCII.
  ///
  /// The lowest mark is exact. Those above it may be false, since the subtractions borrow from the
  /// next byte, but only where there is a true mark below.
  @inline(__always)
  static func stops(_ word: UInt64) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let quotes = (word ^ (ones &* 0x22)) &- ones
    let backslashes = (word ^ (ones &* 0x5C)) &- ones
    let controls = word &- (ones &* 0x20)
    return (word | quotes | backslashes | controls) & (ones &* 0x80)
  }

  // MARK: Escapes

  @inline(never)
  private mutating func readEscapedText(from start: Int, to firstStop: Int) throws(JSONError)
    -> Text
  {
    unescaped.forget(from: 0)
    var start = start
    var stop = firstStop
    while true {
      unescaped.push(from: source + start, count: stop &- start)
      at = stop &+ 1
      if source[stop] == UInt8(ascii: "\"") { break }
      try readEscape()
      start = at
      stop = try scan(from: at)
    }
    return Text(
      validated: UnsafeBufferPointer(start: unescaped.base, count: unescaped.count))
  }

  /// Reads an escape, whose backslash has been read.
  @inline(__always)
  private mutating func readEscape() throws(JSONError) {
    let byte = try nextByte()
    at &+= 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): unescaped.push(byte)
    case UInt8(ascii: "n"): unescaped.push(0x0A)
    case UInt8(ascii: "t"): unescaped.push(0x09)
    case UInt8(ascii: "r"): unescaped.push(0x0D)
    case UInt8(ascii: "b"): unescaped.push(0x08)
    case UInt8(ascii: "f"): unescaped.push(0x0C)
    case UInt8(ascii: "u"): try readUnicodeEscape()
    default: throw JSONError(.badEscape, at: at - 1)
    }
  }

  private mutating func readUnicodeEscape() throws(JSONError) {
    let offset = at - 2
    var scalar = try readHexadecimal()
    if scalar & 0xFC00 == 0xDC00 { throw JSONError(.loneSurrogate, at: offset) }
    if scalar & 0xFC00 == 0xD800 {
      // A high surrogate counts only together with the low one in the very next escape.
      for byte in [UInt8(ascii: "\\"), UInt8(ascii: "u")] {
        if try nextByte() != byte { throw JSONError(.loneSurrogate, at: offset) }
        at &+= 1
      }
      let low = try readHexadecimal()
      if low & 0xFC00 != 0xDC00 { throw JSONError(.loneSurrogate, at: offset) }
      scalar = 0x10000 + ((scalar & 0x3FF) << 10) + (low & 0x3FF)
    }
    if scalar < 0x80 {
      unescaped.push(UInt8(truncatingIfNeeded: scalar))
      return
    }
    if scalar < 0x800 {
      unescaped.push(UInt8(truncatingIfNeeded: 0xC0 | scalar >> 6))
    } else {
      if scalar < 0x10000 {
        unescaped.push(UInt8(truncatingIfNeeded: 0xE0 | scalar >> 12))
      } else {
        unescaped.push(UInt8(truncatingIfNeeded: 0xF0 | scalar >> 18))
        unescaped.push(UInt8(truncatingIfNeeded: 0x80 | scalar >> 12 & 0x3F))
      }
      unescaped.push(UInt8(truncatingIfNeeded: 0x80 | scalar >> 6 & 0x3F))
    }
    unescaped.push(UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F))
  }

  private mutating func readHexadecimal() throws(JSONError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      let byte = try nextByte()
      let digit: UInt8 =
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: throw JSONError(.badEscape, at: at)
        }
      value = value << 4 | UInt32(digit)
      at &+= 1
    }
    return value
  }
}

extension JSONStack<UInt8> {
  mutating func push(from bytes: UnsafePointer<UInt8>, count: Int) {
    if count == 0 { return }
    reserve(count)
    (base.unsafelyUnwrapped + self.count).copy(from: bytes, count: count)
    forget(from: self.count + count)
  }
}
