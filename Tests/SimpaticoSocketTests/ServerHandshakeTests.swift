import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import SimpaticoSocket

@Suite struct ServerHandshakeTests {
  @Test func handshakeOfTheStandardIsAnsweredAsTheStandardSays() throws {
    let bench = try HandshakeBench()
    try bench.receive(Request().text)
    let answer = try bench.sent()
    #expect(answer.hasPrefix("HTTP/1.1 101 Switching Protocols\r\n"))
    #expect(answer.contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"))
    #expect(answer.contains("Upgrade: websocket\r\n"))
    #expect(answer.contains("Connection: upgrade\r\n"))
    guard case .success(.upgraded) = bench.outcome else {
      Issue.record("\(String(describing: bench.outcome))")
      return
    }
    #expect(bench.events == [.text("open /ws")])
  }

  @Test(arguments: ["", "hello"])
  func theAnswerLeavesAtOnceAndWithWhatTheOwnerSendsAtOnce(_ greeting: String) throws {
    let bench = try HandshakeBench(greeting: greeting.isEmpty ? nil : greeting)
    try bench.receive(Request().text)
    let answer = try bench.sentBytes()
    let end = try #require(answer.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound)
    let frame = greeting.isEmpty ? [] : [0x81, UInt8(greeting.utf8.count)] + Array(greeting.utf8)
    #expect(Array(answer[end...]) == frame)
    #expect(bench.flushCount == 1)
  }

  @Test(
    arguments: [
      Request().with("Connection", "keep-alive, upgrade"),
      Request().with("Upgrade", "WebSocket"),
      Request().with("Upgrade", "h2c, websocket"),
      Request().with(line: "GET /ws?room=1 HTTP/1.1"),
      Request().with(line: "GET http://server.example.com/ws HTTP/1.1"),
      Request().with("Content-Length", "0"),
      // White space behind a value is no part of it (RFC 9110, 5.5).
      Request().with("Content-Length", "0 "),
      Request().with("Sec-WebSocket-Version", "13 \t"),
      Request().with("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ== "),
      Request().with("Host", "server.example.com "),
      Request().with("Host", "x").with("Origin", "http://x "),
      Request().with("Host", "server_1.example.com.:8080"),
      Request().with("Host", "[2001:db8::1]:443"),
      // The host of an absolute target holds (RFC 9112, 3.2.2).
      Request().with(line: "GET http://a/ws HTTP/1.1").with("Origin", "http://a"),
    ].map(\.text))
  func otherFormsOfAGoodRequestAreAccepted(_ request: String) throws {
    let bench = try HandshakeBench()
    try bench.receive(request)
    #expect(try bench.sent().hasPrefix("HTTP/1.1 101 "))
  }

  @Test(
    arguments: [
      // 4.2.1 (1).
      (405, Request().with(line: "POST /ws HTTP/1.1").with("Content-Length", "0")),
      (400, Request().with(line: "GET /ws HTTP/1.0")),
      // 4.2.1 (2); RFC 9112, 3.2.
      (400, Request().with("Host")),
      (400, Request().with("Host", "a", "b")),
      (400, Request().with("Host", "")),
      (400, Request().with("Host", "a b")),
      (400, Request().with("Host", "a,b")),
      (400, Request().with("Host", "/")),
      (400, Request().with("Host", "a..b")),
      (400, Request().with("Host", "[::1")),
      (400, Request().with("Host", "[::1]a")),
      (400, Request().with("Host", "user@a")),
      (400, Request().with("Host", "a:65536")),
      (400, Request().with("Host", "a:80:90")),
      (400, Request().with(line: "GET http://a,b/ws HTTP/1.1")),
      // 4.2.1 (3); RFC 9110, 15.5.22.
      (426, Request().with("Upgrade")),
      (426, Request().with("Upgrade", "h2c")),
      // 4.2.1 (4).
      (400, Request().with("Connection")),
      (400, Request().with("Connection", "keep-alive")),
      // 4.2.1 (6), 4.4.
      (426, Request().with("Sec-WebSocket-Version")),
      (426, Request().with("Sec-WebSocket-Version", "8")),
      (426, Request().with("Sec-WebSocket-Version", "13", "13")),
      // 4.2.1 (5).
      (400, Request().with("Sec-WebSocket-Key")),
      (400, Request().with("Sec-WebSocket-Key", "dGhlIHNhbXBsZQ==")),
      (400, Request().with("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZTE=")),
      (400, Request().with("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ===")),
      (400, Request().with("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25j*Q==")),
      // RFC 9110, 9.3.1.
      (400, Request().with("Content-Length", "5")),
      (400, Request().with("Transfer-Encoding", "chunked")),
      // 4.2.1 (7), 10.2.
      (400, Request().with("Origin", "https://a", "https://b")),
      (
        403,
        Request().with(line: "GET http://b/ws HTTP/1.1").with("Origin", "http://a")
          .with("Host", "a")
      ),
    ].map { ($0.0, $0.1.text) })
  func wrongRequestIsRefusedWhereverItIsSplit(_ statusCode: Int, _ request: String) throws {
    let bytes = Array(request.utf8)
    let answer = try refusal(statusCode, [bytes[...]])
    for index in 1..<bytes.count {
      let found = try refusal(statusCode, [bytes[..<index], bytes[index...]])
      #expect(found == answer, "split at \(index)")
    }
    let found = try refusal(statusCode, bytes.indices.map { bytes[$0...$0] })
    #expect(found == answer, "byte by byte")
    if statusCode == 405 { #expect(answer.contains("Allow: GET\r\n")) }
    if statusCode == 426 {
      #expect(answer.contains("\r\nUpgrade: websocket\r\n"))
      #expect(answer.contains("\r\nSec-WebSocket-Version: 13\r\n"))
    }
  }

  /// The answer to a request that comes in these pieces and is refused.
  private func refusal(_ statusCode: Int, _ pieces: [ArraySlice<UInt8>]) throws -> String {
    let bench = try HandshakeBench()
    for piece in pieces { try bench.receive(Array(piece)) }
    let answer = try bench.sent()
    #expect(answer.hasPrefix("HTTP/1.1 \(statusCode) "), "\(answer)")
    let connection = statusCode == 426 ? "close, upgrade" : "close"
    #expect(answer.contains("Connection: \(connection)\r\n"))
    #expect(bench.refusedStatusCode == statusCode)
    #expect(bench.events == [])
    return answer
  }

  @Test(arguments: [(nil, 403), ("https://evil.example", 403), ("https://good.example", 101)])
  func originIsCheckedAgainstTheList(_ origin: String?, _ statusCode: Int) throws {
    let bench = try HandshakeBench(
      origins: WebSocketOrigins { origin, _ in origin == "https://good.example" })
    let request = origin.map { Request().with("Origin", $0) } ?? Request()
    try bench.receive(request.text)
    #expect(try bench.sent().hasPrefix("HTTP/1.1 \(statusCode) "))
  }

  @Test func framesThatComeWithTheRequestAreDelivered() throws {
    let bench = try HandshakeBench()
    try bench.receive(Array(Request().text.utf8) + Frame.text("early").bytes)
    #expect(bench.events == [.text("open /ws"), .text("early")])
  }

  @Test func requestMayComeByteByByte() throws {
    let bench = try HandshakeBench()
    for byte in Array(Request().text.utf8) + Frame.text("late").bytes {
      try bench.receive([byte])
    }
    #expect(bench.events == [.text("open /ws"), .text("late")])
  }

  @Test func otherPathsGoToPlainHTTP() throws {
    let bench = try HandshakeBench()
    try bench.receive("GET /page HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(try bench.sent().hasSuffix("\r\n\r\n/page"))
    guard case .success(.plainHTTP("plain")) = bench.outcome else {
      Issue.record("\(String(describing: bench.outcome))")
      return
    }
    // The connection stays, for plain HTTP only, and is not dropped at the handshake's deadline.
    bench.channel.embeddedEventLoop.advanceTime(by: .seconds(60))
    try bench.receive("GET /two HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(try bench.sent().hasSuffix("\r\n\r\n/two"))
    _ = try bench.channel.finish()
  }

  @Test(arguments: ["/wss", "/ws/", "/", "*", "http://host", "/WS"])
  func pathMustMatchExactly(_ target: String) throws {
    let request = WebSocketUpgradeRequest(path: "/ws", origins: .any)
    let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: target)
    #expect(request.verdict(on: head) == .plainHTTP)
  }

  @Test(arguments: [
    (400, "NONSENSE\r\n\r\n", "method"), (400, "\u{16}\u{3}\u{1}", "not HTTP"),
    (505, "GET /ws HTTP/1.2\r\nHost: a\r\n\r\n", "1.1 and 1.0"),
    (505, "GET /ws HTTP/2.0\r\nHost: a\r\n\r\n", "1.1 and 1.0"),
    (400, "BREW /ws HTTP/1.1\r\nHost: a\r\n\r\n", "method"),
    (400, "GET /ws HTTP/1.1\r\nHo st: a\r\n\r\n", "header"),
    (400, "GET /ws HTTP/1.1\r\nContent-Length: -1\r\n\r\n", "length"),
    (400, "GET /ws HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "length"),
  ])
  func brokenHTTPIsRefusedByWhatIsBroken(_ status: Int, _ text: String, _ reason: String) throws {
    let bench = try HandshakeBench()
    try bench.receiveIgnoringErrors(text)
    let answer = try bench.sent()
    #expect(answer.hasPrefix("HTTP/1.1 \(status) "))
    #expect(answer.contains(reason), "\(answer)")
    #expect(bench.refusedStatusCode == status)
  }

  @Test func answerToHEADHasNoBody() throws {
    let bench = try HandshakeBench()
    try bench.receive(Request().with(line: "HEAD /ws HTTP/1.1").text)
    let answer = try bench.sent()
    #expect(answer.hasPrefix("HTTP/1.1 405 "))
    #expect(answer.contains("Content-Length: 29\r\n"))
    #expect(answer.hasSuffix("\r\n\r\n"))
  }

  @Test func headThatIsTooLongIsRefused() throws {
    let bench = try HandshakeBench(configuration: .init(maximumHeaderBytes: 1000))
    let request = Request().with("X-Filler", String(repeating: "x", count: 1000))
    try bench.receiveIgnoringErrors(request.text)
    #expect(try bench.sent().hasPrefix("HTTP/1.1 431 "))
    #expect(bench.refusedStatusCode == 431)
  }

  /// Who has begun a request is told why it comes to nothing.
  @Test(arguments: ["", "GET /ws HT"])
  func connectionWithoutARequestIsDroppedAtTheDeadline(_ beginning: String) throws {
    let bench = try HandshakeBench(configuration: .init(handshakeTimeoutMilliseconds: 900))
    if !beginning.isEmpty { try bench.receive(beginning) }
    bench.channel.embeddedEventLoop.advanceTime(by: .milliseconds(899))
    #expect(bench.channel.isActive)
    bench.channel.embeddedEventLoop.advanceTime(by: .milliseconds(1))
    #expect(!bench.channel.isActive)
    bench.channel.embeddedEventLoop.run()
    #expect(bench.refusedStatusCode == 408)
    #expect(try bench.sent().hasPrefix("HTTP/1.1 408 ") == !beginning.isEmpty)
  }

  @Test func openSocketOutlivesTheHandshakesDeadline() throws {
    let bench = try HandshakeBench(configuration: .init(handshakeTimeoutMilliseconds: 900))
    try bench.receive(Request().text)
    bench.channel.embeddedEventLoop.advanceTime(by: .seconds(10))
    #expect(bench.channel.isActive)
  }
}
