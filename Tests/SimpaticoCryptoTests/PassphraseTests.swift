import Foundation
import Testing

@testable import SimpaticoCrypto

@Suite("Private keys under a passphrase")
struct PassphraseTests {
  private typealias KeyPair = ClassicSuite.KeyPair

  private func fault(_ pem: String, _ passphrase: String) -> CryptoError.KeyFault? {
    do {
      _ = try KeyPair(encryptedPrivateKeyPEM: pem, passphrase: passphrase)
      return nil
    } catch {
      guard case .invalidPrivateKey(let fault) = error else { return nil }
      return fault
    }
  }

  private func der(_ pem: String) throws -> [UInt8] {
    let digits = pem.split(separator: "\n").dropFirst().dropLast().joined()
    return Array(try #require(Data(base64Encoded: digits)))
  }

  private func pem(_ der: [UInt8]) -> String {
    PEM.encode(der, label: "ENCRYPTED PRIVATE KEY")
  }

  @Test(arguments: Vectors.encryptedKeys)
  func keyThatOpenSSLEncryptedIsReadOrRefused(_ key: Vectors.EncryptedKey) throws {
    #expect(KeyPair.isEncrypted(key.pem))
    if let fingerprint = key.fingerprint {
      let keyPair = try KeyPair(encryptedPrivateKeyPEM: key.pem, passphrase: key.passphrase)
      #expect(keyPair.fingerprint == fingerprint)
      #expect(fault(key.pem, key.passphrase + " ") != nil)
    } else {
      #expect(fault(key.pem, key.passphrase).map { "\($0)" } == key.fault)
    }
  }

  @Test func whatIsWrittenIsReadAgainWithItsPassphraseOnly() throws {
    let keyPair = ClassicSuite().generateKeyPair()
    let text = try keyPair.encryptedPrivateKeyPEM(passphrase: "Grüße, 🕊️")
    let again = try KeyPair(encryptedPrivateKeyPEM: text, passphrase: "Grüße, 🕊️")
    #expect(again.privateKeyPEM() == keyPair.privateKeyPEM())
    #expect(fault(text, "Grüße, 🕊") == .wrongPassphrase)
    #expect(fault(text, "Gru\u{308}ße, 🕊️") == .wrongPassphrase, "as it comes")
    #expect(try keyPair.encryptedPrivateKeyPEM(passphrase: "Grüße, 🕊️") != text)
    #expect(KeyPair.isEncrypted(text))
    #expect(!KeyPair.isEncrypted(keyPair.privateKeyPEM()))
    #expect(text.utf8.count <= ClassicSuite.pemByteCountMaximum)
  }

  /// The parameters that protect the text: PBKDF2 with a salt of 16 bytes and 600,000 iterations
  /// of HMAC-SHA-256; AES-256-CBC.
  @Test func theParametersAreStrong() throws {
    let text = try ClassicSuite().generateKeyPair().encryptedPrivateKeyPEM(passphrase: "p")
    let bytes = try der(text)
    let derivation: [UInt8] =
      [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0c, 0x30, 0x25, 0x04, 0x10]
    let start = try #require(bytes.firstRange(of: derivation)).upperBound
    let iterations: [UInt8] = [
      0x02, 0x03, 0x09, 0x27, 0xc0, 0x30, 0x0c, 0x06, 0x08, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d,
      0x02, 0x09, 0x05, 0x00,
    ]
    #expect(bytes.dropFirst(start + 16).starts(with: iterations))
    let cipher: [UInt8] = [0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2a]
    #expect(bytes.firstRange(of: cipher) != nil)
  }

  @Test func passphrasesOfUnfitLengthAreRefused() throws {
    let keyPair = ClassicSuite().generateKeyPair()
    let long = String(repeating: "p", count: 1_025)
    for passphrase in ["", long] {
      #expect(throws: CryptoError.invalidPrivateKey(.unfitPassphrase)) {
        try keyPair.encryptedPrivateKeyPEM(passphrase: passphrase)
      }
      #expect(fault(Vectors.encryptedKeys[0].pem, passphrase) == .unfitPassphrase)
    }
  }

  @Test func whatIsNoEncryptedKeyIsRefused() throws {
    let keyPair = ClassicSuite().generateKeyPair()
    #expect(fault(keyPair.privateKeyPEM(), "p") == .notPEM)
    #expect(fault("", "p") == .notPEM)
    #expect(fault(String(repeating: "A", count: 2_049), "p") == .tooLong)
    #expect(fault(pem(try der(keyPair.privateKeyPEM())), "p") == .malformed)
    #expect(throws: CryptoError.invalidPrivateKey(.notPEM)) {
      try KeyPair(privateKeyPEM: Vectors.encryptedKeys[0].pem)
    }
  }

  /// A key with one iteration, so that thousands of altered ones can be tried.
  private func quickKey() throws -> Vectors.EncryptedKey {
    try #require(Vectors.encryptedKeys.first { $0.name == "one iteration" })
  }

  @Test func noAlteredOrTruncatedKeyTrapsOrIsReadAsAnother() throws {
    let key = try quickKey()
    let bytes = try der(key.pem)
    var faults: [String: Int] = [:]
    for position in bytes.indices {
      #expect(fault(pem(Array(bytes.prefix(position))), key.passphrase) == .malformed)
      for mask: UInt8 in [0x01, 0x80] {
        var altered = bytes
        altered[position] ^= mask
        do {
          let text = pem(altered)
          let keyPair = try KeyPair(encryptedPrivateKeyPEM: text, passphrase: key.passphrase)
          Issue.record("byte \(position) ^ \(mask) is read as \(keyPair)")
        } catch CryptoError.invalidPrivateKey(let fault) {
          faults["\(fault)", default: 0] += 1
        }
      }
    }
    #expect(fault(pem(bytes + [0]), key.passphrase) == .malformed)
    for name in ["malformed", "unsupportedEncryption", "wrongPassphrase"] {
      #expect(faults[name, default: 0] > 10, "\(name): \(faults)")
    }
  }

  @Test func parametersBeyondTheLimitsAreRefused() throws {
    let bytes = try der(quickKey().pem)
    let integer: [UInt8] = [0x02, 0x01, 0x01]
    let place = try #require(bytes.firstRange(of: integer + [0x30])).lowerBound
    for (iterations, expected) in [(0x00, .malformed), (0xff, .malformed)]
      as [(UInt8, CryptoError.KeyFault)]
    {
      var altered = bytes
      altered[place + 2] = iterations  // 0, and -1
      #expect(fault(pem(altered), "x") == expected)
    }
  }

  @Test func errorsSayWhatToDo() {
    let sentences: [(CryptoError.KeyFault, String)] = [
      (.wrongPassphrase, "the passphrase does not open the private key"),
      (.unfitPassphrase, "a passphrase must have 1 to 1,024 bytes"),
      (.unsupportedEncryption, "convert it with: openssl pkcs8 -topk8 -v2 aes-256-cbc"),
      (.tooManyIterations, "convert it with: openssl pkcs8"),
    ]
    for (fault, sentence) in sentences {
      #expect(CryptoError.invalidPrivateKey(fault).description.contains(sentence))
      #expect(CryptoError.invalidPublicKey(fault).description.hasPrefix("the public key "))
    }
  }

  @Test func openSSLOpensWhatWasWritten() throws {
    let keyPair = ClassicSuite().generateKeyPair()
    let text = try keyPair.encryptedPrivateKeyPEM(passphrase: "correct horse")
    let arguments = ["pkey", "-passin", "pass:correct horse", "-pubout"]
    let answer = try OpenSSL.run(arguments, input: Data(text.utf8))
    #expect(answer.status == 0)
    #expect(answer.output == keyPair.publicKeyPEM)
    let wrong = ["pkey", "-passin", "pass:wrong", "-pubout"]
    #expect(try OpenSSL.run(wrong, input: Data(text.utf8)).status != 0)
  }
}

/// The command line of OpenSSL, which `make test` installs where it is missing.
enum OpenSSL {
  static func run(
    _ arguments: [String], input: Data
  ) throws -> (status: Int32, output: String) {
    let process = Process()
    let (standardInput, standardOutput) = (Pipe(), Pipe())
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["openssl"] + arguments
    process.standardInput = standardInput
    process.standardOutput = standardOutput
    process.standardError = FileHandle.nullDevice
    try process.run()
    try standardInput.fileHandleForWriting.write(contentsOf: input)
    try standardInput.fileHandleForWriting.close()
    let output = try standardOutput.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }
}
