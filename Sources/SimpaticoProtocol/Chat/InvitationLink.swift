public import SimpaticoTree

/// What a host hands to a guest, by whatever channel: `https://relay/chat#invite=HOST.ID.SECRET`.
///
/// All that matters stands in the fragment, which browsers never send to a server (RFC 3986 section
/// 3.5).
public struct InvitationLink: Equatable, Sendable {
  /// The page of the relay, without a fragment, for example `https://relay.example/chat`.
  public let page: Text
  /// The host's fingerprint.
  public let host: Text
  /// The invitation's name at its host.
  public let invitation: Text
  /// What the guest proves to know.
  public let secret: Text

  private static let mark: Text = "#invite="
  /// Links are shorter than this.
  static let bytesAtMost = 2048

  /// A link of these parts.
  public init(page: Text, host: Text, invitation: Text, secret: Text) {
    self.page = page
    self.host = host
    self.invitation = invitation
    self.secret = secret
  }

  /// Reads a link, with or without spaces around it; nil where it is none.
  public init?(_ text: Text) {
    let parts: [Text]? = text.withUTF8 { bytes in
      guard bytes.count <= InvitationLink.bytesAtMost else { return nil }
      let trimmed = InvitationLink.trimmed(bytes)
      guard let start = InvitationLink.position(ofMarkIn: trimmed) else { return nil }
      var parts: [Text] = []
      let page = UnsafeBufferPointer(rebasing: trimmed[0..<start])
      guard let first = Text(utf8: page) else { return nil }
      parts.append(first)
      let rest = UnsafeBufferPointer(rebasing: trimmed[(start + InvitationLink.mark.count)...])
      for part in rest.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
        guard !part.isEmpty, part.allSatisfy(InvitationLink.isDigit),
          let text = Text(utf8: UnsafeBufferPointer(rebasing: part))
        else { return nil }
        parts.append(text)
      }
      return parts
    }
    guard let parts, parts.count == 4, parts[1].count <= 64, parts[2].count <= 64,
      parts[3].count <= 64
    else { return nil }
    self.init(page: parts[0], host: parts[1], invitation: parts[2], secret: parts[3])
  }

  /// The link as it is handed on. It holds the secret, so it belongs into no log.
  public var text: Text {
    page + InvitationLink.mark + host + "." + invitation + "." + secret
  }

  /// The digits of base64url (RFC 4648 section 5), in which all parts are spelt.
  private static func isDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  private static func trimmed(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
    var start = 0
    var end = bytes.count
    while start < end, bytes[start] <= UInt8(ascii: " ") { start += 1 }
    while end > start, bytes[end - 1] <= UInt8(ascii: " ") { end -= 1 }
    return UnsafeBufferPointer(rebasing: bytes[start..<end])
  }

  private static func position(ofMarkIn bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    mark.withUTF8 { mark in
      guard bytes.count >= mark.count else { return nil }
      return (0...(bytes.count - mark.count)).first { start in
        mark.indices.allSatisfy { bytes[start + $0] == mark[$0] }
      }
    }
  }
}
