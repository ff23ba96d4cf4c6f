/// Base64 in its two alphabets (RFC 4648 sections 4 and 5), strict in what it reads.
///
/// A byte sequence has exactly one accepted spelling: no whitespace, padding exactly where it is
/// required (or nowhere), and zeros in the unused bits of the last digit (RFC 4648 section 3.5).
enum Base64 {
  enum Alphabet {
    /// `+` and `/`, padded with `=` to a multiple of four digits (RFC 4648 section 4).
    case standard
    /// `-` and `_`, not padded (RFC 4648 section 5).
    case url

    fileprivate var isPadded: Bool { self == .standard }
    fileprivate var digit62: UInt8 { self == .standard ? UInt8(ascii: "+") : UInt8(ascii: "-") }
    fileprivate var digit63: UInt8 { self == .standard ? UInt8(ascii: "/") : UInt8(ascii: "_") }
  }

  /// The text is not canonical; the offset of the first byte that shows it.
  struct Malformed: Error {
    let byteOffset: Int
  }

  private static let padding = UInt8(ascii: "=")

  /// Spells `bytes` as text. Linear in their count.
  static func encode(_ bytes: some Collection<UInt8>, alphabet: Alphabet) -> String {
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    var window: UInt32 = 0
    var bitCount = 0
    for byte in bytes {
      window = window << 8 | UInt32(byte)
      bitCount += 8
      while bitCount >= 6 {
        bitCount -= 6
        text.append(digit(UInt8(truncatingIfNeeded: window >> bitCount) & 0x3f, alphabet))
      }
    }
    if bitCount > 0 {
      text.append(digit(UInt8(truncatingIfNeeded: window << (6 - bitCount)) & 0x3f, alphabet))
    }
    while alphabet.isPadded, !text.count.isMultiple(of: 4) { text.append(padding) }
    return String(decoding: text, as: UTF8.self)
  }

  /// Reads the bytes that `text` spells. Linear in its count.
  static func decode(_ text: [UInt8], alphabet: Alphabet) throws(Malformed) -> [UInt8] {
    let digitCount = try countDigits(text, alphabet)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(digitCount * 3 / 4)
    var window: UInt32 = 0
    var bitCount = 0
    for offset in 0..<digitCount {
      guard let value = value(text[offset], alphabet) else { throw Malformed(byteOffset: offset) }
      window = window << 6 | UInt32(value)
      bitCount += 6
      if bitCount >= 8 {
        bitCount -= 8
        bytes.append(UInt8(truncatingIfNeeded: window >> bitCount))
      }
    }
    let unusedBits = window & ((1 << bitCount) - 1)
    guard unusedBits == 0 else { throw Malformed(byteOffset: digitCount - 1) }
    return bytes
  }

  /// The number of digits before the padding, once the padding is known to be right.
  private static func countDigits(
    _ text: [UInt8], _ alphabet: Alphabet
  ) throws(Malformed) -> Int {
    var digitCount = text.count
    if alphabet.isPadded {
      guard text.count.isMultiple(of: 4) else { throw Malformed(byteOffset: text.count) }
      while digitCount > max(0, text.count - 2), text[digitCount - 1] == padding {
        digitCount -= 1
      }
    }
    // One digit left over carries six bits, which are not a byte.
    guard digitCount % 4 != 1 else { throw Malformed(byteOffset: digitCount) }
    return digitCount
  }

  private static func digit(_ value: UInt8, _ alphabet: Alphabet) -> UInt8 {
    switch value {
    case 0..<26: UInt8(ascii: "A") + value
    case 26..<52: UInt8(ascii: "a") + value - 26
    case 52..<62: UInt8(ascii: "0") + value - 52
    case 62: alphabet.digit62
    default: alphabet.digit63
    }
  }

  private static func value(_ digit: UInt8, _ alphabet: Alphabet) -> UInt8? {
    switch digit {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): digit - UInt8(ascii: "A")
    case UInt8(ascii: "a")...UInt8(ascii: "z"): digit - UInt8(ascii: "a") + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0") + 52
    case alphabet.digit62: 62
    case alphabet.digit63: 63
    default: nil
    }
  }
}
