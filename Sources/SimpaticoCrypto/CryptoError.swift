/// Why an operation of a cipher suite or of a codec was refused.
///
/// No case carries key material, plaintext or any part of a box: an error may be printed and
/// logged. Everything that can go wrong while opening a box is the one case ``openingFailed``, so
/// that neither an answer nor a log line tells a wrong key from bad padding or a bad length.
public enum CryptoError: Error, Sendable, Equatable {
  /// The text is not a public key that the suite accepts.
  case invalidPublicKey(KeyFault)
  /// The text is not a private key that the suite accepts.
  case invalidPrivateKey(KeyFault)
  /// The box does not open with these keys. There is deliberately no more to know.
  case openingFailed
  /// The cryptographic library refused to seal although both keys were valid.
  case sealingFailed
  /// An initialization vector must have exactly 16 bytes; this many were given.
  case invalidInitializationVector(byteCount: Int)
  /// The text is not lower-case hexadecimal of whole bytes; the offset of its first bad byte.
  case invalidHex(byteOffset: Int)
  /// The text is not canonical base64url without padding; the offset of its first bad byte.
  case invalidBase64URL(byteOffset: Int)

  /// What is wrong with the text of a key.
  public enum KeyFault: Error, Sendable, Equatable {
    /// The text is longer than ``ClassicSuite/pemByteCountMaximum`` bytes.
    case tooLong
    /// The text is not one PEM block with the expected label and nothing around it.
    case notPEM
    /// The body of the PEM block is not canonical, padded base64.
    case notBase64
    /// The DER is not that of a key on the curve P-521 (RFC 5480, RFC 5958).
    case notP521
    /// The key names P-521, but is malformed: its point is not on the curve, its scalar is out of
    /// range, or its structure is broken.
    case malformed
    /// The passphrase does not open the private key, or its encrypted bytes were altered. There is
    /// no telling the two apart.
    case wrongPassphrase
    /// A passphrase is empty or longer than 1,024 bytes.
    case unfitPassphrase
    /// The private key is encrypted in a way other than PBES2 with PBKDF2, HMAC-SHA-256 or
    /// HMAC-SHA-512, and AES-256-CBC (RFC 8018).
    case unsupportedEncryption
    /// Opening the private key asks for more than 10,000,000 iterations.
    case tooManyIterations
  }
}

extension CryptoError: CustomStringConvertible {
  /// One English sentence that says what to do, fit for a log.
  public var description: String {
    switch self {
    case .invalidPublicKey(let fault):
      "the public key \(fault.predicate); expected a P-521 key as PEM with label PUBLIC KEY"
    case .invalidPrivateKey(.wrongPassphrase):
      "the passphrase does not open the private key; try again, or take a copy of the key"
    case .invalidPrivateKey(.unfitPassphrase):
      "a passphrase must have 1 to 1,024 bytes; choose another one"
    case .invalidPrivateKey(.unsupportedEncryption), .invalidPrivateKey(.tooManyIterations):
      "the private key is encrypted in another way; convert it with: \(Self.conversion)"
    case .invalidPrivateKey(.notPEM):
      "the private key is not a single PEM block with label PRIVATE KEY, encrypted or not; convert "
        + "it with: \(Self.conversion)"
    case .invalidPrivateKey(let fault):
      "the private key \(fault.predicate); expected a P-521 key as PEM with label PRIVATE KEY"
    case .openingFailed:
      "the box does not open with these keys"
    case .sealingFailed:
      "sealing failed although the keys are valid"
    case .invalidInitializationVector(let byteCount):
      "an initialization vector has 16 bytes, not \(byteCount)"
    case .invalidHex(let byteOffset):
      "expected pairs of the digits 0-9 and a-f, found something else at byte \(byteOffset)"
    case .invalidBase64URL(let byteOffset):
      "expected canonical base64url without padding, found something else at byte \(byteOffset)"
    }
  }
}

extension CryptoError {
  /// The command that makes a key from elsewhere one that is read.
  private static let conversion =
    "openssl pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA256 -iter 600000"
}

extension CryptoError.KeyFault {
  /// The rest of a sentence that begins with "the key".
  var predicate: String {
    switch self {
    case .tooLong: "is longer than \(ClassicSuite.pemByteCountMaximum) bytes"
    case .notPEM: "is not a single PEM block with the right label"
    case .notBase64: "has a body that is not base64"
    case .notP521: "is not a P-521 key"
    case .malformed: "is malformed or not on the curve P-521"
    case .wrongPassphrase: "does not open with this passphrase"
    case .unfitPassphrase: "has a passphrase of an unfit length"
    case .unsupportedEncryption: "is encrypted in a way that is not read"
    case .tooManyIterations: "asks for too much work to be opened"
    }
  }
}
