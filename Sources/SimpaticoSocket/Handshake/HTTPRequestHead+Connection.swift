package import NIOHTTP1

extension HTTPHeaders {
  /// Takes away the white space behind values, which is not part of them (RFC 9110, 5.5) and which
  /// NIO's decoder leaves there; that before them it takes away itself.
  package mutating func trimValues() {
    func isSpace(_ byte: UInt8?) -> Bool {
      byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }
    guard contains(where: { isSpace($0.value.utf8.last) }) else { return }
    self = HTTPHeaders(
      map { name, value in
        var value = value[...]
        while isSpace(value.utf8.last) { value.removeLast() }
        return (name, String(value))
      })
  }
}

extension HTTPRequestHead {
  /// Whether the connection is to speak something else behind this request, which NIO's decoder
  /// takes for granted: it reads nothing more.
  var asksForAnotherProtocol: Bool {
    method == .CONNECT
      || headers.contains(name: "Upgrade")
        && WebSocketUpgradeRequest.list("Connection", in: headers, contains: "upgrade")
  }

  /// Whether no request may follow on the connection (RFC 9112, 9.3 and 9.6). One of HTTP/1.0 is
  /// always the last.
  var isLast: Bool {
    version != .http1_1 || asksForAnotherProtocol
      || WebSocketUpgradeRequest.list("Connection", in: headers, contains: "close")
  }

  /// The host that the request is for: that of the target where it is an absolute one, which holds
  /// against the header (RFC 9112, 3.2.2). Nil where there is none, more than one, or one that
  /// cannot be.
  package var host: HTTPHost? {
    guard let named = WebSocketUpgradeRequest.only("Host", in: headers),
      let host = HTTPHost(named)
    else { return nil }
    guard let authority = WebSocketUpgradeRequest.authority(of: uri) else { return host }
    return HTTPHost(authority)
  }
}
