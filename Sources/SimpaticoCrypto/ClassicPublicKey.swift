import Crypto

extension ClassicSuite {
  /// A public key of the classic suite, parsed and known to be a point on P-521.
  ///
  /// Parsing checks the curve equation; so parse once and keep the value. Two values are equal
  /// when they are the same key, whatever their PEM looked like.
  public struct PublicKey: Sendable {
    /// The name of the key: base64url without padding of the SHA-256 of its uncompressed SPKI,
    /// 43 characters. It belongs to the key and not to its spelling.
    public let fingerprint: String

    let agreementKey: P521.KeyAgreement.PublicKey

    /// The uncompressed SPKI. It is kept because writing it again costs a division in the field.
    private let subjectPublicKeyInfo: [UInt8]

    /// Reads a `PUBLIC KEY` block: the SPKI of a P-521 key (RFC 5480), with its point either
    /// uncompressed or compressed.
    ///
    /// - Throws: ``CryptoError/invalidPublicKey(_:)``.
    public init(pem: String) throws(CryptoError) {
      do {
        let der = try PEM.decode(pem, label: SubjectPublicKeyInfo.label)
        let key = try SubjectPublicKeyInfo.decode(der)
        self.init(
          key,
          SubjectPublicKeyInfo.isUncompressed(der) ? der : SubjectPublicKeyInfo.encode(key))
      } catch {
        throw .invalidPublicKey(error)
      }
    }

    init(_ agreementKey: P521.KeyAgreement.PublicKey) {
      self.init(agreementKey, SubjectPublicKeyInfo.encode(agreementKey))
    }

    private init(_ agreementKey: P521.KeyAgreement.PublicKey, _ subjectPublicKeyInfo: [UInt8]) {
      self.agreementKey = agreementKey
      self.subjectPublicKeyInfo = subjectPublicKeyInfo
      fingerprint = Base64URL.encode(Array(SHA256.hash(data: subjectPublicKeyInfo)))
    }

    /// The key as PEM: its uncompressed SPKI in lines of 64 digits, 268 characters.
    public var pem: String {
      PEM.encode(subjectPublicKeyInfo, label: SubjectPublicKeyInfo.label)
    }
  }
}

extension ClassicSuite.PublicKey: Hashable {
  /// Two keys are equal when their fingerprints are.
  public static func == (left: Self, right: Self) -> Bool {
    left.fingerprint == right.fingerprint
  }

  /// Feeds the fingerprint to the hasher.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(fingerprint)
  }
}

extension ClassicSuite.PublicKey: CustomStringConvertible {
  /// The fingerprint.
  public var description: String { "PublicKey(\(fingerprint))" }
}
