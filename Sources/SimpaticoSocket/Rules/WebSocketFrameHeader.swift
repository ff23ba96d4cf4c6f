/// Which end of the connection an endpoint is. Clients mask what they send, servers do not
/// (RFC 6455, 5.1).
enum WebSocketRole: Sendable {
  case client
  case server
}

/// The opcodes that have a meaning (RFC 6455, 5.2).
enum WebSocketFrameKind: UInt8, Sendable {
  case continuation = 0x0
  case text = 0x1
  case binary = 0x2
  case close = 0x8
  case ping = 0x9
  case pong = 0xA

  var isControl: Bool { rawValue & 0x8 != 0 }
}

/// What stands before a frame's payload.
struct WebSocketFrameHeader: Equatable, Sendable {
  var isFinal: Bool
  var kind: WebSocketFrameKind
  /// The length of the payload, in bytes.
  var length: Int
  /// The mask, on frames of a client.
  var mask: WebSocketMask?

  /// How many bytes the header of a frame takes on the wire.
  static func byteCount(payloadBytes: Int, isMasked: Bool) -> Int {
    let lengthBytes = payloadBytes <= 125 ? 0 : payloadBytes <= 0xFFFF ? 2 : 8
    return 2 + lengthBytes + (isMasked ? 4 : 0)
  }
}

/// Reads the header of one frame, byte by byte, and enforces every rule that needs no knowledge of
/// earlier frames (RFC 6455, 5.1, 5.2, 5.5). It says no at the first byte that breaks a rule.
///
/// NIO's own decoder, which leaves room for extensions, does not report reserved bits, a wrong
/// mask or a length in a longer form than needed, and reports what it does only when the whole
/// payload has been buffered. So headers are read here.
///
///     opening ─► length and mask bit ─┬─► extended length ─┬─► masking key ─► complete
///                                     └────────────────────┘        (or at once without a mask)
struct WebSocketFrameHeaderParser: Sendable {
  enum Outcome: Equatable {
    case needsMore
    case complete(WebSocketFrameHeader)
    case violation(WebSocketViolation)
  }

  private enum State {
    case opening
    case length(isFinal: Bool, kind: WebSocketFrameKind)
    case extendedLength(WebSocketFrameHeader, bytesLeft: Int, form: LengthForm, value: UInt64)
    case maskingKey(WebSocketFrameHeader, bytesLeft: Int, value: UInt32)
  }

  /// How the length is written when it does not fit into the second byte.
  private enum LengthForm {
    case word
    case quadWord

    var byteCount: Int { self == .word ? 2 : 8 }
    /// A smaller length must be written in a shorter form.
    var smallestValue: UInt64 { self == .word ? 126 : 65536 }
  }

  private let role: WebSocketRole
  private var state = State.opening

  /// - Parameter role: The end that reads; its peer's frames must be masked if it is the server.
  init(role: WebSocketRole) {
    self.role = role
  }

  /// Takes the next byte. After a header is complete, the next byte begins another one.
  mutating func receive(_ byte: UInt8) -> Outcome {
    switch state {
    case .opening:
      return receiveOpening(byte)
    case .length(let isFinal, let kind):
      return receiveLength(byte, isFinal: isFinal, kind: kind)
    case .extendedLength(let header, let bytesLeft, let form, let value):
      let value = value << 8 | UInt64(byte)
      guard bytesLeft == 1 else {
        state = .extendedLength(header, bytesLeft: bytesLeft - 1, form: form, value: value)
        return .needsMore
      }
      return finishLength(header, form: form, value: value)
    case .maskingKey(var header, let bytesLeft, let value):
      let value = value << 8 | UInt32(byte)
      guard bytesLeft == 1 else {
        state = .maskingKey(header, bytesLeft: bytesLeft - 1, value: value)
        return .needsMore
      }
      header.mask = WebSocketMask(networkOrder: value)
      state = .opening
      return .complete(header)
    }
  }

  private mutating func receiveOpening(_ byte: UInt8) -> Outcome {
    guard byte & 0x70 == 0 else { return .violation(.reservedBits) }
    guard let kind = WebSocketFrameKind(rawValue: byte & 0x0F) else {
      return .violation(.unknownOpcode(byte & 0x0F))
    }
    let isFinal = byte & 0x80 != 0
    guard isFinal || !kind.isControl else { return .violation(.fragmentedControlFrame) }
    state = .length(isFinal: isFinal, kind: kind)
    return .needsMore
  }

  private mutating func receiveLength(
    _ byte: UInt8, isFinal: Bool, kind: WebSocketFrameKind
  ) -> Outcome {
    let isMasked = byte & 0x80 != 0
    switch (role, isMasked) {
    case (.server, false): return .violation(.unmaskedFrame)
    case (.client, true): return .violation(.maskedFrame)
    case (.server, true), (.client, false): break
    }
    let length = byte & 0x7F
    guard length <= 125 || !kind.isControl else { return .violation(.oversizedControlFrame) }
    let header = WebSocketFrameHeader(isFinal: isFinal, kind: kind, length: Int(length), mask: nil)
    guard length > 125 else { return finish(header) }
    let form = length == 126 ? LengthForm.word : .quadWord
    state = .extendedLength(header, bytesLeft: form.byteCount, form: form, value: 0)
    return .needsMore
  }

  private mutating func finishLength(
    _ header: WebSocketFrameHeader, form: LengthForm, value: UInt64
  ) -> Outcome {
    guard value >= form.smallestValue else { return .violation(.nonMinimalLength) }
    guard let length = Int(exactly: value) else { return .violation(.lengthOutOfRange) }
    var header = header
    header.length = length
    return finish(header)
  }

  private mutating func finish(_ header: WebSocketFrameHeader) -> Outcome {
    switch role {
    case .server:
      state = .maskingKey(header, bytesLeft: 4, value: 0)
      return .needsMore
    case .client:
      state = .opening
      return .complete(header)
    }
  }
}
