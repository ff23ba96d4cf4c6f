import Foundation
import SimpaticoRelay

/// The origin of pages that may open a WebSocket, spelled as a browser spells it (RFC 6454 section
/// 6.2): scheme and host in lower case, the port only where it is not the scheme's own, and nothing
/// else. Anything besides would never be met.
struct PageOrigin {
  /// As it is in the header, or `*`.
  let text: String

  /// What one looks like, for who has written another.
  static let demand =
    "an origin as https://app.example or http://localhost:3000, without user or path; or *"

  /// Reads one; nil where no browser would send it.
  init?(_ text: String) {
    let lower = text.lowercased()
    guard lower != "*" else {
      self.text = lower
      return
    }
    let schemes = [("http://", 80), ("https://", 443)]
    guard let (scheme, usualPort) = schemes.first(where: { lower.hasPrefix($0.0) }) else {
      return nil
    }
    let authority = lower.dropFirst(scheme.count)
    let isBracketed = authority.first == "["
    let host =
      isBracketed
      ? authority.prefix { $0 != "]" } + "]" : authority.prefix { $0 != ":" }
    guard isBracketed ? Self.isAddress(host) : Self.isName(host) else { return nil }
    var port = ""
    if authority.count != host.count {
      guard authority.hasPrefix(host + ":") else { return nil }
      let digits = authority.dropFirst(host.count + 1)
      guard let number = UInt16(digits), number > 0, String(number) == digits else { return nil }
      if number != usualPort { port = ":\(number)" }
    }
    self.text = scheme + host + port
  }

  /// Whether it is a name, or an address of IPv4. Names beyond ASCII are sent in their other form.
  private static func isName(_ host: Substring) -> Bool {
    !host.isEmpty
      && host.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "-._".utf8.contains(byte)
        }
      }
  }

  private static func isAddress(_ host: Substring) -> Bool {
    let address = host.dropFirst().dropLast()
    return address.contains(":") && !address.contains("/")
      && AddressRange(String(address)) != nil
  }
}
