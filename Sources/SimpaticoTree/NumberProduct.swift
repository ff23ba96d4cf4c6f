extension NumberReading {
  /// Bounds of a mantissa times a power of ten, and the double that they decide.
  struct Product {
    private(set) var double: Double
    /// Whether both bounds round to `double`; otherwise it is the lower one of the two candidates.
    private(set) var isDecided: Bool

    /// `isCut` says that the true mantissa is larger than the given one, by less than one. Such a
    /// mantissa has nineteen digits.
    init(_ mantissa: UInt64, exponent: Int64, isCut: Bool = false) {
      isDecided = true
      // Below, even the largest mantissa is less than half the smallest double; above, 1 is beyond
      // the largest.
      if exponent < -342 {
        double = 0
        return
      }
      if exponent > 308 {
        double = .infinity
        return
      }
      let power = Int(truncatingIfNeeded: exponent)
      let shift = mantissa.leadingZeroBitCount
      let scaled = mantissa << UInt64(shift)
      let five = PowerOfFive(power)
      let high = scaled.multipliedFullWidth(by: five.high)
      let low = scaled.multipliedFullWidth(by: five.low)
      let (middle, carry) = high.low.addingReportingOverflow(low.high)
      let top = high.high &+ (carry ? 1 : 0)
      let binary = five.exponent + power - shift + 64
      double = NumberReading.rounded(top, middle, exponent: binary)
      // The table's power is low by less than 3 units of 2^-128, which the mantissa scales to less
      // than 3; dropping the last word costs less than 2 more. A cut mantissa is low by less than
      // 2^shift.
      let (upperLow, more) = middle.addingReportingOverflow(6)
      let (sum, first) = top.addingReportingOverflow(isCut ? 1 << UInt64(shift) : 0)
      let (upperHigh, second) = sum.addingReportingOverflow(more ? 1 : 0)
      let upper = NumberReading.rounded(upperHigh, upperLow, exponent: binary)
      isDecided = !first && !second && upper == double
      if !isDecided { double = NumberReading.cut(top, exponent: binary) }
    }

    /// Decides between `double` and its successor by comparing digits × 10^exponent with the point
    /// halfway.
    mutating func decide(_ digits: consuming Natural, exponent: Int64) {
      let bits = double.bitPattern
      let isNormal = bits >> 52 != 0
      let fraction = bits & (1 << 52 - 1)
      let significand = isNormal ? fraction | 1 << 52 : fraction
      let unit = Int(truncatingIfNeeded: max(1, bits >> 52)) - 1_075
      var half = Natural()
      half.multiply(by: 0, adding: UInt32(truncatingIfNeeded: significand >> 31))
      half.multiply(by: 1 << 31, adding: UInt32(truncatingIfNeeded: significand & 0x7FFF_FFFF))
      half.multiply(by: 2, adding: 1)
      let power = Int(truncatingIfNeeded: exponent)
      if power >= 0 {
        digits.multiplyByPowerOfTen(power)
      } else {
        half.multiplyByPowerOfTen(-power)
      }
      if unit - 1 >= 0 { half.shiftLeft(unit - 1) } else { digits.shiftLeft(1 - unit) }
      let order = digits.compare(half)
      if order > 0 || order == 0 && significand & 1 == 1 { double = Double(bitPattern: bits + 1) }
      isDecided = true
    }
  }

  /// The double nearest to (high·2^64 + low)·2^exponent, whose highest or second highest bit is
  /// set.
  static func rounded(_ high: UInt64, _ low: UInt64, exponent: Int) -> Double {
    let drop = droppedBits(high, exponent: exponent)
    if drop > 64 { return 0 }
    let lower = cut(high, exponent: exponent)
    if lower.isInfinite { return lower }
    let bits = lower.bitPattern
    let half: UInt64 = 1 << UInt64(drop - 1)
    let rest = drop == 64 ? high : high & (half << 1 - 1)
    let isUp = rest > half || rest == half && (low != 0 || bits & 1 == 1)
    return Double(bitPattern: isUp ? bits + 1 : bits)
  }

  /// The largest double not above high·2^(64 + exponent).
  static func cut(_ high: UInt64, exponent: Int) -> Double {
    let drop = droppedBits(high, exponent: exponent)
    if drop >= 64 { return 0 }
    let top = 127 + exponent - high.leadingZeroBitCount
    if top > 1023 { return .infinity }
    let significand = high >> UInt64(drop)
    // The significand's own highest bit carries into the exponent field.
    let field = top < -1022 ? 0 : UInt64(top + 1022)
    return Double(bitPattern: field << 52 + significand)
  }

  /// How many bits of the high word lie below the double's last place.
  private static func droppedBits(_ high: UInt64, exponent: Int) -> Int {
    let width = 64 - high.leadingZeroBitCount
    let top = 63 + exponent + width
    return top >= -1022 ? width - 53 : width - 53 + (-1022 - top)
  }
}

/// A power of five, 128 bits wide: it is at least high·2^64 + low, and less than three more, times
/// 2^exponent.
struct PowerOfFive {
  let high: UInt64
  let low: UInt64
  let exponent: Int

  /// `power` is from -364 to 335.
  init(_ power: Int) {
    let step = (power + 364) / 28
    let rest = power + 364 - step * 28
    var factor: UInt64 = 1
    for _ in 0..<rest { factor &*= 5 }
    let shift = factor.leadingZeroBitCount
    factor <<= UInt64(shift)
    let high = PowerOfFive.table[2 * step].multipliedFullWidth(by: factor)
    let low = PowerOfFive.table[2 * step + 1].multipliedFullWidth(by: factor)
    let (middle, carry) = high.low.addingReportingOverflow(low.high)
    let top = high.high &+ (carry ? 1 : 0)
    // The binary logarithm of 5^n, rounded down, is n × 152170 / 2^16 for |n| < 400.
    let coarse = ((step * 28 - 364) * 152_170) >> 16 - 127
    if top >> 63 == 1 {
      self.high = top
      self.low = middle
      exponent = coarse - shift + 64
    } else {
      self.high = top << 1 | middle >> 63
      self.low = middle << 1 | low.low >> 63
      exponent = coarse - shift + 63
    }
  }

  /// The first 128 bits of 5^-364, 5^-336, … 5^308, rounded down.
  private static let table: [UInt64] = [
    0xE1AF_A13A_FBD1_4D6D, 0x8218_9C09_A3A1_EC21,
    0xE3E2_7A44_4D8D_98B7, 0xFD1B_1B23_0816_9B25,
    0xE61A_CF03_3D1A_45DF, 0x6FB9_2487_298E_33BD,
    0xE858_AD24_8F5C_22C9, 0xD1B3_400F_8F9C_FF68,
    0xEA9C_2277_23EE_8BCB, 0x465E_15A9_79C1_CADC,
    0xECE5_3CEC_4A31_4EBD, 0xA4F8_BF56_3524_6428,
    0xEF34_0A98_172A_ACE4, 0x86FB_8971_16C8_7C34,
    0xF188_99B1_BC3F_8CA1, 0xDC44_E6C3_CB27_9AC1,
    0xF3E2_F893_DEC3_F126, 0x5A89_DBA3_C3EF_CCFA,
    0xF643_35BC_F065_D37D, 0x4D46_17B5_FF4A_16D5,
    0xF8A9_5FCF_8874_7D94, 0x75A4_4C63_97CE_912A,
    0xFB15_8592_BE06_8D2E, 0xEED6_E2F0_F0D5_6712,
    0xFD87_B5F2_8300_CA0D, 0x8BCA_9D6E_1888_53FC,
    0x8000_0000_0000_0000, 0x0000_0000_0000_0000,
    0x813F_3978_F894_0984, 0x4000_0000_0000_0000,
    0x8281_8F12_81ED_449F, 0xBFF8_F10E_7A89_21A4,
    0x83C7_088E_1AAB_65DB, 0x7926_67C6_DA79_E0FA,
    0x850F_ADC0_9923_329E, 0x03E2_CF6B_C604_DDB0,
    0x865B_8692_5B9B_C5C2, 0x0B8A_2392_BA45_A9B2,
    0x87AA_9AFF_7904_2286, 0x90FB_44D2_F05D_0842,
    0x88FC_F317_F222_41E2, 0x441F_ECE3_BDF8_1F03,
    0x8A52_96FF_E33C_C92F, 0x82BD_6B70_D99A_AA6F,
    0x8BAB_8EEF_B640_9C1A, 0x1AD0_89B6_C2F7_548E,
    0x8D07_E334_5563_7EB2, 0xDB0B_487B_6423_E1E8,
    0x8E67_9C2F_5E44_FF8F, 0x570F_09EA_A7EA_7648,
  ]
}
