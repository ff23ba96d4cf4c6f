import NIOCore
import NIOHTTP1
import NIOPosix
import SimpaticoSocket
import Testing

/// What one end was told, as a sequence that a test awaits.
struct Mailbox: Sendable {
  private let stream: AsyncStream<SocketEvent>
  private let continuation: AsyncStream<SocketEvent>.Continuation

  init() {
    (stream, continuation) = AsyncStream.makeStream()
  }

  func put(_ event: SocketEvent) {
    continuation.yield(event)
    if case .closed = event { continuation.finish() }
  }

  /// Everything until the end of the connection, which must come.
  func all() async -> [SocketEvent] {
    var events: [SocketEvent] = []
    for await event in stream { events.append(event) }
    return events
  }

  /// The next event; nil when the connection has ended.
  func next() async -> SocketEvent? {
    for await event in stream { return event }
    return nil
  }

  /// The next text.
  func nextText() async -> String? {
    for await event in stream {
      if case .text(let text) = event { return text }
    }
    return nil
  }

  /// How the connection ended.
  func ending() async -> SocketEvent? { await all().last }
}

/// A server on a real socket that records the events of the one connection it gets, and echoes.
struct Loopback: Sendable {
  let server: WebSocketServer
  /// Events of all the server's connections.
  let atServer = Mailbox()
  let group: MultiThreadedEventLoopGroup

  var url: String { "ws://127.0.0.1:\(server.port ?? 0)/ws" }

  /// - Parameter act: What the server does about an event, instead of echoing texts.
  init(
    configuration: WebSocketConfiguration = WebSocketConfiguration(),
    on group: MultiThreadedEventLoopGroup = .singleton,
    act: @escaping @Sendable (WebSocket, SocketEvent) -> Void = { socket, event in
      if case .text(let text) = event { socket.send(text: text) }
    }
  ) async throws {
    self.group = group
    let atServer = atServer
    server = try await WebSocketServer.bind(
      upgrade: WebSocketServerUpgrade(path: "/ws", configuration: configuration) { _, _ in
        Recorder(record: { atServer.put($0) }, act: act)
      }, on: group)
  }

  func connect(
    _ mailbox: Mailbox, configuration: WebSocketConfiguration = WebSocketConfiguration()
  ) async throws -> WebSocket {
    try await WebSocketClient.connect(to: url, configuration: configuration, on: group) { _ in
      Recorder(record: { mailbox.put($0) })
    }
  }

  /// A bare connection, for what a well-behaved client never does.
  func rawConnection(readsAnything: Bool = true) async throws -> RawConnection {
    try await RawConnection.open(
      port: server.port ?? 0, readsAnything: readsAnything, on: group)
  }
}

/// A TCP connection that sends what a test wants and collects what arrives.
struct RawConnection: Sendable {
  let channel: any Channel
  private let received: AsyncStream<[UInt8]>

  static let upgradeRequest = """
    GET /ws HTTP/1.1\r
    Host: localhost\r
    Upgrade: websocket\r
    Connection: Upgrade\r
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
    Sec-WebSocket-Version: 13\r
    \r

    """

  static func open(
    port: Int, readsAnything: Bool, on group: any EventLoopGroup
  ) async throws -> RawConnection {
    let (received, continuation) = AsyncStream<[UInt8]>.makeStream()
    let channel = try await ClientBootstrap(group: group)
      .channelOption(.autoRead, value: readsAnything)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(Collector(continuation))
        }
      }
      .connect(host: "127.0.0.1", port: port).get()
    return RawConnection(channel: channel, received: received)
  }

  func send(_ bytes: [UInt8]) async throws {
    try await channel.writeAndFlush(ByteBuffer(bytes: bytes)).get()
  }

  func sendUpgradeRequest() async throws {
    try await send(Array(Self.upgradeRequest.utf8))
  }

  /// Begins to read what a connection that was opened without reading has left waiting.
  func startReading() async throws {
    try await channel.setOption(.autoRead, value: true).get()
  }

  /// Collects until the bytes end with this.
  func receive(until ending: [UInt8]) async -> [UInt8] {
    var bytes: [UInt8] = []
    for await piece in received {
      bytes += piece
      if bytes.suffix(ending.count) == ending[...] { break }
    }
    return bytes
  }

  /// Collects until the peer hangs up.
  func receiveAll() async -> [UInt8] {
    var bytes: [UInt8] = []
    for await piece in received { bytes += piece }
    return bytes
  }

  private final class Collector: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let continuation: AsyncStream<[UInt8]>.Continuation

    init(_ continuation: AsyncStream<[UInt8]>.Continuation) {
      self.continuation = continuation
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      continuation.yield(Array(unwrapInboundIn(data).readableBytesView))
    }

    func channelInactive(context: ChannelHandlerContext) {
      continuation.finish()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      context.close(promise: nil)
    }
  }
}
