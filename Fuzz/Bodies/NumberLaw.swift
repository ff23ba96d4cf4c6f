import SimpaticoTree

/// Numbers are read as the standard library reads them, and printed as the fewest digits that read
/// back.
enum NumberLaw {
  static func brokenByReading(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
    guard bytes.allSatisfy(isNumberByte), bytes.last.map(isDigit) ?? false else {
      return nil
    }
    let spelling = String(decoding: bytes, as: UTF8.self)
    let expected = Double(spelling)
    do throws(JSONError) {
      let value = try JSON.parse(bytes)
      guard let number = value.number, let expected else { return "read what is no number" }
      let isSame = number == expected && (number.sign == expected.sign)
      return isSame ? brokenByPrinting(number) : "read \(spelling) as \(number)"
    } catch {
      if error.kind == .numberOutOfRange, let expected, expected.isFinite {
        return "\(spelling) is within the range of doubles"
      }
      return nil
    }
  }

  static func brokenByPrinting(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
    var stream = ByteStream(bytes)
    repeat {
      let number = Double(bitPattern: stream.word())
      if let broken = brokenByPrinting(number) { return broken }
    } while !stream.isAtEnd
    return nil
  }

  private static func brokenByPrinting(_ number: Double) -> String? {
    let printed = Value.number(number).bytes
    let spelling = String(decoding: printed, as: UTF8.self)
    if !number.isFinite { return spelling == "null" ? nil : "printed \(number) as \(spelling)" }
    guard let again = try? JSON.parse(printed).number else { return "refused \(spelling)" }
    if again != number { return "printed \(number) as \(spelling)" }
    // The standard library's digits are the fewest that read back, and the nearest of those.
    let digits = significant(spelling)
    let fewest = significant(number.description)
    return digits == fewest ? nil : "\(spelling) has other digits than \(number)"
  }

  /// The digits of a spelling, without its point, its exponent and the zeros around them.
  private static func significant(_ spelling: String) -> Substring {
    let mantissa = spelling.prefix { $0 != "e" }
    let digits = String(mantissa.filter(\.isNumber)).drop { $0 == "0" }
    guard let last = digits.lastIndex(where: { $0 != "0" }) else { return "" }
    return digits[...last]
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private static func isNumberByte(_ byte: UInt8) -> Bool {
    isDigit(byte) || "+-.eE".utf8.contains(byte)
  }
}
