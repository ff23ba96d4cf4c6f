import Foundation
import SimpaticoCrypto
import Testing

@Suite("Secrets stay out of texts")
struct SecrecyTests {
  private let suite = ClassicSuite()
  private let keyPair = ClassicSuite().generateKeyPair()

  /// Every way in which Swift turns a value into text.
  private func texts(of value: some Any) -> [String] {
    var dumped = ""
    dump(value, to: &dumped)
    dump([value], to: &dumped)
    dump((value, "beside"), to: &dumped)
    return [
      dumped, "\(value)", String(describing: value), String(reflecting: value), "\([value])",
      String(reflecting: Optional(value)), String(reflecting: ["key": value]),
      String(describing: Mirror(reflecting: value).children.map { "\($0)" }),
    ]
  }

  /// Every spelling of the scalar in which a leak could be recognised.
  private func spellings(of keyPair: ClassicSuite.KeyPair) throws -> [String] {
    let body = keyPair.privateKeyPEM().split(separator: "\n").dropFirst().dropLast()
    let der = Array(try #require(Data(base64Encoded: body.joined())))
    let scalarStart = try #require(der.firstRange(of: [0x02, 0x01, 0x01, 0x04, 0x42])).upperBound
    let scalar = Array(der[scalarStart..<scalarStart + 66])
    return [
      body.joined(), Hex.encode(scalar), Hex.encode(scalar).uppercased(),
      Base64URL.encode(scalar), Data(scalar).base64EncodedString(),
      scalar.map(String.init).joined(separator: ", "),
    ]
  }

  /// Whether any 12 characters in a row of a secret occur in a text.
  private func leaks(_ text: String, _ secrets: [String]) -> Bool {
    secrets.contains { secret in
      let characters = Array(secret)
      return (0...characters.count - 12).contains { start in
        text.contains(String(characters[start..<start + 12]))
      }
    }
  }

  @Test func printedKeyPairShowsItsFingerprintOnly() throws {
    let secrets = try spellings(of: keyPair)
    #expect(leaks(keyPair.privateKeyPEM(), secrets), "the detector works")
    for text in texts(of: keyPair) {
      #expect(text.contains(keyPair.fingerprint))
      #expect(!leaks(text, secrets))
      #expect(!text.contains("PRIVATE"))
    }
  }

  @Test func reflectedKeyPairHasNoPrivatePart() {
    #expect(Mirror(reflecting: keyPair).children.map(\.label) == ["fingerprint"])
  }

  @Test func errorTextsContainNoKeyMaterial() throws {
    let secrets = try spellings(of: keyPair)
    let pem = keyPair.privateKeyPEM()
    let box = try suite.seal(Array("a secret message".utf8), from: keyPair, to: keyPair.publicKey)
    let faults: [() throws -> Void] = [
      { _ = try ClassicSuite.PublicKey(pem: pem) },
      { _ = try ClassicSuite.KeyPair(privateKeyPEM: pem + "!") },
      { _ = try ClassicSuite.KeyPair(privateKeyPEM: pem.replacing("\nMI", with: "\n-I")) },
      { _ = try ClassicSuite.KeyPair(privateKeyPEM: pem.replacing("\nMIHu", with: "\nMIHt")) },
      { _ = try ClassicSuite.KeyPair(privateKeyPEM: pem + String(repeating: " ", count: 2048)) },
      { _ = try suite.open(Array(box.dropLast()), by: keyPair, from: keyPair.publicKey) },
      { _ = try suite.open(box, by: keyPair, from: pem) },
      { _ = try suite.seal([], from: keyPair, to: pem) },
      { _ = try Hex.decode(pem) },
      { _ = try Base64URL.decode(pem) },
    ]
    for fault in faults {
      let error = try #require(throws: CryptoError.self) { try fault() }
      for text in texts(of: error) + [error.localizedDescription] {
        #expect(!leaks(text, secrets))
        #expect(!leaks(text, ["a secret message", Hex.encode(box)]))
      }
    }
  }
}
