/// Reed-Solomon codes over the field of 256 elements, with the polynomial x⁸ + x⁴ + x³ + x² + 1
/// and the generator's roots 2⁰, 2¹, 2², … (ISO/IEC 18004:2015, section 7.5.2 and Annex A).
///
/// Two correction codewords mend one codeword that is wrong, wherever it stands.
struct ReedSolomon {
  /// The coefficients of the generator polynomial, of falling powers, without the leading one.
  let generator: [UInt8]

  /// A code with so many correction codewords. Quadratic in their number, which is at most 30.
  init(correctionLength: Int) {
    var generator = [UInt8](repeating: 0, count: correctionLength)
    generator[correctionLength - 1] = 1
    var root: UInt8 = 1
    for _ in 0..<correctionLength {
      // Times (x - root), the leading power falling away.
      for index in 0..<correctionLength {
        generator[index] = ReedSolomon.product(generator[index], root)
        if index + 1 < correctionLength { generator[index] ^= generator[index + 1] }
      }
      root = ReedSolomon.product(root, 2)
    }
    self.generator = generator
  }

  /// The correction codewords of a block of data. Takes the product of both lengths.
  func remainder(of data: ArraySlice<UInt8>) -> [UInt8] {
    var remainder = [UInt8](repeating: 0, count: generator.count)
    for byte in data {
      let factor = byte ^ remainder[0]
      for index in 0..<generator.count {
        let next = index + 1 < generator.count ? remainder[index + 1] : 0
        remainder[index] = next ^ ReedSolomon.product(generator[index], factor)
      }
    }
    return remainder
  }

  /// Multiplies two elements. Eight steps and no tables of logarithms: a code is too small for
  /// them to pay.
  static func product(_ left: UInt8, _ right: UInt8) -> UInt8 {
    var result: UInt8 = 0
    var factor = left
    var rest = right
    while rest != 0 {
      if rest & 1 == 1 { result ^= factor }
      let overflows = factor & 0x80 != 0
      factor = factor &<< 1
      if overflows { factor ^= 0x1D }
      rest >>= 1
    }
    return result
  }
}
