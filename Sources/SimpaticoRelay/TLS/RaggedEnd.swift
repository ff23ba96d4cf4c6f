import NIOCore
import NIOSSL

/// Stands behind the TLS of a connection and ends it where the peer hangs up without TLS's own
/// farewell, as browsers do.
///
/// On a half-closed connection swift-nio-ssl waits five seconds for that farewell, which can no
/// longer come: so long the connection would count, and so long a relay that leaves would wait.
final class RaggedEnd: ChannelDuplexHandler {
  typealias InboundIn = Any
  typealias OutboundIn = Any

  private var inputIsClosed = false
  private var isClosing = false

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    context.fireUserInboundEventTriggered(event)
    guard case ChannelEvent.inputClosed = event else { return }
    inputIsClosed = true
    endIfDone(context)
  }

  /// Our own farewell is on its way when TLS has been told.
  func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
    context.close(mode: mode, promise: promise)
    guard mode == .all else { return }
    isClosing = true
    endIfDone(context)
  }

  private func endIfDone(_ context: ChannelHandlerContext) {
    guard inputIsClosed, isClosing,
      let tls = try? context.pipeline.syncOperations.context(handlerType: NIOSSLServerHandler.self)
    else { return }
    tls.close(promise: nil)
  }
}
