import NIOCore

/// The mask over a client's payload (RFC 6455, 5.3), turned to the next byte of the payload, so
/// that a payload may be unmasked piece by piece.
struct WebSocketMask: Equatable, Sendable {
  /// The four bytes of the key; the one for the payload's next byte is the lowest.
  private var key: UInt32

  /// Makes a mask from the key as a number read in network order.
  init(networkOrder: UInt32) {
    key = networkOrder.byteSwapped
  }

  /// Moves `count` bytes from the front of `input` to the end of `output` and unmasks them on
  /// the way: one pass, eight bytes at a time.
  mutating func unmask(_ count: Int, from input: inout ByteBuffer, to output: inout ByteBuffer) {
    output.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { target in
      input.readWithUnsafeReadableBytes { source in
        apply(UnsafeRawBufferPointer(rebasing: source[..<count]), to: target)
        return count
      }
    }
    let turn = UInt32(count % 4) * 8
    key = key >> turn | key << ((32 - turn) % 32)
  }

  private func apply(
    _ source: UnsafeRawBufferPointer, to target: UnsafeMutableRawBufferPointer
  ) {
    let wideKey = (UInt64(key) | UInt64(key) << 32).littleEndian
    var index = 0
    while index + 8 <= source.count {
      let word = source.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      target.storeBytes(of: word ^ wideKey, toByteOffset: index, as: UInt64.self)
      index += 8
    }
    while index < source.count {
      target[index] = source[index] ^ UInt8(truncatingIfNeeded: key >> (UInt32(index % 4) * 8))
      index += 1
    }
  }
}
