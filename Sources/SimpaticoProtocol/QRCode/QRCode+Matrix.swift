extension QRCode {
  /// The square of modules while it is drawn: the patterns that help a reader to find its way, the
  /// data around them, and what the code says about itself. Sections as in ISO/IEC 18004:2015.
  struct Matrix: Equatable, Sendable {
    let version: Int
    let size: Int
    /// Row by row, each a sum of `dark` and `reserved`.
    private(set) var modules: [UInt8]

    private static var dark: UInt8 { 1 }
    /// Marks what belongs to no data and is left alone by masks.
    private static var reserved: UInt8 { 2 }

    /// Draws what all codes of a version share (section 6.3). Format information is left light.
    init(_ version: Version) {
      self.version = version.number
      size = version.size
      modules = [UInt8](repeating: 0, count: size * size)
      for index in 8..<(size - 8) {
        set(index, 6, index % 2 == 0)
        set(6, index, index % 2 == 0)
      }
      drawFinder(3, 3)
      drawFinder(size - 4, 3)
      drawFinder(3, size - 4)
      drawAlignments(version)
      drawFormat(0)
      if version.hasVersionInformation { drawVersion() }
    }

    func isDark(_ x: Int, _ y: Int) -> Bool { modules[y * size + x] & Self.dark != 0 }

    func isReserved(_ x: Int, _ y: Int) -> Bool { modules[y * size + x] & Self.reserved != 0 }

    /// Draws a module of a pattern.
    private mutating func set(_ x: Int, _ y: Int, _ isDark: Bool) {
      modules[y * size + x] = isDark ? Self.reserved | Self.dark : Self.reserved
    }

    /// A dark square in a light ring in a dark ring, and the light separator (6.3.3 and 6.3.4) as
    /// far as it lies inside the code.
    private mutating func drawFinder(_ centreX: Int, _ centreY: Int) {
      for y in max(0, centreY - 4)...min(size - 1, centreY + 4) {
        for x in max(0, centreX - 4)...min(size - 1, centreX + 4) {
          let ring = max(abs(x - centreX), abs(y - centreY))
          set(x, y, ring != 2 && ring != 4)
        }
      }
    }

    /// A dark module in a light ring in a dark ring (6.3.6), wherever no finder pattern lies.
    private mutating func drawAlignments(_ version: Version) {
      let last = version.alignmentCount - 1
      guard last > 0 else { return }
      for row in 0...last {
        for column in 0...last {
          let isUnderFinder =
            (row == 0 && (column == 0 || column == last)) || (row == last && column == 0)
          if isUnderFinder { continue }
          let centreX = version.alignmentCentre(column)
          let centreY = version.alignmentCentre(row)
          for y in (centreY - 2)...(centreY + 2) {
            for x in (centreX - 2)...(centreX + 2) {
              set(x, y, max(abs(x - centreX), abs(y - centreY)) != 1)
            }
          }
        }
      }
    }

    /// The fifteen bits that tell correction and mask, twice, and the module that is always dark
    /// (7.9.1).
    private mutating func drawFormat(_ bits: Int) {
      for index in 0..<15 {
        let isDark = bits >> index & 1 == 1
        // Around the top left finder, past the timing patterns; then beside the other two.
        switch index {
        case 0..<6: set(8, index, isDark)
        case 6: set(8, 7, isDark)
        case 7: set(8, 8, isDark)
        case 8: set(7, 8, isDark)
        default: set(14 - index, 8, isDark)
        }
        if index < 8 {
          set(size - 1 - index, 8, isDark)
        } else {
          set(8, size - 15 + index, isDark)
        }
      }
      set(8, size - 8, true)
    }

    /// The eighteen bits that tell the version, beside the top right and the bottom left finder
    /// (7.10).
    private mutating func drawVersion() {
      let bits = Self.versionInformation(version)
      for index in 0..<18 {
        let isDark = bits >> index & 1 == 1
        set(size - 11 + index % 3, index / 3, isDark)
        set(index / 3, size - 11 + index % 3, isDark)
      }
    }

    /// Two bits for the correction and three for the mask, with ten that mend up to three wrong
    /// ones, under a fixed mask so that they are never all light (7.9.1 and Annex C).
    static func formatInformation(mask: Int, correction: Correction) -> Int {
      let level =
        switch correction {
        case .low: 0b01
        case .medium: 0b00
        case .quartile: 0b11
        case .high: 0b10
        }
      let data = level << 3 | mask
      return (data << 10 | remainder(of: data << 10, by: 0b101_0011_0111)) ^ 0b101_0100_0001_0010
    }

    /// Six bits for the version, with twelve that mend up to three wrong ones (7.10 and Annex D).
    static func versionInformation(_ version: Int) -> Int {
      version << 12 | remainder(of: version << 12, by: 0b1_1111_0010_0101)
    }

    /// Divides polynomials whose coefficients are bits.
    private static func remainder(of dividend: Int, by divisor: Int) -> Int {
      var rest = dividend
      let degree = Int.bitWidth - divisor.leadingZeroBitCount
      while Int.bitWidth - rest.leadingZeroBitCount >= degree {
        rest ^= divisor << (Int.bitWidth - rest.leadingZeroBitCount - degree)
      }
      return rest
    }
  }
}

extension QRCode.Matrix {
  /// The modules for data, as offsets into `modules`, in the order of their bits: two columns at a
  /// time, from the right to the left, upwards and downwards in turn; the column of the timing
  /// pattern is skipped (section 7.7.3).
  var dataPath: [Int] {
    var path: [Int] = []
    path.reserveCapacity(size * size)
    var right = size - 1
    var isUpward = true
    while right > 0 {
      if right == 6 { right = 5 }
      for step in 0..<size {
        let y = isUpward ? size - 1 - step : step
        if !isReserved(right, y) { path.append(y * size + right) }
        if !isReserved(right - 1, y) { path.append(y * size + right - 1) }
      }
      isUpward.toggle()
      right -= 2
    }
    return path
  }

  /// Draws the codewords, which fill all modules for data but up to seven. Those stay light.
  mutating func place(_ codewords: [UInt8]) {
    let path = dataPath
    for (index, codeword) in codewords.enumerated() {
      for bit in 0..<8 where codeword >> UInt8(7 - bit) & 1 == 1 {
        modules[path[8 * index + bit]] |= Self.dark
      }
    }
  }

  /// Turns over the modules for data that a mask names, and tells the mask and the correction.
  mutating func finish(mask: Int, correction: QRCode.Correction) {
    for y in 0..<size {
      for x in 0..<size where QRCode.Mask(mask).covers(column: x, row: y) && !isReserved(x, y) {
        modules[y * size + x] ^= Self.dark
      }
    }
    drawFormat(Self.formatInformation(mask: mask, correction: correction))
  }

  /// The mask under which the code has the lowest penalty; of equals, the first (section 7.8.3).
  func bestMask(at correction: QRCode.Correction) -> Int {
    var best = 0
    var lowest = Int.max
    for mask in 0..<8 {
      var candidate = self
      candidate.finish(mask: mask, correction: correction)
      let penalty = candidate.penalty
      if penalty < lowest {
        best = mask
        lowest = penalty
      }
    }
    return best
  }
}
