import NIOCore
import NIOHTTP1

// The end of a connection of plain HTTP: an answer that is the last one, and then silence.
extension WebSocketServerUpgradeHandler {
  /// No request has come in time. Whoever has begun one is told so.
  func giveUpWaiting(context: ChannelHandlerContext) {
    if case .awaitingHead = state {
      let refusal = WebSocketUpgradeRefusal.late
      promise.succeed(.refused(statusCode: refusal.statusCode))
      if hasHeard { answer(refusal, to: nil, context: context) }
    }
    state = .hangingUp
    context.close(promise: nil)
  }

  func refuse(
    _ refusal: WebSocketUpgradeRefusal, to method: HTTPMethod?, context: ChannelHandlerContext
  ) {
    retirePlainHTTP(context: context)
    answer(refusal, to: method, context: context)
    promise.succeed(.refused(statusCode: refusal.statusCode))
    hangUp(context: context)
  }

  func answer(
    _ refusal: WebSocketUpgradeRefusal, to method: HTTPMethod?, context: ChannelHandlerContext
  ) {
    context.write(wrapOutboundOut(.head(refusal.responseHead)), promise: nil)
    if method != .HEAD {
      let body = ByteBuffer(string: refusal.text)
      context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
    }
    let promise = context.eventLoop.makePromise(of: Void.self)
    written = promise.futureResult.assumeIsolated()
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: promise)
  }

  /// Sends no more and waits for the peer to hang up, at most until a deadline. Hanging up first
  /// could destroy the answer if more of the request is still arriving (RFC 9112, 9.6).
  ///
  /// Where the peer sends no more either, NIO drops what is not written when it closes the output;
  /// so that waits until all of it is.
  func hangUp(context: ChannelHandlerContext) {
    state = .hangingUp
    let gone = context.eventLoop.makeSucceededVoidFuture().assumeIsolated()
    (written ?? gone).whenComplete { _ in
      // A peer that does not hang up is dropped, whenever this comes.
      self.startDeadline(self.patience, context: context) { context.close(promise: nil) }
      let closed = context.eventLoop.makePromise(of: Void.self)
      closed.futureResult.assumeIsolated().whenComplete { result in
        switch result {
        case .success, .failure(ChannelError.outputClosed):
          self.outputIsClosed = true
          self.hangUpIfDone(context: context)
        case .failure: context.close(promise: nil)
        }
      }
      context.close(mode: .output, promise: closed)
    }
  }

  func hangUpIfDone(context: ChannelHandlerContext) {
    if inputIsClosed, outputIsClosed { context.close(promise: nil) }
  }

  /// What comes behind the last answer and is not even taken apart any more. Who goes on and on is
  /// not reading that answer.
  func discard(behind error: any Error, context: ChannelHandlerContext) {
    switch error {
    case ByteToMessageDecoderError.dataReceivedInErrorState(_, let data):
      discardedByteCount += data.readableBytes
    case is ByteToMessageDecoderError.PayloadTooLargeError:
      discardedByteCount = WebSocketServerUpgrade.undecodedBytesAtMost
    default: break
    }
    if discardedByteCount >= WebSocketServerUpgrade.undecodedBytesAtMost {
      context.close(promise: nil)
    }
  }
}
