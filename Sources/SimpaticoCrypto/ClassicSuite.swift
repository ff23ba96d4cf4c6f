import Crypto
import CryptoExtras

/// The classic cipher suite: that of the original chat, byte for byte what WebCrypto computes.
///
/// A box is a random initialization vector of 16 bytes followed by AES-256-CBC with PKCS#7
/// padding (NIST SP 800-38A section 6.2, RFC 5652 section 6.3). Its key is the first 32 bytes of
/// the ECDH secret on P-521 (NIST SP 800-56A section 5.7.1.2), which is the x coordinate as 66
/// big-endian bytes. Keys travel as PEM (RFC 7468).
///
/// The suite is kept for compatibility. It has *no authenticated encryption*: whoever can alter a
/// box can flip bits of its message without being noticed, and a box may open to garbage. What
/// was opened must therefore be compared with something known, as the handshake does, and every
/// failure must be answered alike. It has no forward secrecy either. The same pair of key pairs
/// always shares the same key, in both directions.
///
/// Every operation is pure computation, safe to call from any thread. Agreeing on a key dominates
/// the cost of sealing and opening: about as much work as making a key pair.
public struct ClassicSuite: Sendable {
  /// The name by which a suite is chosen: `classic`.
  public let name = "classic"

  /// The longest PEM text that is read, in UTF-8 bytes. A P-521 private key takes 384.
  public static let pemByteCountMaximum = 2048

  /// The bytes of an initialization vector, and of a block of the cipher.
  static let blockByteCount = 16

  /// The bytes of an AES-256 key.
  private static let cipherKeyByteCount = 32

  /// A suite needs no configuration and holds no state.
  public init() {}

  /// Makes a key pair from the system's random source.
  public func generateKeyPair() -> KeyPair {
    KeyPair()
  }

  /// The fingerprint of a public key, whatever the layout of its PEM.
  ///
  /// - Throws: ``CryptoError/invalidPublicKey(_:)``.
  public func fingerprint(ofPublicKeyPEM publicKeyPEM: String) throws(CryptoError) -> String {
    try PublicKey(pem: publicKeyPEM).fingerprint
  }

  /// Seals `message`, of any length, so that `publicKey`'s owner can open it.
  ///
  /// - Returns: The box: 17 to 32 bytes longer than the message.
  /// - Throws: ``CryptoError/sealingFailed``, which valid keys do not cause.
  public func seal(
    _ message: [UInt8], from sender: KeyPair, to recipient: PublicKey
  ) throws(CryptoError) -> [UInt8] {
    let initializationVector = Array(AES._CBC.IV())
    return try seal(
      message, from: sender, to: recipient, initializationVector: initializationVector)
  }

  /// Seals to a recipient whose key has not been parsed yet, which costs a little more.
  ///
  /// - Throws: ``CryptoError/invalidPublicKey(_:)`` too.
  public func seal(
    _ message: [UInt8], from sender: KeyPair, to publicKeyPEM: String
  ) throws(CryptoError) -> [UInt8] {
    try seal(message, from: sender, to: PublicKey(pem: publicKeyPEM))
  }

  /// Seals with a chosen initialization vector. Only for reproducing vectors: a vector that is
  /// used twice, or that can be foretold, breaks the secrecy of the messages.
  package func seal(
    _ message: [UInt8], from sender: KeyPair, to recipient: PublicKey,
    initializationVector: [UInt8]
  ) throws(CryptoError) -> [UInt8] {
    guard initializationVector.count == Self.blockByteCount else {
      throw .invalidInitializationVector(byteCount: initializationVector.count)
    }
    do {
      let ciphertext = try AES._CBC.encrypt(
        message, using: cipherKey(sender, recipient),
        iv: AES._CBC.IV(ivBytes: initializationVector))
      return initializationVector + Array(ciphertext)
    } catch {
      throw CryptoError.sealingFailed
    }
  }

  /// Opens a box that `sender` sealed to `recipient`.
  ///
  /// That a box opens proves little, see ``ClassicSuite``: about one altered box in 256 opens to
  /// something else.
  ///
  /// - Throws: ``CryptoError/openingFailed``, whatever the reason.
  public func open(
    _ box: [UInt8], by recipient: KeyPair, from sender: PublicKey
  ) throws(CryptoError) -> [UInt8] {
    do {
      let initializationVector = try AES._CBC.IV(ivBytes: box.prefix(Self.blockByteCount))
      let message = try AES._CBC.decrypt(
        box.dropFirst(Self.blockByteCount), using: cipherKey(recipient, sender),
        iv: initializationVector)
      return Array(message)
    } catch {
      throw CryptoError.openingFailed
    }
  }

  /// Opens a box of a sender whose key has not been parsed yet, which costs a little more.
  ///
  /// - Throws: ``CryptoError/invalidPublicKey(_:)`` too. Public keys are no secret, so that this
  ///   case is told apart gives nothing away.
  public func open(
    _ box: [UInt8], by recipient: KeyPair, from publicKeyPEM: String
  ) throws(CryptoError) -> [UInt8] {
    try open(box, by: recipient, from: PublicKey(pem: publicKeyPEM))
  }

  /// The key that two key pairs share: one half of one, the other half of the other.
  private func cipherKey(_ own: KeyPair, _ other: PublicKey) throws -> SymmetricKey {
    let secret = try own.agreementKey.sharedSecretFromKeyAgreement(with: other.agreementKey)
    return secret.withUnsafeBytes { bytes in
      SymmetricKey(data: bytes.prefix(Self.cipherKeyByteCount))
    }
  }
}
