import Foundation
import SimpaticoCrypto
import Testing

@Suite("Codecs: one accepted spelling for every byte sequence")
struct CodecTests {
  @Test func hexRoundTrips() throws {
    let all = Array(UInt8.min...UInt8.max)
    #expect(try Hex.decode(Hex.encode(all)) == all)
    #expect(Hex.encode([0x00, 0x0f, 0xa0, 0xff]) == "000fa0ff")
    #expect(Hex.encode([]).isEmpty)
    #expect(try Hex.decode("").isEmpty)
  }

  @Test(arguments: [
    ("0", 1), ("000", 3), ("0g", 1), ("FF", 0), ("aF", 1), ("0x00", 1), (" 00", 0), ("00 ", 2),
    ("00\n", 2), ("é0", 0), ("-1", 0), ("/0", 0), (":0", 0), ("`0", 0), ("00\u{0}0", 2), ("٣٣", 0),
  ])
  func hexThatIsNotCanonicalIsRefused(text: String, byteOffset: Int) {
    #expect(throws: CryptoError.invalidHex(byteOffset: byteOffset)) { try Hex.decode(text) }
  }

  /// The examples of RFC 4648 section 10, without their padding, and the two changed digits.
  @Test(arguments: [
    ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"),
    ("fooba", "Zm9vYmE"), ("foobar", "Zm9vYmFy"), ("???", "Pz8_"), (">>>", "Pj4-"),
  ])
  func base64URLSpellsTheExamplesOfTheStandard(bytes: String, text: String) throws {
    #expect(Base64URL.encode(Array(bytes.utf8)) == text)
    #expect(try Base64URL.decode(text) == Array(bytes.utf8))
  }

  @Test(arguments: [
    ("A", 1), ("Zm9vA", 5), ("Zg==", 2), ("Zg=", 2), ("=", 1), ("Pz8/", 3), ("Pj4+", 3),
    ("Zm 9v", 5), ("Zm9v\n", 5), ("Zh", 1), ("Zm9", 2), ("éA", 0), ("Zm9v====", 4),
  ])
  func base64URLThatIsNotCanonicalIsRefused(text: String, byteOffset: Int) {
    #expect(throws: CryptoError.invalidBase64URL(byteOffset: byteOffset)) {
      try Base64URL.decode(text)
    }
  }

  @Test func base64URLAgreesWithFoundation() throws {
    var random = Random()
    for byteCount in 0..<200 {
      let bytes = random.bytes(byteCount)
      let text = Data(bytes).base64EncodedString()
        .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
      #expect(Base64URL.encode(bytes) == text, "\(random)")
      #expect(try Base64URL.decode(text) == bytes, "\(random)")
    }
  }

  @Test func anyTwoDigitsOfBase64URLHaveAtMostOneReading() {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    var readings: [[UInt8]: String] = [:]
    for first in digits {
      for second in digits {
        let text = String([first, second])
        guard let bytes = try? Base64URL.decode(text) else { continue }
        #expect(readings.updateValue(text, forKey: bytes) == nil)
      }
    }
    #expect(readings.count == 256)
  }

  @Test func constantTimeEqualityIsEquality() {
    var random = Random()
    let bytes = random.bytes(64)
    #expect(constantTimeEquals(bytes, bytes))
    #expect(constantTimeEquals([], []))
    #expect(!constantTimeEquals(bytes, []))
    #expect(!constantTimeEquals(bytes, bytes + [0]))
    #expect(!constantTimeEquals(bytes, Array(bytes.dropLast())))
    for offset in bytes.indices {
      for bit in 0..<8 {
        var altered = bytes
        altered[offset] ^= 1 << UInt8(bit)
        #expect(!constantTimeEquals(bytes, altered))
      }
    }
  }
}
