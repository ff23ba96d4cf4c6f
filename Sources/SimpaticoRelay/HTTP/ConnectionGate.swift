import CoreMetrics
import NIOCore
import NIOHTTP1
import NIOSSL

/// Stands between HTTP's decoder and whatever answers: it lets a connection's first request in or
/// tells it which limit it has reached, takes no request bodies, and gives every answer, errors
/// included, its headers. When the connection becomes a WebSocket it leaves.
///
///     first ─┬─ admitted ─→ plain ─→ … ─→ upgrading ─→ upgraded
///            └─ over a limit ─→ refused
final class ConnectionGate: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  private enum State {
    case first
    case plain
    /// The answer is out; what still comes is discarded until the deadline of the handshake.
    case refused
    /// The answer to the upgrade is written, and not flushed yet.
    case upgrading
    case upgraded
  }

  private let core: RelayCore
  private let lease: ConnectionLease
  private let hstsSeconds: Int
  private var state = State.first

  init(core: RelayCore, lease: ConnectionLease, hstsSeconds: Int) {
    self.core = core
    self.lease = lease
    self.hstsSeconds = hstsSeconds
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch state {
    case .refused: return
    case .upgrading, .upgraded: context.fireChannelRead(data)
    case .first, .plain:
      if case .head(let head) = unwrapInboundIn(data), !judge(head, context) { return }
      context.fireChannelRead(data)
    }
  }

  /// Whether a request goes on.
  private func judge(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) -> Bool {
    let isSocket = head.uri.prefix { $0 != "?" } == Relay.socketPath[...]
    if case .first = state {
      if let limit = lease.admit(head, isSocket: isSocket) {
        let status = HTTPResponseStatus(statusCode: limit.statusCode)
        refuse(context, status, limit.text, extra: [("Retry-After", "10")])
        return false
      }
    } else if isSocket {
      // A connection that has fetched pages cannot become a WebSocket any more. Closed without an
      // answer, it makes a proxy send the request again on a fresh one (RFC 9112 section 9.3.1).
      state = .refused
      context.close(promise: nil)
      return false
    }
    state = .plain
    let lengths = head.headers["Content-Length"]
    let hasBody =
      head.headers.contains(name: "Transfer-Encoding") || lengths.contains { $0 != "0" }
    if hasBody, !isSocket {
      refuse(context, .payloadTooLarge, "no request here has a body", extra: [])
      return false
    }
    return true
  }

  /// Answers, and waits for the peer to hang up: hanging up first could destroy the answer while
  /// more of the request is arriving (RFC 9112 section 9.6).
  private func refuse(
    _ context: ChannelHandlerContext, _ status: HTTPResponseStatus, _ text: String,
    extra: [(String, String)]
  ) {
    let body = ByteBuffer(string: text + "\n")
    var headers = HTTPHeaders([
      ("Connection", "close"), ("Content-Type", "text/plain; charset=utf-8"),
      ("Content-Length", String(body.readableBytes)),
    ])
    headers.add(contentsOf: extra)
    let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
    write(context: context, data: wrapOutboundOut(.head(head)), promise: nil)
    context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    state = .refused
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
    case .first, .plain, .refused:
      guard case .head(var head) = unwrapOutboundIn(data) else {
        context.write(data, promise: promise)
        return
      }
      core.metrics.answered(Int(head.status.code))
      if head.status == .switchingProtocols {
        state = .upgrading
        lease.isWebSocket = true
      } else {
        RelayHeaders.add(to: &head.headers, hstsSeconds: hstsSeconds, date: core.date.now())
      }
      context.write(wrapOutboundOut(.head(head)), promise: promise)
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
