import Testing

@testable import SimpaticoTree

/// Numbers are exact both ways.
@Suite struct NumberTests {
  private static func read(_ text: String) -> Double? {
    (try? JSON.parse(Array(text.utf8)))?.number
  }

  private static func print(_ number: Double) -> String {
    JSON.print(.number(number)).description
  }

  @Test func everyNumberReadsBackAsItself() {
    Cases.holds(CaseRandom.effort(400_000)) { random in
      let number = random.double()
      let text = Self.print(number)
      guard let back = Self.read(text) else { return "cannot read \(text)" }
      // Both zeros print as 0, as in ECMAScript.
      return sameBits(back, number) || number == 0 ? nil : "\(number) prints as \(text)"
    }
  }

  /// The file holds what Node says; its own test holds it against Node.
  @Test func everyVectorIsReadAndPrintedAsECMAScriptDoes() {
    #expect(Vectors.numbers.count > 5_000)
    for (number, text) in Vectors.numbers {
      let isPrinted = Self.print(number) == text
      let isRead = Self.read(text).map { sameBits($0, number) || number == 0 } == true
      if !isPrinted || !isRead { Issue.record("\(number) is \(Self.print(number)), not \(text)") }
    }
  }

  /// The standard library's own conversion is correctly rounded.
  @Test func anyDecimalReadsAsTheNearestDouble() {
    Cases.holds(CaseRandom.effort(400_000)) { random in
      var text = ""
      for _ in 0...random.below(random.chance(percent: 10) ? 60 : 22) {
        text += String(random.below(10))
      }
      if random.chance(percent: 50) {
        text.insert(".", at: text.index(text.startIndex, offsetBy: random.below(text.count)))
        if text.hasPrefix(".") { text = "0" + text }
      }
      while text.hasPrefix("0"), !text.hasPrefix("0."), text != "0" { text.removeFirst() }
      if text.hasPrefix("e") || text.isEmpty { text = "0" }
      if random.chance(percent: 60) { text += "e\(random.below(700) - 360)" }
      let expected = Double(text) ?? .nan
      if expected.isInfinite { return Self.read(text) == nil ? nil : "\(text) is out of range" }
      return sameBits(Self.read(text) ?? .nan, expected) ? nil : text
    }
  }

  /// Halfway between two doubles, a little above and a little below: what only exact arithmetic
  /// tells.
  @Test func pointsHalfwayRoundToEven() {
    Cases.holds(CaseRandom.effort(40_000)) { random in
      let significand = random.next() >> 12 | 1 << 52
      let exponent = random.below(200) - 100
      var digits = Decimal(significand * 2 + 1)
      if exponent >= 0 { digits.double(exponent) } else { digits.halve(-exponent) }
      let even = Double(sign: .plus, exponent: exponent + 1, significand: Double(significand))
      let lower = significand & 1 == 0 ? even : even.nextUp
      let text = digits.description
      if Self.read(text) != lower { return "\(text) should be \(lower)" }
      let (above, below) = (text + (digits.hasPoint ? "1" : ".1"), digits.justBelow.description)
      if Self.read(above) != even.nextUp { return "\(above) should be \(even.nextUp)" }
      return Self.read(below) == even ? nil : "\(below) should be \(even)"
    }
  }

  @Test(
    arguments: [
      ("9007199254740993", 9_007_199_254_740_992.0), ("9007199254740993.0000000001", 0x1p53 + 2),
      ("2.2250738585072011e-308", Double.leastNormalMagnitude.nextDown),
      ("2.2250738585072014e-308", 0x1p-1022),
      ("4.9e-324", 0x1p-1074), ("2.4703282292062327e-324", 0),
      ("2.4703282292062328e-324", 0x1p-1074), ("1.7976931348623158e308", 0x1.fffffffffffffp1023),
      ("0.1e1", 1), ("100000000000000000000000", 1e23), ("8.5e22", 8.5e22),
    ] as [(String, Double)])
  func edgesReadAsTheyShould(text: String, expected: Double) {
    #expect(Self.read(text) == expected)
  }

  @Test func hugeSpellingsOfSmallNumbersAreRead() {
    let zeros = String(repeating: "0", count: 3_000)
    #expect(Self.read("1" + zeros + "e-3000") == 1)
    #expect(Self.read("0." + zeros + "1e3001") == 1)
    #expect(Self.read("0." + zeros + "1") == 0)
    #expect(Self.read("1." + zeros + "1") == 1)
    #expect(Self.read("9007199254740993." + zeros + "1") == 0x1p53 + 2)
  }

  @Test(
    arguments: [
      (0.5, "0.5"), (-2.25, "-2.25"), (100, "100"), (1e21, "1e+21"),
      (123e18, "123000000000000000000"),
      (1e-6, "0.000001"), (1.5e-7, "1.5e-7"), (0.1 + 0.2, "0.30000000000000004"), (1e100, "1e+100"),
      (.leastNonzeroMagnitude, "5e-324"), (.greatestFiniteMagnitude, "1.7976931348623157e+308"),
      (-0.0, "0"),
      (9_007_199_254_740_991, "9007199254740991"), (0x1p53, "9007199254740992"),
      (0x1p60, "1152921504606847000"), (123_456.789, "123456.789"), (1e-9 + 1, "1.000000001"),
      (4.35, "4.35"), (0.000_001_234, "0.000001234"), (999_999.5, "999999.5"),
      (1e6 + 0.5, "1000000.5"),
    ] as [(Double, String)])
  func printedAsECMAScriptDoes(number: Double, text: String) {
    #expect(Self.print(number) == text)
  }
}

/// Decimal digits with as many places as needed, for making numbers that lie exactly halfway.
private struct Decimal: CustomStringConvertible {
  /// Least significant first.
  private var digits: [UInt8] = []
  private var places = 0

  init(_ number: UInt64) { digits = String(number).utf8.reversed().map { $0 - 0x30 } }

  var hasPoint: Bool { places > 0 }

  private mutating func multiply(by factor: UInt8) {
    var carry: UInt8 = 0
    for index in digits.indices {
      let product = digits[index] * factor + carry
      digits[index] = product % 10
      carry = product / 10
    }
    if carry > 0 { digits.append(carry) }
  }

  mutating func double(_ times: Int) { for _ in 0..<times { multiply(by: 2) } }

  mutating func halve(_ times: Int) {
    for _ in 0..<times { multiply(by: 5) }
    places += times
  }

  /// One less in a last place that is added.
  var justBelow: Decimal {
    var below = self
    below.digits.insert(0, at: 0)
    below.places += 1
    for index in below.digits.indices {
      if below.digits[index] > 0 {
        below.digits[index] -= 1
        break
      }
      below.digits[index] = 9
    }
    return below
  }

  var description: String {
    var all = digits
    while all.count <= places { all.append(0) }
    var text = String(decoding: all.reversed().map { $0 + 0x30 }, as: UTF8.self)
    if places > 0 { text.insert(".", at: text.index(text.endIndex, offsetBy: -places)) }
    return text
  }
}
