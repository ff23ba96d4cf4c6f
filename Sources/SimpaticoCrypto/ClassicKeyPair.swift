import Crypto

extension ClassicSuite {
  /// A key pair of the classic suite.
  ///
  /// Printing, interpolating, dumping or reflecting a key pair shows its fingerprint only. The
  /// ways to the private half are ``privateKeyPEM()`` and ``encryptedPrivateKeyPEM(passphrase:)``.
  public struct KeyPair: Sendable {
    /// The public half, parsed.
    public let publicKey: PublicKey

    let agreementKey: P521.KeyAgreement.PrivateKey

    /// Makes a key pair from the system's random source.
    init() {
      self.init(P521.KeyAgreement.PrivateKey(compactRepresentable: false))
    }

    /// Reads a `PRIVATE KEY` block: PKCS#8 (RFC 5958) around a P-521 key (RFC 5915).
    ///
    /// The public half is computed from the private one; a copy inside the block is not trusted.
    ///
    /// - Throws: ``CryptoError/invalidPrivateKey(_:)``.
    public init(privateKeyPEM: String) throws(CryptoError) {
      do {
        let der = try PEM.decode(privateKeyPEM, label: PrivateKeyInfo.label)
        self.init(try PrivateKeyInfo.decode(der))
      } catch {
        throw .invalidPrivateKey(error)
      }
    }

    init(_ agreementKey: P521.KeyAgreement.PrivateKey) {
      self.agreementKey = agreementKey
      publicKey = PublicKey(agreementKey.publicKey)
    }

    /// The public half as PEM, see ``ClassicSuite/PublicKey/pem``.
    public var publicKeyPEM: String { publicKey.pem }

    /// The name of the public half, see ``ClassicSuite/PublicKey/fingerprint``.
    public var fingerprint: String { publicKey.fingerprint }

    /// The private half as PEM, unencrypted: for keeping it where only its owner can read it.
    ///
    /// A function and not a property, so that handing out the secret can be seen at the call.
    public func privateKeyPEM() -> String {
      PEM.encode(Array(agreementKey.derRepresentation), label: PrivateKeyInfo.label)
    }
  }
}

extension ClassicSuite.KeyPair: CustomStringConvertible, CustomDebugStringConvertible {
  /// The fingerprint, and nothing of the private half.
  public var description: String { "KeyPair(\(fingerprint))" }

  /// The same as ``description``.
  public var debugDescription: String { description }
}

extension ClassicSuite.KeyPair: CustomReflectable {
  /// A mirror that knows the fingerprint only.
  public var customMirror: Mirror {
    Mirror(self, children: ["fingerprint": fingerprint], displayStyle: .struct)
  }
}
