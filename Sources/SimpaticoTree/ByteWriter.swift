/// A growing run of bytes. Plain memory: an array checks its bounds and its uniqueness at every
/// byte.
struct ByteWriter: ~Copyable {
  private var base: UnsafeMutablePointer<UInt8>
  private(set) var count = 0
  private var room: Int

  init(room: Int = 256) {
    base = UnsafeMutablePointer<UInt8>.allocate(capacity: room)
    self.room = room
  }

  deinit { base.deallocate() }

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
    (base + count).update(from: source, count: bytes.count)
    count &+= bytes.count
  }

  /// Writes decimal digits without leading zeros; room for twenty has been reserved.
  @inline(__always)
  mutating func putDigits(_ value: UInt64) {
    var rest = value
    var digits = 1
    while rest >= 10 {
      rest /= 10
      digits &+= 1
    }
    putDigits(value, count: digits)
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
    grown.update(from: base, count: count)
    base.deallocate()
    base = grown
    self.room = room
  }
}
