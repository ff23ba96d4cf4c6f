import NIOCore
import NIOHTTP1
import NIOWebSocket

// A WebSocket takes the place of HTTP.
extension WebSocketServerUpgradeHandler {
  func acceptUpgrade(_ head: HTTPRequestHead, context: ChannelHandlerContext) {
    state = .upgrading
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
  func switchProtocols(
    _ headers: HTTPHeaders, _ head: HTTPRequestHead, context: ChannelHandlerContext
  ) {
    let response = HTTPResponseHead(
      version: .http1_1, status: .switchingProtocols, headers: headers)
    context.write(wrapOutboundOut(.head(response)), promise: nil)
    let pipeline = context.pipeline.syncOperations
    // One after another: the decoder is gone later, when the bytes that it has are through.
    let gone = context.eventLoop.makeSucceededVoidFuture().assumeIsolated()
    httpHandlers.reduce(gone) { gone, handler in
      gone.flatMap { pipeline.removeHandler(handler) }
    }.whenComplete { removed in
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
  func responseHeaders(
    for head: HTTPRequestHead, context: ChannelHandlerContext
  ) -> EventLoopFuture<HTTPHeaders> {
    let upgrader = NIOWebSocketServerUpgrader(
      shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture([:]) },
      upgradePipelineHandler: { channel, _ in channel.eventLoop.makeSucceededVoidFuture() })
    return upgrader.buildUpgradeResponse(
      channel: context.channel, upgradeRequest: head, initialResponseHeaders: [:])
  }

  /// Puts a wall before the handlers of plain HTTP.
  func retirePlainHTTP(context: ChannelHandlerContext) {
    guard hasPlainHTTP else { return }
    hasPlainHTTP = false
    do {
      try context.pipeline.syncOperations.addHandler(RetiredHTTPWall(), position: .after(self))
    } catch {
      context.close(promise: nil)
    }
  }

  /// The WebSocket is in place: tells so, delivers what has waited, and leaves.
  func finish(
    _ result: Swift.Result<Result, any Error>, context: ChannelHandlerContext
  ) {
    guard case .upgrading = state else { return }
    deadline?.cancel()
    state = .done
    // Without effect if the first request was for plain HTTP.
    promise.completeWith(result)
    guard case .success = result else {
      context.close(promise: nil)
      return
    }
    if !waiting.isEmpty {
      takeUpWaiting(context: context)
      context.fireChannelReadComplete()
    }
    context.pipeline.syncOperations.removeHandler(self, promise: nil)
  }
}
