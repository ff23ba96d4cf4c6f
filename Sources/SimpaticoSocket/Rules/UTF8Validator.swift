/// Says whether bytes that arrive in pieces are UTF-8 (RFC 3629, 4), and says no at the first
/// byte that cannot belong to any valid text.
///
/// Cost: eight bytes at a time through ASCII, one at a time elsewhere. It keeps no bytes.
struct UTF8Validator: Equatable, Sendable {
  private enum State: Equatable {
    /// The next byte begins a scalar.
    case boundary
    /// A scalar lacks `left` bytes, the next of which lies between `lowest` and `highest`.
    case within(left: UInt8, lowest: UInt8, highest: UInt8)
    /// No continuation can make this text valid.
    case invalid
  }

  private var state = State.boundary

  /// Whether the text may end here: no scalar is incomplete and no byte was wrong.
  var isAtBoundary: Bool { state == .boundary }

  /// Takes the next bytes; false when they cannot belong to valid text.
  mutating func accept(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var index = 0
    while true {
      if case .boundary = state { index = Self.endOfASCII(in: bytes, from: index) }
      guard index < bytes.count else { break }
      state = Self.state(after: bytes[index], in: state)
      index += 1
      if case .invalid = state { return false }
    }
    return state != .invalid
  }

  /// The index of the first byte at or after `start` that is not ASCII, or the end.
  private static func endOfASCII(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
    var index = start
    while index + 8 <= bytes.count,
      bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
    {
      index += 8
    }
    while index < bytes.count, bytes[index] < 0x80 { index += 1 }
    return index
  }

  private static func state(after byte: UInt8, in state: State) -> State {
    switch state {
    case .boundary:
      return self.state(afterLeadingByte: byte)
    case .within(let left, let lowest, let highest):
      guard byte >= lowest, byte <= highest else { return .invalid }
      return left == 1 ? .boundary : .within(left: left - 1, lowest: 0x80, highest: 0xBF)
    case .invalid:
      return .invalid
    }
  }

  /// The ranges of the second byte shut out overlong forms, surrogates and what lies above
  /// U+10FFFF.
  private static func state(afterLeadingByte byte: UInt8) -> State {
    switch byte {
    case 0x00...0x7F: .boundary
    case 0xC2...0xDF: .within(left: 1, lowest: 0x80, highest: 0xBF)
    case 0xE0: .within(left: 2, lowest: 0xA0, highest: 0xBF)
    case 0xE1...0xEC, 0xEE...0xEF: .within(left: 2, lowest: 0x80, highest: 0xBF)
    case 0xED: .within(left: 2, lowest: 0x80, highest: 0x9F)
    case 0xF0: .within(left: 3, lowest: 0x90, highest: 0xBF)
    case 0xF1...0xF3: .within(left: 3, lowest: 0x80, highest: 0xBF)
    case 0xF4: .within(left: 3, lowest: 0x80, highest: 0x8F)
    default: .invalid
    }
  }
}
