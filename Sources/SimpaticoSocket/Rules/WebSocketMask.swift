import NIOCore

/// The mask over a client's payload (RFC 6455, 5.3), turned to the next byte of the payload, so
/// that a payload may be masked or unmasked piece by piece.
package struct WebSocketMask: Equatable, Sendable {
  /// The four bytes of the key; the one for the payload's next byte is the lowest.
  private var key: UInt32

  /// Makes a mask from the key as a number read in network order.
  package init(networkOrder: UInt32) {
    key = networkOrder.byteSwapped
  }

  /// The key as a number to be written in network order, for a payload of which nothing has been
  /// masked yet.
  var networkOrder: UInt32 { key.byteSwapped }

  /// A mask that the peer cannot foresee (5.3).
  static func random(using source: inout some RandomNumberGenerator) -> Self {
    WebSocketMask(networkOrder: source.next())
  }

  /// Moves `count` bytes from the front of `input` to the end of `output` and masks or unmasks
  /// them on the way.
  ///
  /// - Returns: Whether all of the moved bytes are ASCII after the move.
  /// - Complexity: One pass, 32 bytes at a time.
  mutating func move(
    _ count: Int, from input: inout ByteBuffer, to output: inout ByteBuffer
  ) -> Bool {
    var isASCII = true
    output.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { target in
      input.readWithUnsafeReadableBytes { source in
        isASCII = apply(UnsafeRawBufferPointer(rebasing: source[..<count]), to: target)
        return count
      }
    }
    let turn = UInt32(count % 4) * 8
    key = key >> turn | key << ((32 - turn) % 32)
    return isASCII
  }

  private func apply(
    _ source: UnsafeRawBufferPointer, to target: UnsafeMutableRawBufferPointer
  ) -> Bool {
    precondition(target.count >= source.count)
    guard let from = source.baseAddress, let to = target.baseAddress else { return true }
    let wideKey = (UInt64(key) | UInt64(key) << 32).littleEndian
    let widestKey = SIMD4<UInt64>(repeating: wideKey)
    var index = 0
    var seenWide = SIMD4<UInt64>()
    while index + 32 <= source.count {
      let words = from.loadUnaligned(fromByteOffset: index, as: SIMD4<UInt64>.self) ^ widestKey
      to.storeBytes(of: words, toByteOffset: index, as: SIMD4<UInt64>.self)
      seenWide |= words
      index += 32
    }
    var seen = seenWide[0] | seenWide[1] | seenWide[2] | seenWide[3]
    while index + 8 <= source.count {
      let word = from.loadUnaligned(fromByteOffset: index, as: UInt64.self) ^ wideKey
      to.storeBytes(of: word, toByteOffset: index, as: UInt64.self)
      seen |= word
      index += 8
    }
    while index < source.count {
      let byte = source[index] ^ UInt8(truncatingIfNeeded: key >> (UInt32(index % 4) * 8))
      target[index] = byte
      seen |= UInt64(byte)
      index += 1
    }
    return seen & 0x8080_8080_8080_8080 == 0
  }
}
