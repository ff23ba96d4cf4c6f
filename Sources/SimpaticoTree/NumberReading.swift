/// Decimal to binary: the double nearest to a decimal number, ties to the even one (IEEE 754
/// `convertFromDecimal`).
///
/// Three ways, each tried only where the one before does not decide:
/// 1. Both the digits and the power of ten are exact doubles: one multiplication or division,
///    rounded once.
/// 2. A lower and an upper bound of the product, 128 bits wide, from a table of 25 powers of five.
///    Mostly both round to the same double.
/// 3. The exact comparison with the point halfway between two doubles, in natural numbers.
enum NumberReading {
  /// mantissa × 10^exponent; infinity above the range of doubles.
  static func double(_ mantissa: UInt64, exponent: Int64) -> Double {
    if mantissa <= 1 << 53, exponent >= -22, exponent <= 22 {
      let digits = Double(Int64(truncatingIfNeeded: mantissa))
      let power = Int(truncatingIfNeeded: exponent)
      return power < 0 ? digits / exactPowers[-power] : digits * exactPowers[power]
    }
    if mantissa == 0 { return 0 }
    var product = Product(mantissa, exponent: exponent)
    if !product.isDecided {
      var digits = Natural()
      digits.multiply(by: 0, adding: UInt32(truncatingIfNeeded: mantissa >> 32))
      digits.multiply(by: 1 << 31, adding: 0)
      digits.multiply(by: 2, adding: UInt32(truncatingIfNeeded: mantissa))
      product.decide(digits, exponent: exponent)
    }
    return product.double
  }

  /// The same for twenty digits and more, with or without a point, which `exponent` has already
  /// taken into account.
  static func double(_ spelling: UnsafeBufferPointer<UInt8>, exponent: Int64) -> Double {
    let decimal = Decimal(spelling, exponent: exponent)
    if decimal.mantissa == 0 { return 0 }
    if !decimal.isCut { return double(decimal.mantissa, exponent: decimal.exponent) }
    var product = Product(decimal.mantissa, exponent: decimal.exponent, isCut: true)
    if !product.isDecided {
      let (digits, exponent) = decimal.allDigits()
      product.decide(digits, exponent: exponent)
    }
    return product.double
  }

  /// 10^0 to 10^22, which doubles hold exactly.
  static let exactPowers: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]
}

extension NumberReading {
  /// A long decimal number, cut after its first nineteen significant digits.
  struct Decimal {
    private let spelling: UnsafeBufferPointer<UInt8>
    private let lastExponent: Int64
    private(set) var mantissa: UInt64 = 0
    private(set) var exponent: Int64
    /// Whether digits other than zeros were cut off.
    private(set) var isCut = false

    init(_ spelling: UnsafeBufferPointer<UInt8>, exponent: Int64) {
      self.spelling = spelling
      lastExponent = exponent
      self.exponent = exponent
      var count = 0
      for byte in spelling where byte != UInt8(ascii: ".") {
        let digit = byte &- UInt8(ascii: "0")
        if count < 19 {
          mantissa = mantissa * 10 + UInt64(digit)
          if mantissa != 0 { count += 1 }
        } else {
          self.exponent += 1
          if digit != 0 { isCut = true }
        }
      }
    }

    /// The digits as a number. Eight hundred decide every comparison with a point halfway between
    /// two doubles, which has at most 768; what follows them counts as one more digit that is not
    /// zero.
    func allDigits() -> (Natural, exponent: Int64) {
      var number = Natural()
      var exponent = lastExponent
      var count = 0
      var rest = false
      for byte in spelling where byte != UInt8(ascii: ".") {
        let digit = byte &- UInt8(ascii: "0")
        if count == 800 {
          exponent += 1
          if digit != 0 { rest = true }
        } else {
          number.multiply(by: 10, adding: UInt32(digit))
          if !number.isZero { count += 1 }
        }
      }
      if rest {
        number.multiply(by: 10, adding: 1)
        exponent -= 1
      }
      return (number, exponent)
    }
  }
}
