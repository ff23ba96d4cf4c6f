import NIOCore
import NIOHTTP1
import NIOSSL
import NIOTLS
import NIOWebSocket

/// Sends the opening handshake of a client when it is added to a connection, or where that is to be
/// encrypted when it is and the certificate is the server's; checks the server's
/// answer (RFC 6455, 4.1), turns the connection into a WebSocket, and leaves the pipeline.
///
///     awaitingHead ── 101, valid ──► awaitingEnd ── end ──► handingOver ──► done
///          └── anything else ──► failed
///
/// Frames that arrive together with the answer are kept and delivered after the hand-over.
final class WebSocketClientHandshakeHandler: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPClientResponsePart
  typealias OutboundOut = HTTPClientRequestPart

  private enum State {
    case awaitingHead
    case awaitingEnd
    /// What arrives waits.
    case handingOver
    case failed
    case done
  }

  private let request: HTTPRequestHead
  private let key: String
  private let configuration: WebSocketConfiguration
  private let deadline: NIODeadline
  private let target: WebSocketURL
  private let httpHandlers: [any RemovableChannelHandler]
  private let makeDelegate: @Sendable (WebSocket) -> any WebSocketDelegate
  private let promise: EventLoopPromise<WebSocket>
  private var state = State.awaitingHead
  private var waiting: [NIOAny] = []
  private var timer: Scheduled<Void>?

  init(
    request: HTTPRequestHead, key: String, configuration: WebSocketConfiguration,
    deadline: NIODeadline, target: WebSocketURL, httpHandlers: [any RemovableChannelHandler],
    makeDelegate: @escaping @Sendable (WebSocket) -> any WebSocketDelegate,
    promise: EventLoopPromise<WebSocket>
  ) {
    self.request = request
    self.key = key
    self.configuration = configuration
    self.deadline = deadline
    self.target = target
    self.httpHandlers = httpHandlers
    self.makeDelegate = makeDelegate
    self.promise = promise
  }

  func handlerAdded(context: ChannelHandlerContext) {
    guard context.channel.isActive else {
      fail(.lost, context: context)
      return
    }
    timer = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) {
      self.fail(.timeout, context: context)
    }
    if !target.isSecure { send(context: context) }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case TLSUserEvent.handshakeCompleted? = event as? TLSUserEvent, target.isSecure,
      case .awaitingHead = state
    {
      if let error = WebSocketSecurity.misfit(certificate(context), of: target) {
        fail(error, context: context)
      } else {
        send(context: context)
      }
    }
    context.fireUserInboundEventTriggered(event)
  }

  private func send(context: ChannelHandlerContext) {
    context.write(wrapOutboundOut(.head(request)), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
  }

  /// What the server has shown, where the connection is encrypted and got so far.
  private func certificate(_ context: ChannelHandlerContext) -> NIOSSLCertificate? {
    try? context.pipeline.syncOperations.handler(type: NIOSSLClientHandler.self).peerCertificate
  }

  func channelInactive(context: ChannelHandlerContext) {
    fail(.lost, context: context)
    context.fireChannelInactive()
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    timer?.cancel()
    timer = nil
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch state {
    case .awaitingHead:
      guard case .head(var head) = unwrapInboundIn(data) else { return }
      head.headers.trimValues()
      if let error = error(in: head) {
        fail(error, context: context)
      } else {
        state = .awaitingEnd
      }
    case .awaitingEnd:
      guard case .end = unwrapInboundIn(data) else { return }
      handOver(context: context)
    case .handingOver:
      waiting.append(data)
    case .failed:
      break
    case .done:
      context.fireChannelRead(data)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    switch state {
    case .awaitingHead, .awaitingEnd, .handingOver:
      let shown = certificate(context)
      if let problem = WebSocketSecurity.problem(error, host: target.host, certificate: shown) {
        return fail(problem, context: context)
      }
      // The decoder complains about half an answer, too, when the connection is lost.
      let isBroken = error is HTTPParserError && context.channel.isActive
      fail(isBroken ? .badResponse("it is not HTTP") : .lost, context: context)
    case .failed:
      break
    case .done:
      context.fireErrorCaught(error)
    }
  }

  /// What is wrong with the server's answer (4.1, the numbered checks).
  private func error(in head: HTTPResponseHead) -> WebSocketConnectError? {
    guard head.status == .switchingProtocols else {
      return .handshakeRejected(statusCode: Int(head.status.code))
    }
    let upgrade = WebSocketUpgradeRequest.only("Upgrade", in: head.headers)
    guard upgrade?.lowercased() == "websocket" else {
      return .badResponse("Upgrade is not websocket")
    }
    guard
      WebSocketUpgradeRequest.list("Connection", in: head.headers, contains: "upgrade")
    else {
      return .badResponse("Connection does not contain upgrade")
    }
    // NIO computes the expected Sec-WebSocket-Accept.
    let upgrader = NIOWebSocketClientUpgrader(requestKey: key) { channel, _ in
      channel.eventLoop.makeSucceededVoidFuture()
    }
    guard upgrader.shouldAllowUpgrade(upgradeResponse: head) else { return .badAccept }
    for name in ["Sec-WebSocket-Extensions", "Sec-WebSocket-Protocol"] {
      guard !head.headers.contains(name: name) else {
        return .badResponse("\(name) was not asked for")
      }
    }
    return nil
  }

  private func handOver(context: ChannelHandlerContext) {
    state = .handingOver
    let pipeline = context.pipeline.syncOperations
    EventLoopFuture.andAllSucceed(
      httpHandlers.map { pipeline.removeHandler($0) }, on: context.eventLoop
    ).assumeIsolated().flatMapThrowing {
      guard context.channel.isActive else { throw WebSocketConnectError.lost }
      return try WebSocketChannelHandler.install(
        on: context.channel, role: .client, configuration: self.configuration,
        makeDelegate: self.makeDelegate)
    }.whenComplete { result in
      self.finish(result, context: context)
    }
  }

  /// The socket is in place: tells so, delivers what has waited, and leaves.
  private func finish(
    _ result: Result<WebSocket, any Error>, context: ChannelHandlerContext
  ) {
    guard case .handingOver = state else { return }
    switch result {
    case .success(let socket):
      state = .done
      timer?.cancel()
      promise.succeed(socket)
      for data in waiting { context.fireChannelRead(data) }
      if !waiting.isEmpty { context.fireChannelReadComplete() }
      waiting = []
      context.pipeline.syncOperations.removeHandler(self, promise: nil)
    case .failure(let error):
      fail(WebSocketConnectError(connecting: error), context: context)
    }
  }

  private func fail(_ error: WebSocketConnectError, context: ChannelHandlerContext) {
    switch state {
    case .awaitingHead, .awaitingEnd, .handingOver:
      state = .failed
      timer?.cancel()
      promise.fail(error)
      context.close(promise: nil)
    case .failed, .done:
      break
    }
  }
}
