import Foundation
import SimpaticoTree
import Testing

@testable import SimpaticoProtocol

/// Codes as a reader sees them: pictures, read by a real decoder.
@Suite("QR codes before a decoder") struct QRDecoderTests {
  @Test(arguments: QRCode.Correction.allCases)
  func everyVersionIsReadBack(_ correction: QRCode.Correction) throws {
    var random = SeededRandom()
    var readings: [QRReading] = []
    for number in 1...40 {
      let alphabet = try #require(
        SeededRandom.Alphabet(rawValue: (number + Int(correction.rawValue)) % 4))
      let sample = QRCode.Segment(Text(random.text(alphabet, bytes: 2)))
      let limits = [number - 1, number].map { number in
        number == 0
          ? 1
          : sample.capacity(
            of: QRCode.Version(number), blocks: QRCode.Version(number).blocks(at: correction))
      }
      let text = random.text(
        alphabet, bytes: Int.random(in: (limits[0] + 1)...limits[1], using: &random))
      let code = try QRCode(text: Text(text), correction: correction)
      #expect(code.version == number, "\(random): \(text)")
      readings.append(QRReading("version \(number): \(text)", QRPicture(code), text))
    }
    #expect(try QRDecoder.misread(readings) == [], "\(random)")
  }

  @Test(arguments: SeededRandom.Alphabet.allCases)
  func textsOfEveryLengthAreReadBack(_ alphabet: SeededRandom.Alphabet) throws {
    var random = SeededRandom()
    let readings = try (2...80).map { length in
      let text = random.text(alphabet, bytes: length)
      let correction = QRCode.Correction.allCases[length % 4]
      return QRReading("\(length) bytes: \(text)", QRPicture(try .make(text, correction)), text)
    }
    #expect(try QRDecoder.misread(readings) == [], "\(random)")
  }

  @Test func everyMaskOfAnInvitationIsReadBack() throws {
    var readings: [QRReading] = []
    for correction in QRCode.Correction.allCases {
      for mask in 0..<8 {
        let code = try QRCode.make(QRCode.link, correction, mask: mask)
        readings.append(QRReading("\(correction), mask \(mask)", QRPicture(code), QRCode.link))
      }
    }
    #expect(try QRDecoder.misread(readings) == [])
  }

  /// A code, and which of its modules belong to which codeword of which block.
  private struct Damage {
    let code: QRCode
    let blocks: QRCode.Blocks
    /// The numbers of the codewords of each block.
    var codewords: [[Int]]
    let path: [Int]

    init(_ code: QRCode) {
      self.code = code
      let version = QRCode.Version(code.version)
      blocks = version.blocks(at: code.correction)
      path = QRCode.Matrix(version).dataPath
      codewords = Array(repeating: [], count: blocks.count)
      let most = (0..<blocks.count).map(blocks.dataLength).max() ?? 0
      var number = 0
      for index in 0..<(most + blocks.correctionLength) {
        for block in 0..<blocks.count where index >= most || index < blocks.dataLength(block) {
          codewords[block].append(number)
          number += 1
        }
      }
    }

    /// How many wrong codewords of a block may be mended: half of its correction codewords, but for
    /// those that the smallest codes keep for telling that they were misread (Table 9).
    var mendable: Int {
      let kept =
        switch (code.version, code.correction) {
        case (1, .low): 3
        case (1, .medium), (2, .low): 2
        case (1, _), (3, .low): 1
        default: 0
        }
      return (blocks.correctionLength - kept) / 2
    }

    /// The code with so many wrong codewords in each of some blocks.
    func picture(
      wrong: Int, in damaged: Range<Int>, using random: inout SeededRandom
    ) -> QRPicture {
      var picture = QRPicture(code)
      for block in damaged {
        for codeword in codewords[block].shuffled(using: &random).prefix(wrong) {
          let error = UInt8.random(in: 1...255, using: &random)
          for bit in 0..<8 where error >> UInt8(bit) & 1 == 1 {
            let module = path[8 * codeword + bit]
            picture.flip(module % code.size, module / code.size)
          }
        }
      }
      return picture
    }
  }

  /// Every block has as many wrong codewords as its correction can mend.
  @Test(arguments: QRCode.Correction.allCases)
  func damageUpToTheCorrectionIsMended(_ correction: QRCode.Correction) throws {
    var random = SeededRandom()
    var readings: [QRReading] = []
    for version in [1, 2, 3, 4, 6, 7, 8, 11, 14] {
      let text = random.text(.alphanumeric, bytes: 7)
      let damage = Damage(try .make(text, correction, version: version))
      #expect(damage.mendable > 0)
      let picture = damage.picture(
        wrong: damage.mendable, in: 0..<damage.blocks.count, using: &random)
      readings.append(QRReading("version \(version)", picture, text))
    }
    #expect(try QRDecoder.misread(readings) == [], "\(random)")
  }

  /// So the damage of the law above is real, and no more than was meant.
  @Test(arguments: QRCode.Correction.allCases)
  func damageOfOneBlockBeyondItsCorrectionIsNotMended(_ correction: QRCode.Correction) throws {
    var random = SeededRandom()
    let pictures = try [6, 7, 8].map { version in
      let damage = Damage(try .make("CORRECT", correction, version: version))
      return damage.picture(wrong: damage.mendable + 1, in: 0..<1, using: &random)
    }
    #expect(try QRDecoder.read(pictures) == Data(), "\(random)")
  }
}
