/// The shortest decimal that reads back as a given double, and of those the nearest to it.
///
/// A decimal reads back where it lies between the points halfway to the neighbouring doubles. With
/// k chosen such that these are one to ten units of 10^k apart, the interval holds a multiple of
/// 10^k and at most one of 10^(k+1), which then is shorter (the idea of Raffaello Giulietti's
/// Schubfach). The ends of the interval are products of 128 bits; where their error leaves a
/// question open, there is no answer, and the caller asks the standard library.
struct ShortestDecimal {
  private(set) var digits: UInt64
  /// The number is digits × 10^exponent.
  private(set) var exponent: Int

  /// A positive number that is no power of two; those lie unevenly between their neighbours.
  init?(_ number: Double) {
    let bits = number.bitPattern
    let fraction = bits & (1 << 52 - 1)
    if fraction == 0 { return nil }
    let field = Int(truncatingIfNeeded: bits >> 52)
    let significand = field == 0 ? fraction : fraction | 1 << 52
    let binary = max(field, 1) - 1_075
    // The decimal logarithm of 2^n, rounded down, is n × 315653 / 2^20 for |n| < 1080.
    exponent = (binary * 315_653) >> 20
    let scale = Scale(power: -exponent, binary: binary - 1)
    guard let low = scale.product(significand * 2 - 1),
      let middle = scale.product(significand * 2), let high = scale.product(significand * 2 + 1)
    else { return nil }
    let isEven = significand & 1 == 0
    let first = isEven && low.isWhole ? low.whole : low.whole + 1
    let last = !isEven && high.isWhole ? high.whole - 1 : high.whole
    if first > last { return nil }
    let tens = last / 10
    if tens * 10 >= first {
      digits = tens
      exponent += 1
      removeZeros()
      return
    }
    guard let isUp = middle.roundsUp else { return nil }
    digits = isUp ? middle.whole + 1 : middle.whole
    if digits < first { digits = first }
    if digits > last { digits = last }
  }

  private mutating func removeZeros() {
    while true {
      let tenth = digits / 10
      if tenth * 10 != digits { return }
      digits = tenth
      exponent += 1
    }
  }
}

extension ShortestDecimal {
  /// A product, cut after 64 bits of its fraction.
  private struct Product {
    let whole: UInt64
    let fraction: UInt64
    /// Whether anything was cut off.
    let hasRest: Bool
    /// Whether what is held is true to the last bit; otherwise the fraction is low by less than
    /// two.
    let isExact: Bool

    var isWhole: Bool { fraction == 0 && !hasRest }

    /// Whether the next whole number is nearer, or as near and even; nil where that is unknown.
    var roundsUp: Bool? {
      let half: UInt64 = 1 << 63
      if !isExact, fraction &- (half - 2) <= 2 { return nil }
      return fraction > half || fraction == half && (hasRest || whole & 1 == 1)
    }
  }

  /// Multiplies by 10^power × 2^binary.
  private struct Scale {
    let five: PowerOfFive
    let shift: UInt64
    let isExact: Bool

    init(power: Int, binary: Int) {
      five = PowerOfFive(power)
      // The product is below 2^64, and its fraction starts 128 bits down: the shift is 0 to 3.
      shift = UInt64(truncatingIfNeeded: 128 + five.exponent + power + binary)
      isExact = power >= 0 && power <= 27
    }

    /// Nil where the error may reach across a whole number.
    func product(_ factor: UInt64) -> Product? {
      let scaled = factor << shift
      let high = scaled.multipliedFullWidth(by: five.high)
      let low = scaled.multipliedFullWidth(by: five.low)
      let (fraction, carry) = high.low.addingReportingOverflow(low.high)
      if !isExact, fraction == 0 || fraction >= .max - 1 { return nil }
      return Product(
        whole: high.high &+ (carry ? 1 : 0), fraction: fraction, hasRest: low.low != 0,
        isExact: isExact)
    }
  }
}

extension ShortestDecimal {
  /// The decimal that the standard library writes for a positive number, such as `1.5e-07`; it has
  /// the shortest digits as well, and takes several times as long to find them.
  init(description: String) {
    digits = 0
    exponent = 0
    // By its bytes where they lie, because the view of a string brings its indices with it.
    let isRead: Void? = description.utf8.withContiguousStorageIfAvailable { read($0) }
    precondition(isRead != nil, "a number's description is not bridged")
    removeZeros()
  }

  private mutating func read(_ description: UnsafeBufferPointer<UInt8>) {
    var power = 0
    var hasPoint = false
    var hasExponent = false
    var isNegative = false
    for byte in description {
      switch byte {
      case UInt8(ascii: "."): hasPoint = true
      case UInt8(ascii: "e"): hasExponent = true
      case UInt8(ascii: "-"): isNegative = true
      case UInt8(ascii: "+"): break
      default:
        let digit = byte &- UInt8(ascii: "0")
        if hasExponent {
          power = power * 10 + Int(digit)
        } else {
          digits = digits &* 10 &+ UInt64(digit)
          if hasPoint { exponent -= 1 }
        }
      }
    }
    exponent += isNegative ? -power : power
  }
}
