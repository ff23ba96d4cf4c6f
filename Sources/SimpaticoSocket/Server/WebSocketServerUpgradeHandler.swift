import NIOCore
import NIOHTTP1
import NIOWebSocket

/// Watches the first request of a connection and turns the connection into what that request
/// asks for: a WebSocket, plain HTTP, or a refusal. Then it leaves the pipeline.
///
///     awaitingHead ─┬─ accept ──► awaitingEnd ─── end ───► handingOver ─► done
///                   ├─ plain HTTP ───────────────────────► handingOver ─► done
///                   └─ refuse, broken HTTP ──────────────► refused
///
/// While the pipeline is being rebuilt, what arrives is kept and delivered afterwards, in order.
final class WebSocketServerUpgradeHandler<PlainHTTP: Sendable>:
  ChannelInboundHandler, RemovableChannelHandler
{
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart
  typealias Result = WebSocketUpgradeResult<PlainHTTP>

  private enum State {
    case awaitingHead
    case awaitingEnd(HTTPRequestHead)
    /// The new handlers are being set up; their input waits here.
    case handingOver([NIOAny])
    /// The answer is out; everything else is discarded until the peer hangs up.
    case refused
    case done
  }

  private let upgrade: WebSocketServerUpgrade
  private let httpHandlers: [any RemovableChannelHandler]
  private let plainHTTP: @Sendable (any Channel) -> EventLoopFuture<PlainHTTP>
  private let promise: EventLoopPromise<Result>
  private var state = State.awaitingHead
  private var deadline: Scheduled<Void>?

  init(
    upgrade: WebSocketServerUpgrade, httpHandlers: [any RemovableChannelHandler],
    plainHTTP: @escaping @Sendable (any Channel) -> EventLoopFuture<PlainHTTP>,
    promise: EventLoopPromise<Result>
  ) {
    self.upgrade = upgrade
    self.httpHandlers = httpHandlers
    self.plainHTTP = plainHTTP
    self.promise = promise
  }

  // MARK: What the channel tells

  func handlerAdded(context: ChannelHandlerContext) {
    let timeout = TimeAmount.milliseconds(upgrade.configuration.handshakeTimeoutMilliseconds)
    deadline = context.eventLoop.assumeIsolated().scheduleTask(in: timeout) {
      context.close(promise: nil)
    }
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    deadline?.cancel()
    deadline = nil
    // Without effect if the outcome is known.
    promise.fail(ChannelError.eof)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch state {
    case .awaitingHead:
      guard case .head(let head) = unwrapInboundIn(data) else { return }
      decide(on: head, data: data, context: context)
    case .awaitingEnd(let head):
      switch unwrapInboundIn(data) {
      case .end: acceptUpgrade(head, context: context)
      case .head, .body: refuse(.badRequest("The request must have no body.\n"), context: context)
      }
    case .handingOver(var waiting):
      waiting.append(data)
      state = .handingOver(waiting)
    case .refused:
      break
    case .done:
      context.fireChannelRead(data)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // The decoder complains about half a request when the connection is lost; nobody listens then.
    guard context.channel.isActive else { return }
    switch state {
    case .awaitingHead, .awaitingEnd:
      if let error = error as? HTTPParserError {
        let isTooLarge = error == .headerOverflow
        refuse(
          isTooLarge ? .headerTooLarge : .badRequest("This is not HTTP.\n"), context: context)
      } else {
        context.close(promise: nil)
      }
    case .handingOver:
      context.close(promise: nil)
    case .refused:
      break
    case .done:
      context.fireErrorCaught(error)
    }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch (state, event) {
    case (.done, _):
      context.fireUserInboundEventTriggered(event)
    case (_, ChannelEvent.inputClosed), (_, is ChannelShouldQuiesceEvent):
      context.close(promise: nil)
    default:
      context.fireUserInboundEventTriggered(event)
    }
  }

  // MARK: The three outcomes

  private func decide(on head: HTTPRequestHead, data: NIOAny, context: ChannelHandlerContext) {
    let rules = WebSocketUpgradeRequest(
      path: upgrade.path, isOriginAllowed: upgrade.isOriginAllowed)
    switch rules.verdict(on: head) {
    case .accept:
      state = .awaitingEnd(head)
    case .refuse(let refusal):
      refuse(refusal, context: context)
    case .plainHTTP:
      state = .handingOver([data])
      plainHTTP(context.channel).hop(to: context.eventLoop).assumeIsolated().whenComplete {
        self.finish($0.map(Result.plainHTTP), context: context)
      }
    }
  }

  /// Answers and waits for the peer to hang up, at most until the deadline. Hanging up first
  /// could destroy the answer if more of the request is still arriving.
  private func refuse(_ refusal: WebSocketUpgradeRefusal, context: ChannelHandlerContext) {
    state = .refused
    context.write(wrapOutboundOut(.head(refusal.responseHead)), promise: nil)
    let body = ByteBuffer(string: refusal.text)
    context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    promise.succeed(.refused(statusCode: refusal.statusCode))
    let closed = context.eventLoop.makePromise(of: Void.self)
    closed.futureResult.assumeIsolated().whenFailure { _ in context.close(promise: nil) }
    context.close(mode: .output, promise: closed)
  }

  private func acceptUpgrade(_ head: HTTPRequestHead, context: ChannelHandlerContext) {
    state = .handingOver([])
    responseHeaders(for: head, context: context)
      .assumeIsolated()
      .flatMap { headers in
        let response = HTTPResponseHead(
          version: .http1_1, status: .switchingProtocols, headers: headers)
        return context.writeAndFlush(self.wrapOutboundOut(.head(response)))
      }.flatMap {
        let pipeline = context.pipeline.syncOperations
        return EventLoopFuture.andAllSucceed(
          self.httpHandlers.map { pipeline.removeHandler($0) }, on: context.eventLoop)
      }.flatMapThrowing {
        guard context.channel.isActive else { throw ChannelError.eof }
        let upgrade = self.upgrade
        let socket = try WebSocketChannelHandler.install(
          on: context.channel, role: .server, configuration: upgrade.configuration
        ) { upgrade.makeDelegate($0, head) }
        return Result.upgraded(socket)
      }.whenComplete {
        self.finish($0, context: context)
      }
  }

  /// The headers of the 101 response; NIO computes `Sec-WebSocket-Accept` (4.2.2).
  private func responseHeaders(
    for head: HTTPRequestHead, context: ChannelHandlerContext
  ) -> EventLoopFuture<HTTPHeaders> {
    let upgrader = NIOWebSocketServerUpgrader(
      shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture([:]) },
      upgradePipelineHandler: { channel, _ in channel.eventLoop.makeSucceededVoidFuture() })
    return upgrader.buildUpgradeResponse(
      channel: context.channel, upgradeRequest: head, initialResponseHeaders: [:])
  }

  /// The new handlers are in place: tells the outcome, delivers what has waited, and leaves.
  private func finish(
    _ result: Swift.Result<Result, any Error>, context: ChannelHandlerContext
  ) {
    guard case .handingOver(let waiting) = state else { return }
    deadline?.cancel()
    state = .done
    promise.completeWith(result)
    guard case .success = result else {
      context.close(promise: nil)
      return
    }
    for data in waiting { context.fireChannelRead(data) }
    if !waiting.isEmpty { context.fireChannelReadComplete() }
    context.pipeline.syncOperations.removeHandler(self, promise: nil)
  }
}
