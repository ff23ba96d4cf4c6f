/// base64url without padding (RFC 4648 section 5): the spelling of fingerprints.
public enum Base64URL {
  /// Spells `bytes` with the digits `A-Z a-z 0-9 - _`, without padding. Linear in their count.
  public static func encode(_ bytes: [UInt8]) -> String {
    Base64.encode(bytes, alphabet: .url)
  }

  /// Reads the bytes that `text` spells. Linear in its length.
  ///
  /// Strict: every byte sequence has exactly one accepted spelling. Whitespace, padding, the
  /// digits `+` and `/`, and non-zero unused bits are refused.
  ///
  /// - Throws: ``CryptoError/invalidBase64URL(byteOffset:)``.
  public static func decode(_ text: String) throws(CryptoError) -> [UInt8] {
    do {
      return try Base64.decode(Array(text.utf8), alphabet: .url)
    } catch {
      throw CryptoError.invalidBase64URL(byteOffset: error.byteOffset)
    }
  }
}
