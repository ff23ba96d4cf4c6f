extension QRCode {
  /// The layout of one of the forty sizes: what it holds, and where its fixed patterns are.
  struct Version: Equatable {
    /// From 1 to 40.
    let number: Int

    /// Another number is a programming error.
    init(_ number: Int) {
      precondition(1 <= number && number <= 40, "there is no such version of a QR code")
      self.number = number
    }

    /// The number of modules along a side (section 6.3.1).
    var size: Int { 17 + 4 * number }

    /// How many columns (and rows) have alignment patterns; none have in version 1.
    var alignmentCount: Int { number == 1 ? 0 : number / 7 + 2 }

    /// The centre of the alignment patterns of a column or row (Annex E).
    ///
    /// The first lies on the timing pattern and the last seven modules from the far edge. The
    /// others are evenly spaced from the far end, at even distances; what is left over is taken
    /// from the first gap. The spacing is rounded up, but for version 32, which rounds down.
    func alignmentCentre(_ index: Int) -> Int {
      guard index > 0 else { return 6 }
      let gaps = alignmentCount - 1
      let length = size - 13
      let spacing = number == 32 ? 26 : (length + 2 * gaps - 1) / (2 * gaps) * 2
      return size - 7 - (gaps - index) * spacing
    }

    /// Whether the code says its version itself (section 7.10).
    var hasVersionInformation: Bool { number >= 7 }

    /// The number of codewords for data and correction together (Table 1): a byte for every eight
    /// modules that belong to no pattern.
    var codewordCount: Int {
      // Three finder patterns with their separators, two copies of the format information with the
      // module that is always dark, and the timing patterns between the finders.
      var modules = size * size - 3 * 64 - 31 - 2 * (size - 16)
      if alignmentCount > 0 {
        // All crossings but the three under finder patterns. Those on the first column or row
        // share five modules with a timing pattern.
        modules -= 25 * (alignmentCount * alignmentCount - 3) - 10 * (alignmentCount - 2)
      }
      if hasVersionInformation { modules -= 2 * 18 }
      return modules / 8
    }

    /// How the codewords are divided into blocks, each of which is corrected for itself (Table 9).
    func blocks(at correction: Correction) -> Blocks {
      let count = number(in: Self.blockCounts(correction))
      let correctionLength = number(in: Self.correctionLengths(correction))
      return Blocks(
        count: count, dataCount: codewordCount - count * correctionLength,
        correctionLength: correctionLength)
    }

    /// The entry for this version in a table of two digits and a space for each.
    private func number(in table: StaticString) -> Int {
      let entry = table.utf8Start + 3 * (number - 1)
      return 10 * Int(entry[0] - UInt8(ascii: "0")) + Int(entry[1] - UInt8(ascii: "0"))
    }

    // The tables are texts and no arrays: builds for the browser have mistaken one constant array
    // for another.

    /// The number of correction codewords in each block, from version 1 to 40.
    private static func correctionLengths(_ correction: Correction) -> StaticString {
      switch correction {
      case .low:
        """
        07 10 15 20 26 18 20 24 30 18 20 24 26 30 22 24 28 30 28 28 \
        28 28 30 30 26 28 30 30 30 30 30 30 30 30 30 30 30 30 30 30
        """
      case .medium:
        """
        10 16 26 18 24 16 18 22 22 26 30 22 22 24 24 28 28 26 26 26 \
        26 28 28 28 28 28 28 28 28 28 28 28 28 28 28 28 28 28 28 28
        """
      case .quartile:
        """
        13 22 18 26 18 24 18 22 20 24 28 26 24 20 30 24 28 28 26 30 \
        28 30 30 30 30 28 30 30 30 30 30 30 30 30 30 30 30 30 30 30
        """
      case .high:
        """
        17 28 22 16 22 28 26 26 24 28 24 28 22 24 24 30 28 28 26 28 \
        30 24 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30
        """
      }
    }

    /// The number of blocks, from version 1 to 40.
    private static func blockCounts(_ correction: Correction) -> StaticString {
      switch correction {
      case .low:
        """
        01 01 01 01 01 02 02 02 02 04 04 04 04 04 06 06 06 06 07 08 \
        08 09 09 10 12 12 12 13 14 15 16 17 18 19 19 20 21 22 24 25
        """
      case .medium:
        """
        01 01 01 02 02 04 04 04 05 05 05 08 09 09 10 10 11 13 14 16 \
        17 17 18 20 21 23 25 26 28 29 31 33 35 37 38 40 43 45 47 49
        """
      case .quartile:
        """
        01 01 02 02 04 04 06 06 08 08 08 10 12 16 12 17 16 18 21 20 \
        23 23 25 27 29 34 34 35 38 40 43 45 48 51 53 56 59 62 65 68
        """
      case .high:
        """
        01 01 02 04 04 04 05 06 08 08 11 11 16 16 18 16 19 21 25 25 \
        25 34 30 32 35 37 40 42 45 48 51 54 57 60 63 66 70 74 77 81
        """
      }
    }
  }
}
