import NIOCore

/// Turns the bytes of a peer into whole, valid text messages and control frames, or into the first
/// rule that they break.
///
/// This is the sans-IO heart of the receiving side: it holds no channel, no clock and no
/// delegate. Feed it bytes in pieces of any size; what it answers depends on the bytes alone,
/// never on how they were split. The caller performs the actions:
///
///     var input = …                                // what the network gave
///     while let action = assembler.receive(&input) { perform(action) }
///
/// Its states; any of them becomes *finished* on a violation:
///
///       ┌───────────────── frame complete ────────────────┐
///       ▼                                                 │
///     header ── in order, within limits ──► payload ──────┤
///                                                         └── close frame ──► finished
///
/// Invariants: after `fail` or `peerClosed` it swallows all input without an action
/// (RFC 6455, 1.4 and 7.1.7); between frames `message` is nil unless a fragmented message is in
/// progress; the memory held is bounded by the bytes received and by the limits.
///
/// Cost: one pass to unmask, one to validate. A masked payload is copied once, while it is
/// unmasked, so that a message does not keep the network's buffer alive; an unmasked payload that
/// arrives in one piece is not copied.
struct WebSocketMessageAssembler {
  enum Action: Equatable {
    /// A whole message; its bytes are valid UTF-8.
    case deliverText(ByteBuffer)
    /// A ping whose payload wants to be sent back (5.5.2).
    case answerPing(ByteBuffer)
    /// The peer's close frame; the code is nil when it carried none (5.5.1).
    case peerClosed(code: UInt16?, reason: String)
    /// The peer broke a rule.
    case fail(WebSocketViolation)
  }

  private enum State {
    case header(WebSocketFrameHeaderParser)
    /// `header.mask` is turned to the next byte; `bytesLeft` are still to come.
    case payload(WebSocketFrameHeader, bytesLeft: Int)
    case finished
  }

  private let role: WebSocketRole
  private let limits: WebSocketConfiguration
  private var state: State
  private var message: PartialMessage?
  private var control = PartialPayload()

  /// - Parameters:
  ///   - role: The end that reads.
  ///   - limits: Its limits; the deadlines in there are not looked at.
  init(role: WebSocketRole, limits: WebSocketConfiguration) {
    self.role = role
    self.limits = limits
    state = .header(WebSocketFrameHeaderParser(role: role))
  }

  /// Consumes bytes until there is something to do; nil when all of `input` is consumed.
  mutating func receive(_ input: inout ByteBuffer) -> Action? {
    while true {
      switch state {
      case .header(var parser):
        guard let byte = input.readInteger(as: UInt8.self) else { return nil }
        let outcome = parser.receive(byte)
        state = .header(parser)
        switch outcome {
        case .needsMore: continue
        case .violation(let violation): return fail(violation)
        case .complete(let header):
          if let violation = begin(header) { return fail(violation) }
        }
      case .payload(var header, var bytesLeft):
        let count = min(bytesLeft, input.readableBytes)
        bytesLeft -= count
        guard take(count, of: &header, from: &input) else { return fail(.invalidText) }
        guard bytesLeft == 0 else {
          state = .payload(header, bytesLeft: bytesLeft)
          return nil
        }
        state = .header(WebSocketFrameHeaderParser(role: role))
        if let action = end(header) { return action }
      case .finished:
        input.moveReaderIndex(to: input.writerIndex)
        return nil
      }
    }
  }

  private mutating func fail(_ violation: WebSocketViolation) -> Action {
    state = .finished
    message = nil
    return .fail(violation)
  }

  /// Checks a header against the frames before it and against the limits (5.4, 7.4.1).
  private mutating func begin(_ header: WebSocketFrameHeader) -> WebSocketViolation? {
    switch header.kind {
    case .continuation:
      guard message != nil else { return .unexpectedContinuation }
      message?.frameCount += 1
    case .text:
      guard message == nil else { return .interruptedMessage }
      message = PartialMessage()
    case .binary:
      return message == nil ? .binaryMessage : .interruptedMessage
    case .close, .ping, .pong:
      control = PartialPayload()
    }
    if !header.kind.isControl, let message {
      guard header.length <= limits.maximumFrameBytes else { return .frameTooLarge }
      let room = limits.maximumMessageBytes - message.payload.bytes.readableBytes
      guard header.length <= room else { return .messageTooLarge }
      guard message.frameCount <= limits.maximumFragmentCount else { return .tooManyFragments }
    }
    state = .payload(header, bytesLeft: header.length)
    return nil
  }

  /// Takes payload; false when it makes the text in progress invalid (8.1).
  private mutating func take(
    _ count: Int, of header: inout WebSocketFrameHeader, from input: inout ByteBuffer
  ) -> Bool {
    if header.kind.isControl {
      control.append(count, from: &input, mask: &header.mask)
      return true
    }
    message?.payload.append(count, from: &input, mask: &header.mask)
    return message?.acceptLast(count) ?? true
  }

  private mutating func end(_ header: WebSocketFrameHeader) -> Action? {
    switch header.kind {
    case .close:
      return endClose()
    case .ping:
      return .answerPing(control.bytes)
    case .pong:
      return nil
    case .continuation, .text, .binary:
      guard header.isFinal, let complete = message else { return nil }
      guard complete.validator.isAtBoundary else { return fail(.invalidText) }
      message = nil
      return .deliverText(complete.payload.bytes)
    }
  }

  /// Reads the payload of a close frame (5.5.1, 7.4).
  private mutating func endClose() -> Action {
    var payload = control.bytes
    guard payload.readableBytes > 0 else {
      return finish(code: nil, reason: "")
    }
    guard let code = payload.readInteger(as: UInt16.self) else { return fail(.truncatedCloseCode) }
    guard WebSocketCloseCode(rawValue: code) != nil else { return fail(.illegalCloseCode(code)) }
    guard let reason = String(validating: payload.readableBytesView, as: UTF8.self) else {
      return fail(.invalidCloseText)
    }
    return finish(code: code, reason: reason)
  }

  private mutating func finish(code: UInt16?, reason: String) -> Action {
    state = .finished
    message = nil
    return .peerClosed(code: code, reason: reason)
  }
}

/// The text message in progress.
private struct PartialMessage {
  var payload = PartialPayload()
  var validator = UTF8Validator()
  var frameCount = 1

  /// Validates the last `count` bytes of the payload.
  mutating func acceptLast(_ count: Int) -> Bool {
    payload.bytes.withUnsafeReadableBytes { bytes in
      validator.accept(UnsafeRawBufferPointer(rebasing: bytes.suffix(count)))
    }
  }
}

/// A payload that grows as its bytes arrive.
private struct PartialPayload {
  private(set) var bytes = ByteBuffer()

  mutating func append(
    _ count: Int, from input: inout ByteBuffer, mask: inout WebSocketMask?
  ) {
    guard count > 0 else { return }
    if mask != nil {
      mask?.unmask(count, from: &input, to: &bytes)
    } else if var piece = input.readSlice(length: count) {
      if bytes.readableBytes == 0 {
        bytes = piece
      } else {
        bytes.writeBuffer(&piece)
      }
    }
  }
}
