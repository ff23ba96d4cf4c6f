import NIOCore

/// Stands before handlers of plain HTTP whose connection has become something else: to them the
/// input has ended, and what they still do is done for nothing.
///
/// The handlers stay in the pipeline because they belong to their owner, who may hold them. Their
/// end comes with the connection's.
final class RetiredHTTPWall: ChannelDuplexHandler {
  typealias InboundIn = Any
  typealias OutboundIn = Any

  func handlerAdded(context: ChannelHandlerContext) {
    context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
    context.read()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {}

  /// The channel asks for more at the end of the pipeline, where handlers that have retired may
  /// hold that back; so it is asked for here.
  func channelReadComplete(context: ChannelHandlerContext) {
    context.read()
  }

  func read(context: ChannelHandlerContext) {}
  func channelWritabilityChanged(context: ChannelHandlerContext) {}
  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {}
  func errorCaught(context: ChannelHandlerContext, error: any Error) {}

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    promise?.fail(ChannelError.outputClosed)
  }

  func flush(context: ChannelHandlerContext) {}

  func close(
    context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?
  ) {
    promise?.succeed()
  }
}
