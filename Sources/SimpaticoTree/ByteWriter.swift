/// A growing run of bytes. Plain memory: an array checks its bounds and its uniqueness at every
/// byte.
struct ByteWriter: ~Copyable {
  private var base: UnsafeMutablePointer<UInt8>
  private(set) var count = 0
  private var room: Int
  private var isLent = true

  private init(lent memory: UnsafeMutableBufferPointer<UInt8>) {
    base = memory.baseAddress.unsafelyUnwrapped
    room = memory.count
  }

  deinit {
    if !isLent { base.deallocate() }
  }

  /// Answers what `body` makes of an empty writer, which allocates only for more than a kilobyte.
  static func use<Result>(_ body: (inout ByteWriter) -> Result) -> Result {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 1_024) { memory in
      var writer = ByteWriter(lent: memory)
      return body(&writer)
    }
  }

  /// Lets `body` write into memory of the caller's, and answers how many bytes that took; nil where
  /// there was too little of it.
  static func fill(
    _ memory: UnsafeMutableBufferPointer<UInt8>, _ body: (inout ByteWriter) -> Void
  ) -> Int? {
    if memory.isEmpty { return nil }
    var writer = ByteWriter(lent: memory)
    body(&writer)
    return writer.isLent ? writer.count : nil
  }

  /// What has been written; valid until the next write.
  var written: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: base, count: count) }

  /// Makes room for bytes that are then `put`.
  @inline(__always)
  mutating func reserve(_ more: Int) {
    if room &- count < more { grow(by: more) }
  }

  /// Writes a byte for which room has been reserved.
  @inline(__always)
  mutating func put(_ byte: UInt8) {
    base[count] = byte
    count &+= 1
  }

  /// Writes the first bytes, lowest first, of a word; room for all eight has been reserved.
  @inline(__always)
  mutating func put(_ word: UInt64, count bytes: Int) {
    UnsafeMutableRawPointer(base + count).storeBytes(of: word.littleEndian, as: UInt64.self)
    count &+= bytes
  }

  /// Writes 32 bytes as they are; room for them has been reserved.
  @inline(__always)
  mutating func putPlain(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) {
    UnsafeMutableRawPointer(base + count).copyMemory(
      from: bytes.baseAddress.unsafelyUnwrapped + index, byteCount: 32)
    count &+= 32
  }

  /// Writes a digit of 0 to 15; room for it has been reserved.
  mutating func putHexadecimal(_ digit: UInt8) {
    put(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
  }

  mutating func write(_ byte: UInt8) {
    reserve(1)
    put(byte)
  }

  mutating func write(_ text: StaticString) {
    write(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  mutating func write(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let source = bytes.baseAddress else { return }
    reserve(bytes.count)
    (base + count).copy(from: source, count: bytes.count)
    count &+= bytes.count
  }

  /// Writes decimal digits without leading zeros; room for twenty has been reserved.
  @inline(__always)
  mutating func putDigits(_ value: UInt64) {
    putDigits(value, count: ByteWriter.digitCount(value))
  }

  /// How many decimal digits a number has; one for zero.
  @inline(__always)
  static func digitCount(_ value: UInt64) -> Int {
    var limit: UInt64 = 10
    var digits = 1
    while value >= limit {
      digits &+= 1
      if digits == 20 { break }
      limit &*= 10
    }
    return digits
  }

  /// Writes the last `digits` decimal digits of a number, zeros included.
  @inline(__always)
  mutating func putDigits(_ value: UInt64, count digits: Int) {
    var rest = value
    var index = count &+ digits
    while index > count {
      index &-= 1
      let quotient = rest / 10
      base[index] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest &- quotient &* 10)
      rest = quotient
    }
    count &+= digits
  }

  @inline(never)
  private mutating func grow(by more: Int) {
    let room = max(room * 2, count + more)
    let grown = UnsafeMutablePointer<UInt8>.allocate(capacity: room)
    grown.copy(from: base, count: count)
    if !isLent { base.deallocate() }
    isLent = false
    base = grown
    self.room = room
  }
}
