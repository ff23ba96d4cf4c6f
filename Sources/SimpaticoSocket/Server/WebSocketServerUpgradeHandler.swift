import NIOCore
import NIOHTTP1
import NIOWebSocket

/// Watches the requests of a connection until one of them turns it into a WebSocket, or is refused
/// one.
///
///     awaitingHead ─┬─ another path ──► settingUp ──► plain ──┐
///         │         │                                  ▲  │   │ another path
///         │         │                                  └──┼───┘
///         │         └─ accept or refuse ──────────────────┤ the WebSocket's path
///         │                                               ▼
///         └─ broken HTTP ──► refused ◄── refuse ── answering earlier requests
///                                                         │ accept
///                                 done ◄── upgrading ◄── awaitingEnd
///
/// While the pipeline is being rebuilt, what arrives is kept and delivered afterwards, in order.
/// While earlier requests are being answered, nothing is read.
final class WebSocketServerUpgradeHandler<PlainHTTP: Sendable>:
  ChannelDuplexHandler, RemovableChannelHandler
{
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart
  typealias Result = WebSocketUpgradeResult<PlainHTTP>

  private enum State {
    case awaitingHead
    /// The handlers of plain HTTP are being set up; their input waits here.
    case settingUp([NIOAny])
    /// Requests and answers of plain HTTP pass.
    case plain
    /// A request for the WebSocket's path has come while earlier ones are being answered; what
    /// follows it waits here.
    case answeringEarlier(WebSocketUpgradeRequest.Verdict, HTTPRequestHead, [NIOAny])
    case awaitingEnd(HTTPRequestHead)
    /// The WebSocket is being set up; its input waits here.
    case upgrading([NIOAny])
    /// The answer is out; everything else is discarded until the peer hangs up.
    case refused
    case done
  }

  private let upgrade: WebSocketServerUpgrade
  private let decoder: any RemovableChannelHandler
  private let encoder: any RemovableChannelHandler
  private let plainHTTP: @Sendable (any Channel) -> EventLoopFuture<PlainHTTP>
  private let promise: EventLoopPromise<Result>
  private var state = State.awaitingHead
  private var deadline: Scheduled<Void>?
  /// How many requests the handlers of plain HTTP have not answered yet.
  private var unansweredCount = 0
  /// Whether handlers of plain HTTP stand behind this one.
  private var hasPlainHTTP = false
  private var readIsWaiting = false

  init(
    upgrade: WebSocketServerUpgrade, decoder: any RemovableChannelHandler,
    encoder: any RemovableChannelHandler,
    plainHTTP: @escaping @Sendable (any Channel) -> EventLoopFuture<PlainHTTP>,
    promise: EventLoopPromise<Result>
  ) {
    self.upgrade = upgrade
    self.decoder = decoder
    self.encoder = encoder
    self.plainHTTP = plainHTTP
    self.promise = promise
  }

  // MARK: What the channel tells

  func handlerAdded(context: ChannelHandlerContext) {
    startDeadline(context: context)
  }

  private func startDeadline(context: ChannelHandlerContext) {
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
    case .settingUp(var waiting):
      waiting.append(data)
      state = .settingUp(waiting)
    case .plain:
      if case .head(let head) = unwrapInboundIn(data) {
        decide(on: head, data: data, context: context)
      } else {
        context.fireChannelRead(data)
      }
    case .answeringEarlier(let verdict, let head, var waiting):
      waiting.append(data)
      state = .answeringEarlier(verdict, head, waiting)
    case .awaitingEnd(let head):
      switch unwrapInboundIn(data) {
      case .end: acceptUpgrade(head, context: context)
      case .head, .body: refuse(.badRequest("The request must have no body.\n"), context: context)
      }
    case .upgrading(var waiting):
      waiting.append(data)
      state = .upgrading(waiting)
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
    case .settingUp, .answeringEarlier, .upgrading:
      context.close(promise: nil)
    case .refused:
      break
    case .plain, .done:
      context.fireErrorCaught(error)
    }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch (state, event) {
    case (.plain, _), (.done, _):
      context.fireUserInboundEventTriggered(event)
    case (_, ChannelEvent.inputClosed), (_, is ChannelShouldQuiesceEvent):
      context.close(promise: nil)
    default:
      context.fireUserInboundEventTriggered(event)
    }
  }

  // MARK: What the handlers of plain HTTP do

  func read(context: ChannelHandlerContext) {
    if case .answeringEarlier = state {
      readIsWaiting = true
    } else {
      context.read()
    }
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    context.write(data, promise: promise)
    guard hasPlainHTTP, case .end = unwrapOutboundIn(data) else { return }
    unansweredCount -= 1
    guard unansweredCount == 0, case .answeringEarlier = state else { return }
    // Not from inside a write: handlers of plain HTTP are about to be told that they are done.
    context.eventLoop.assumeIsolated().execute { self.takeUpWaiting(context: context) }
  }

  private func takeUpWaiting(context: ChannelHandlerContext) {
    guard unansweredCount == 0, case .answeringEarlier(let verdict, let head, let waiting) = state
    else { return }
    state = .plain
    proceed(verdict, head, context: context)
    for data in waiting { channelRead(context: context, data: data) }
    if readIsWaiting {
      readIsWaiting = false
      context.read()
    }
  }

  // MARK: The three outcomes

  private func decide(on head: HTTPRequestHead, data: NIOAny, context: ChannelHandlerContext) {
    let rules = WebSocketUpgradeRequest(path: upgrade.path, origins: upgrade.origins)
    let verdict = rules.verdict(on: head)
    switch (verdict, state) {
    case (.plainHTTP, .plain):
      unansweredCount += 1
      context.fireChannelRead(data)
    case (.plainHTTP, _):
      setUpPlainHTTP(data, context: context)
    case (.accept, _), (.refuse, _):
      if unansweredCount == 0 {
        proceed(verdict, head, context: context)
      } else {
        state = .answeringEarlier(verdict, head, [])
      }
    }
  }

  private func proceed(
    _ verdict: WebSocketUpgradeRequest.Verdict, _ head: HTTPRequestHead,
    context: ChannelHandlerContext
  ) {
    switch verdict {
    case .plainHTTP: break
    case .accept: state = .awaitingEnd(head)
    case .refuse(let refusal): refuse(refusal, context: context)
    }
  }

  private func setUpPlainHTTP(_ data: NIOAny, context: ChannelHandlerContext) {
    state = .settingUp([data])
    plainHTTP(context.channel).hop(to: context.eventLoop).assumeIsolated().whenComplete { result in
      guard case .settingUp(let waiting) = self.state else { return }
      self.deadline?.cancel()
      self.promise.completeWith(result.map(Result.plainHTTP))
      guard case .success = result else {
        self.state = .refused
        context.close(promise: nil)
        return
      }
      self.hasPlainHTTP = true
      self.state = .plain
      for data in waiting { self.channelRead(context: context, data: data) }
      context.fireChannelReadComplete()
    }
  }

  /// Answers and waits for the peer to hang up, at most until the deadline. Hanging up first
  /// could destroy the answer if more of the request is still arriving.
  private func refuse(_ refusal: WebSocketUpgradeRefusal, context: ChannelHandlerContext) {
    state = .refused
    // A refused peer that does not hang up is dropped, whenever the refusal comes.
    deadline?.cancel()
    startDeadline(context: context)
    retirePlainHTTP(context: context)
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
    state = .upgrading([])
    retirePlainHTTP(context: context)
    responseHeaders(for: head, context: context).assumeIsolated().whenComplete { headers in
      switch headers {
      case .success(let headers): self.switchProtocols(headers, head, context: context)
      case .failure(let error): self.finish(.failure(error), context: context)
      }
    }
  }

  /// Answers with 101 and puts the WebSocket into the place of HTTP. The answer is not flushed
  /// here: it leaves together with what the delegate sends at once.
  private func switchProtocols(
    _ headers: HTTPHeaders, _ head: HTTPRequestHead, context: ChannelHandlerContext
  ) {
    let response = HTTPResponseHead(
      version: .http1_1, status: .switchingProtocols, headers: headers)
    context.write(wrapOutboundOut(.head(response)), promise: nil)
    let pipeline = context.pipeline.syncOperations
    pipeline.removeHandler(encoder, promise: nil)
    // Which it is later, when the bytes that it has are through.
    pipeline.removeHandler(decoder).assumeIsolated().whenComplete { removed in
      self.finish(
        Swift.Result {
          try removed.get()
          guard context.channel.isActive else { throw ChannelError.eof }
          return .upgraded(
            try WebSocketChannelHandler.install(
              on: context.channel, role: .server, configuration: self.upgrade.configuration,
              position: .after(self)
            ) { self.upgrade.makeDelegate($0, head) })
        }, context: context)
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

  /// Puts a wall before the handlers of plain HTTP.
  private func retirePlainHTTP(context: ChannelHandlerContext) {
    guard hasPlainHTTP else { return }
    hasPlainHTTP = false
    do {
      try context.pipeline.syncOperations.addHandler(RetiredHTTPWall(), position: .after(self))
    } catch {
      context.close(promise: nil)
    }
  }

  /// The WebSocket is in place: tells so, delivers what has waited, and leaves.
  private func finish(
    _ result: Swift.Result<Result, any Error>, context: ChannelHandlerContext
  ) {
    guard case .upgrading(let waiting) = state else { return }
    deadline?.cancel()
    state = .done
    // Without effect if the first request was for plain HTTP.
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
