import SimpaticoTree
import Testing

@testable import SimpaticoProtocol

@Suite("Laws of QR codes") struct QRLawTests {
  /// A text one letter longer than version 40 holds, and what it holds.
  @Test(arguments: [
    (QRCode.Correction.low, 7_089, 4_296, 2_953), (.medium, 5_596, 3_391, 2_331),
    (.quartile, 3_993, 2_420, 1_663), (.high, 3_057, 1_852, 1_273),
  ])
  func textsThatAreTooLongAreRefusedByNumbers(
    correction: QRCode.Correction, digits: Int, letters: Int, bytes: Int
  ) throws {
    for (letter, limit) in [("7", digits), ("Z", letters), ("z", bytes)] {
      let longest = String(repeating: letter, count: limit)
      #expect(try QRCode.make(longest, correction).version == 40)
      let error = QRCodeError.textTooLong(bytes: limit + 1, limit: limit)
      #expect(throws: error) { try QRCode.make(longest + letter, correction) }
    }
    let accented = "é" + String(repeating: "z", count: bytes - 3)
    #expect(try QRCode.make(accented, correction).version == 40)
    #expect(throws: QRCodeError.textTooLong(bytes: bytes, limit: bytes - 1)) {
      try QRCode.make(accented + "z", correction)
    }
  }

  @Test func theErrorSaysHowMuchFits() {
    let error = QRCodeError.textTooLong(bytes: 3_000, limit: 2_331)
    #expect(
      error.description
        == "a text of 3000 bytes is too long for the QR code: it holds 2331")
    #expect(throws: QRCodeError.textTooLong(bytes: 121, limit: 106)) {
      try QRCode.make(QRCode.link, .medium, version: 6)
    }
  }

  @Test(arguments: QRCode.Correction.allCases)
  func theSmallestVersionThatFitsIsTaken(_ correction: QRCode.Correction) {
    for number in 1..<40 {
      let version = QRCode.Version(number)
      for letter in ["7", "Z", "z"] {
        let sample = QRCode.Segment(Text(letter))
        let blocks = version.blocks(at: correction)
        let limit = sample.capacity(of: version, blocks: blocks)
        #expect(bits(letter, limit, number) <= 8 * blocks.dataCount)
        #expect(bits(letter, limit + 1, number) > 8 * blocks.dataCount)
        let longest = QRCode.Segment(Text(String(repeating: letter, count: limit)))
        #expect(longest.smallestVersion(at: correction).number == number)
        let longer = QRCode.Segment(Text(String(repeating: letter, count: limit + 1)))
        #expect(longer.smallestVersion(at: correction).number == number + 1)
      }
    }
  }

  /// How many bits a letter takes so many times, with its header (section 7.4).
  private func bits(_ letter: String, _ count: Int, _ version: Int) -> Int {
    let range = version < 10 ? 0 : version < 27 ? 1 : 2
    return switch letter {
    case "7": 4 + [10, 12, 14][range] + 10 * (count / 3) + [0, 4, 7][count % 3]
    case "Z": 4 + [9, 11, 13][range] + 11 * (count / 2) + 6 * (count % 2)
    default: 4 + [8, 16, 16][range] + 8 * count
    }
  }

  @Test func aTextIsSpelledInTheDensestModeThatHasAllItsCharacters() {
    #expect(QRCode.Segment("0123456789").mode == .numeric)
    #expect(QRCode.Segment("0123456789ABCXYZ $%*+-./:").mode == .alphanumeric)
    for text: Text in ["", "a", "A,", "1\n", "#", "É", "@", "["] {
      #expect(QRCode.Segment(text).mode == .byte)
    }
  }

  @Test(arguments: zip(QRCode.Correction.allCases, [6, 7, 9, 11]))
  func anInvitationTakesAVersionOfModerateSize(correction: QRCode.Correction, version: Int) throws {
    #expect(QRCode.link.utf8.count == 121)
    let code = try QRCode(text: Text(QRCode.link), correction: correction)
    #expect(code.version == version && code.size == 17 + 4 * version)
  }

  @Test func mediumIsTheUsualCorrection() throws {
    #expect(try QRCode(text: "a") == QRCode(text: "a", correction: .medium))
    #expect(try QRCode(text: "a") != QRCode(text: "a", correction: .low))
  }

  @Test func theSurroundingsAreLight() throws {
    let code = try QRCode(text: "a")
    #expect(code[0, 0] && code[20, 0] && code[0, 20])
    for index in -2...22 {
      #expect(!code[index, -1] && !code[index, 21] && !code[-1, index] && !code[21, index])
    }
  }

  /// Every block is a multiple of the generator polynomial: it vanishes at each of its roots.
  @Test func everyBlockVanishesAtTheRootsOfTheGenerator() {
    var random = SeededRandom()
    for length in 1...30 {
      let data = (0..<(1 + length * 4)).map { _ in UInt8.random(in: 0...255, using: &random) }
      let block = data + ReedSolomon(correctionLength: length).remainder(of: data[...])
      var root = 1
      for _ in 0..<length {
        let value = block.reduce(0) { field($0, root) ^ Int($1) }
        #expect(value == 0, "\(random) with \(length) correction codewords")
        root = field(root, 2)
      }
    }
  }

  /// Multiplies as on paper: the product of polynomials, and its rest by x⁸ + x⁴ + x³ + x² + 1.
  private func field(_ left: Int, _ right: Int) -> Int {
    var product = (0..<8).reduce(0) { $0 ^ (right >> $1 & 1) * left << $1 }
    for bit in stride(from: 15, through: 8, by: -1) where product >> bit & 1 == 1 {
      product ^= 0b1_0001_1101 << (bit - 8)
    }
    return product
  }
}
