public import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket

/// Opens WebSocket connections (RFC 6455, 4.1).
public enum WebSocketClient {
  /// Connects and completes the opening handshake.
  ///
  /// - Parameters:
  ///   - url: The address, `ws://host[:port][/path][?query]`, or the same with `wss`.
  ///   - configuration: Limits and deadlines.
  ///   - origin: The value of `Origin`, for servers that ask for one.
  ///   - trust: Whose certificates are believed for `wss`; nil for those that the system trusts.
  ///   - group: The event loops; the connection lives on one of them. A single event loop is a
  ///     group, too.
  ///   - makeDelegate: Makes the owner of the connection. Called on its event loop when the
  ///     handshake is complete; ``WebSocketDelegate/webSocketDidOpen(_:)`` follows at once.
  /// - Returns: The open socket, or a ``WebSocketConnectError``. It comes after the delegate's
  ///   `webSocketDidOpen`.
  public static func connect(
    to url: String,
    configuration: WebSocketConfiguration = WebSocketConfiguration(),
    origin: String? = nil,
    trust: WebSocketTrust? = nil,
    on group: any EventLoopGroup,
    delegate makeDelegate: @escaping @Sendable (WebSocket) -> any WebSocketDelegate
  ) -> EventLoopFuture<WebSocket> {
    let eventLoop = group.next()
    let target: WebSocketURL
    let believed: WebSocketTrust?
    do {
      target = try WebSocketURL(url)
      believed = target.isSecure ? try trust ?? WebSocketTrust.system() : nil
    } catch {
      return eventLoop.makeFailedFuture(error)
    }
    let promise = eventLoop.makePromise(of: WebSocket.self)
    let timeout = TimeAmount.milliseconds(configuration.handshakeTimeoutMilliseconds)
    let deadline = NIODeadline.now() + timeout
    let key = NIOWebSocketClientUpgrader.randomRequestKey()
    let head = requestHead(target: target, key: key, origin: origin)
    // The handlers are added when the connection stands: while it is being made there may be
    // several channels, one for each address of the host, all but one of which are discarded.
    ClientBootstrap(group: eventLoop)
      .connectTimeout(timeout)
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .connect(host: target.host, port: target.port)
      .flatMapThrowing { channel in
        let encoder = HTTPRequestEncoder()
        let decoder = ByteToMessageHandler(
          HTTPResponseDecoder(
            leftOverBytesStrategy: .forwardBytes,
            limitConfiguration: configuration.decoderLimits))
        let handler = WebSocketClientHandshakeHandler(
          request: head, key: key, configuration: configuration, deadline: deadline,
          target: target, httpHandlers: [decoder, encoder], makeDelegate: makeDelegate,
          promise: promise)
        let pipeline = channel.pipeline.syncOperations
        if let believed {
          try pipeline.addHandler(WebSocketSecurity.handler(for: target, believed))
        }
        try pipeline.addHandlers([encoder, decoder, handler])
      }
      .whenFailure { promise.fail(WebSocketConnectError(connecting: $0)) }
    return promise.futureResult
  }

  /// Connects and completes the opening handshake; parameters as for the form that returns a
  /// future.
  ///
  /// - Throws: ``WebSocketConnectError``.
  public static func connect(
    to url: String,
    configuration: WebSocketConfiguration = WebSocketConfiguration(),
    origin: String? = nil,
    trust: WebSocketTrust? = nil,
    on group: any EventLoopGroup,
    delegate makeDelegate: @escaping @Sendable (WebSocket) -> any WebSocketDelegate
  ) async throws -> WebSocket {
    let future: EventLoopFuture<WebSocket> = connect(
      to: url, configuration: configuration, origin: origin, trust: trust, on: group,
      delegate: makeDelegate)
    return try await future.get()
  }

  private static func requestHead(
    target: WebSocketURL, key: String, origin: String?
  ) -> HTTPRequestHead {
    var headers = HTTPHeaders([
      ("Host", target.authority),
      ("Connection", "Upgrade"),
      ("Upgrade", "websocket"),
      ("Sec-WebSocket-Version", "13"),
      ("Sec-WebSocket-Key", key),
    ])
    if let origin { headers.add(name: "Origin", value: origin) }
    return HTTPRequestHead(
      version: .http1_1, method: .GET, uri: target.resource, headers: headers)
  }
}
