import Crypto

/// The DER of P-521 public keys: SubjectPublicKeyInfo (RFC 5480 section 2).
///
/// DER has one spelling for every value, and everything before the point is constant for a given
/// form of the point. So a comparison with that constant is a complete and strict parser: it
/// refuses other curves, other algorithms, explicit parameters and trailing bytes at once. (The
/// library's own reader takes the point and does not look at the algorithm.)
enum SubjectPublicKeyInfo {
  static let label = "PUBLIC KEY"

  /// SEQUENCE { algorithm, BIT STRING of 133 bytes }, up to the point.
  private static let uncompressedPrefix: [UInt8] =
    [0x30, 0x81, 0x9b] + AlgorithmIdentifier.p521 + [0x03, 0x81, 0x86, 0x00]

  /// SEQUENCE { algorithm, BIT STRING of 67 bytes }, up to the point.
  private static let compressedPrefix: [UInt8] =
    [0x30, 0x58] + AlgorithmIdentifier.p521 + [0x03, 0x44, 0x00]

  private static let uncompressedPointByteCount = 133
  private static let compressedPointByteCount = 67

  /// The DER with the uncompressed point, 158 bytes: what a fingerprint is computed over.
  static func encode(_ key: P521.KeyAgreement.PublicKey) -> [UInt8] {
    uncompressedPrefix + Array(key.x963Representation)
  }

  static func decode(
    _ der: [UInt8]
  ) throws(CryptoError.KeyFault) -> P521.KeyAgreement.PublicKey {
    if let point = rest(of: der, after: uncompressedPrefix, uncompressedPointByteCount) {
      do {
        return try P521.KeyAgreement.PublicKey(x963Representation: point)
      } catch {
        throw .malformed
      }
    }
    if let point = rest(of: der, after: compressedPrefix, compressedPointByteCount) {
      do {
        return try P521.KeyAgreement.PublicKey(compressedRepresentation: point)
      } catch {
        throw .malformed
      }
    }
    throw .notP521
  }

  /// Whether a key that was decoded is spelt as `encode` spells it: DER and points have one
  /// spelling, for the library takes no coordinate that is not below the field's prime.
  static func isUncompressed(_ der: [UInt8]) -> Bool { der.starts(with: uncompressedPrefix) }

  private static func rest(
    of der: [UInt8], after prefix: [UInt8], _ byteCount: Int
  ) -> [UInt8]? {
    guard der.count == prefix.count + byteCount, der.starts(with: prefix) else { return nil }
    return Array(der.dropFirst(prefix.count))
  }
}

/// The DER of P-521 private keys: PrivateKeyInfo (RFC 5958 section 2) around ECPrivateKey
/// (RFC 5915 section 3), whose optional parts other programs write differently.
///
/// The library reads that structure, but does not look at the algorithm it names; that is done
/// here first.
enum PrivateKeyInfo {
  static let label = "PRIVATE KEY"

  /// What follows the outer header: version 0 and the algorithm.
  private static let start: [UInt8] = [0x02, 0x01, 0x00] + AlgorithmIdentifier.p521

  static func decode(
    _ der: [UInt8]
  ) throws(CryptoError.KeyFault) -> P521.KeyAgreement.PrivateKey {
    guard let headerByteCount = sequenceHeaderByteCount(der),
      der.dropFirst(headerByteCount).starts(with: start)
    else { throw .notP521 }
    do {
      return try P521.KeyAgreement.PrivateKey(derRepresentation: der)
    } catch {
      throw .malformed
    }
  }

  /// Whether the copy of the public half inside a private key, where there is one, is its own.
  ///
  /// A text under a passphrase is not authenticated: without this, whoever alters it could turn
  /// the key into another one unnoticed.
  static func isConsistent(_ der: [UInt8], with key: P521.KeyAgreement.PublicKey) -> Bool {
    // Without the copy it takes 98 bytes, or 107 with the curve named twice; with it 170 at least.
    der.count < 128 || der.firstRange(of: key.x963Representation) != nil
      || der.firstRange(of: key.compressedRepresentation) != nil
  }

  /// The bytes of the tag and the length of an outer SEQUENCE of less than 64 KiB, which is more
  /// than a PEM within the limit can hold. That the length is right is left to the library.
  private static func sequenceHeaderByteCount(_ der: [UInt8]) -> Int? {
    guard der.count >= 2, der[0] == 0x30 else { return nil }
    switch der[1] {
    case 0x00...0x7f: return 2
    case 0x81: return 3
    case 0x82: return 4
    default: return nil
    }
  }
}

/// The algorithm that both kinds of key name: id-ecPublicKey with the named curve secp521r1
/// (RFC 5480 sections 2.1.1 and 2.1.1.1), as complete DER.
private enum AlgorithmIdentifier {
  static let p521: [UInt8] = [
    0x30, 0x10,
    0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
    0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x23,
  ]
}
