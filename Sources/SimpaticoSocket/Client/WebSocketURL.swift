/// The parts of a WebSocket address (RFC 6455, 3), enough to connect and to write the request.
struct WebSocketURL: Equatable, Sendable {
  /// Whether the connection is to be encrypted: `wss`.
  let isSecure: Bool
  /// A name or an address, without the brackets of an IPv6 literal.
  let host: String
  let port: Int
  /// What stands in the request's `Host`.
  let authority: String
  /// The request target: path and query, at least `/`.
  let resource: String

  /// Reads `ws://host[:port][/path][?query]`, or the same with `wss`.
  ///
  /// A name or path must already be in ASCII, percent-encoded where needed.
  ///
  /// - Throws: ``WebSocketConnectError/unsupportedScheme(_:)`` or
  ///   ``WebSocketConnectError/badURL(_:)``, which says what is wrong.
  init(_ text: String) throws(WebSocketConnectError) {
    guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      throw .badURL("it contains a space, a control character or a letter outside ASCII")
    }
    guard let separator = text.firstRange(of: "://") else {
      throw .badURL("it does not begin with ws:// or wss://")
    }
    let scheme = text[..<separator.lowerBound].lowercased()
    guard scheme == "ws" || scheme == "wss" else { throw .unsupportedScheme(scheme) }
    isSecure = scheme == "wss"
    let rest = text[separator.upperBound...]
    guard !rest.contains("#") else { throw .badURL("it has a fragment") }
    let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
    let authority = rest[..<end]
    guard !authority.contains("@") else { throw .badURL("it has a user name") }
    (host, port) = try Self.hostAndPort(authority, standard: isSecure ? 443 : 80)
    self.authority = String(authority)
    let resource = rest[end...]
    self.resource = resource.hasPrefix("/") ? String(resource) : "/" + resource
  }

  private static func hostAndPort(
    _ authority: Substring, standard: Int
  ) throws(WebSocketConnectError) -> (String, Int) {
    var host = authority
    var portText: Substring?
    if authority.hasPrefix("[") {
      guard let end = authority.firstIndex(of: "]") else {
        throw .badURL("the bracket of the address is not closed")
      }
      host = authority[authority.index(after: authority.startIndex)..<end]
      let rest = authority[authority.index(after: end)...]
      guard rest.isEmpty || rest.hasPrefix(":") else {
        throw .badURL("something stands between the address and the port")
      }
      portText = rest.isEmpty ? nil : rest.dropFirst()
    } else if let colon = authority.firstIndex(of: ":") {
      host = authority[..<colon]
      portText = authority[authority.index(after: colon)...]
    }
    guard !host.isEmpty else { throw .badURL("it has no host") }
    guard let portText else { return (String(host), standard) }
    guard let port = UInt16(portText), port > 0, portText.utf8.allSatisfy({ $0 != 0x2B }) else {
      throw .badURL("the port is not a number from 1 to 65535")
    }
    return (String(host), Int(port))
  }
}
