import NIOCore

// Frames are gathered in the outbox and leave at the end of the event loop's turn. Tasks of a loop
// run behind all reads of the same turn, so that a peer to which many others send gets one write
// for all of them.
extension WebSocketChannelHandler {
  /// Sends a message, unless it is too late to send.
  func send(_ kind: WebSocketFrameKind, _ payload: ByteBuffer) {
    guard lifecycle.isOpen, !cutIsDue else { return }
    write(kind, payload)
    guard isTooSlow, let context else { return }
    cutIsDue = true
    context.eventLoop.assumeIsolated().execute { self.cut(.slowConsumer) }
  }

  func answerPing(_ payload: ByteBuffer) {
    guard unsentPongCount < Self.maximumUnsentPongs else {
      unansweredPing = payload
      return
    }
    unsentPongCount += 1
    write(.pong, payload)
  }

  func write(_ kind: WebSocketFrameKind, _ payload: ByteBuffer) {
    guard let socket else { return }
    let mask = role == .client ? WebSocketMask.random(using: &randomSource) : nil
    let waiting = outbox.byteCount
    let longPayload = outbox.append(kind, payload, mask: mask)
    let byteCount = outbox.byteCount - waiting
    unflushedByteCount += byteCount
    socket.countQueued(bytes: byteCount, messages: kind.isControl ? 0 : 1)
    if let longPayload { writeOut(then: longPayload) }
    if unflushedByteCount >= WebSocketOutbox.flushByteCount {
      flush()
    } else {
      scheduleFlush()
    }
  }

  func flush() {
    guard unflushedByteCount > 0 else { return }
    unflushedByteCount = 0
    writeOut(then: nil)
    context?.flush()
  }

  /// Nothing that waits will leave any more.
  func dropOutbox() {
    unflushedByteCount = 0
    guard let (_, load) = outbox.take() else { return }
    socket?.countQueued(bytes: -load.byteCount, messages: -load.messageCount)
  }

  /// Whether more waits for the peer than may.
  ///
  /// What waits only for the end of the turn is not the peer's fault.
  private var isTooSlow: Bool {
    guard let socket else { return false }
    func isOverLimit() -> Bool {
      socket.bufferedByteCount > configuration.maximumOutboundBytes
        || socket.bufferedMessageCount > configuration.maximumOutboundMessages
    }
    guard isOverLimit() else { return false }
    flush()
    return isOverLimit()
  }

  private func scheduleFlush() {
    guard !flushIsScheduled, let context else { return }
    flushIsScheduled = true
    context.eventLoop.assumeIsolated().execute {
      self.flushIsScheduled = false
      self.flush()
    }
  }

  private func writeOut(then longPayload: ByteBuffer?) {
    guard let context, let socket, let (bytes, load) = outbox.take() else { return }
    let written = context.eventLoop.makePromise(of: Void.self)
    written.futureResult.assumeIsolated().whenComplete { result in
      socket.countQueued(bytes: -load.byteCount, messages: -load.messageCount)
      if case .success = result { self.didWrite(load) }
    }
    if let longPayload {
      context.write(wrapOutboundOut(bytes), promise: nil)
      context.write(wrapOutboundOut(longPayload), promise: written)
    } else {
      context.write(wrapOutboundOut(bytes), promise: written)
    }
  }

  private func didWrite(_ load: WebSocketOutbox.Load) {
    unsentPongCount -= load.pongCount
    if load.hasClose {
      closeFrameIsWritten = true
      hangUpIfDone()
    }
    if let ping = unansweredPing, lifecycle.isOpen, unsentPongCount < Self.maximumUnsentPongs {
      unansweredPing = nil
      answerPing(ping)
    }
  }

  /// So many pongs may wait to be sent; of the pings beyond, only the latest is answered
  /// (RFC 6455, 5.5.3), so a peer cannot make this side hoard pongs.
  private static var maximumUnsentPongs: Int { 16 }
}
