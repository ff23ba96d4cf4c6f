// Conversions that lose nothing. The standard library's are generic; where the compiler optimises
// for size, it leaves each of them as a call, which also hides constants from it.
extension UInt64 {
  @inlinable @inline(__always)
  init(_ value: UInt8) { self.init(_truncatingBits: value._lowWord) }

  @inlinable @inline(__always)
  init(_ value: UInt16) { self.init(_truncatingBits: value._lowWord) }

  @inlinable @inline(__always)
  init(_ value: UInt32) { self.init(_truncatingBits: value._lowWord) }

  @inlinable @inline(__always)
  init(truncatingIfNeeded value: Int) { self.init(bitPattern: Int64(value)) }
}

extension Int64 {
  @inlinable @inline(__always)
  package init(_ value: Int) {
    let word = Int64(bitPattern: UInt64(_truncatingBits: UInt(bitPattern: value)))
    self = Int.bitWidth == 64 ? word : (word &<< 32) &>> 32
  }
}
