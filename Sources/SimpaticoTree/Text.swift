/// An immutable UTF-8 string that is compared byte by byte.
///
/// Swift's `String` compares by Unicode canonical equivalence, which is neither what JSON and a
/// wire protocol mean by "the same key" nor affordable in the browser build (it links the Unicode
/// tables). `Text` orders and compares by its bytes, which is also the order of code points.
///
/// Up to 14 bytes live inside the value itself; longer texts share one reference-counted buffer. A
/// copy costs at most one retain.
public struct Text: @unchecked Sendable {
  /// The packed form keeps bytes big-endian and zero-padded, so that comparing words compares text.
  enum Storage {
    case small(UInt64, UInt32, UInt16, UInt8)
    case large(TextBuffer)
  }

  let storage: Storage

  static let smallLimit = 14

  init(storage: Storage) { self.storage = storage }

  /// The empty text.
  public init() { storage = .small(0, 0, 0, 0) }

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
    if bytes.count <= Text.smallLimit {
      var high: UInt64 = 0
      var low: UInt64 = 0
      for index in 0..<bytes.count {
        if index < 8 {
          high |= UInt64(bytes[index]) << UInt64(56 &- 8 &* index)
        } else {
          low |= UInt64(bytes[index]) << UInt64(56 &- 8 &* (index &- 8))
        }
      }
      storage = .small(
        high, UInt32(truncatingIfNeeded: low >> 32), UInt16(truncatingIfNeeded: low >> 16),
        UInt8(truncatingIfNeeded: bytes.count))
    } else {
      storage = .large(TextBuffer.make(bytes))
    }
  }

  /// The number of UTF-8 bytes.
  public var count: Int {
    switch storage {
    case .small(_, _, _, let count): Int(count)
    case .large(let buffer): buffer.count
    }
  }

  /// Whether there are no bytes at all.
  public var isEmpty: Bool { count == 0 }

  /// Calls `body` with the UTF-8 bytes, which are valid only inside it.
  public func withUTF8<Result, Failure: Error>(
    _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    switch storage {
    case .small(let first, let second, let third, let count):
      let tail = UInt64(second) << 32 | UInt64(third) << 16
      var words = (first.bigEndian, tail.bigEndian)
      // Sixteen bytes on the stack; the pointer never leaves this call.
      return try withUnsafePointer(to: &words) { (pointer) throws(Failure) -> Result in
        let bytes = UnsafeRawPointer(pointer).assumingMemoryBound(to: UInt8.self)
        return try body(UnsafeBufferPointer(start: bytes, count: Int(count)))
      }
    case .large(let buffer):
      let count = buffer.count
      return try buffer.withUnsafeMutablePointerToElements { (bytes) throws(Failure) -> Result in
        try body(UnsafeBufferPointer(start: bytes, count: count))
      }
    }
  }
}

/// The bytes of a long text, allocated together with their count; never changed once made.
final class TextBuffer: ManagedBuffer<Int, UInt8> {
  var count: Int { withUnsafeMutablePointerToHeader { $0.pointee } }

  static func make(_ bytes: UnsafeBufferPointer<UInt8>) -> TextBuffer {
    let buffer = TextBuffer.create(minimumCapacity: bytes.count) { _ in bytes.count }
    buffer.withUnsafeMutablePointerToElements { target in
      if let source = bytes.baseAddress { target.initialize(from: source, count: bytes.count) }
    }
    return unsafeDowncast(buffer, to: TextBuffer.self)
  }
}

extension Text: Equatable, Comparable {
  /// Byte-wise equality. Constant for short texts, linear for long ones.
  @inline(never)
  public static func == (left: Text, right: Text) -> Bool {
    switch (left.storage, right.storage) {
    case (.small(let a, let b, let c, let n), .small(let x, let y, let z, let m)):
      return a == x && b == y && c == z && n == m
    case (.large(let a), .large(let b)):
      return a === b || left.compare(right) == 0
    default:
      return false  // a text's length decides its storage
    }
  }

  /// Byte-wise order, which is the order of code points.
  public static func < (left: Text, right: Text) -> Bool { left.compare(right) < 0 }

  /// Negative, zero or positive as the bytes of `self` sort before, equal to or after those of
  /// `other`.
  @inline(never)
  func compare(_ other: Text) -> Int {
    if case .small(let a, let b, let c, let n) = storage,
      case .small(let x, let y, let z, let m) = other.storage
    {
      if a != x { return a < x ? -1 : 1 }
      let left = UInt64(b) << 24 | UInt64(c) << 8 | UInt64(n)
      let right = UInt64(y) << 24 | UInt64(z) << 8 | UInt64(m)
      return left == right ? 0 : (left < right ? -1 : 1)
    }
    return withUTF8 { mine in
      other.withUTF8 { theirs in compareBytes(mine, theirs) }
    }
  }
}

func compareBytes(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Int {
  let shared = min(left.count, right.count)
  for index in 0..<shared where left[index] != right[index] {
    return left[index] < right[index] ? -1 : 1
  }
  return left.count - right.count
}

extension Text: ExpressibleByStringLiteral, CustomStringConvertible {
  @inline(never)
  public init(stringLiteral value: StaticString) {
    self = value.withUTF8Buffer { Text(validated: $0) }
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
        for index in 0..<wanted.count where bytes[index] != wanted[index] { return false }
        return true
      }
    }
  }

  /// The first byte, or nil when empty. Constant.
  public var firstByte: UInt8? {
    switch storage {
    case .small(let first, _, _, let count):
      count == 0 ? nil : UInt8(truncatingIfNeeded: first >> 56)
    case .large(let buffer): buffer.withUnsafeMutablePointerToElements { $0.pointee }
    }
  }

  /// The first code point as a text of its own, or nil when empty. Constant.
  public var firstLetter: Text? {
    guard let lead = firstByte else { return nil }
    let length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
    return withUTF8 { Text(validated: UnsafeBufferPointer(rebasing: $0.prefix(length))) }
  }

  /// Texts one after another. Linear in their lengths.
  @inline(never)
  public static func + (left: Text, right: Text) -> Text {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(left.count + right.count)
    left.withUTF8 { bytes.append(contentsOf: $0) }
    right.withUTF8 { bytes.append(contentsOf: $0) }
    return bytes.withUnsafeBufferPointer { Text(validated: $0) }
  }

  /// The decimal form of an integer.
  @inline(never)
  public init(_ integer: Int) {
    var bytes: [UInt8] = []
    appendInteger(Int64(integer), to: &bytes)
    self = bytes.withUnsafeBufferPointer { Text(validated: $0) }
  }

  /// The number of Unicode scalar values, for limits that are told to people. Linear in the length.
  public var scalarCount: Int {
    withUTF8 { bytes in
      var count = 0
      for byte in bytes where byte & 0xC0 != 0x80 { count += 1 }
      return count
    }
  }
}
