public import SimpaticoTree

/// Cryptography for worlds: boxes that people can read and that only the right pair of keys opens.
///
/// The party of number n has the keys `privKeyn` and `pubKeyn` and the fingerprint `pubKeySign`. A
/// box spells out who sealed it, for whom, and what is in it; opening compares the spelling.
///
/// As in the classic suite, whose key is what two key pairs agree on (ECDH), a box says nothing of
/// its direction to the cipher: either of the two opens it, whoever sealed it. So a box that is
/// sent back to its sender opens there, and the protocol has to see by its content that it is not
/// from the other.
public enum SymbolicCipher {
  /// The private key of a party, by its index.
  public static func privateKey(_ party: Int) -> Text { "privKey" + Text(party) }
  /// The public key of a party, by its index.
  public static func publicKey(_ party: Int) -> Text { "pubKey" + Text(party) }
  /// The fingerprint of a party's public key, by its index.
  public static func fingerprint(_ party: Int) -> Text { "pubKeySig" + Text(party) }

  /// The fingerprint of a public key, or nil where it is none.
  public static func fingerprint(ofPublicKey key: Text) -> Text? {
    key.dropping(prefix: "pubKey", suffix: "").map { "pubKeySig" + $0 }
  }

  /// A box, or nil where one of the keys is none.
  public static func seal(_ clearText: Text, from privateKey: Text, to publicKey: Text) -> Text? {
    guard let sender = privateKey.dropping(prefix: "privKey", suffix: ""),
      let receiver = publicKey.dropping(prefix: "pubKey", suffix: "")
    else { return nil }
    return head(sender, receiver) + clearText + ")"
  }

  /// What is in a box, or nil where it was not sealed between this private key and that public one.
  public static func open(_ box: Text, by privateKey: Text, from publicKey: Text) -> Text? {
    guard let own = privateKey.dropping(prefix: "privKey", suffix: ""),
      let other = publicKey.dropping(prefix: "pubKey", suffix: "")
    else { return nil }
    return box.dropping(prefix: head(other, own), suffix: ")")
      ?? box.dropping(prefix: head(own, other), suffix: ")")
  }

  private static func head(_ sender: Text, _ receiver: Text) -> Text {
    "box(" + sender + ">" + receiver + ": "
  }
}

extension Text {
  /// What stands between a prefix and a suffix, or nil where either is missing.
  fileprivate func dropping(prefix: Text, suffix: Text) -> Text? {
    withUTF8 { bytes in
      let rest = bytes.count - prefix.count - suffix.count
      guard rest >= 0, hasPrefix(prefix) else { return nil }
      let endsWell = suffix.withUTF8 { wanted in
        wanted.indices.allSatisfy { wanted[$0] == bytes[prefix.count + rest + $0] }
      }
      guard endsWell else { return nil }
      return Text(
        utf8: UnsafeBufferPointer(rebasing: bytes[prefix.count..<(prefix.count + rest)]))
    }
  }
}
