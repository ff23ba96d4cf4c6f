extension NumberReading {
  /// A natural number of any size: only what an exact comparison of decimal and binary numbers
  /// needs.
  struct Natural {
    /// Little-endian; the last one is not zero.
    private var limbs: [UInt32] = []

    var isZero: Bool { limbs.isEmpty }

    mutating func multiply(by factor: UInt32, adding summand: UInt32) {
      var carry = UInt64(summand)
      for index in 0..<limbs.count {
        let product = UInt64(limbs[index]) * UInt64(factor) + carry
        limbs[index] = UInt32(truncatingIfNeeded: product)
        carry = product >> 32
      }
      if carry != 0 { limbs.append(UInt32(truncatingIfNeeded: carry)) }
    }

    mutating func multiplyByPowerOfTen(_ power: Int) {
      for _ in 0..<power / 9 { multiply(by: 1_000_000_000, adding: 0) }
      for _ in 0..<power % 9 { multiply(by: 10, adding: 0) }
    }

    mutating func shiftLeft(_ count: Int) {
      if limbs.isEmpty { return }
      multiply(by: 1 << UInt32(count & 31), adding: 0)
      limbs.insert(contentsOf: repeatElement(0, count: count >> 5), at: 0)
    }

    /// Negative, zero or positive as `self` is less than, equal to or greater than `other`.
    func compare(_ other: Natural) -> Int {
      if limbs.count != other.limbs.count { return limbs.count - other.limbs.count }
      var index = limbs.count
      while index > 0 {
        index -= 1
        let (left, right) = (limbs[index], other.limbs[index])
        if left != right { return left < right ? -1 : 1 }
      }
      return 0
    }
  }
}
