import SimpaticoTree

extension QRCode {
  /// How the characters of a text are spelled in bits (section 7.4).
  enum Mode: UInt8 {
    /// Digits: ten bits for three of them.
    case numeric
    /// Digits, capital letters and nine other characters: eleven bits for two of them.
    case alphanumeric
    /// Eight bits for each byte.
    case byte

    /// The four bits that announce the mode (Table 2).
    var indicator: Int {
      switch self {
      case .numeric: 0b0001
      case .alphanumeric: 0b0010
      case .byte: 0b0100
      }
    }

    /// The width of the count of characters that follows the indicator (Table 3).
    func countWidth(_ version: Version) -> Int {
      switch self {
      case .numeric: version.number < 10 ? 10 : version.number < 27 ? 12 : 14
      case .alphanumeric: version.number < 10 ? 9 : version.number < 27 ? 11 : 13
      case .byte: version.number < 10 ? 8 : 16
      }
    }

    /// How many characters fit into so many bits.
    func capacity(bits: Int) -> Int {
      switch self {
      case .numeric: 3 * (bits / 10) + (bits % 10 >= 7 ? 2 : bits % 10 >= 4 ? 1 : 0)
      case .alphanumeric: 2 * (bits / 11) + (bits % 11 >= 6 ? 1 : 0)
      case .byte: bits / 8
      }
    }
  }

  /// A whole text in one mode: the shortest that can spell all of its characters.
  struct Segment {
    let text: Text
    let mode: Mode
    let isASCII: Bool

    init(_ text: Text) {
      self.text = text
      var isNumeric = !text.isEmpty
      var isAlphanumeric = isNumeric
      var isASCII = true
      text.withUTF8 { bytes in
        for byte in bytes {
          if !Segment.isDigit(byte) { isNumeric = false }
          if Segment.alphanumericValue(byte) == nil { isAlphanumeric = false }
          if byte >= 0x80 { isASCII = false }
        }
      }
      mode = isNumeric ? .numeric : isAlphanumeric ? .alphanumeric : .byte
      self.isASCII = isASCII
    }

    /// The smallest version that holds the text, or the largest there is.
    func smallestVersion(at correction: Correction) -> Version {
      for number in 1..<40 {
        let version = Version(number)
        let blocks = version.blocks(at: correction)
        if text.count <= capacity(of: version, blocks: blocks) { return version }
      }
      return Version(40)
    }

    /// How many characters of this mode a version holds: never more than its count can say.
    func capacity(of version: Version, blocks: Blocks) -> Int {
      let header = (isASCII ? 0 : 12) + 4 + mode.countWidth(version)
      return mode.capacity(bits: 8 * blocks.dataCount - header)
    }

    /// The data codewords: header, text, end and padding (sections 7.4.2 to 7.4.10).
    func codewords(of version: Version, blocks: Blocks) throws(QRCodeError) -> [UInt8] {
      let limit = capacity(of: version, blocks: blocks)
      guard text.count <= limit else {
        throw QRCodeError.textTooLong(bytes: text.count, limit: limit)
      }
      var bits = Bits(room: blocks.dataCount)
      if !isASCII {
        // Bytes stand for ISO/IEC 8859-1 unless an extended channel interpretation says otherwise:
        // number 26 is UTF-8 (section 7.4.2; AIM ITS/04-023).
        bits.append(0b0111, width: 4)
        bits.append(26, width: 8)
      }
      bits.append(mode.indicator, width: 4)
      bits.append(text.count, width: mode.countWidth(version))
      text.withUTF8 { append($0, to: &bits) }
      bits.pad(to: blocks.dataCount)
      return bits.bytes
    }

    private func append(_ characters: UnsafeBufferPointer<UInt8>, to bits: inout Bits) {
      switch mode {
      case .byte:
        for byte in characters { bits.append(Int(byte), width: 8) }
      case .numeric:
        appendGroups(of: 3, characters, base: 10, widths: (4, 7, 10), to: &bits)
      case .alphanumeric:
        appendGroups(of: 2, characters, base: 45, widths: (6, 11, 11), to: &bits)
      }
    }

    /// Spells every `length` characters as one number, in a width that depends on how many
    /// characters it stands for.
    private func appendGroups(
      of length: Int, _ characters: UnsafeBufferPointer<UInt8>, base: Int,
      widths: (one: Int, two: Int, three: Int), to bits: inout Bits
    ) {
      var index = 0
      while index < characters.count {
        let end = min(index + length, characters.count)
        let width = end - index == 1 ? widths.one : end - index == 2 ? widths.two : widths.three
        var number = 0
        while index < end {
          // Digits have the same value in both modes.
          number = number * base + (Segment.alphanumericValue(characters[index]) ?? 0)
          index += 1
        }
        bits.append(number, width: width)
      }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
      UInt8(ascii: "0") <= byte && byte <= UInt8(ascii: "9")
    }

    /// The value of a character in alphanumeric mode (Table 5), or nil where it has none.
    static func alphanumericValue(_ byte: UInt8) -> Int? {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte - UInt8(ascii: "0"))
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): 10 + Int(byte - UInt8(ascii: "A"))
      case UInt8(ascii: " "): 36
      case UInt8(ascii: "$"): 37
      case UInt8(ascii: "%"): 38
      case UInt8(ascii: "*"): 39
      case UInt8(ascii: "+"): 40
      case UInt8(ascii: "-"): 41
      case UInt8(ascii: "."): 42
      case UInt8(ascii: "/"): 43
      case UInt8(ascii: ":"): 44
      default: nil
      }
    }
  }

  /// A growing run of bits, the highest of each number first.
  private struct Bits {
    private(set) var bytes: [UInt8] = []
    /// How many bits of the last byte are free.
    private var free = 0

    init(room: Int) { bytes.reserveCapacity(room) }

    /// Appends the lowest `width` bits of a number.
    mutating func append(_ number: Int, width: Int) {
      for shift in stride(from: width - 1, through: 0, by: -1) {
        if free == 0 {
          bytes.append(0)
          free = 8
        }
        free -= 1
        if number >> shift & 1 == 1 { bytes[bytes.count - 1] |= 1 << UInt8(free) }
      }
    }

    /// Ends the text with up to four zeros, as there is room, and fills what is left of the
    /// codewords (sections 7.4.9 and 7.4.10).
    mutating func pad(to count: Int) {
      append(0, width: min(4, free + 8 * (count - bytes.count)))
      var padding: UInt8 = 0b1110_1100
      while bytes.count < count {
        bytes.append(padding)
        padding ^= 0b1110_1100 ^ 0b0001_0001
      }
    }
  }
}
