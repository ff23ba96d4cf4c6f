import NIOCore

// Frames are gathered in the outbox and leave at the end of the event loop's turn.
extension WebSocketChannelHandler {
  /// Sends a message, unless it is too late to send.
  func send(_ kind: WebSocketFrameKind, _ payload: ByteBuffer) {
    guard lifecycle.isOpen, !cutIsDue else { return }
    write(kind, payload)
    cutIfTooSlow()
  }

  /// Sends a message whose bytes are the caller's; they are copied.
  func send(_ kind: WebSocketFrameKind, copying payload: UnsafeRawBufferPointer) {
    guard lifecycle.isOpen, !cutIsDue else { return }
    write(payload.count, isControl: false) { outbox, mask in
      outbox.append(kind, copying: payload, mask: mask)
      return nil
    }
    cutIfTooSlow()
  }

  /// Sends a message that `spell` writes where it leaves from, which a client, whose frames are
  /// masked, does not do. False where `spell` answers nil.
  func send(
    _ kind: WebSocketFrameKind, ofAtMost capacity: Int,
    _ spell: (UnsafeMutableRawBufferPointer) -> Int?
  ) -> Bool {
    guard lifecycle.isOpen, !cutIsDue else { return true }
    var isSpelt = false
    write(capacity, isControl: false) { outbox, _ in
      isSpelt = outbox.append(kind, ofAtMost: capacity, spell)
      return nil
    }
    cutIfTooSlow()
    return isSpelt
  }

  private func cutIfTooSlow() {
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
    write(payload.readableBytes, isControl: kind.isControl) { outbox, mask in
      outbox.append(kind, payload, mask: mask)
    }
  }

  /// Lets `append` put a frame with a payload of so many bytes into the outbox; what it answers is
  /// written right behind.
  private func write(
    _ payloadLength: Int, isControl: Bool,
    _ append: (inout WebSocketOutbox, WebSocketMask?) -> ByteBuffer?
  ) {
    guard let socket, let turn else { return }
    let mask = role == .client ? WebSocketMask.random(using: &randomSource) : nil
    if outbox.isFull(for: payloadLength) { flush() }
    if outbox.byteCount == 0 { outbox.lend(turn.takeBuffer()) }
    let waiting = outbox.byteCount
    let longPayload = append(&outbox, mask)
    let byteCount = outbox.byteCount - waiting
    if byteCount == 0 { return }
    unflushedByteCount += byteCount
    socket.countQueued(bytes: byteCount, messages: isControl ? 0 : 1)
    if let longPayload { _ = writeOut(then: longPayload) }
    if unflushedByteCount >= WebSocketOutbox.flushByteCount {
      flush()
    } else if !flushIsScheduled {
      flushIsScheduled = true
      turn.flushAtEnd(self)
    }
  }

  /// What the turn calls where it was asked to.
  func flushAtEndOfTurn() {
    flushIsScheduled = false
    flush()
  }

  func flush() {
    guard unflushedByteCount > 0 else { return }
    unflushedByteCount = 0
    var bytes = writeOut(then: nil)
    context?.flush()
    // Mostly the channel has written all of it by now, and the room is free again.
    turn?.giveBack(&bytes)
    lookWhatHasLeft()
  }

  /// Nothing that waits will leave any more.
  func dropOutbox() {
    unflushedByteCount = 0
    if let (waiting, load) = outbox.take() {
      var bytes = consume waiting
      turn?.giveBack(&bytes)
      leaving += load
    }
    socket?.countQueued(bytes: -leaving.byteCount, messages: -leaving.messageCount)
    leaving = WebSocketOutbox.Load()
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

  /// Gives all that waits to the channel, and answers its bytes.
  ///
  /// A channel that has nothing to write tells by its writability when all of this has left. Only
  /// behind something that already waits for the peer a promise is needed, which costs more.
  private func writeOut(then longPayload: ByteBuffer?) -> ByteBuffer {
    guard let context, let socket, let (bytes, load) = outbox.take() else { return ByteBuffer() }
    let isIdle = socket.channel.isWritable
    if !isIdle, leaving.byteCount > 0 {
      // What left without a promise is seen to have left when nothing, behind it, has.
      let written = promiseWhatLeaves(on: context.eventLoop)
      context.write(wrapOutboundOut(ByteBuffer()), promise: written)
    }
    leaving += load
    let written = isIdle ? nil : promiseWhatLeaves(on: context.eventLoop)
    if let longPayload {
      context.write(wrapOutboundOut(bytes), promise: nil)
      context.write(wrapOutboundOut(longPayload), promise: written)
    } else {
      context.write(wrapOutboundOut(bytes), promise: written)
    }
    return bytes
  }

  private func promiseWhatLeaves(on eventLoop: any EventLoop) -> EventLoopPromise<Void> {
    let load = leaving
    leaving = WebSocketOutbox.Load()
    let written = eventLoop.makePromise(of: Void.self)
    let socket = socket
    written.futureResult.assumeIsolated().whenComplete { result in
      socket?.countQueued(bytes: -load.byteCount, messages: -load.messageCount)
      if case .success = result { self.didWrite(load) }
    }
    return written
  }

  /// What the channel was given without a promise has left if the channel has nothing to write.
  ///
  /// To be called behind a flush, and when the channel has become writable.
  func lookWhatHasLeft() {
    guard let socket else { return }
    if leaving.byteCount > 0, socket.channel.isWritable {
      let load = leaving
      leaving = WebSocketOutbox.Load()
      socket.countQueued(bytes: -load.byteCount, messages: -load.messageCount)
      didWrite(load)
    }
    let isWritable = socket.channel.isWritable
    if isWritable != socket.isWritable {
      socket.isWritable = isWritable
      // This may come from inside a send; the report must not.
      socket.eventLoop.assumeIsolated().execute {
        self.reportWritability()
        self.resumeReading()
      }
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
  private static var maximumUnsentPongs: UInt8 { 16 }
}
