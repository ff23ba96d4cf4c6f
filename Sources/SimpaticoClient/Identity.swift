import SimpaticoCrypto

/// Who a client is: a key pair, and nothing else.
public struct Identity: Sendable {
  let pair: ClassicSuite.KeyPair

  /// A new identity, made on this machine.
  public static func generate() -> Identity { Identity(pair: ClassicSuite().generateKeyPair()) }

  init(pair: ClassicSuite.KeyPair) {
    self.pair = pair
  }

  /// Reads a private key, as ``SimpaticoClient/identityPEM(passphrase:)`` or `openssl pkcs8` writes
  /// it: PKCS #8, encrypted with PBES2 (RFC 8018) or plain.
  ///
  /// An encrypted one takes work on purpose: a second, or some where it was made to take more.
  ///
  /// - Parameters:
  ///   - pem: one PEM block, of a key on the curve P-521.
  ///   - passphrase: opens an encrypted key; a plain one needs none.
  /// - Throws: ``ClientError/passphraseNeeded``, ``ClientError/wrongPassphrase``,
  ///   ``ClientError/badKey(_:)``.
  public init(pem: String, passphrase: String? = nil) throws(ClientError) {
    let isEncrypted = Identity.isEncrypted(pem: pem)
    if isEncrypted, passphrase == nil { throw .passphraseNeeded }
    do throws(CryptoError) {
      pair =
        if isEncrypted, let passphrase {
          try ClassicSuite.KeyPair(encryptedPrivateKeyPEM: pem, passphrase: passphrase)
        } else {
          try ClassicSuite.KeyPair(privateKeyPEM: pem)
        }
    } catch .invalidPrivateKey(.wrongPassphrase), .invalidPrivateKey(.unfitPassphrase) {
      throw .wrongPassphrase
    } catch {
      throw .badKey(String(describing: error))
    }
  }

  /// Whether only a passphrase opens a private key. Looks at the PEM's label alone.
  public static func isEncrypted(pem: String) -> Bool { ClassicSuite.KeyPair.isEncrypted(pem) }

  /// The fingerprint by which others know it: base64url of the SHA-256 of its public key.
  public var fingerprint: String { pair.fingerprint }
}
