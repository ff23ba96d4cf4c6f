import NIOCore

/// Stands before HTTP's decoder and tells of the end of the input a task later.
///
/// The decoder leaves the pipeline in a task, too, behind a request that it must not read beyond.
/// Had it heard of the end before, it would have dropped what came behind the request.
final class HalfCloseDelay: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer

  private var isTelling = false
  private var leave: (() -> Void)?

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard case ChannelEvent.inputClosed = event else {
      return context.fireUserInboundEventTriggered(event)
    }
    isTelling = true
    context.eventLoop.assumeIsolated().execute {
      self.isTelling = false
      context.fireUserInboundEventTriggered(event)
      self.leave?()
      self.leave = nil
    }
  }

  func removeHandler(
    context: ChannelHandlerContext, removalToken: ChannelHandlerContext.RemovalToken
  ) {
    if isTelling {
      leave = { context.leavePipeline(removalToken: removalToken) }
    } else {
      context.leavePipeline(removalToken: removalToken)
    }
  }
}
