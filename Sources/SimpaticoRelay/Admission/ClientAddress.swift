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

  /// The address of the client whose request came from `peer`. What cannot be read counts for
  /// nothing: it is then that of the last proxy which is known.
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
      headers[canonicalForm: "X-Forwarded-For"].map { AddressBits($0) ?? Self.node($0) }
    case .forwarded:
      // Each line for itself: one that cannot be read hides who stands before it, and no more.
      headers["Forwarded"].flatMap { ForwardedReader.clients(in: $0) ?? [nil] }
        .map { $0.flatMap { Self.node($0[...]) } }
    }
  }

  /// An address as a node is written: of IPv6 in brackets, and with or without a port (RFC 7239
  /// section 6).
  private static func node(_ text: Substring) -> AddressBits? {
    let isBracketed = text.first == "["
    let address = isBracketed ? text.dropFirst().prefix { $0 != "]" } : text.prefix { $0 != ":" }
    var rest = text[address.endIndex...]
    if isBracketed {
      guard rest.popFirst() == "]", address.contains(":") else { return nil }
    }
    return rest.isEmpty || isPort(rest) ? AddressBits(address) : nil
  }

  /// Whether a text is a colon and a port, or a colon and a name that hides one.
  private static func isPort(_ text: Substring) -> Bool {
    let name = text.dropFirst()
    guard text.first == ":" else { return false }
    return name.hasPrefix("_") || !name.hasPrefix("+") && UInt16(name) != nil
  }
}
