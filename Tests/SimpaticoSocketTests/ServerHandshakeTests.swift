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
    ].map(\.text))
  func otherFormsOfAGoodRequestAreAccepted(_ request: String) throws {
    let bench = try HandshakeBench()
    try bench.receive(request)
    #expect(try bench.sent().hasPrefix("HTTP/1.1 101 "))
  }

  @Test(
    arguments: [
      (405, Request().with(line: "POST /ws HTTP/1.1").with("Content-Length", "0")),
      (400, Request().with(line: "GET /ws HTTP/1.0")),
      (400, Request().with("Host")),
      (400, Request().with("Host", "a", "b")),
      (426, Request().with("Upgrade")),
      (426, Request().with("Upgrade", "h2c")),
      (400, Request().with("Connection")),
      (400, Request().with("Connection", "keep-alive")),
      (426, Request().with("Sec-WebSocket-Version")),
      (426, Request().with("Sec-WebSocket-Version", "8")),
      (426, Request().with("Sec-WebSocket-Version", "13", "13")),
      (400, Request().with("Sec-WebSocket-Key")),
      (400, Request().with("Sec-WebSocket-Key", "dGhlIHNhbXBsZQ==")),
      (400, Request().with("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZTE=")),
      (400, Request().with("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ===")),
      (400, Request().with("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25j*Q==")),
      (400, Request().with("Content-Length", "5")),
      (400, Request().with("Transfer-Encoding", "chunked")),
      (400, Request().with("Origin", "https://a", "https://b")),
    ].map { ($0.0, $0.1.text) })
  func wrongRequestIsRefused(_ statusCode: Int, _ request: String) throws {
    let bench = try HandshakeBench()
    try bench.receive(request)
    let answer = try bench.sent()
    #expect(answer.hasPrefix("HTTP/1.1 \(statusCode) "), "\(answer)")
    let connection = statusCode == 426 ? "close, upgrade" : "close"
    #expect(answer.contains("Connection: \(connection)\r\n"))
    #expect(bench.refusedStatusCode == statusCode)
    #expect(bench.events == [])
    if statusCode == 405 { #expect(answer.contains("Allow: GET\r\n")) }
    if statusCode == 426 {
      #expect(answer.contains("\r\nUpgrade: websocket\r\n"))
      #expect(answer.contains("\r\nSec-WebSocket-Version: 13\r\n"))
    }
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

  @Test func brokenHTTPIsRefused() throws {
    let bench = try HandshakeBench()
    try bench.receiveIgnoringErrors("NONSENSE\r\n\r\n")
    #expect(try bench.sent().hasPrefix("HTTP/1.1 400 "))
    #expect(bench.refusedStatusCode == 400)
  }

  @Test func headThatIsTooLongIsRefused() throws {
    let bench = try HandshakeBench(configuration: .init(maximumHeaderBytes: 1000))
    let request = Request().with("X-Filler", String(repeating: "x", count: 1000))
    try bench.receiveIgnoringErrors(request.text)
    #expect(try bench.sent().hasPrefix("HTTP/1.1 431 "))
    #expect(bench.refusedStatusCode == 431)
  }

  @Test func connectionWithoutARequestIsDroppedAtTheDeadline() throws {
    let bench = try HandshakeBench(configuration: .init(handshakeTimeoutMilliseconds: 900))
    try bench.receive("GET /ws HT")
    bench.channel.embeddedEventLoop.advanceTime(by: .milliseconds(899))
    #expect(bench.channel.isActive)
    bench.channel.embeddedEventLoop.advanceTime(by: .milliseconds(1))
    #expect(!bench.channel.isActive)
    bench.channel.embeddedEventLoop.run()
    guard case .failure = bench.outcome else {
      Issue.record("\(String(describing: bench.outcome))")
      return
    }
  }

  @Test func openSocketOutlivesTheHandshakesDeadline() throws {
    let bench = try HandshakeBench(configuration: .init(handshakeTimeoutMilliseconds: 900))
    try bench.receive(Request().text)
    bench.channel.embeddedEventLoop.advanceTime(by: .seconds(10))
    #expect(bench.channel.isActive)
  }
}
