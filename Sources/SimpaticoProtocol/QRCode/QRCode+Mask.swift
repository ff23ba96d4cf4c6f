extension QRCode {
  /// One of the eight masks, which break up what could be mistaken for a pattern (section 7.8.2).
  struct Mask {
    let number: Int

    /// Another number than 0 to 7 is a programming error.
    init(_ number: Int) {
      precondition(0 <= number && number < 8, "there is no such mask of a QR code")
      self.number = number
    }

    /// Whether a module is turned over (Table 10).
    func covers(column: Int, row: Int) -> Bool {
      switch number {
      case 0: (row + column) % 2 == 0
      case 1: row % 2 == 0
      case 2: column % 3 == 0
      case 3: (row + column) % 3 == 0
      case 4: (row / 2 + column / 3) % 2 == 0
      case 5: row * column % 2 + row * column % 3 == 0
      case 6: (row * column % 2 + row * column % 3) % 2 == 0
      default: ((row + column) % 2 + row * column % 3) % 2 == 0
      }
    }
  }
}

extension QRCode.Matrix {
  /// How hard a finished code is to read: the sum of the four penalties of section 7.8.3.1. What
  /// lies around the code counts as light.
  var penalty: Int {
    var penalty = balancePenalty
    for index in 0..<size {
      penalty += linePenalty(start: index * size, step: 1)
      penalty += linePenalty(start: index, step: size)
      if index > 0 { penalty += squarePenalty(row: index) }
    }
    return penalty
  }

  /// For each run of five or more modules of one colour, 3 and one more for each module past the
  /// fifth; and 40 for whatever looks like a finder pattern: dark, light, dark, light, dark in
  /// widths of 1 : 1 : 3 : 1 : 1, with four light modules before it or after it.
  private func linePenalty(start: Int, step: Int) -> Int {
    var penalty = 0
    var run = 0
    var window = 0
    for index in 0..<(size + 4) {
      let module = index < size ? Int(modules[start + index * step] & 1) : 0
      if index < size {
        run = index > 0 && module == window & 1 ? run + 1 : 1
        if run == 5 { penalty += 3 }
        if run > 5 { penalty += 1 }
      }
      // The last fifteen modules: four before, seven of the pattern, four after.
      window = (window << 1 | module) & 0x7FFF
      if window >> 4 & 0x7F == 0b101_1101, window >> 11 == 0 || window & 0xF == 0 { penalty += 40 }
    }
    return penalty
  }

  /// 3 for each square of two by two modules of one colour, which may overlap, in a row and the one
  /// above it.
  private func squarePenalty(row: Int) -> Int {
    var penalty = 0
    for x in 1..<size {
      let isDark = isDark(x, row)
      if isDark == self.isDark(x - 1, row), isDark == self.isDark(x, row - 1),
        isDark == self.isDark(x - 1, row - 1)
      {
        penalty += 3
      }
    }
    return penalty
  }

  /// 10 for every full 5 % by which the share of dark modules differs from a half.
  private var balancePenalty: Int {
    var dark = 0
    for module in modules { dark += Int(module & 1) }
    let total = size * size
    return abs(20 * dark - 10 * total) / total * 10
  }
}
