import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import SimpaticoSocket

/// A server's connection on a channel in memory, before its first request.
private final class Bench {
  let channel = EmbeddedChannel()
  var events: [SocketEvent] = []
  var outcome: Result<WebSocketUpgradeResult<String>, any Error>?

  init(
    configuration: WebSocketConfiguration = .init(),
    isOriginAllowed: @escaping @Sendable (String?) -> Bool = { _ in true }
  ) throws {
    let bound = NIOLoopBound(Weak(self), eventLoop: channel.eventLoop)
    let upgrade = WebSocketServerUpgrade(
      path: "/ws", configuration: configuration, isOriginAllowed: isOriginAllowed
    ) { _, head in
      Recorder(record: { event in
        bound.value.bench?.events.append(event == .open ? .text("open \(head.uri)") : event)
      })
    }
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    let configured = upgrade.configure(channel) { channel in
      channel.eventLoop.makeCompletedFuture {
        try channel.pipeline.syncOperations.addHandler(Echo())
        return "plain"
      }
    }
    try configured.wait().assumeIsolated().whenComplete { self.outcome = $0 }
  }

  func receive(_ text: String) throws {
    try receive(Array(text.utf8))
  }

  func receive(_ bytes: [UInt8]) throws {
    try channel.writeInbound(ByteBuffer(bytes: bytes))
    channel.embeddedEventLoop.run()
  }

  func sent() throws -> String {
    var text = ""
    while let buffer = try channel.readOutbound(as: ByteBuffer.self) {
      text += String(buffer: buffer)
    }
    return text
  }

  var refusedStatusCode: Int? {
    if case .success(.refused(let statusCode)) = outcome { statusCode } else { nil }
  }
}

private final class Weak {
  weak var bench: Bench?
  init(_ bench: Bench) { self.bench = bench }
}

/// A plain HTTP server: it answers with the request's target.
private final class Echo: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard case .head(let head) = unwrapInboundIn(data) else { return }
    let headers = HTTPHeaders([("Content-Length", "\(head.uri.utf8.count)")])
    let response = HTTPResponseHead(version: .http1_1, status: .ok, headers: headers)
    context.write(wrapOutboundOut(.head(response)), promise: nil)
    context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: head.uri)))), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
  }
}

/// The request of RFC 6455, 1.3, whose parts a test may change.
private struct Request {
  var line = "GET /ws HTTP/1.1"
  var headers = [
    ("Host", "server.example.com"), ("Upgrade", "websocket"), ("Connection", "Upgrade"),
    ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="), ("Sec-WebSocket-Version", "13"),
  ]

  func with(_ name: String, _ values: String...) -> Request {
    var copy = self
    copy.headers.removeAll { $0.0 == name }
    copy.headers += values.map { (name, $0) }
    return copy
  }

  func with(line: String) -> Request {
    var copy = self
    copy.line = line
    return copy
  }

  var text: String {
    line + "\r\n" + headers.map { "\($0.0): \($0.1)\r\n" }.joined() + "\r\n"
  }
}

@Suite struct ServerHandshakeTests {
  @Test func handshakeOfTheStandardIsAnsweredAsTheStandardSays() throws {
    let bench = try Bench()
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
    let bench = try Bench()
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
      (400, Request().with("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25j*Q==")),
      (400, Request().with("Content-Length", "5")),
      (400, Request().with("Transfer-Encoding", "chunked")),
      (400, Request().with("Origin", "https://a", "https://b")),
    ].map { ($0.0, $0.1.text) })
  func wrongRequestIsRefused(_ statusCode: Int, _ request: String) throws {
    let bench = try Bench()
    try bench.receive(request)
    let answer = try bench.sent()
    #expect(answer.hasPrefix("HTTP/1.1 \(statusCode) "), "\(answer)")
    #expect(answer.contains("Connection: close\r\n"))
    #expect(bench.refusedStatusCode == statusCode)
    #expect(bench.events == [])
    if statusCode == 405 { #expect(answer.contains("Allow: GET\r\n")) }
    if statusCode == 426 { #expect(answer.contains("Upgrade: websocket\r\n")) }
  }

  @Test func wrongVersionIsToldTheRightOne() throws {
    let bench = try Bench()
    try bench.receive(Request().with("Sec-WebSocket-Version", "12").text)
    #expect(try bench.sent().contains("Sec-WebSocket-Version: 13\r\n"))
  }

  @Test(arguments: [(nil, 403), ("https://evil.example", 403), ("https://good.example", 101)])
  func originIsCheckedAgainstTheList(_ origin: String?, _ statusCode: Int) throws {
    let bench = try Bench(isOriginAllowed: { $0 == "https://good.example" })
    let request = origin.map { Request().with("Origin", $0) } ?? Request()
    try bench.receive(request.text)
    #expect(try bench.sent().hasPrefix("HTTP/1.1 \(statusCode) "))
  }

  @Test func framesThatComeWithTheRequestAreDelivered() throws {
    let bench = try Bench()
    try bench.receive(Array(Request().text.utf8) + Frame.text("early").bytes)
    #expect(bench.events == [.text("open /ws"), .text("early")])
  }

  @Test func requestMayComeByteByByte() throws {
    let bench = try Bench()
    for byte in Array(Request().text.utf8) + Frame.text("late").bytes {
      try bench.receive([byte])
    }
    #expect(bench.events == [.text("open /ws"), .text("late")])
  }

  @Test func otherPathsGoToPlainHTTP() throws {
    let bench = try Bench()
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
  }

  @Test(arguments: ["/wss", "/ws/", "/", "*", "http://host", "/WS"])
  func pathMustMatchExactly(_ target: String) throws {
    let request = WebSocketUpgradeRequest(path: "/ws", isOriginAllowed: { _ in true })
    let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: target)
    #expect(request.verdict(on: head) == .plainHTTP)
  }

  @Test func brokenHTTPIsRefused() throws {
    let bench = try Bench()
    try bench.receiveIgnoringErrors("NONSENSE\r\n\r\n")
    #expect(try bench.sent().hasPrefix("HTTP/1.1 400 "))
    #expect(bench.refusedStatusCode == 400)
  }

  @Test func headThatIsTooLongIsRefused() throws {
    let bench = try Bench(configuration: .init(maximumHeaderBytes: 1000))
    let request = Request().with("X-Filler", String(repeating: "x", count: 1000))
    try bench.receiveIgnoringErrors(request.text)
    #expect(try bench.sent().hasPrefix("HTTP/1.1 431 "))
    #expect(bench.refusedStatusCode == 431)
  }

  @Test func connectionWithoutARequestIsDroppedAtTheDeadline() throws {
    let bench = try Bench(configuration: .init(handshakeTimeoutMilliseconds: 900))
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
    let bench = try Bench(configuration: .init(handshakeTimeoutMilliseconds: 900))
    try bench.receive(Request().text)
    bench.channel.embeddedEventLoop.advanceTime(by: .seconds(10))
    #expect(bench.channel.isActive)
  }
}

extension Bench {
  fileprivate func receiveIgnoringErrors(_ text: String) throws {
    channel.pipeline.fireChannelRead(ByteBuffer(string: text))
    channel.pipeline.fireChannelReadComplete()
    channel.embeddedEventLoop.run()
  }
}
