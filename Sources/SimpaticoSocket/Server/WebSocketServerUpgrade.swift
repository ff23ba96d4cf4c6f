public import NIOCore
public import NIOHTTP1

/// What became of a connection once its first request was known. A connection of plain HTTP may
/// still become a WebSocket by a later request.
public enum WebSocketUpgradeResult<PlainHTTP: Sendable>: Sendable {
  /// It is a WebSocket; its delegate is at work already.
  case upgraded(WebSocket)
  /// The first request is for another path; this is what the plain HTTP set-up returned, and the
  /// request is on its way to it.
  case plainHTTP(PlainHTTP)
  /// The request was for the WebSocket's path but may not be upgraded, or it was not admitted, or
  /// none that can be read came in time (408); it has been answered with this status and the
  /// connection is closing.
  case refused(statusCode: Int)
}

/// What a request is about to become.
public enum WebSocketRequestUse: Sendable {
  /// It is for another path.
  case plainHTTP
  /// It passes every check of RFC 6455.
  case webSocket
  /// It is for the WebSocket's path and may not be upgraded.
  case nothing
}

/// Lets one path, or every path, of an HTTP/1.1 server speak WebSocket (RFC 6455, 4.2), whoever
/// owns the server.
///
/// The owner calls ``configure(_:plainHTTP:)`` for each accepted connection instead of setting up
/// HTTP itself. Requests for other paths go to the owner's plain HTTP handlers. A connection
/// becomes a WebSocket when a request asks for the path and passes every check, be it the first or
/// a later one, as happens behind a proxy that reuses its connections. A later one waits until all
/// earlier requests are answered; then the owner's handlers are told that the input has ended, and
/// nothing that they do reaches the connection any more, not even closing it.
///
/// A request for the path is answered with 405 unless it is a GET, with 426 if it asks for no
/// upgrade or for another version than 13, with 403 for an origin that is not allowed, with 400
/// for anything else that is wrong. A head that is too long is answered with 431, another version
/// of HTTP with 505, other broken HTTP with 400, be it the first request or a later one, when all
/// earlier ones are answered. A connection that sends no complete head in time is answered with
/// 408, or dropped where nothing came at all.
///
/// A connection ends behind a request of another path that says so, is of HTTP/1.0, or asks for a
/// protocol that is not spoken here; its answer says that, too. It ends with 429 behind a hundred
/// requests that have come and are not answered.
public struct WebSocketServerUpgrade: Sendable {
  /// The path, without a query, that speaks WebSocket, for example `/ws`; nil for every path.
  public var path: String?
  /// Limits and deadlines of each connection.
  public var configuration: WebSocketConfiguration
  /// The web pages that may connect (RFC 6455, 10.2).
  public var origins: WebSocketOrigins
  /// Judges each request before anything is done with it, on the connection's event loop; whoever
  /// it refuses is answered when all earlier requests are. By default everybody is let in.
  public var admit: @Sendable (HTTPRequestHead, WebSocketRequestUse) -> WebSocketUpgradeRefusal? = {
    _, _ in nil
  }
  /// Makes the owner of a connection, given the request that opened it. Called on the
  /// connection's event loop.
  public var makeDelegate: @Sendable (WebSocket, HTTPRequestHead) -> any WebSocketDelegate

  /// Describes an upgrade; pages of other hosts may not connect unless said otherwise.
  public init(
    path: String?,
    configuration: WebSocketConfiguration = WebSocketConfiguration(),
    origins: WebSocketOrigins = .sameHost,
    makeDelegate: @escaping @Sendable (WebSocket, HTTPRequestHead) -> any WebSocketDelegate
  ) {
    self.path = path
    self.configuration = configuration
    self.origins = origins
    self.makeDelegate = makeDelegate
  }

  /// Behind a request for another protocol NIO's decoder only gathers: as much as may come before
  /// the WebSocket is in its place, which is a read or two.
  static let undecodedBytesAtMost = 256 << 10

  /// So many requests may wait for their answers (RFC 9112, 9.3.2): a few bytes ask for an answer
  /// of many, and a read may bring thousands of requests.
  static let unansweredRequestsAtMost = 100

  /// Sets up a connection whose pipeline handles no HTTP yet (TLS may be there).
  ///
  /// - Parameters:
  ///   - channel: The accepted connection.
  ///   - plainHTTP: Adds the owner's handlers behind NIO's HTTP/1.1 request decoder and response
  ///     encoder, which are in place. They receive `HTTPServerRequestPart`, from the first head
  ///     on, and write `HTTPServerResponsePart`. Called on the channel's event loop.
  /// - Returns: A future that completes when the pipeline is ready to read, with a future that
  ///   completes when the first request has decided. The inner one fails if the connection ends
  ///   before.
  public func configure<PlainHTTP: Sendable>(
    _ channel: any Channel,
    plainHTTP: @escaping @Sendable (any Channel) -> EventLoopFuture<PlainHTTP>
  ) -> EventLoopFuture<EventLoopFuture<WebSocketUpgradeResult<PlainHTTP>>> {
    if channel.eventLoop.inEventLoop {
      return channel.eventLoop.makeCompletedFuture {
        try configureOnEventLoop(channel, plainHTTP: plainHTTP)
      }
    }
    return channel.eventLoop.submit { try configureOnEventLoop(channel, plainHTTP: plainHTTP) }
  }

  private func configureOnEventLoop<PlainHTTP: Sendable>(
    _ channel: any Channel,
    plainHTTP: @escaping @Sendable (any Channel) -> EventLoopFuture<PlainHTTP>
  ) throws -> EventLoopFuture<WebSocketUpgradeResult<PlainHTTP>> {
    try channel.syncOptions?.setOption(.maxMessagesPerRead, value: 1)
    try channel.syncOptions?.setOption(
      .recvAllocator, value: WebSocketReceiveAllocator(on: channel.eventLoop))
    let promise = channel.eventLoop.makePromise(of: WebSocketUpgradeResult<PlainHTTP>.self)
    let encoder = HTTPResponseEncoder()
    let decoder = ByteToMessageHandler(
      HTTPRequestDecoder(
        leftOverBytesStrategy: .forwardBytes, limitConfiguration: configuration.decoderLimits),
      maximumBufferSize: WebSocketServerUpgrade.undecodedBytesAtMost)
    let delay = HalfCloseDelay()
    let handler = WebSocketServerUpgradeHandler(
      upgrade: self, httpHandlers: [encoder, decoder, delay], plainHTTP: plainHTTP, promise: promise
    )
    do {
      try channel.pipeline.syncOperations.addHandlers([encoder, delay, decoder, handler])
    } catch {
      promise.fail(error)
      throw error
    }
    return promise.futureResult
  }
}
