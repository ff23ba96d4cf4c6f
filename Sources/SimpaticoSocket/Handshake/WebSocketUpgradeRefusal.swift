import NIOHTTP1

/// The answer to an HTTP request that is taken no further, behind which the connection ends.
public struct WebSocketUpgradeRefusal: Hashable, Sendable {
  /// The status code of the answer.
  public let statusCode: Int
  /// What was wrong, for the human behind the client; the body of the answer.
  public let text: String
  /// The headers that this answer needs beside the usual ones.
  private let extraHeaders: [Header]

  private struct Header: Hashable {
    let name: String
    let value: String
  }

  /// Makes an answer, with headers that it needs beside those of its body and its connection.
  public init(statusCode: Int, text: String, headers: KeyValuePairs<String, String> = [:]) {
    self.statusCode = statusCode
    self.text = text
    extraHeaders = headers.map { Header(name: $0.key, value: $0.value) }
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

  /// 400: nobody could say whom the request is for (RFC 9112, 3.2).
  static let badHost = badRequest("Exactly one Host is needed, a name or an address.\n")

  /// 403: the origin is not on the list (4.2.2, 10.2).
  static let forbiddenOrigin = Self(
    statusCode: 403, text: "This origin may not open a WebSocket here.\n")

  /// 404: for a server that serves nothing else.
  static let notFound = Self(statusCode: 404, text: "There is nothing here.\n")

  /// 405: only GET becomes a WebSocket.
  static let wrongMethod = Self(
    statusCode: 405, text: "A WebSocket begins with GET.\n",
    headers: ["Allow": "GET"])

  /// 408: the head of the request did not come in time.
  static let late = Self(statusCode: 408, text: "The request did not come in time.\n")

  /// 426: the client asked for an ordinary page.
  static let upgradeRequired = Self(
    statusCode: 426, text: "This address speaks WebSocket only.\n", headers: upgrade)

  /// 426: the client speaks another version of the protocol (4.4).
  static let unsupportedVersion = Self(
    statusCode: 426, text: "This address speaks version 13 of the WebSocket protocol.\n",
    headers: upgrade)

  private static var upgrade: KeyValuePairs<String, String> {
    ["Upgrade": "websocket", "Sec-WebSocket-Version": "13"]
  }

  /// 429: so many requests came before their turn that their answers would fill memory.
  static let tooManyAtOnce = Self(
    statusCode: 429, text: "Too many requests came before their turn.\n")

  /// 431: the head of the request is longer than this server reads.
  static let headerTooLarge = Self(
    statusCode: 431, text: "The head of the request is too large.\n")

  /// 505: neither HTTP/1.1 nor 1.0.
  private static let unknownVersion = Self(
    statusCode: 505, text: "This address speaks HTTP/1.1 and 1.0.\n")

  /// What is wrong with a request that NIO's decoder could not read.
  static func unreadable(_ error: HTTPParserError) -> Self {
    switch error {
    case .headerOverflow: headerTooLarge
    case .invalidVersion: unknownVersion
    case .invalidMethod: badRequest("This is not HTTP: its method is none.\n")
    case .invalidURL: badRequest("This is not HTTP: its target is none.\n")
    case .invalidHeaderToken, .lfExpected:
      badRequest("A header of the request is broken.\n")
    case .invalidContentLength, .unexpectedContentLength:
      badRequest("The length of the body is not clear.\n")
    case .invalidChunkSize: badRequest("A chunk of the body is broken.\n")
    default: badRequest("This is not HTTP.\n")
    }
  }
}
