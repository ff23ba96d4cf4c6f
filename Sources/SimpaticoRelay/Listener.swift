import CoreMetrics
import HTTPTypes
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import SimpaticoSocket

/// Accepts connections on one port and sets each up: admission, TLS, and then WebSocket or pages;
/// or nothing but the way to `https:`.
final class Listener: Sendable {
  enum Purpose: Sendable {
    case relay(PlainHTTP, CertificateStore?, RelayConfiguration)
    case redirect(toPort: Int)

    /// Whether connections begin with TLS.
    var isSecure: Bool {
      if case .relay(_, _?, _) = self { true } else { false }
    }
  }

  let localAddress: SocketAddress?
  private let channel: any Channel
  private let children: OpenConnections

  private init(_ channel: any Channel, _ children: OpenConnections) {
    self.channel = channel
    self.children = children
    localAddress = channel.localAddress
  }

  /// Starts to listen. Connections are shared out among the cores' event loops.
  ///
  /// - Throws: NIO's `IOError` or `SocketAddressError` where the address cannot be listened on.
  static func bind(
    host: String, port: Int, for purpose: Purpose, cores: RelayCores, logger: Logger,
    on group: any EventLoopGroup
  ) async throws -> Listener {
    // Where the whole system has no files left, NIO pauses for a second (AcceptBackoffHandler).
    let children = OpenConnections(cores.shared.files)
    let channel = try await ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 1024)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .serverChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(AcceptGate(children))
        }
      }
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let core = cores.core(on: channel.eventLoop)
          core.metrics.accepted.increment()
          let lease = ConnectionLease(core: core, peer: channel.remoteAddress)
          guard children.begin(lease, for: channel, isSecure: purpose.isSecure) else {
            throw ListenerError.unwelcome
          }
          switch purpose {
          case .relay(let pages, let certificates, let configuration):
            try setUp(channel, lease, core, pages, certificates, configuration, logger)
          case .redirect(let port):
            try setUpRedirect(channel, lease, core, toPort: port)
          }
        }
      }
      .bind(host: host, port: port).get()
    return Listener(channel, children)
  }

  private static func setUp(
    _ channel: any Channel, _ lease: ConnectionLease, _ core: RelayCore, _ pages: PlainHTTP,
    _ certificates: CertificateStore?, _ configuration: RelayConfiguration, _ logger: Logger
  ) throws {
    let pipeline = channel.pipeline.syncOperations
    var hstsSeconds = 0
    if let certificates {
      try pipeline.addHandlers([
        NIOSSLServerHandler(context: certificates.context), RaggedEnd(),
      ])
      // A browser that insists on a certificate which nobody trusts could not come in any more.
      if configuration.tls != .selfSigned { hstsSeconds = configuration.hstsSeconds }
    }
    let bound = NIOLoopBound((core: core, lease: lease), eventLoop: channel.eventLoop)
    var upgrade = WebSocketServerUpgrade(
      path: Relay.socketPath,
      configuration: RelayCore.socketConfiguration(
        core.limits, messageCharacters: configuration.messageCharacters),
      origins: configuration.webSocketOrigins,
      makeDelegate: { socket, _ in bound.value.core.accept(bound.value.lease, socket) })
    upgrade.admit = { head, use in bound.value.lease.admit(head, use) }
    let idleTimeout = Duration.milliseconds(core.limits.idleTimeoutMilliseconds)
    try configure(channel, upgrade, bound, hstsSeconds: hstsSeconds) {
      pages.setup(channel: $0, idleTimeout: idleTimeout, logger: logger)
    } handle: {
      await pages.handle(value: $0, logger: logger)
    }
  }

  private static func setUpRedirect(
    _ channel: any Channel, _ lease: ConnectionLease, _ core: RelayCore, toPort port: Int
  ) throws {
    let bound = NIOLoopBound((core: core, lease: lease), eventLoop: channel.eventLoop)
    var upgrade = WebSocketServerUpgrade(
      path: Relay.socketPath,
      configuration: RelayCore.socketConfiguration(core.limits, messageCharacters: 0),
      makeDelegate: { _, _ in preconditionFailure("every request is sent elsewhere") })
    upgrade.admit = { head, _ in
      bound.value.lease.admit(head, .nothing) ?? Redirect.answer(to: head, port: port)
    }
    try configure(channel, upgrade, bound, hstsSeconds: 0) {
      $0.eventLoop.makeSucceededVoidFuture()
    } handle: { _ in
    }
  }

  /// HTTP, until a request decides otherwise; `handle` answers those that are for pages.
  private static func configure<PlainHTTP: Sendable>(
    _ channel: any Channel, _ upgrade: WebSocketServerUpgrade,
    _ bound: NIOLoopBound<(core: RelayCore, lease: ConnectionLease)>, hstsSeconds: Int,
    plainHTTP: @escaping @Sendable (any Channel) -> EventLoopFuture<PlainHTTP>,
    handle: @escaping @Sendable (PlainHTTP) async -> Void
  ) throws {
    upgrade.configure(channel, plainHTTP: plainHTTP).flatMap { $0 }.whenSuccess { outcome in
      switch outcome {
      case .plainHTTP(let value): Task { await handle(value) }
      case .refused(statusCode: 408): bound.value.core.metrics.reached(.handshake)
      case .refused, .upgraded: break
      }
    }
    let pipeline = channel.pipeline.syncOperations
    let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
    try pipeline.addHandler(
      AnswerHandler(core: bound.value.core, lease: bound.value.lease, hstsSeconds: hstsSeconds),
      position: .after(decoder))
  }

  /// Stops to listen; connections that are open stay.
  func stop() async { try? await channel.close().get() }

  /// Closes the connections that are no WebSockets as soon as they wait for nothing.
  func quiesce() { children.quiesce() }

  /// Waits until all connections are gone, or that moment has come; then it closes the rest, and
  /// answers how many those were.
  func finish(by deadline: ContinuousClock.Instant) async -> Int {
    while !children.isEmpty, ContinuousClock.now < deadline {
      // Cancelled means that nobody wants to wait.
      do { try await Task.sleep(for: .milliseconds(10)) } catch { break }
    }
    return children.closeAll()
  }
}

enum ListenerError: Error {
  /// The connection came when there were far too many, or when the relay was leaving; or has gone.
  case unwelcome
}
