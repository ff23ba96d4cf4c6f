import NIOHTTP1

/// The answer to an HTTP request that does not become a WebSocket.
struct WebSocketUpgradeRefusal: Hashable {
  /// The status code of the answer.
  let statusCode: Int
  /// What was wrong, for the human behind the client.
  let text: String
  /// The headers that this answer needs beside the usual ones.
  fileprivate var extraHeaders: [Header] = []

  fileprivate struct Header: Hashable {
    let name: String
    let value: String
  }

  /// The head of the answer; its body is ``text``.
  var responseHead: HTTPResponseHead {
    var headers = HTTPHeaders([
      ("Content-Type", "text/plain; charset=utf-8"),
      ("Content-Length", String(text.utf8.count)),
    ])
    // Whoever sends Upgrade must name it in Connection (RFC 9110, 7.8).
    let namesUpgrade = extraHeaders.contains { $0.name == "Upgrade" }
    headers.add(name: "Connection", value: namesUpgrade ? "close, upgrade" : "close")
    for header in extraHeaders { headers.add(name: header.name, value: header.value) }
    return HTTPResponseHead(
      version: .http1_1, status: HTTPResponseStatus(statusCode: statusCode), headers: headers)
  }

  /// 400: the request breaks a rule of RFC 6455, 4.2.1 or of HTTP.
  static func badRequest(_ text: String) -> Self {
    Self(statusCode: 400, text: text)
  }

  /// 403: the origin is not on the list (4.2.2, 10.2).
  static let forbiddenOrigin = Self(
    statusCode: 403, text: "This origin may not open a WebSocket here.\n")

  /// 404: for a server that serves nothing else.
  static let notFound = Self(statusCode: 404, text: "There is nothing here.\n")

  /// 405: only GET becomes a WebSocket.
  static let wrongMethod = Self(
    statusCode: 405, text: "A WebSocket begins with GET.\n",
    extraHeaders: [Header(name: "Allow", value: "GET")])

  /// 426: the client asked for an ordinary page.
  static let upgradeRequired = Self(
    statusCode: 426, text: "This address speaks WebSocket only.\n", extraHeaders: upgrade)

  /// 426: the client speaks another version of the protocol (4.4).
  static let unsupportedVersion = Self(
    statusCode: 426, text: "This address speaks version 13 of the WebSocket protocol.\n",
    extraHeaders: upgrade)

  private static let upgrade = [
    Header(name: "Upgrade", value: "websocket"),
    Header(name: "Sec-WebSocket-Version", value: "13"),
  ]

  /// 431: the head of the request is longer than this server reads.
  static let headerTooLarge = Self(
    statusCode: 431, text: "The head of the request is too large.\n")
}
