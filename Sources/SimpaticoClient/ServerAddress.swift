import Foundation

/// Where a relay is: its socket and its page.
struct ServerAddress: Sendable, Equatable {
  let socket: String
  let page: String
  /// Without a path, as people name it.
  let url: String

  /// Reads `http`, `https`, `ws` or `wss`, with or without a path; a bare host means `https`. Two
  /// spellings of one address are equal.
  init(_ text: String) throws(ClientError) {
    let whole = text.contains("://") ? text : "https://" + text
    guard var parts = URLComponents(string: whole), let host = parts.host, !host.isEmpty,
      parts.user == nil, parts.password == nil, let scheme = parts.scheme?.lowercased()
    else { throw .badServer(text) }
    if let port = parts.port, !(1...65_535).contains(port) { throw .badServer(text) }
    let isSecure: Bool
    switch scheme {
    case "http", "ws": isSecure = false
    case "https", "wss": isSecure = true
    default: throw .badServer(text)
    }
    if parts.port == (isSecure ? 443 : 80) { parts.port = nil }
    parts.percentEncodedHost = parts.percentEncodedHost?.lowercased()
    parts.path = ""
    parts.query = nil
    parts.fragment = nil
    parts.scheme = isSecure ? "https" : "http"
    guard let base = parts.string else { throw .badServer(text) }
    url = base
    page = base + "/chat"
    parts.scheme = isSecure ? "wss" : "ws"
    guard let socketBase = parts.string else { throw .badServer(text) }
    socket = socketBase + "/ws"
  }
}
