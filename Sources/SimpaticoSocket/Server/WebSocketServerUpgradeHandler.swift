import NIOCore
import NIOHTTP1

/// Watches the requests of a connection until one of them turns it into a WebSocket, is refused
/// one, or is the last.
///
///     awaitingHead ─┬─ another path ──► settingUp ──► plain ─┬─ last request ─► answeringLast
///         │         │                                 ▲  │   │ another path           │ answered
///         │         │                                 └──┼───┘                        ▼
///         │         └─ accept or refuse ─────────────────┤ the WebSocket's path,   hangingUp
///         │                                              ▼ or broken HTTP             ▲ ▲
///         │                                       answeringEarlier ─── refuse ────────┘ │
///         │                                              │ accept                       │
///         │                      done ◄── upgrading ◄── awaitingEnd                     │
///         └─ broken HTTP, or none in time ──────────────────────────────────────────────┘
///
/// What arrives while the pipeline is being rebuilt, or while earlier requests are being answered,
/// is kept and taken up afterwards, in order. In the second case nothing more is read.
///
/// Whoever sends requests behind the last one sends them for nothing (RFC 9112, 9.6).
final class WebSocketServerUpgradeHandler<PlainHTTP: Sendable>:
  ChannelDuplexHandler, RemovableChannelHandler
{
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart
  typealias Result = WebSocketUpgradeResult<PlainHTTP>

  enum State {
    case awaitingHead
    /// The handlers of plain HTTP are being set up.
    case settingUp
    /// Requests and answers of plain HTTP pass.
    case plain
    /// The last request of the connection has come whole; its answer is still to come.
    case answeringLast
    /// While earlier requests are being answered, what to do then is settled.
    case answeringEarlier(Next)
    case awaitingEnd(HTTPRequestHead)
    /// The WebSocket is being set up.
    case upgrading
    /// The last answer is out; everything else is discarded until the peer hangs up.
    case hangingUp
    case done
  }

  enum Next {
    case upgrade(HTTPRequestHead)
    /// An answer to a request of this method, if it was one.
    case refuse(WebSocketUpgradeRefusal, HTTPMethod?)
  }

  /// What the channel tells, for later.
  enum Event {
    case read(NIOAny)
    case error(any Error)
    case user(Any)
  }

  let upgrade: WebSocketServerUpgrade
  /// What is taken out of the pipeline for a WebSocket, in this order.
  let httpHandlers: [any RemovableChannelHandler]
  private let plainHTTP: @Sendable (any Channel) -> EventLoopFuture<PlainHTTP>
  let promise: EventLoopPromise<Result>
  var state = State.awaitingHead
  var waiting: [Event] = []
  var deadline: Scheduled<Void>?
  /// Whether anything at all has come.
  var hasHeard = false
  /// How many requests the handlers of plain HTTP have not answered yet.
  private var unansweredCount = 0
  /// Whether a request of plain HTTP has begun and not ended.
  private var isWithinRequest = false
  /// Whether the request that is coming, or came last, is the last one; and its version.
  private var isLast = false
  private var lastVersion = HTTPVersion.http1_1
  /// Completes when all of the last answer so far has left.
  var written: EventLoopFuture<Void>.Isolated?
  /// Whether handlers of plain HTTP stand behind this one.
  var hasPlainHTTP = false
  private var readIsWaiting = false
  var inputIsClosed = false
  var outputIsClosed = false
  /// Whether the server is about to end.
  private var isQuiescing = false
  var discardedByteCount = 0

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
    startDeadline(patience, context: context) { self.giveUpWaiting(context: context) }
  }

  /// How long a request may take to come, and a peer to hang up.
  var patience: TimeAmount {
    isQuiescing
      ? .seconds(1) : .milliseconds(upgrade.configuration.handshakeTimeoutMilliseconds)
  }

  func startDeadline(
    _ patience: TimeAmount, context: ChannelHandlerContext, _ act: @escaping () -> Void
  ) {
    deadline?.cancel()
    deadline = context.eventLoop.assumeIsolated().scheduleTask(in: patience, act)
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
      decide(on: head, context: context)
    case .plain:
      switch unwrapInboundIn(data) {
      case .head(let head): decide(on: head, context: context)
      case .body: context.fireChannelRead(data)
      case .end:
        isWithinRequest = false
        context.fireChannelRead(data)
        if isLast { awaitLastAnswer(context: context) }
      }
    case .answeringEarlier(.refuse):
      break
    case .settingUp, .answeringEarlier, .upgrading:
      waiting.append(.read(data))
    case .awaitingEnd(let head):
      switch unwrapInboundIn(data) {
      case .end: acceptUpgrade(head, context: context)
      case .head, .body:
        refuse(.badRequest("The request must have no body.\n"), to: head.method, context: context)
      }
    case .answeringLast, .hangingUp:
      break
    case .done:
      context.fireChannelRead(data)
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    hasHeard = true
    context.fireChannelReadComplete()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // The decoder complains about half a request when the connection is lost; nobody listens then.
    guard context.channel.isActive else { return }
    switch state {
    case .plain where isWithinRequest || !(error is HTTPParserError):
      // Whoever waits for the rest of a request must know that it does not come.
      context.fireErrorCaught(error)
    case .awaitingHead, .awaitingEnd, .plain:
      if let error = error as? HTTPParserError {
        settle(.refuse(.unreadable(error), nil), context: context)
      } else {
        context.close(promise: nil)
      }
    case .settingUp, .answeringEarlier:
      waiting.append(.error(error))
    case .upgrading:
      context.close(promise: nil)
    case .hangingUp:
      discard(behind: error, context: context)
    case .answeringLast:
      break
    case .done:
      context.fireErrorCaught(error)
    }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    let isEnd: Bool
    switch event {
    case ChannelEvent.inputClosed: isEnd = true
    case is ChannelShouldQuiesceEvent: (isEnd, isQuiescing) = (true, true)
    default: isEnd = false
    }
    switch state {
    case .awaitingHead where isEnd, .awaitingEnd where isEnd:
      context.close(promise: nil)
    case .hangingUp where isEnd:
      if event is ChannelShouldQuiesceEvent {
        startDeadline(patience, context: context) { context.close(promise: nil) }
      } else {
        inputIsClosed = true
        hangUpIfDone(context: context)
      }
    case .settingUp, .answeringEarlier, .upgrading:
      waiting.append(.user(event))
    case .awaitingHead, .awaitingEnd, .plain, .answeringLast, .hangingUp, .done:
      context.fireUserInboundEventTriggered(event)
    }
  }

  func takeUpWaiting(context: ChannelHandlerContext) {
    let events = waiting
    waiting = []
    for event in events {
      switch event {
      case .read(let data): channelRead(context: context, data: data)
      case .error(let error): errorCaught(context: context, error: error)
      case .user(let event): userInboundEventTriggered(context: context, event: event)
      }
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
    guard hasPlainHTTP else { return context.write(data, promise: promise) }
    switch unwrapOutboundIn(data) {
    case .head(var head) where isLast && unansweredCount == 1 && head.status.code >= 200:
      head.headers.replaceOrAdd(name: "Connection", value: "close")
      // HTTP/1.0 knows no chunks (RFC 9112, 6.1): the end of the connection is that of the answer.
      if !head.headers.contains(name: "Content-Length") { head.version = lastVersion }
      context.write(wrapOutboundOut(.head(head)), promise: promise)
    case .head, .body:
      context.write(data, promise: promise)
    case .end:
      let promise = promise ?? context.eventLoop.makePromise()
      written = promise.futureResult.assumeIsolated()
      context.write(data, promise: promise)
      unansweredCount -= 1
      guard unansweredCount == 0 else { return }
      switch state {
      case .answeringEarlier, .answeringLast:
        // Not from inside a write: handlers of plain HTTP are about to be told that they are done.
        context.eventLoop.assumeIsolated().execute { self.didAnswerAll(context: context) }
      default: break
      }
    }
  }

  /// Behind the last answer this handler hangs up, and gently.
  func close(
    context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?
  ) {
    guard case .answeringLast = state, unansweredCount == 0 else {
      return context.close(mode: mode, promise: promise)
    }
    promise?.succeed()
    didAnswerAll(context: context)
  }

  private func didAnswerAll(context: ChannelHandlerContext) {
    guard unansweredCount == 0 else { return }
    switch state {
    case .answeringEarlier(let next):
      proceed(next, context: context)
      takeUpWaiting(context: context)
      if readIsWaiting {
        readIsWaiting = false
        context.read()
      }
    case .answeringLast:
      retirePlainHTTP(context: context)
      context.flush()
      hangUp(context: context)
    default: break
    }
  }

  private func awaitLastAnswer(context: ChannelHandlerContext) {
    state = .answeringLast
    // It may have been answered before it was there as a whole.
    context.eventLoop.assumeIsolated().execute { self.didAnswerAll(context: context) }
  }

  // MARK: What to do

  private func decide(on head: HTTPRequestHead, context: ChannelHandlerContext) {
    var head = head
    head.headers.trimValues()
    let rules = WebSocketUpgradeRequest(path: upgrade.path, origins: upgrade.origins)
    let verdict = rules.verdict(on: head)
    if let refusal = upgrade.admit(head, verdict.use) {
      return settle(.refuse(refusal, head.method), context: context)
    }
    switch verdict {
    case .plainHTTP where unansweredCount >= WebSocketServerUpgrade.unansweredRequestsAtMost:
      settle(.refuse(.tooManyAtOnce, head.method), context: context)
    case .plainHTTP: pass(head, context: context)
    case .accept: settle(.upgrade(head), context: context)
    case .refuse(let refusal): settle(.refuse(refusal, head.method), context: context)
    }
  }

  /// Gives a request to the handlers of plain HTTP, which are set up first where there are none.
  private func pass(_ head: HTTPRequestHead, context: ChannelHandlerContext) {
    guard case .plain = state else {
      return setUpPlainHTTP(head, context: context)
    }
    var head = head
    isWithinRequest = true
    isLast = head.isLast
    lastVersion = head.version
    if head.asksForAnotherProtocol {
      // Nobody here speaks it, and so it is as if it had not been asked for (RFC 9110, 7.8).
      head.headers.remove(name: "Upgrade")
      head.headers.replaceOrAdd(name: "Connection", value: "close")
    }
    unansweredCount += 1
    context.fireChannelRead(wrapInboundOut(.head(head)))
  }

  /// Does it now, or when all earlier requests are answered.
  private func settle(_ next: Next, context: ChannelHandlerContext) {
    if unansweredCount == 0 {
      proceed(next, context: context)
    } else {
      state = .answeringEarlier(next)
    }
  }

  private func proceed(_ next: Next, context: ChannelHandlerContext) {
    switch next {
    case .upgrade(let head): state = .awaitingEnd(head)
    case .refuse(let refusal, let method): refuse(refusal, to: method, context: context)
    }
  }

  private func setUpPlainHTTP(_ head: HTTPRequestHead, context: ChannelHandlerContext) {
    state = .settingUp
    plainHTTP(context.channel).hop(to: context.eventLoop).assumeIsolated().whenComplete { result in
      guard case .settingUp = self.state else { return }
      self.deadline?.cancel()
      self.promise.completeWith(result.map(Result.plainHTTP))
      guard case .success = result else {
        self.state = .hangingUp
        context.close(promise: nil)
        return
      }
      self.hasPlainHTTP = true
      self.state = .plain
      self.pass(head, context: context)
      self.takeUpWaiting(context: context)
      context.fireChannelReadComplete()
    }
  }
}
