package import NIOCore

/// Turns the bytes of a peer into whole, valid messages and control frames, or into the first rule
/// that they break.
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
/// Cost: one pass that unmasks and looks for anything but ASCII; where there is some, a second that
/// validates. A masked payload is copied once, while it is
/// unmasked, so that a message does not keep the network's buffer alive; an unmasked payload that
/// arrives in one piece is not copied.
package struct WebSocketMessageAssembler {
  /// What the caller is to do.
  package enum Action: Equatable {
    /// A whole message; its bytes are valid UTF-8.
    case deliverText(ByteBuffer)
    /// A whole binary message.
    case deliverBinary(ByteBuffer)
    /// A ping whose payload wants to be sent back (5.5.2).
    case answerPing(ByteBuffer)
    /// The peer's close frame; the code is nil when it carried none (5.5.1).
    case peerClosed(code: UInt16?, reason: String)
    /// The peer broke a rule.
    case fail(WebSocketViolation)
  }

  /// Pings and pongs, and the bytes in them.
  package struct Heartbeats {
    package var frameCount = 0
    package var byteCount = 0
  }

  private enum State {
    case header
    /// `frame.mask` is turned to the next byte; `bytesLeft` are still to come.
    case payload
    case finished
  }

  let limits: WebSocketSharedConfiguration
  private let acceptsBinary: Bool
  private var state = State.header
  private var parser: WebSocketFrameHeaderParser
  /// The frame whose payload is being read.
  private var frame = WebSocketFrameHeader(isFinal: true, kind: .ping, length: 0, mask: nil)
  private var bytesLeft = 0
  private var message: PartialMessage?
  private var control = ByteBuffer()
  private var heartbeats = Heartbeats()
  /// Room for the next message, where the caller has lent some.
  private var lent = ByteBuffer()

  /// - Parameters:
  ///   - role: The end that reads.
  ///   - limits: Its limits; the deadlines in there are not looked at.
  ///   - acceptsBinary: Whether binary messages are taken; where not, the first header of one
  ///     breaks a rule.
  package init(role: WebSocketRole, limits: WebSocketSharedConfiguration, acceptsBinary: Bool) {
    self.limits = limits
    self.acceptsBinary = acceptsBinary
    parser = WebSocketFrameHeaderParser(role: role)
  }

  /// Lends room for the next masked message, which saves an allocation, and leaves the caller an
  /// empty buffer. What the room holds is dropped; where others hold it, only the room is lost.
  package mutating func lend(_ buffer: inout ByteBuffer) {
    // Looked at in the caller's place, for a copy would be a second holder.
    lent = ByteBuffer()
    if buffer.modifyIfUniquelyOwned({ $0.clear() }) != nil { swap(&lent, &buffer) }
  }

  /// The room that was lent and not used.
  mutating func takeBack() -> ByteBuffer {
    var taken = ByteBuffer()
    swap(&lent, &taken)
    return taken
  }

  /// Consumes bytes until there is something to do; nil when all of `input` is consumed.
  package mutating func receive(_ input: inout ByteBuffer) -> Action? {
    while true {
      switch state {
      case .header:
        switch parser.receive(&input) {
        case .needsMore: return nil
        case .violation(let violation): return fail(violation)
        case .complete(let header):
          if let violation = begin(header) { return fail(violation) }
        }
      case .payload:
        let count = min(bytesLeft, input.readableBytes)
        bytesLeft -= count
        guard take(count, from: &input) else { return fail(.invalidText) }
        guard bytesLeft == 0 else { return nil }
        state = .header
        if let action = end() { return action }
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
      message = PartialMessage(isText: true, bytes: takeBack())
    case .binary:
      guard message == nil else { return .interruptedMessage }
      guard acceptsBinary else { return .binaryMessage }
      message = PartialMessage(isText: false, bytes: takeBack())
    case .close, .ping, .pong:
      control = ByteBuffer()
    }
    if !header.kind.isControl, let message {
      let limits = limits.value
      guard header.length <= limits.maximumFrameBytes else { return .frameTooLarge }
      let room = limits.maximumMessageBytes - message.bytes.readableBytes
      guard header.length <= room else { return .messageTooLarge }
      guard message.frameCount <= limits.maximumFragmentCount else { return .tooManyFragments }
    }
    frame = header
    bytesLeft = header.length
    state = .payload
    return nil
  }

  /// Takes payload; false when it makes the text in progress invalid (8.1).
  private mutating func take(_ count: Int, from input: inout ByteBuffer) -> Bool {
    guard count > 0 else { return true }
    if frame.kind.isControl {
      _ = Self.move(count, from: &input, to: &control, mask: &frame.mask)
      return true
    }
    return message?.append(count, from: &input, mask: &frame.mask) ?? true
  }

  /// Moves payload, without a copy where it is not masked and is the first.
  ///
  /// - Returns: Whether it is known to be ASCII.
  fileprivate static func move(
    _ count: Int, from input: inout ByteBuffer, to bytes: inout ByteBuffer,
    mask: inout WebSocketMask?
  ) -> Bool {
    if mask != nil {
      return mask?.move(count, from: &input, to: &bytes) ?? false
    }
    guard var piece = input.readSlice(length: count) else { return false }
    if bytes.readableBytes == 0 {
      bytes = piece
    } else {
      bytes.writeBuffer(&piece)
    }
    return false
  }

  /// The pings and pongs since this was last asked; nil where there were none.
  package mutating func takeHeartbeats() -> Heartbeats? {
    if heartbeats.frameCount == 0 { return nil }
    defer { heartbeats = Heartbeats() }
    return heartbeats
  }

  private mutating func end() -> Action? {
    switch frame.kind {
    case .close:
      return endClose()
    case .ping, .pong:
      heartbeats.frameCount += 1
      heartbeats.byteCount += frame.length
      return frame.kind == .ping ? .answerPing(control) : nil
    case .continuation, .text, .binary:
      guard frame.isFinal, let complete = message else { return nil }
      message = nil
      guard complete.isText else { return .deliverBinary(complete.bytes) }
      guard complete.validator.isAtBoundary else { return fail(.invalidText) }
      return .deliverText(complete.bytes)
    }
  }

  /// Reads the payload of a close frame (5.5.1, 7.4).
  private mutating func endClose() -> Action {
    var payload = control
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

/// The message in progress.
private struct PartialMessage {
  let isText: Bool
  private(set) var bytes: ByteBuffer
  private(set) var validator = UTF8Validator()
  var frameCount = 1

  init(isText: Bool, bytes: ByteBuffer) {
    self.isText = isText
    self.bytes = bytes
  }

  /// Takes payload; false when it makes a text invalid.
  mutating func append(
    _ count: Int, from input: inout ByteBuffer, mask: inout WebSocketMask?
  ) -> Bool {
    let isASCII = WebSocketMessageAssembler.move(count, from: &input, to: &bytes, mask: &mask)
    guard isText, !(isASCII && validator.isAtBoundary) else { return true }
    return bytes.withUnsafeReadableBytes { bytes in
      validator.accept(UnsafeRawBufferPointer(rebasing: bytes.suffix(count)))
    }
  }
}

extension WebSocketMessageAssembler.Action {
  /// Takes the text out of the action to deliver it, so that the caller alone holds it; nil where
  /// this is another action.
  mutating func takeText() -> ByteBuffer? {
    guard case .deliverText(let text) = self else { return nil }
    self = .deliverText(ByteBuffer())
    return text
  }
}
