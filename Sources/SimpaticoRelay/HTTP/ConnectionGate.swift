import CoreMetrics
import NIOCore
import NIOHTTP1
import NIOSSL
import SimpaticoSocket

/// Stands between HTTP's decoder and whatever answers: it lets a connection's requests in or tells
/// it which limit it has reached, takes no request bodies, and gives every answer, errors included,
/// its headers. When the connection becomes a WebSocket, by whichever request, it leaves.
///
///     open ─┬─ for the WebSocket's path, admitted ─→ upgrading ─→ upgraded
///           └─ over a limit, or with a body ─→ refusing ─ earlier answers are out ─→ refused
final class ConnectionGate: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  private enum State {
    case open
    /// The answer waits until those to earlier requests are out; what still comes is discarded.
    case refusing(Refusal)
    /// The answer is out; what still comes is discarded until the deadline of the handshake.
    case refused
    /// The answer to the upgrade is written, and not flushed yet.
    case upgrading
    case upgraded
  }

  private struct Refusal {
    var status: HTTPResponseStatus
    var text: String
    var extra: [(String, String)] = []
  }

  private let core: RelayCore
  private let lease: ConnectionLease
  private let hstsSeconds: Int
  private let isForSocket: (HTTPRequestHead) -> Bool
  private let watch: AnswerWatch
  private var state = State.open
  /// Whether only the last answers are still on their way; what comes is discarded.
  private var isFinishing = false
  /// How many requests were let in and are not answered yet.
  private var unansweredCount = 0

  /// - Parameter isForSocket: Whether a request is for the path of the WebSocket.
  init(
    core: RelayCore, lease: ConnectionLease, hstsSeconds: Int,
    isForSocket: @escaping (HTTPRequestHead) -> Bool = { _ in false }
  ) {
    self.core = core
    self.lease = lease
    self.hstsSeconds = hstsSeconds
    self.isForSocket = isForSocket
    watch = AnswerWatch(patience: .milliseconds(Int64(core.limits.idleTimeoutMilliseconds)))
  }

  func handlerRemoved(context: ChannelHandlerContext) { watch.end() }

  /// Closing drops what is not written yet. Whoever reads slowly gets all of their answer first,
  /// unless they stop reading, or the relay has no more time.
  func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
    let buffered = (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    guard mode == .all, buffered > 0, lease.mayFinish else {
      context.close(mode: mode, promise: promise)
      return
    }
    promise.map { context.channel.closeFuture.cascade(to: $0) }
    if isFinishing { return }
    isFinishing = true
    let written = context.eventLoop.makePromise(of: Void.self)
    written.futureResult.assumeIsolated().whenComplete { _ in context.close(promise: nil) }
    context.close(mode: .output, promise: written)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if isFinishing { return }
    switch state {
    case .refusing, .refused: return
    case .upgrading, .upgraded: context.fireChannelRead(data)
    case .open:
      if case .head(let head) = unwrapInboundIn(data) {
        if let refusal = judge(head) {
          state = .refusing(refusal)
          if unansweredCount == 0 { refuse(context) }
          return
        }
        unansweredCount += 1
      }
      context.fireChannelRead(data)
    }
  }

  /// Why a request may not go on; nil where it may.
  private func judge(_ head: HTTPRequestHead) -> Refusal? {
    let isSocket = isForSocket(head)
    if let limit = lease.admit(head, isSocket: isSocket) {
      let status = HTTPResponseStatus(statusCode: limit.statusCode)
      return Refusal(status: status, text: limit.text, extra: [("Retry-After", "10")])
    }
    let lengths = head.headers["Content-Length"]
    let hasBody =
      head.headers.contains(name: "Transfer-Encoding") || lengths.contains { $0 != "0" }
    // What asks for the WebSocket is judged by those who know its rules.
    if isSocket { return nil }
    if hasBody { return Refusal(status: .payloadTooLarge, text: "no request here has a body") }
    // RFC 9112 section 3.2. Of two hosts a proxy before us might have judged the other one.
    let hosts = head.headers["Host"].count
    if hosts > 1 || (hosts == 0 && head.version != .http1_0) {
      return Refusal(status: .badRequest, text: "exactly one Host is needed")
    }
    return nil
  }

  /// Answers, and waits for the peer to hang up: hanging up first could destroy the answer while
  /// more of the request is arriving (RFC 9112 section 9.6).
  private func refuse(_ context: ChannelHandlerContext) {
    guard case .refusing(let refusal) = state else { return }
    state = .refused
    let body = ByteBuffer(string: refusal.text + "\n")
    var headers = HTTPHeaders([
      ("Connection", "close"), ("Content-Type", "text/plain; charset=utf-8"),
      ("Content-Length", String(body.readableBytes)),
    ])
    headers.add(contentsOf: refusal.extra)
    let head = HTTPResponseHead(version: .http1_1, status: refusal.status, headers: headers)
    write(context: context, data: wrapOutboundOut(.head(head)), promise: nil)
    context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    let closed = context.eventLoop.makePromise(of: Void.self)
    closed.futureResult.assumeIsolated().whenFailure { _ in context.close(promise: nil) }
    context.close(mode: .output, promise: closed)
    let patience = TimeAmount.milliseconds(Int64(core.limits.handshakeTimeoutMilliseconds))
    let deadline = context.eventLoop.assumeIsolated().scheduleTask(in: patience) {
      context.close(promise: nil)
    }
    context.channel.closeFuture.whenComplete { _ in deadline.cancel() }
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch state {
    case .upgrading, .upgraded: context.write(data, promise: promise)
    case .open, .refusing, .refused:
      watch.wrote(to: context.channel) { [core] in
        core.metrics.cut(.slowConsumer)
        context.close(promise: nil)
      }
      switch unwrapOutboundIn(data) {
      case .head(var head):
        core.metrics.answered(Int(head.status.code))
        if head.status == .switchingProtocols {
          state = .upgrading
          lease.isWebSocket = true
        } else {
          RelayHeaders.add(to: &head.headers, hstsSeconds: hstsSeconds, date: core.date.now())
        }
        context.write(wrapOutboundOut(.head(head)), promise: promise)
      case .body:
        context.write(data, promise: promise)
      case .end:
        context.write(data, promise: promise)
        unansweredCount -= 1
        guard unansweredCount == 0, case .refusing = state else { return }
        // Not from inside a write: who answered has not flushed yet.
        context.eventLoop.assumeIsolated().execute { self.refuse(context) }
      }
    }
  }

  func flush(context: ChannelHandlerContext) {
    context.flush()
    guard case .upgrading = state else { return }
    state = .upgraded
    context.pipeline.syncOperations.removeHandler(self, promise: nil)
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .refused = state, case ChannelEvent.inputClosed = event {
      context.close(promise: nil)
    } else {
      context.fireUserInboundEventTriggered(event)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if case NIOSSLError.handshakeFailed = error { core.metrics.tlsHandshakeFailures.increment() }
    context.fireErrorCaught(error)
  }
}
