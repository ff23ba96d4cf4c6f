import SimpaticoCrypto
import Testing

@Suite("Keys: what is accepted, what is refused, what names them")
struct KeyTests {
  private let suite = ClassicSuite()

  @Test(arguments: Vectors.keys.publicKeys)
  func onlyP521PublicKeysAreAccepted(key: Vectors.Key) throws {
    if let fingerprint = key.fingerprint {
      #expect(try suite.fingerprint(ofPublicKeyPEM: key.pem) == fingerprint)
    } else {
      #expect(throws: CryptoError.self) { try ClassicSuite.PublicKey(pem: key.pem) }
    }
  }

  @Test(arguments: Vectors.keys.privateKeys)
  func onlyP521PrivateKeysAreAccepted(key: Vectors.Key) throws {
    if let fingerprint = key.fingerprint {
      #expect(try ClassicSuite.KeyPair(privateKeyPEM: key.pem).fingerprint == fingerprint)
    } else {
      #expect(throws: CryptoError.self) { try ClassicSuite.KeyPair(privateKeyPEM: key.pem) }
    }
  }

  @Test func generatedKeyPairSurvivesItsPEM() throws {
    for _ in 0..<20 {
      let keyPair = suite.generateKeyPair()
      let copy = try ClassicSuite.KeyPair(privateKeyPEM: keyPair.privateKeyPEM())
      #expect(copy.publicKey == keyPair.publicKey)
      #expect(copy.publicKeyPEM == keyPair.publicKeyPEM)
      #expect(copy.privateKeyPEM() == keyPair.privateKeyPEM())
      #expect(keyPair.publicKeyPEM.utf8.count == 268)
      #expect(keyPair.fingerprint.utf8.count == 43)
    }
  }

  @Test func generatedKeyPairsDiffer() {
    let keyPairs = (0..<20).map { _ in suite.generateKeyPair() }
    #expect(Set(keyPairs.map(\.publicKey)).count == keyPairs.count)
  }

  @Test func fingerprintDoesNotDependOnTheLayoutOfThePEM() throws {
    let keyPair = suite.generateKeyPair()
    let pem = keyPair.publicKeyPEM
    let digits = pem.split(separator: "\n").dropFirst().dropLast().joined()
    var layouts = [
      pem.replacing("\n", with: "\r\n"),
      pem.replacing("\n", with: "\r"),
      pem.replacing("\n", with: " \t\n"),
      pem.replacing("\n", with: "\n\n  "),
      String(pem.dropLast()),
      "\n\t " + pem + "\r\n \n",
    ]
    for width in [1, 7, 63, 65, 76, 80, 1000] {
      layouts.append(block(digits, width: width))
    }
    for layout in layouts {
      let publicKey = try ClassicSuite.PublicKey(pem: layout)
      #expect(publicKey.fingerprint == keyPair.fingerprint)
      #expect(publicKey.pem == pem)
    }
  }

  private func block(_ digits: String, width: Int) -> String {
    var rest = digits[...]
    var lines = ["-----BEGIN PUBLIC KEY-----"]
    while !rest.isEmpty {
      lines.append(String(rest.prefix(width)))
      rest = rest.dropFirst(width)
    }
    return (lines + ["-----END PUBLIC KEY-----", ""]).joined(separator: "\n")
  }

  @Test func textThatIsNotOnePEMBlockIsRefused() {
    let pem = suite.generateKeyPair().publicKeyPEM
    let header = "-----BEGIN PUBLIC KEY-----"
    let texts = [
      "", " ", "-----BEGIN PUBLIC KEY-----", header + "\n-----END PUBLIC KEY",
      "garbage", "garbage\n" + pem, pem + "garbage", pem + "\u{0}",
      String(pem.dropFirst()), String(pem.dropLast(2)),
      pem.replacing("PUBLIC KEY", with: "public key"),
      pem.replacing("PUBLIC KEY", with: "CERTIFICATE"),
      pem.replacing(header, with: "-----BEGIN PRIVATE KEY-----"),
      "\u{feff}" + pem,
    ]
    for text in texts {
      #expect(throws: CryptoError.invalidPublicKey(.notPEM), "\(text.debugDescription)") {
        try ClassicSuite.PublicKey(pem: text)
      }
    }
  }

  @Test func bodyThatIsNotBase64IsRefused() {
    let pem = suite.generateKeyPair().publicKeyPEM
    let texts = [
      pem + pem,
      pem.replacing("=\n", with: "\n"),
      pem.replacing("=\n", with: "==\n"),
      pem.replacing("\nMIGb", with: "\nMIG!"),
      pem.replacing("\nMIGb", with: "\nMIG_"),
      pem.replacing("\nMIGb", with: "\nProc-Type: 4\n\nMIGb"),
    ]
    for text in texts {
      #expect(throws: CryptoError.invalidPublicKey(.notBase64), "\(text)") {
        try ClassicSuite.PublicKey(pem: text)
      }
    }
  }

  @Test func oversizePEMIsRefused() throws {
    let keyPair = suite.generateKeyPair()
    let limit = ClassicSuite.pemByteCountMaximum
    for pem in [keyPair.publicKeyPEM, keyPair.privateKeyPEM()] {
      let fitting = pem + String(repeating: "\n", count: limit - pem.utf8.count)
      let isPublic = pem == keyPair.publicKeyPEM
      if isPublic {
        #expect(try ClassicSuite.PublicKey(pem: fitting) == keyPair.publicKey)
        #expect(throws: CryptoError.invalidPublicKey(.tooLong)) {
          try ClassicSuite.PublicKey(pem: fitting + "\n")
        }
      } else {
        #expect(
          try ClassicSuite.KeyPair(privateKeyPEM: fitting).publicKey == keyPair.publicKey)
        #expect(throws: CryptoError.invalidPrivateKey(.tooLong)) {
          try ClassicSuite.KeyPair(privateKeyPEM: fitting + "\n")
        }
      }
    }
  }
}
