public import NIOCore
import NIOHTTP1
public import NIOPosix
import Synchronization

/// A small server that speaks WebSocket on one path, or on every path, and answers 404 to
/// everything else.
///
/// For tests, examples and programs that need no other HTTP. A server that has pages too uses
/// ``WebSocketServerUpgrade`` inside its own HTTP server.
public final class WebSocketServer: Sendable {
  /// Where the server listens.
  public let localAddress: SocketAddress?

  private let listener: any Channel
  private let connections: Connections

  /// The port on which the server listens; useful when it was bound to port 0.
  public var port: Int? { localAddress?.port }

  /// Completes when the server no longer listens.
  public var closeFuture: EventLoopFuture<Void> { listener.closeFuture }

  private init(listener: any Channel, connections: Connections) {
    self.listener = listener
    self.connections = connections
    localAddress = listener.localAddress
  }

  /// Starts to listen.
  ///
  /// - Parameters:
  ///   - host: The name or address of the interface.
  ///   - port: The port; 0 lets the system choose.
  ///   - upgrade: The path, the limits and the owner of each connection.
  ///   - group: The event loops; all of the process's unless said otherwise.
  /// - Throws: NIO's `IOError` if the address cannot be bound.
  public static func bind(
    host: String = "127.0.0.1", port: Int = 0, upgrade: WebSocketServerUpgrade,
    on group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
  ) async throws -> WebSocketServer {
    let connections = Connections()
    let listener = try await ServerBootstrap(group: group)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { channel in
        connections.add(channel)
        return upgrade.configure(channel) { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(NotFoundHandler())
          }
        }.map { _ in }
      }
      .bind(host: host, port: port).get()
    return WebSocketServer(listener: listener, connections: connections)
  }

  /// Stops listening, closes every connection with 1001 and returns when all are gone, which
  /// takes at most as long as their closing handshakes may.
  public func close() async throws {
    try await listener.close().get()
    let channels = connections.beginClosing()
    for channel in channels {
      channel.eventLoop.execute {
        channel.pipeline.syncOperations.fireUserInboundEventTriggered(
          ChannelShouldQuiesceEvent())
      }
    }
    for channel in channels { try await channel.closeFuture.get() }
  }
}

/// The connections that are open.
private final class Connections: Sendable {
  private struct State {
    var channels: [ObjectIdentifier: any Channel] = [:]
    var isClosing = false
  }

  private let state = Mutex(State())

  /// Keeps a connection; one that was accepted while the server was closing is closed instead.
  func add(_ channel: any Channel) {
    let id = ObjectIdentifier(channel)
    let isTooLate = state.withLock { state in
      if !state.isClosing { state.channels[id] = channel }
      return state.isClosing
    }
    guard !isTooLate else {
      channel.close(promise: nil)
      return
    }
    channel.closeFuture.whenComplete { _ in
      self.state.withLock { _ = $0.channels.removeValue(forKey: id) }
    }
  }

  /// The connections that were open when the server began to close; no more are kept.
  func beginClosing() -> [any Channel] {
    state.withLock { state in
      state.isClosing = true
      return Array(state.channels.values)
    }
  }
}

/// Answers the first request with 404 and closes.
private final class NotFoundHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard case .end = unwrapInboundIn(data) else { return }
    let refusal = WebSocketUpgradeRefusal.notFound
    context.write(wrapOutboundOut(.head(refusal.responseHead)), promise: nil)
    let body = ByteBuffer(string: refusal.text)
    context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil))).assumeIsolated().whenComplete { _ in
      context.close(promise: nil)
    }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch event {
    case ChannelEvent.inputClosed, is ChannelShouldQuiesceEvent: context.close(promise: nil)
    default: context.fireUserInboundEventTriggered(event)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }
}
