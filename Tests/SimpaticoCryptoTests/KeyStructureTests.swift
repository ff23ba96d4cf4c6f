import Foundation
import SimpaticoCrypto
import Testing

@Suite("Keys whose DER is altered are refused")
struct KeyStructureTests {
  private let keyPair = ClassicSuite().generateKeyPair()

  private func der(_ pem: String) throws -> [UInt8] {
    let digits = pem.split(separator: "\n").dropFirst().dropLast().joined()
    return Array(try #require(Data(base64Encoded: digits)))
  }

  private func pem(_ der: [UInt8], _ label: String) -> String {
    "-----BEGIN \(label)-----\n\(Data(der).base64EncodedString())\n-----END \(label)-----\n"
  }

  private func refusal(ofPublicKey der: [UInt8]) -> CryptoError.KeyFault? {
    do {
      _ = try ClassicSuite.PublicKey(pem: pem(der, "PUBLIC KEY"))
      return nil
    } catch {
      guard case .invalidPublicKey(let fault) = error else { return nil }
      return fault
    }
  }

  private func refusal(ofPrivateKey der: [UInt8]) -> CryptoError.KeyFault? {
    do {
      _ = try ClassicSuite.KeyPair(privateKeyPEM: pem(der, "PRIVATE KEY"))
      return nil
    } catch {
      guard case .invalidPrivateKey(let fault) = error else { return nil }
      return fault
    }
  }

  @Test func bytesAfterTheStructureAreRefused() throws {
    let publicKey = try der(keyPair.publicKeyPEM)
    let privateKey = try der(keyPair.privateKeyPEM())
    for tail in [[0], [5, 0], publicKey] {
      #expect(refusal(ofPublicKey: publicKey + tail) == .notP521)
      #expect(refusal(ofPrivateKey: privateKey + tail) == .malformed)
    }
  }

  @Test func truncatedStructuresAreRefused() throws {
    let publicKey = try der(keyPair.publicKeyPEM)
    for byteCount in publicKey.indices {
      #expect(refusal(ofPublicKey: Array(publicKey.prefix(byteCount))) == .notP521)
    }
    let privateKey = try der(keyPair.privateKeyPEM())
    for byteCount in privateKey.indices {
      #expect(refusal(ofPrivateKey: Array(privateKey.prefix(byteCount))) != nil)
    }
  }

  /// The algorithm must say P-521 even where the point or the scalar would fit: id-ecPublicKey
  /// with secp384r1 in place of secp521r1, and id-ecDH in place of id-ecPublicKey.
  @Test func algorithmThatIsNotP521IsRefusedWhateverTheKey() throws {
    let secp521r1: [UInt8] = [0x2b, 0x81, 0x04, 0x00, 0x23]
    let secp384r1: [UInt8] = [0x2b, 0x81, 0x04, 0x00, 0x22]
    let publicKey = try der(keyPair.publicKeyPEM).replacing(secp521r1, with: secp384r1)
    #expect(refusal(ofPublicKey: publicKey) == .notP521)
    let privateKey = try der(keyPair.privateKeyPEM()).replacing(secp521r1, with: secp384r1)
    #expect(refusal(ofPrivateKey: privateKey) == .notP521)

    let keyDiffieHellman: [UInt8] = [
      0x30, 0x81, 0x99, 0x30, 0x0e,
      0x06, 0x05, 0x2b, 0x81, 0x04, 0x01, 0x0c, 0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x23,
    ]
    let afterTheAlgorithm = try der(keyPair.publicKeyPEM).dropFirst(21)
    #expect(refusal(ofPublicKey: keyDiffieHellman + afterTheAlgorithm) == .notP521)
  }

  @Test func pointThatIsNotOnTheCurveIsRefused() throws {
    let good = try der(keyPair.publicKeyPEM)
    let pointStart = good.count - 132
    var altered = good
    altered[good.count - 1] ^= 1
    #expect(refusal(ofPublicKey: altered) == .malformed)

    let zeros = good.prefix(pointStart) + [UInt8](repeating: 0, count: 132)
    #expect(refusal(ofPublicKey: Array(zeros)) == .malformed)

    let beyondTheField = good.prefix(pointStart) + [UInt8](repeating: 0xff, count: 132)
    #expect(refusal(ofPublicKey: Array(beyondTheField)) == .malformed)
  }

  @Test func everyOtherFormOfThePointIsRefused() throws {
    let good = try der(keyPair.publicKeyPEM)
    let formOffset = good.count - 133
    for form in UInt8.min...UInt8.max where form != 4 {
      var altered = good
      altered[formOffset] = form
      #expect(refusal(ofPublicKey: altered) == .malformed, "form \(form)")
    }
  }

  /// A coordinate and the field's prime, 2^521 - 1, are the coordinate once more: the same point in
  /// another spelling, and with it another fingerprint.
  @Test func coordinateThatIsNotBelowThePrimeIsRefused() throws {
    let good = try der(keyPair.publicKeyPEM)
    let prime = [0x01] + [UInt8](repeating: 0xff, count: 65)
    for first in [good.count - 132, good.count - 66] {
      var altered = good
      var carry = 0
      for place in prime.indices.reversed() {
        let sum = Int(good[first + place]) + Int(prime[place]) + carry
        altered[first + place] = UInt8(sum & 0xff)
        carry = sum >> 8
      }
      #expect(carry == 0 && altered != good)
      #expect(refusal(ofPublicKey: altered) == .malformed)
    }
    #expect(try ClassicSuite.PublicKey(pem: pem(good, "PUBLIC KEY")).pem == keyPair.publicKeyPEM)
  }

  /// The scalars 0, n and 2^521 are not private keys.
  @Test func scalarOutOfRangeIsRefused() throws {
    let good = try der(keyPair.privateKeyPEM())
    let order: [UInt8] =
      [0x01] + [UInt8](repeating: 0xff, count: 32) + [
        0xfa, 0x51, 0x86, 0x87, 0x83, 0xbf, 0x2f, 0x96, 0x6b, 0x7f, 0xcc, 0x01, 0x48, 0xf7, 0x09,
        0xa5, 0xd0, 0x3b, 0xb5, 0xc9, 0xb8, 0x89, 0x9c, 0x47, 0xae, 0xbb, 0x6f, 0xb7, 0x1e, 0x91,
        0x38, 0x64, 0x09,
      ]
    let zero = [UInt8](repeating: 0, count: 66)
    let beyond = [0x02] + [UInt8](repeating: 0, count: 65)
    for scalar in [zero, order, beyond] {
      let scalarStart = try #require(good.firstRange(of: [0x02, 0x01, 0x01, 0x04, 0x42])).upperBound
      var altered = good
      altered.replaceSubrange(scalarStart..<scalarStart + 66, with: scalar)
      #expect(scalar.count == 66)
      #expect(refusal(ofPrivateKey: altered) == .malformed)
    }
  }

  @Test func everyFlippedBitOfAPublicKeyIsRefusedOrNamesAnotherKey() throws {
    let good = try der(keyPair.publicKeyPEM)
    for offset in good.indices {
      for bit in 0..<8 {
        var altered = good
        altered[offset] ^= 1 << UInt8(bit)
        let fingerprint = try? ClassicSuite().fingerprint(
          ofPublicKeyPEM: pem(altered, "PUBLIC KEY"))
        #expect(fingerprint != keyPair.fingerprint)
      }
    }
  }

  @Test func randomBytesAreRefused() {
    var random = Random()
    for _ in 0..<500 {
      let bytes = random.bytes(Int.random(in: 0...400, using: &random))
      #expect(refusal(ofPublicKey: bytes) == .notP521, "\(random)")
      #expect(refusal(ofPrivateKey: bytes) == .notP521, "\(random)")
    }
  }

  /// A private key block that was altered after its header never crashes the reader.
  @Test func alteredPrivateKeysAreReadOrRefused() throws {
    var random = Random()
    let good = try der(keyPair.privateKeyPEM())
    for _ in 0..<200 {
      var altered = good
      altered[Int.random(in: 0..<good.count, using: &random)] = random.bytes(1)[0]
      _ = refusal(ofPrivateKey: altered)
    }
  }
}
