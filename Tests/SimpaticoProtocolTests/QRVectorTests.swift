import Foundation
import SimpaticoTree
import Testing

@testable import SimpaticoProtocol

/// What an independent encoder made of the same texts. `Vectors/generate/qrcode.py` wrote the
/// files.
@Suite("QR codes of another encoder") struct QRVectorTests {
  struct Layout: Decodable, CustomStringConvertible {
    let version: Int
    let alignment: [Int]
    /// By correction, groups of blocks: how many, and the data and correction codewords of each.
    let blocks: [String: [[Int]]]

    var description: String { "version \(version)" }
  }

  struct Symbol: Decodable, CustomStringConvertible {
    let text: String
    let correction: String
    let version: Int
    /// The penalty of each mask.
    let penalties: [Int]
    let mask: Int
    let rows: [String]

    var description: String { "version \(version), \(correction), \(text.prefix(12))" }
  }

  static let layouts = load("qrcode-layouts", as: [Layout].self)
  static let symbols = load("qrcode-symbols", as: [Symbol].self)

  /// A vector file that cannot be read is a broken checkout, not a failed law.
  private static func load<Content: Decodable>(_ name: String, as: Content.Type) -> Content {
    let file = Bundle.module.bundleURL.appending(path: "Vectors/\(name).json")
    do {
      return try JSONDecoder().decode(Content.self, from: Data(contentsOf: file))
    } catch {
      preconditionFailure("cannot read \(name).json: \(error)")
    }
  }

  private func correction(_ name: String) throws -> QRCode.Correction {
    try #require(QRCode.Correction.allCases.first { "\($0)" == name })
  }

  @Test func allVersionsAreThere() {
    #expect(Self.layouts.map(\.version) == Array(1...40))
    #expect(Set(Self.symbols.map(\.mask)) == Set(0..<8))
  }

  @Test(arguments: layouts) func layoutsAreEqual(_ layout: Layout) throws {
    let version = QRCode.Version(layout.version)
    #expect((0..<version.alignmentCount).map(version.alignmentCentre) == layout.alignment)
    #expect(layout.blocks.count == 4)
    for (name, groups) in layout.blocks {
      let blocks = version.blocks(at: try correction(name))
      let lengths = groups.flatMap { Array(repeating: $0[1], count: $0[0]) }
      #expect((0..<blocks.count).map(blocks.dataLength) == lengths)
      #expect(groups.allSatisfy { $0[2] == blocks.correctionLength })
      #expect(version.codewordCount == groups.reduce(0) { $0 + $1[0] * ($1[1] + $1[2]) })
    }
  }

  @Test(arguments: symbols) func symbolsAreEqual(_ symbol: Symbol) throws {
    let correction = try correction(symbol.correction)
    let code = try QRCode(text: Text(symbol.text), correction: correction)
    #expect(code.version == symbol.version && code.correction == correction)
    #expect(code.mask == symbol.mask)
    #expect(code.hexadecimalRows == symbol.rows)
  }

  @Test(arguments: symbols) func penaltiesAreEqual(_ symbol: Symbol) throws {
    let correction = try correction(symbol.correction)
    let penalties = try (0..<8).map {
      try QRCode.make(symbol.text, correction, mask: $0).matrix.penalty
    }
    #expect(penalties == symbol.penalties)
  }

  /// The example of Annex I of the standard: its data and correction codewords.
  @Test func theStandardsExampleHasItsCodewords() throws {
    let segment = QRCode.Segment("01234567")
    let blocks = QRCode.Version(1).blocks(at: .medium)
    let data = try segment.codewords(of: QRCode.Version(1), blocks: blocks)
    let expected: [UInt8] = [
      0x10, 0x20, 0x0C, 0x56, 0x61, 0x80, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11, 0xEC,
      0x11, 0xA5, 0x24, 0xD4, 0xC1, 0xED, 0x36, 0xC7, 0x87, 0x2C, 0x55,
    ]
    #expect(blocks.interleaved(data) == expected)
    #expect(try QRCode(text: "01234567", correction: .medium).mask == 0b010)
  }

  /// The examples of Annexes C and D.
  @Test func theStandardsExamplesOfInformationAreMet() {
    #expect(
      QRCode.Matrix.formatInformation(mask: 0b101, correction: .medium) == 0b100_0000_1100_1110)
    #expect(QRCode.Matrix.versionInformation(7) == 0b00_0111_1100_1001_0100)
  }
}
