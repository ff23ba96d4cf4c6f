import NIOCore
import NIOWebSocket

/// Joins a channel to the rules and to the delegate: it gives what arrives to the assembler, what
/// happens to the lifecycle, and performs what they answer. It holds no protocol decision.
///
/// It is the last handler of its pipeline, behind NIO's frame encoder. It lives on the channel's
/// event loop and is reached from elsewhere only through ``WebSocket``.
final class WebSocketChannelHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = WebSocketFrame

  /// So many pongs may wait to be sent; of the pings beyond, only the latest is answered
  /// (RFC 6455, 5.5.3), so a peer cannot make this side hoard pongs.
  private static let maximumUnsentPongs = 16

  private let role: WebSocketRole
  private let configuration: WebSocketConfiguration
  private var assembler: WebSocketMessageAssembler
  private var lifecycle = WebSocketLifecycle()

  private var context: ChannelHandlerContext?
  private var socket: WebSocket?
  private var delegate: (any WebSocketDelegate)?

  /// A burst of reads is being delivered; writes wait for its end to be flushed.
  private var isReading = false
  private var needsFlush = false
  private var reportedWritable = true
  private var unsentPongCount = 0
  private var unansweredPing: ByteBuffer?
  private var closeTimer: Scheduled<Void>?
  private var closeFrameIsWritten = false
  private var exchangeIsComplete = false
  private var inputIsClosed = false
  private var randomSource = SystemRandomNumberGenerator()

  private init(role: WebSocketRole, configuration: WebSocketConfiguration) {
    self.role = role
    self.configuration = configuration
    assembler = WebSocketMessageAssembler(role: role, limits: configuration)
  }

  /// Makes a channel whose opening handshake is complete a WebSocket and tells its delegate so.
  ///
  /// Must be called on the channel's event loop. From now on the channel reads and writes frames.
  static func install(
    on channel: any Channel, role: WebSocketRole, configuration: WebSocketConfiguration,
    makeDelegate: (WebSocket) -> any WebSocketDelegate
  ) throws -> WebSocket {
    let high = max(2, min(64 << 10, configuration.maximumOutboundBytes / 2))
    let mark = ChannelOptions.Types.WriteBufferWaterMark(low: high / 2, high: high)
    try channel.syncOptions?.setOption(.writeBufferWaterMark, value: mark)
    let handler = WebSocketChannelHandler(role: role, configuration: configuration)
    let socket = WebSocket(channel: channel, role: role, handler: handler)
    handler.socket = socket
    let delegate = makeDelegate(socket)
    handler.delegate = delegate
    try channel.pipeline.syncOperations.addHandlers([WebSocketFrameEncoder(), handler])
    delegate.webSocketDidOpen(socket)
    return socket
  }

  // MARK: What the owner wants

  /// Sends a message that is already counted as outbound; false when it is too late to send.
  func send(text: ByteBuffer) -> Bool {
    guard lifecycle.isOpen else { return false }
    writeCounted(.text, text) {}
    cutIfTooSlow()
    return true
  }

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
    isReading = true
    var input = unwrapInboundIn(data)
    while let action = assembler.receive(&input) { perform(action) }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    isReading = false
    flushIfNeeded()
    context.fireChannelReadComplete()
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    // This may come from inside a send; the report must not.
    context.eventLoop.assumeIsolated().execute { self.reportWritability() }
    context.fireChannelWritabilityChanged()
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
      guard lifecycle.isOpen, let socket else { return }
      delegate?.webSocket(socket, didReceive: text)
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
      fail(violation)
    }
  }

  private func fail(_ violation: WebSocketViolation) {
    var reason = violation.closeReason
    if lifecycle.isOpen, let socket {
      reason = delegate?.webSocket(socket, didViolate: violation) ?? reason
    }
    switch lifecycle.fail(violation, with: reason) {
    case .sendCloseThenLinger(let reason):
      writeClose(code: reason.code.rawValue, text: reason.text)
      linger()
    case .linger:
      linger()
    case .ignore:
      break
    }
  }

  /// Closes the connection when there is nothing left to wait for.
  ///
  /// Once both close frames have travelled it is the server that hangs up; a client waits for
  /// that, as far as the timer allows, so that the waiting for stray segments stays with the
  /// server (7.1.1). A peer that has stopped sending gets our close frame if one is due.
  private func hangUpIfDone() {
    let isDone =
      if inputIsClosed {
        lifecycle.isOpen || closeFrameIsWritten
      } else {
        role == .server && exchangeIsComplete && closeFrameIsWritten
      }
    if isDone { context?.close(promise: nil) }
  }

  /// Stops sending and discards what still arrives until the peer hangs up or the timer fires.
  /// Closing at once instead could answer unread bytes with a reset, which destroys the close
  /// frame before the peer reads it (7.1.1).
  private func linger() {
    guard let context else { return }
    flushIfNeeded()
    let closed = context.eventLoop.makePromise(of: Void.self)
    closed.futureResult.assumeIsolated().whenFailure { _ in self.context?.close(promise: nil) }
    context.close(mode: .output, promise: closed)
  }

  private func answerPing(_ payload: ByteBuffer) {
    guard unsentPongCount < Self.maximumUnsentPongs else {
      unansweredPing = payload
      return
    }
    unsentPongCount += 1
    write(.pong, payload) {
      self.unsentPongCount -= 1
      guard let ping = self.unansweredPing, self.lifecycle.isOpen else { return }
      self.unansweredPing = nil
      self.answerPing(ping)
    }
  }

  // MARK: Writing

  private func writeClose(code: UInt16?, text: String) {
    startCloseTimer()
    var payload = ByteBuffer()
    if let code {
      payload.writeInteger(code)
      payload.writeString(text)
    }
    write(.connectionClose, payload) {
      self.closeFrameIsWritten = true
      self.hangUpIfDone()
    }
  }

  private func write(
    _ opcode: WebSocketOpcode, _ payload: ByteBuffer, whenWritten: @escaping () -> Void
  ) {
    socket?.countOutbound(payload)
    writeCounted(opcode, payload, whenWritten: whenWritten)
  }

  /// Writes a frame whose payload is already counted as outbound.
  private func writeCounted(
    _ opcode: WebSocketOpcode, _ payload: ByteBuffer, whenWritten: @escaping () -> Void
  ) {
    guard let context, let socket else { return }
    let mask = role == .client ? WebSocketMaskingKey.random(using: &randomSource) : nil
    let frame = WebSocketFrame(fin: true, opcode: opcode, maskKey: mask, data: payload)
    let written = context.eventLoop.makePromise(of: Void.self)
    written.futureResult.assumeIsolated().whenComplete { result in
      socket.discountOutbound(payload)
      if case .success = result { whenWritten() }
    }
    context.write(wrapOutboundOut(frame), promise: written)
    needsFlush = true
    if !isReading { flushIfNeeded() }
  }

  private func flushIfNeeded() {
    guard needsFlush else { return }
    needsFlush = false
    context?.flush()
  }

  private func cutIfTooSlow() {
    guard let socket, socket.bufferedByteCount > configuration.maximumOutboundBytes else { return }
    // What waits only for the end of a read burst is not the peer's fault.
    flushIfNeeded()
    let limit = configuration.maximumOutboundBytes
    guard socket.bufferedByteCount > limit,
      lifecycle.cut("more than \(limit) bytes were waiting to be sent")
    else { return }
    // Not from inside a send: the channel would tear down its pipeline around the caller.
    context?.eventLoop.assumeIsolated().execute { self.context?.close(promise: nil) }
  }

  // MARK: Reporting

  private func reportWritability() {
    guard lifecycle.isOpen, let socket, let context else { return }
    let isWritable = context.channel.isWritable
    guard isWritable != reportedWritable else { return }
    reportedWritable = isWritable
    delegate?.webSocketWritabilityDidChange(socket, isWritable: isWritable)
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
    unansweredPing = nil
    context.eventLoop.assumeIsolated().execute {
      let delegate = self.delegate
      self.delegate = nil
      self.socket = nil
      delegate?.webSocket(socket, didCloseWith: ending.code, reason: ending.reason)
    }
  }
}
