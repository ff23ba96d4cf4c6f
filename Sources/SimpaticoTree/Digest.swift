/// A short fingerprint of a run, for telling whether two runs did the same.
///
/// The 64-bit FNV-1a hash of lines: each update is one, the canonical JSON of what it was given and
/// a line feed. The same on every platform and simple to compute elsewhere. It tells accidents
/// apart and withstands no one who means harm: other values with the same digest are easily made.
package struct Digest: Equatable, Sendable {
  private var state: UInt64 = 0xCBF2_9CE4_8422_2325

  /// The digest of nothing.
  package init() {}

  /// Adds a value. Linear in its printed form.
  package mutating func update(_ value: Value) {
    ByteWriter.use { writer in
      writer.print(value)
      update(writer.written)
    }
  }

  /// Adds an integer, of which every digit counts, also beyond 2^53.
  package mutating func update(_ integer: Int64) {
    ByteWriter.use { writer in
      writer.write(integer)
      update(writer.written)
    }
  }

  private mutating func update(_ bytes: UnsafeBufferPointer<UInt8>) {
    for byte in bytes { update(byte) }
    update(UInt8(ascii: "\n"))
  }

  private mutating func update(_ byte: UInt8) {
    state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
  }

  /// The digest so far: sixteen lower-case hexadecimal digits.
  package var hexadecimal: Text { Exact.digits(state) }
}
