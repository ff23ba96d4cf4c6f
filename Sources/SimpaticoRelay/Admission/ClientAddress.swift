import NIOHTTP1

/// Finds out whose a connection is when proxies stand in between.
///
/// Only what a trusted proxy has appended is believed, read from the right: anybody may send a
/// header that says anything, and a proxy appends to it (RFC 7239 section 8.1).
struct ClientAddress: Sendable {
  let trustedProxies: [AddressRange]
  let header: RelayConfiguration.ForwardedHeader

  func isTrusted(_ address: AddressBits) -> Bool {
    trustedProxies.contains { $0.contains(address) }
  }

  /// The address of the client whose request came from `peer`.
  func client(of peer: AddressBits, _ headers: HTTPHeaders) -> AddressBits {
    guard isTrusted(peer) else { return peer }
    var nearest = peer
    for hop in hops(headers).reversed() {
      // An unreadable or hidden hop (`unknown`, `_gazonk`) leaves the nearest that is known.
      guard let address = hop else { return nearest }
      if !isTrusted(address) { return address }
      nearest = address
    }
    return nearest
  }

  /// The addresses in the order in which they were appended; nil where one is none.
  private func hops(_ headers: HTTPHeaders) -> [AddressBits?] {
    switch header {
    case .xForwardedFor:
      headers[canonicalForm: "X-Forwarded-For"].map { Self.node($0) }
    case .forwarded:
      headers[canonicalForm: "Forwarded"].map { element in
        let pairs = element.split(separator: ";")
        let pair = pairs.first { $0.drop { $0 == " " }.lowercased().hasPrefix("for=") }
        guard let value = pair?.split(separator: "=", maxSplits: 1).last else { return nil }
        return Self.node(value)
      }
    }
  }

  /// An address with or without port, brackets and quotes (RFC 7239 section 6).
  private static func node(_ text: some StringProtocol) -> AddressBits? {
    let bare = text.drop { $0 == " " || $0 == "\"" }.prefix { $0 != "\"" && $0 != " " }
    if bare.first == "[" { return AddressBits(bare.dropFirst().prefix { $0 != "]" }) }
    if let address = AddressBits(bare) { return address }
    let parts = bare.split(separator: ":", omittingEmptySubsequences: false)
    return parts.count == 2 ? AddressBits(parts[0]) : nil
  }
}
