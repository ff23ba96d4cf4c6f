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

  init(core: RelayCore, lease: ConnectionLease, hstsSeconds: Int) {
    self.core = core
    self.lease = lease
    self.hstsSeconds = hstsSeconds
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
    if case .finishing = state { return }
    state = .finishing
    let written = context.eventLoop.makePromise(of: Void.self)
    written.futureResult.assumeIsolated().whenComplete { _ in context.close(promise: nil) }
    context.close(mode: .output, promise: written)
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
    guard case .head(var head) = unwrapOutboundIn(data) else {
      return context.write(data, promise: promise)
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
