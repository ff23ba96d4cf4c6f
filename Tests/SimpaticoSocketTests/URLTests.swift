import Testing

@testable import SimpaticoSocket

@Suite struct URLTests {
  @Test(arguments: [
    ("ws://host", "host", 80, "host", "/"),
    ("WS://host:8080/ws", "host", 8080, "host:8080", "/ws"),
    ("ws://127.0.0.1:1/a/b?c=d&e=/", "127.0.0.1", 1, "127.0.0.1:1", "/a/b?c=d&e=/"),
    ("ws://host?x", "host", 80, "host", "/?x"),
    ("ws://[::1]:9/ws", "::1", 9, "[::1]:9", "/ws"),
    ("ws://[::1]/ws", "::1", 80, "[::1]", "/ws"),
    ("wss://host/ws", "host", 443, "host", "/ws"),
    ("WSS://host:8443", "host", 8443, "host:8443", "/"),
  ])
  func addressIsTakenApart(
    _ text: String, _ host: String, _ port: Int, _ authority: String, _ resource: String
  ) throws {
    let url = try WebSocketURL(text)
    #expect(url.host == host)
    #expect(url.port == port)
    #expect(url.authority == authority)
    #expect(url.resource == resource)
    #expect(url.isSecure == text.lowercased().hasPrefix("wss:"))
  }

  @Test(arguments: [
    "", "host", "ws:/host", "ws://", "ws://:80", "ws://host:", "ws://host:0", "ws://host:65536",
    "ws://host:+80", "ws://host:-1", "ws://host:8o", "ws://a:1:2", "ws://host/#fragment",
    "ws://user@host/", "ws://[::1", "ws://[::1]x", "ws://[]", "ws://host/a b",
    "ws://host/\r\nX: y", "ws://höst/",
  ])
  func badAddressIsRefused(_ text: String) {
    #expect {
      try WebSocketURL(text)
    } throws: { error in
      if case WebSocketConnectError.badURL = error { true } else { false }
    }
  }

  @Test(arguments: ["http", "https", "ftp"])
  func otherSchemesAreUnsupported(_ scheme: String) {
    #expect(throws: WebSocketConnectError.unsupportedScheme(scheme)) {
      try WebSocketURL("\(scheme)://host/")
    }
  }
}
