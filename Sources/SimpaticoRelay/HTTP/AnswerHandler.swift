import CoreMetrics
import NIOCore
import NIOHTTP1
import NIOSSL
import SimpaticoSocket

/// Every answer of a connection passes here, whoever gives it, errors included: it gets its
/// headers, is counted, and has the time that it takes to be read. When the connection becomes a
/// WebSocket, by whichever request, this leaves.
final class AnswerHandler: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  private enum State {
    case plain
    /// Only the last answers are still on their way; what comes is discarded.
    case finishing
    /// The answer to the upgrade is written, and not flushed yet.
    case upgrading
    case upgraded
  }

  private let core: RelayCore
  private let lease: ConnectionLease
  private let hstsSeconds: Int
  private let watch: AnswerWatch
  private var state = State.plain
  /// Completes when all answers so far have left.
  private var written: EventLoopFuture<Void>.Isolated?

  init(core: RelayCore, lease: ConnectionLease, hstsSeconds: Int) {
    self.core = core
    self.lease = lease
    self.hstsSeconds = hstsSeconds
    watch = AnswerWatch(patience: .milliseconds(Int64(core.limits.idleTimeoutMilliseconds)))
  }

  func handlerRemoved(context: ChannelHandlerContext) { watch.end() }

  /// Closing drops what is not written yet, and so does closing the output where the peer sends no
  /// more. Whoever reads slowly gets all of their answers first, unless they stop reading, or the
  /// relay has no more time.
  func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
    let buffered = (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    guard mode != .input, buffered > 0, lease.mayFinish, let written else {
      context.close(mode: mode, promise: promise)
      return
    }
    if mode == .all {
      promise.map { context.channel.closeFuture.cascade(to: $0) }
      if case .finishing = state { return }
      state = .finishing
      written.whenComplete { _ in context.close(promise: nil) }
    } else {
      written.whenComplete { _ in context.close(mode: mode, promise: promise) }
    }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if case .finishing = state { return }
    context.fireChannelRead(data)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch state {
    case .upgrading, .upgraded: return context.write(data, promise: promise)
    case .plain, .finishing: break
    }
    watch.wrote(to: context.channel) { [core] in
      core.metrics.cut(.slowConsumer)
      context.close(promise: nil)
    }
    switch unwrapOutboundIn(data) {
    case .head(let head): write(head, context: context, promise: promise)
    case .body: context.write(data, promise: promise)
    case .end:
      let promise = promise ?? context.eventLoop.makePromise()
      written = promise.futureResult.assumeIsolated()
      context.write(data, promise: promise)
    }
  }

  private func write(
    _ head: HTTPResponseHead, context: ChannelHandlerContext, promise: EventLoopPromise<Void>?
  ) {
    var head = head
    core.metrics.answered(Int(head.status.code))
    if head.status == .switchingProtocols {
      state = .upgrading
      lease.isWebSocket = true
    } else {
      RelayHeaders.add(to: &head.headers, hstsSeconds: hstsSeconds, date: core.date.now())
    }
    context.write(wrapOutboundOut(.head(head)), promise: promise)
  }

  func flush(context: ChannelHandlerContext) {
    context.flush()
    guard case .upgrading = state else { return }
    state = .upgraded
    context.pipeline.syncOperations.removeHandler(self, promise: nil)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if case NIOSSLError.handshakeFailed = error { core.metrics.tlsHandshakeFailures.increment() }
    context.fireErrorCaught(error)
  }
}
