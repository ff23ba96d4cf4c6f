import NIOCore

/// Joins a channel to the rules and to the delegate: it gives what arrives to the assembler, what
/// happens to the lifecycle, and performs what they answer. It holds no protocol decision.
///
/// It lives on the channel's event loop and is reached from elsewhere only through ``WebSocket``.
/// How it sends, and how it watches over a silent peer, stand in files of their own.
final class WebSocketChannelHandler: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  // What every message touches is only ever reached on the event loop, and from one place at a
  // time, so nothing needs checking at run time.

  @exclusivity(unchecked)
  var lifecycle = WebSocketLifecycle()
  @exclusivity(unchecked)
  private var assembler: WebSocketMessageAssembler
  let role: WebSocketRole
  var configuration: WebSocketConfiguration { assembler.limits.value }

  private(set) var context: ChannelHandlerContext?
  private(set) var socket: WebSocket?
  private var delegate: (any WebSocketDelegate)?
  private var binaryDelegate: (any WebSocketBinaryDelegate)?

  /// What is shared on this event loop, once there is one.
  private(set) var turn: WebSocketTurn?

  // Sending.
  @exclusivity(unchecked)
  var outbox = WebSocketOutbox()
  @exclusivity(unchecked)
  var flushIsScheduled = false
  var cutIsDue = false
  @exclusivity(unchecked)
  var unflushedByteCount = 0
  /// What the channel was given and has promised nothing for.
  @exclusivity(unchecked)
  var leaving = WebSocketOutbox.Load()
  var unsentPongCount: UInt8 = 0
  var unansweredPing: ByteBuffer?
  var randomSource = SystemRandomNumberGenerator()

  // Watching.
  var alarm: WebSocketAlarms.Alarm?
  @exclusivity(unchecked)
  var vigil = WebSocketVigil()
  private var readIsWaiting = false
  private var reportedWritable = true

  // Closing.
  var closeFrameIsWritten = false
  private var exchangeIsComplete = false
  private var inputIsClosed = false
  private var closeTimer: Scheduled<Void>?
  private var discardedByteCount = 0

  private init(role: WebSocketRole, sharing configuration: WebSocketSharedConfiguration) {
    self.role = role
    assembler = WebSocketMessageAssembler(role: role, limits: configuration, acceptsBinary: false)
  }

  /// Makes a channel whose opening handshake is complete a WebSocket and tells its delegate so.
  ///
  /// Must be called on the channel's event loop. From now on the channel reads and writes frames.
  ///
  /// - Parameter position: Where in the pipeline; the handlers behind it see nothing of the
  ///   messages.
  static func install(
    on channel: any Channel, role: WebSocketRole, configuration: WebSocketConfiguration,
    position: ChannelPipeline.SynchronousOperations.Position = .last,
    makeDelegate: (WebSocket) -> any WebSocketDelegate
  ) throws -> WebSocket {
    // A channel that is writable has written everything.
    let mark = ChannelOptions.Types.WriteBufferWaterMark(low: 1, high: 1)
    try channel.syncOptions?.setOption(.writeBufferWaterMark, value: mark)
    let turn = WebSocketTurn.of(channel.eventLoop)
    let shared = turn.share(configuration)
    let handler = WebSocketChannelHandler(role: role, sharing: shared)
    handler.turn = turn
    let socket = WebSocket(channel: channel, handler: handler)
    handler.socket = socket
    let delegate = makeDelegate(socket)
    handler.delegate = delegate
    handler.binaryDelegate = delegate as? any WebSocketBinaryDelegate
    handler.assembler = WebSocketMessageAssembler(
      role: role, limits: shared, acceptsBinary: handler.binaryDelegate != nil)
    try channel.pipeline.syncOperations.addHandler(handler, position: position)
    handler.startVigil()
    delegate.webSocketDidOpen(socket)
    // What the opening handshake wrote leaves with what the delegate has sent, or now.
    if !handler.flushIsScheduled { handler.context?.flush() }
    return socket
  }

  /// The owner wants to close.
  func close(_ reason: WebSocketCloseReason) {
    guard lifecycle.close() else { return }
    writeClose(code: reason.code.rawValue, text: reason.text)
  }

  // MARK: What the channel tells

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    end()
    self.context = nil
  }

  func channelInactive(context: ChannelHandlerContext) {
    end()
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if vigil.heard() { listenAgain() }
    var input = unwrapInboundIn(data)
    if !lifecycle.isOpen { discardedByteCount += input.readableBytes }
    // A masked message is unmasked into room that the next one gets again.
    if role == .server, let turn {
      var room = turn.takeBuffer()
      assembler.lend(&room)
    }
    while var action = assembler.receive(&input) {
      guard var text = action.takeText() else {
        perform(action)
        continue
      }
      deliver(text)
      // The text is held once by now, so that its room can be had again.
      if role == .server { assembler.lend(&text) }
    }
    var unused = assembler.takeBack()
    turn?.giveBack(&unused)
    turn?.keepReceived(input)
    if let some = assembler.takeHeartbeats(), lifecycle.isOpen, let socket {
      delegate?.webSocket(socket, didReceiveHeartbeats: some.frameCount, byteCount: some.byteCount)
    }
  }

  private func deliver(_ text: ByteBuffer) {
    guard lifecycle.isOpen, let socket else { return }
    delegate?.webSocket(socket, didReceive: text)
  }

  /// The channel wants to read on; a peer that does not read what it is sent waits.
  func read(context: ChannelHandlerContext) {
    if isPausing || isFlooded {
      readIsWaiting = true
    } else {
      context.read()
    }
  }

  /// A peer that goes on sending after this side has closed, more than may have been under way, is
  /// not read any more; the timer of the closing handshake ends it.
  private var isFlooded: Bool {
    discardedByteCount > max(1 << 20, configuration.maximumMessageBytes)
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    // It is not before each flush either, which says nothing about the peer.
    if socket?.channel.isWritable == true { lookWhatHasLeft() }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch event {
    case ChannelEvent.inputClosed:
      inputIsClosed = true
      hangUpIfDone()
    case is ChannelShouldQuiesceEvent:
      close(WebSocketCloseReason(code: .goingAway))
    default:
      context.fireUserInboundEventTriggered(event)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // After an error of the transport nothing that follows can be trusted.
    context.close(promise: nil)
  }

  // MARK: Performing actions

  private func perform(_ action: WebSocketMessageAssembler.Action) {
    switch action {
    case .deliverText(let text):
      deliver(text)
    case .deliverBinary(let data):
      guard lifecycle.isOpen, let socket else { return }
      binaryDelegate?.webSocket(socket, didReceiveBinary: data)
    case .answerPing(let payload):
      guard lifecycle.isOpen else { return }
      answerPing(payload)
    case .peerClosed(let code, let reason):
      switch lifecycle.peerClosed(code: code, reason: reason) {
      case .reply(let code):
        exchangeIsComplete = true
        writeClose(code: code, text: "")
      case .finish:
        exchangeIsComplete = true
        hangUpIfDone()
      case .ignore:
        break
      }
    case .fail(let violation):
      var reason = violation.closeReason
      if lifecycle.isOpen, let socket {
        reason = delegate?.webSocket(socket, didViolate: violation) ?? reason
      }
      giveUp(violation.description, reason)
    }
  }

  /// Gives up a peer that broke no rule. Never from inside a call of the owner: the channel would
  /// tear down its pipeline around the caller.
  func cut(_ cut: WebSocketCut) {
    guard lifecycle.isOpen, let socket else { return }
    giveUp(cut.description, cut.closeReason)
    delegate?.webSocket(socket, didCut: cut)
  }

  private func giveUp(_ explanation: String, _ reason: WebSocketCloseReason) {
    switch lifecycle.fail(explanation, with: reason) {
    case .sendCloseThenLinger(let reason):
      writeClose(code: reason.code.rawValue, text: reason.text)
      linger()
    case .linger:
      linger()
    case .ignore:
      break
    }
  }

  // MARK: Closing

  private func writeClose(code: UInt16?, text: String) {
    var payload = ByteBuffer()
    if let code {
      payload.writeInteger(code)
      payload.writeString(text)
    }
    write(.close, payload)
    // Both look at whether the socket is still open, which it is not any more.
    startCloseTimer()
    resumeReading()
  }

  /// Closes the connection when there is nothing left to wait for.
  ///
  /// Once both close frames have travelled it is the server that hangs up; a client waits for
  /// that, as far as the timer allows, so that the waiting for stray segments stays with the
  /// server (7.1.1). A peer that has stopped sending gets our close frame if one is due.
  func hangUpIfDone() {
    let isDone =
      if inputIsClosed {
        lifecycle.isOpen || closeFrameIsWritten
      } else {
        role == .server && exchangeIsComplete && closeFrameIsWritten
      }
    guard isDone else { return }
    flush()
    context?.close(promise: nil)
  }

  /// Stops sending and discards what still arrives until the peer hangs up or the timer fires.
  /// Closing at once instead could answer unread bytes with a reset, which destroys the close
  /// frame before the peer reads it (7.1.1).
  private func linger() {
    guard let context else { return }
    flush()
    let closed = context.eventLoop.makePromise(of: Void.self)
    closed.futureResult.assumeIsolated().whenFailure { _ in self.context?.close(promise: nil) }
    context.close(mode: .output, promise: closed)
  }

  private func startCloseTimer() {
    guard closeTimer == nil, let context else { return }
    let timeout = TimeAmount.milliseconds(configuration.closeTimeoutMilliseconds)
    closeTimer = context.eventLoop.assumeIsolated().scheduleTask(in: timeout) {
      self.context?.close(promise: nil)
    }
  }

  /// The connection is gone. The report waits for the loop's next turn because the channel may
  /// have died inside a send of the delegate.
  private func end() {
    guard let ending = lifecycle.connectionLost(), let socket, let context else { return }
    closeTimer?.cancel()
    closeTimer = nil
    alarm?.cancel()
    alarm = nil
    unansweredPing = nil
    dropOutbox()
    context.eventLoop.assumeIsolated().execute {
      let delegate = self.delegate
      self.delegate = nil
      self.binaryDelegate = nil
      self.socket = nil
      delegate?.webSocket(socket, didCloseWith: ending.code, reason: ending.reason)
    }
  }

  // MARK: Pausing

  /// Whether the peer must read before more is read from it. What ends a connection is always
  /// read.
  var isPausing: Bool {
    guard configuration.pausesReadingWhileUnwritable, lifecycle.isOpen, let socket else {
      return false
    }
    return !socket.isWritable
  }

  func resumeReading() {
    guard readIsWaiting, !isPausing, !isFlooded else { return }
    readIsWaiting = false
    context?.read()
  }

  func reportWritability() {
    guard lifecycle.isOpen, let socket else { return }
    let isWritable = socket.isWritable
    guard isWritable != reportedWritable else { return }
    reportedWritable = isWritable
    delegate?.webSocketWritabilityDidChange(socket, isWritable: isWritable)
  }
}
