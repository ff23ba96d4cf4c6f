import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import SimpaticoSocket

/// A server's connection on a channel in memory, before its first request.
final class HandshakeBench {
  let channel = EmbeddedChannel()
  var events: [SocketEvent] = []
  var outcome: Result<WebSocketUpgradeResult<String>, any Error>?
  private let flushes = FlushCounter()

  /// How often something was to leave.
  var flushCount: Int { flushes.count }

  /// - Parameter greeting: what the owner sends as soon as the socket opens.
  init(
    configuration: WebSocketConfiguration = .init(),
    origins: WebSocketOrigins = .sameHost, plainHTTP: Echo = Echo(), greeting: String? = nil,
    admit: @escaping @Sendable (HTTPRequestHead, WebSocketRequestUse) -> WebSocketUpgradeRefusal? =
      { _, _ in nil }
  ) throws {
    let bound = NIOLoopBound(Weak(self), eventLoop: channel.eventLoop)
    let echo = NIOLoopBound(plainHTTP, eventLoop: channel.eventLoop)
    var upgrade = WebSocketServerUpgrade(
      path: "/ws", configuration: configuration, origins: origins
    ) { _, head in
      Recorder(
        record: { event in
          bound.value.bench?.events.append(event == .open ? .text("open \(head.uri)") : event)
        },
        act: { socket, event in
          if case .text(let text) = event { socket.send(text: text) }
          if event == .open, let greeting { socket.send(text: greeting) }
        })
    }
    upgrade.admit = admit
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    try channel.pipeline.syncOperations.addHandlers([HalfCloser(), flushes])
    let configured = upgrade.configure(channel) { channel in
      channel.eventLoop.makeCompletedFuture {
        try channel.pipeline.syncOperations.addHandler(echo.value)
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

  func receiveIgnoringErrors(_ text: String) throws {
    channel.pipeline.fireChannelRead(ByteBuffer(string: text))
    channel.pipeline.fireChannelReadComplete()
    channel.embeddedEventLoop.run()
  }

  /// The peer sends no more.
  func closeInput() {
    channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
    channel.embeddedEventLoop.run()
  }

  func sent() throws -> String {
    String(decoding: try sentBytes(), as: UTF8.self)
  }

  func sentBytes() throws -> [UInt8] {
    channel.embeddedEventLoop.run()
    var bytes: [UInt8] = []
    while let buffer = try channel.readOutbound(as: ByteBuffer.self) {
      bytes += Array(buffer.readableBytesView)
    }
    return bytes
  }

  var refusedStatusCode: Int? {
    if case .success(.refused(let statusCode)) = outcome { statusCode } else { nil }
  }
}

private final class FlushCounter: ChannelOutboundHandler {
  typealias OutboundIn = ByteBuffer

  private(set) var count = 0

  func flush(context: ChannelHandlerContext) {
    count += 1
    context.flush()
  }
}

/// Lets one half of the connection be closed, which a channel in memory does not know.
private final class HalfCloser: ChannelOutboundHandler {
  typealias OutboundIn = ByteBuffer

  func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
    if mode == .output {
      promise?.succeed()
    } else {
      context.close(mode: mode, promise: promise)
    }
  }
}

private final class Weak {
  weak var bench: HandshakeBench?
  init(_ bench: HandshakeBench) { self.bench = bench }
}

/// A plain HTTP server: it answers with the request's target, at once or when it is told to.
final class Echo: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let answersAtOnce: Bool
  private var unanswered: [(ChannelHandlerContext, HTTPRequestHead)] = []
  private(set) var inputIsClosed = false
  private(set) var partCount = 0
  private(set) var error: (any Error)?

  init(answersAtOnce: Bool = true) {
    self.answersAtOnce = answersAtOnce
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    partCount += 1
    guard case .head(let head) = unwrapInboundIn(data) else { return }
    unanswered.append((context, head))
    if answersAtOnce { answer() }
  }

  func channelInactive(context: ChannelHandlerContext) {
    unanswered = []
    context.fireChannelInactive()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard case ChannelEvent.inputClosed = event else { return }
    inputIsClosed = true
    // As servers do, who do not know that the connection lives on.
    context.close(promise: nil)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    self.error = error
  }

  func answer() {
    let (context, head) = unanswered.removeFirst()
    let headers = HTTPHeaders([("Content-Length", "\(head.uri.utf8.count)")])
    let response = HTTPResponseHead(version: .http1_1, status: .ok, headers: headers)
    context.write(wrapOutboundOut(.head(response)), promise: nil)
    context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: head.uri)))), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
  }
}

/// The request of RFC 6455, 1.3, whose parts a test may change.
struct Request {
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
