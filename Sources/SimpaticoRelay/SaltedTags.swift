import Crypto

/// Short names for addresses and keys in the debug log: the same within a run, and nothing that
/// could be looked up or compared with another run's.
struct SaltedTags: Sendable {
  private let salt = SymmetricKey(size: .bits256)

  /// Eight hexadecimal digits of the HMAC of these bytes under a key that nobody keeps.
  func tag(_ bytes: some Sequence<UInt8>) -> String {
    let code = HMAC<SHA256>.authenticationCode(for: Array(bytes), using: salt)
    return code.prefix(4).map { byte in
      (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
  }
}
