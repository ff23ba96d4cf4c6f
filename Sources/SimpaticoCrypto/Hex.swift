/// Lower-case hexadecimal (RFC 4648 section 8, in lower case): the spelling of boxes on the wire.
public enum Hex {
  /// Spells every byte as two of the digits `0-9 a-f`. Linear in their count.
  public static func encode(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count * 2)
    for byte in bytes {
      text.append(digit(byte >> 4))
      text.append(digit(byte & 0x0f))
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Reads the bytes that `text` spells. Linear in its length.
  ///
  /// Strict: every byte sequence has exactly one accepted spelling. An odd number of digits,
  /// upper-case digits, prefixes and whitespace are refused.
  ///
  /// - Throws: ``CryptoError/invalidHex(byteOffset:)``.
  public static func decode(_ text: String) throws(CryptoError) -> [UInt8] {
    let digits = Array(text.utf8)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(digits.count / 2)
    var high: UInt8?
    for (offset, digit) in digits.enumerated() {
      guard let value = value(digit) else { throw .invalidHex(byteOffset: offset) }
      if let first = high {
        bytes.append(first << 4 | value)
        high = nil
      } else {
        high = value
      }
    }
    guard high == nil else { throw .invalidHex(byteOffset: digits.count) }
    return bytes
  }

  private static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }

  private static func value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    default: nil
    }
  }
}
