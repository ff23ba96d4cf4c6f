import Testing

@testable import SimpaticoTree

/// Texts are their bytes.
@Suite struct TextTests {
  /// Strings whose bytes agree for a while, around the length at which the storage changes.
  private static func string(_ random: inout CaseRandom) -> String {
    let scalars: [Unicode.Scalar] = ["a", "b", "\0", "\u{7F}", "\u{80}", "é", "€", "\u{FFFF}", "😀"]
    var string = random.chance(percent: 50) ? String(repeating: "a", count: random.below(16)) : ""
    for _ in 0..<random.below(6) { string.unicodeScalars.append(random.pick(scalars)) }
    return string
  }

  @Test func aTextOfNothingIsEmpty() {
    #expect(Text() == "" && Text().isEmpty && Text().firstByte == nil)
  }

  @Test func orderAndEqualityAreThoseOfBytes() {
    Cases.holds(20_000) { random in
      let (left, right) = (Self.string(&random), Self.string(&random))
      let (a, b) = (Text(left), Text(right))
      let isLess = left.utf8.lexicographicallyPrecedes(right.utf8)
      let isSame = Array(left.utf8) == Array(right.utf8)
      if (a < b) != isLess { return "\(left.utf8) < \(right.utf8)" }
      if (a == b) != isSame { return "\(left.utf8) == \(right.utf8)" }
      if (Value.string(a) == .string(b)) != isSame { return "values of \(left), \(right)" }
      return isSame == (a.compare(b) == 0) ? nil : "comparing \(left), \(right)"
    }
  }

  @Test func anyStringComesBackAndIsMeasured() {
    Cases.holds(5_000) { random in
      let (string, other) = (Self.string(&random), Self.string(&random))
      let text = Text(string)
      if Array(text.description.utf8) != Array(string.utf8) { return "\(string.utf8)" }
      if text.count != string.utf8.count || text.isEmpty != string.isEmpty { return "count" }
      if text.scalarCount != string.unicodeScalars.count { return "scalars of \(string.utf8)" }
      if text.firstByte != string.utf8.first { return "first byte of \(string.utf8)" }
      if text + Text(other) != Text(string + other) { return "\(string.utf8) + \(other.utf8)" }
      if !(text + Text(other)).hasPrefix(text) { return "prefix \(string.utf8)" }
      let starts = string.utf8.starts(with: other.utf8)
      return text.hasPrefix(Text(other)) == starts ? nil : "\(string.utf8) has \(other.utf8)"
    }
  }

  @Test func decimalIntegers() {
    for number in [0, 1, -1, 9, 10, 99, 100, 12_345, -98_765, Int.max, Int.min] {
      #expect(Text(number).description == String(number))
    }
  }

  @Test func bytesAreValidWhereTheStandardLibrarySaysSo() {
    let pieces: [[UInt8]] = [
      [0x41], [0x7F], [0xC2, 0x80], [0xDF, 0xBF], [0xE0, 0xA0, 0x80], [0xED, 0x9F, 0xBF],
      [0xEE, 0x80, 0x80], [0xF0, 0x90, 0x80, 0x80], [0xF4, 0x8F, 0xBF, 0xBF],
      [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5], [0xFF], [0x80],
      Array("a run of plain letters".utf8),
    ]
    Cases.holds(20_000) { random in
      var bytes: [UInt8] = []
      for _ in 0..<random.below(8) { bytes += random.pick(pieces) }
      for _ in 0..<random.below(3) where !bytes.isEmpty {
        bytes[random.below(bytes.count)] = UInt8(random.below(256))
      }
      if random.chance(percent: 30) { bytes.removeLast(random.below(bytes.count + 1)) }
      let isValid = String(validating: bytes, as: UTF8.self) != nil
      let text = bytes.withUnsafeBufferPointer { Text(utf8: $0) }
      if (text != nil) != isValid { return "\(bytes) is \(isValid ? "" : "in")valid" }
      guard let error = bytes.withUnsafeBufferPointer({ UTF8Check.firstError($0) }) else {
        return nil
      }
      let isExact = String(validating: bytes[..<error], as: UTF8.self) != nil
      return isExact ? nil : "\(bytes) is wrong before byte \(error)"
    }
  }
}
