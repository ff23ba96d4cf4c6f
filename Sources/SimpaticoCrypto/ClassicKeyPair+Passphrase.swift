import Crypto

extension ClassicSuite.KeyPair {
  /// The bytes of a passphrase, as UTF-8.
  private static let passphraseByteCounts = 1...1_024

  /// Whether the text is the PEM of a private key under a passphrase, so that one has to be asked
  /// for. Looks at the label alone.
  public static func isEncrypted(_ pem: String) -> Bool {
    pem.utf8.count <= ClassicSuite.pemByteCountMaximum
      && pem.contains("-----BEGIN \(EncryptedPrivateKeyInfo.label)-----")
  }

  /// Reads an `ENCRYPTED PRIVATE KEY` block: PKCS#8 under a passphrase by PBES2 (RFC 8018) with
  /// PBKDF2 and AES-256-CBC, as this function's counterpart and `openssl pkcs8 -topk8` write it.
  ///
  /// PBKDF2 is slow on purpose: call it where a thread may be kept for a second. HMAC-SHA-256 and
  /// HMAC-SHA-512 are read, with at most 10,000,000 iterations, because the text says how much
  /// work reading it is.
  ///
  /// - Throws: ``CryptoError/invalidPrivateKey(_:)``, with ``CryptoError/KeyFault/wrongPassphrase``
  ///   where the passphrase is another one, or the encrypted bytes were altered.
  public init(encryptedPrivateKeyPEM pem: String, passphrase: String) throws(CryptoError) {
    do throws(CryptoError.KeyFault) {
      try Self.check(passphrase)
      let der = try PEM.decode(pem, label: EncryptedPrivateKeyInfo.label)
      let info = try EncryptedPrivateKeyInfo(der: der).open(passphrase: passphrase)
      let key = try PrivateKeyInfo.decode(info)
      guard PrivateKeyInfo.isConsistent(info, with: key.publicKey) else { throw .wrongPassphrase }
      self.init(key)
    } catch {
      throw .invalidPrivateKey(error)
    }
  }

  /// The private half as PEM under a passphrase: PBES2 with PBKDF2-HMAC-SHA-256, 600,000
  /// iterations, a random salt of 16 bytes, and AES-256-CBC. Each call answers another text.
  ///
  /// The passphrase counts as its UTF-8 bytes, as they come: two spellings of `é` are two
  /// passphrases. It is all that protects the text, so it has to be one that cannot be guessed.
  /// Slow on purpose, as reading is.
  ///
  /// - Throws: ``CryptoError/invalidPrivateKey(_:)`` where the passphrase is empty or longer than
  ///   1,024 bytes, and ``CryptoError/sealingFailed``, which nothing that is known of causes.
  public func encryptedPrivateKeyPEM(passphrase: String) throws(CryptoError) -> String {
    do throws(CryptoError.KeyFault) {
      try Self.check(passphrase)
    } catch {
      throw .invalidPrivateKey(error)
    }
    do {
      let info = try EncryptedPrivateKeyInfo(
        Array(agreementKey.derRepresentation), passphrase: passphrase)
      return PEM.encode(try info.der(), label: EncryptedPrivateKeyInfo.label)
    } catch {
      throw .sealingFailed
    }
  }

  private static func check(_ passphrase: String) throws(CryptoError.KeyFault) {
    guard passphraseByteCounts.contains(passphrase.utf8.count) else { throw .unfitPassphrase }
  }
}
