import SimpaticoCrypto

/// Who a client is: a key pair, and nothing else.
public struct Identity: Sendable {
  let pair: ClassicSuite.KeyPair

  /// A new identity, made on this machine.
  public static func generate() -> Identity { Identity(pair: ClassicSuite().generateKeyPair()) }

  /// The fingerprint by which others know it: base64url of the SHA-256 of its public key.
  public var fingerprint: String { pair.fingerprint }
}
