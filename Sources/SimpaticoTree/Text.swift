/// An immutable UTF-8 string that is compared byte by byte.
///
/// Swift's `String` compares by Unicode canonical equivalence, which is neither what JSON and a
/// wire protocol mean by "the same key" nor affordable in the browser build (it links the Unicode
/// tables). `Text` orders and compares by its bytes, which is also the order of code points.
///
/// Up to 14 bytes live inside the value itself; longer texts refer to bytes in a reference-counted
/// buffer, which texts from one document may share. A copy costs at most one retain.
public struct Text: @unchecked Sendable {
  @usableFromInline
  let cell: Cell

  @inlinable
  static var smallLimit: Int { 14 }

  @inlinable @inline(__always)
  init(cell: Cell) { self.cell = cell }

  /// The empty text.
  public init() { cell = .plain(0, 0, 0, Cell.Tag.text) }

  /// Copies the UTF-8 of a string. Linear in its length.
  @inline(never)
  public init(_ string: String) {
    var string = string
    self = string.withUTF8 { Text(validated: $0) }
  }

  /// Copies bytes, or answers nil where they are not UTF-8. Linear in their count.
  public init?(utf8 bytes: UnsafeBufferPointer<UInt8>) {
    guard UTF8Check.isValid(bytes) else { return nil }
    self.init(validated: bytes)
  }

  /// Copies bytes that the caller has checked to be UTF-8.
  @inline(never)
  init(validated bytes: UnsafeBufferPointer<UInt8>) {
    guard let base = bytes.baseAddress, bytes.count > 0 else {
      self.init()
      return
    }
    if bytes.count > Text.smallLimit {
      self.init(cell: TextBuffer.cell(copying: bytes, tag: Cell.Tag.longText))
    } else {
      self.init(cell: Text.plain(base, bytes.count))
    }
  }

  /// Packs up to 14 bytes, with a few loads that may overlap. Of a literal it is a constant.
  @inlinable @inline(__always)
  static func plain(_ base: UnsafePointer<UInt8>, _ count: Int) -> Cell {
    let raw = UnsafeRawPointer(base)
    let tag = UInt8(truncatingIfNeeded: count)
    if count >= 8 {
      let first = UInt64(bigEndian: raw.loadUnaligned(as: UInt64.self))
      let last = UInt64(
        bigEndian: raw.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self))
      // Of the last eight bytes, those that the first word holds already are shifted out.
      let rest = last << UInt64(truncatingIfNeeded: 8 &* (16 &- count))
      return .plain(
        first, UInt32(truncatingIfNeeded: rest &>> 32), UInt16(truncatingIfNeeded: rest &>> 16),
        tag)
    }
    if count >= 4 {
      let first = UInt32(bigEndian: raw.loadUnaligned(as: UInt32.self))
      let last = UInt32(
        bigEndian: raw.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self))
      let word =
        UInt64(first) &<< 32 | UInt64(last)
        &<< UInt64(
          truncatingIfNeeded: 8 &* (8 &- count))
      return .plain(word, 0, 0, tag)
    }
    if count == 0 { return .plain(0, 0, 0, tag) }
    let (middle, end) = (count &>> 1, count &- 1)
    return .plain(
      byte(base, 0) | byte(base, middle) | byte(base, end), 0, 0, tag)
  }

  @inlinable @inline(__always)
  static func byte(_ base: UnsafePointer<UInt8>, _ index: Int) -> UInt64 {
    UInt64(base[index]) &<< UInt64(truncatingIfNeeded: 56 &- 8 &* index)
  }

  /// The number of UTF-8 bytes. Constant. See `scalarCount` for what people count.
  public var count: Int {
    switch cell.slot {
    case .plain(_, _, let count): Int(count)
    case .shared: cell.length
    }
  }

  /// Whether there are no bytes at all.
  public var isEmpty: Bool { count == 0 }

  /// Calls `body` with the UTF-8 bytes, which are valid only inside it.
  public func withUTF8<Result, Failure: Error>(
    _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    switch cell.slot {
    case .plain(let second, let third, let count):
      let tail = UInt64(second) << 32 | UInt64(third) << 16
      var words = (cell.word.bigEndian, tail.bigEndian)
      // Sixteen bytes on the stack; the pointer never leaves this call.
      return try withUnsafePointer(to: &words) { (pointer) throws(Failure) -> Result in
        let bytes = UnsafeRawPointer(pointer).assumingMemoryBound(to: UInt8.self)
        return try body(UnsafeBufferPointer(start: bytes, count: Int(count)))
      }
    case .shared(let buffer):
      // The text holds its buffer, which need not be retained once more.
      let start = Unmanaged.passUnretained(TextBuffer.of(buffer))
        ._withUnsafeGuaranteedRef { $0.bytes + cell.offset }
      defer { withExtendedLifetime(self) {} }
      return try body(UnsafeBufferPointer(start: start, count: cell.length))
    }
  }

  /// The text that a value of this kind is, in its place.
  @inline(__always)
  static func at(_ value: UnsafePointer<Value>) -> UnsafePointer<Text> {
    // Both are a cell and nothing else.
    UnsafeRawPointer(value).assumingMemoryBound(to: Text.self)
  }
}

extension Text: Equatable, Comparable {
  /// Byte-wise equality. Constant for short texts, linear for long ones.
  @inline(never)
  public static func == (left: Text, right: Text) -> Bool {
    switch (left.cell.slot, right.cell.slot) {
    case (.plain(let b, let c, let n), .plain(let y, let z, let m)):
      left.cell.word == right.cell.word && b == y && c == z && n == m
    case (.shared(let a), .shared(let b)):
      left.cell.length == right.cell.length
        && (a === b && left.cell.offset == right.cell.offset || left.compareLong(right) == 0)
    default:
      false  // a text's length decides its form
    }
  }

  /// Byte-wise order, which is the order of code points.
  public static func < (left: Text, right: Text) -> Bool { left.compare(right) < 0 }

  /// Negative, zero or positive as the bytes of `self` sort before, equal to or after those of
  /// `other`.
  @inline(__always)
  func compare(_ other: Text) -> Int {
    let (mine, theirs) = (firstWord, other.firstWord)
    if mine != theirs { return mine < theirs ? -1 : 1 }
    return compareAfterFirstWord(other)
  }

  /// The first eight bytes, the first one highest, and zeros where there are fewer.
  @inline(__always)
  var firstWord: UInt64 {
    switch cell.slot {
    case .plain: cell.word
    case .shared(let buffer): TextBuffer.of(buffer).word(at: cell.offset)
    }
  }

  /// Compares texts whose first words are equal.
  @inline(__always)
  func compareAfterFirstWord(_ other: Text) -> Int {
    if case .plain(let b, let c, let n) = cell.slot,
      case .plain(let y, let z, let m) = other.cell.slot
    {
      let left = Cell.tail(b, c, n)
      let right = Cell.tail(y, z, m)
      return left == right ? 0 : (left < right ? -1 : 1)
    }
    return compareLong(other)
  }

  @inline(never)
  fileprivate func compareLong(_ other: Text) -> Int {
    withUTF8 { mine in
      other.withUTF8 { theirs in compareBytes(mine, theirs) }
    }
  }
}

/// Compares eight bytes at a time as far as both go.
func compareBytes(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Int {
  let shared = min(left.count, right.count)
  guard let a = left.baseAddress, let b = right.baseAddress else { return left.count - right.count }
  var index = 0
  while index &+ 8 <= shared {
    let x = UnsafeRawPointer(a + index).loadUnaligned(as: UInt64.self)
    let y = UnsafeRawPointer(b + index).loadUnaligned(as: UInt64.self)
    if x != y { return x.bigEndian < y.bigEndian ? -1 : 1 }
    index &+= 8
  }
  while index < shared {
    if a[index] != b[index] { return a[index] < b[index] ? -1 : 1 }
    index &+= 1
  }
  return left.count - right.count
}

extension Text {
  /// A number that is the same for equal texts, for tables whose keys are the program's own: others
  /// could choose texts that share it. Looks at no more than the first eight bytes of a long text.
  var hash: UInt64 {
    let rest: UInt64
    switch cell.slot {
    case .plain(let second, let third, let count): rest = Cell.tail(second, third, count)
    case .shared: rest = UInt64(cell.length)
    }
    // Fibonacci hashing: the product's upper half depends on all bits.
    return ((firstWord ^ rest) &* 0x9E37_79B9_7F4A_7C15) &>> 32
  }
}

extension Text: ExpressibleByStringLiteral, CustomStringConvertible {
  /// The text of a literal: a constant where it stands for up to 14 bytes, linear for more. Texts
  /// have no interpolation: put them together with `+`.
  @inlinable @inline(__always)
  public init(stringLiteral value: StaticString) {
    if value.utf8CodeUnitCount > Text.smallLimit {
      self.init(long: value)
    } else {
      self.init(cell: Text.plain(value.utf8Start, value.utf8CodeUnitCount))
    }
  }

  @usableFromInline @inline(never)
  init(long value: StaticString) {
    self.init(
      cell: TextBuffer.cell(
        copying: UnsafeBufferPointer(start: value.utf8Start, count: value.utf8CodeUnitCount),
        tag: Cell.Tag.longText))
  }

  /// The same text as a Swift string. Linear in its length.
  @inline(never)
  public var description: String { withUTF8 { String(decoding: $0, as: UTF8.self) } }
}

extension Text {
  /// Whether the first bytes are those of `prefix`. Linear in the prefix.
  @inline(never)
  public func hasPrefix(_ prefix: Text) -> Bool {
    withUTF8 { bytes in
      prefix.withUTF8 { wanted in
        guard wanted.count <= bytes.count else { return false }
        return compareBytes(UnsafeBufferPointer(rebasing: bytes.prefix(wanted.count)), wanted) == 0
      }
    }
  }

  /// The first byte, or nil when empty. Constant.
  package var firstByte: UInt8? {
    switch cell.slot {
    case .plain(_, _, let count):
      count == 0 ? nil : UInt8(truncatingIfNeeded: cell.word >> 56)
    case .shared(let buffer): TextBuffer.of(buffer).bytes[cell.offset]
    }
  }

  /// The first code point as a text of its own, or nil when empty. Constant.
  package var firstLetter: Text? {
    guard let lead = firstByte else { return nil }
    let length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
    return withUTF8 { Text(validated: UnsafeBufferPointer(rebasing: $0.prefix(length))) }
  }

  /// Texts one after another. Linear in their lengths.
  @inline(never)
  public static func + (left: consuming Text, right: consuming Text) -> Text {
    ByteWriter.use { writer in
      left.withUTF8 { writer.write($0) }
      right.withUTF8 { writer.write($0) }
      return Text(validated: writer.written)
    }
  }

  /// The decimal form of an integer, with a minus sign where it is negative.
  @inline(never)
  public init(_ integer: Int) {
    self = ByteWriter.use { writer in
      writer.write(Int64(integer))
      return Text(validated: writer.written)
    }
  }

  /// The number of Unicode scalar values, for limits that are told to people. Linear in the length.
  public var scalarCount: Int {
    withUTF8 { bytes in bytes.count &- Text.continuationCount(bytes) }
  }

  /// How many bytes continue a scalar. Eight at a time; 32 through ASCII.
  private static func continuationCount(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let raw = UnsafeRawBufferPointer(bytes)
    func word(_ offset: Int) -> UInt64 {
      raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
    }
    var count = 0
    var index = 0
    while index &+ 8 <= raw.count {
      if index &+ 32 <= raw.count {
        let all = word(index) | word(index &+ 8) | word(index &+ 16) | word(index &+ 24)
        if all & (ones &* 0x80) == 0 {
          index &+= 32
          continue
        }
      }
      let word = word(index)
      index &+= 8
      // Of a continuation the highest bit is set and the one below is not.
      let marks = (word &>> 7) & ~(word &>> 6) & ones
      count &+= Int(truncatingIfNeeded: (marks &* ones) &>> 56)
    }
    while index < raw.count {
      if raw[index] & 0xC0 == 0x80 { count &+= 1 }
      index &+= 1
    }
    return count
  }
}
