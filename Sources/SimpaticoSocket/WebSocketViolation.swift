/// A rule of RFC 6455, or a limit of this endpoint, that the peer broke.
///
/// Each violation ends the connection with ``closeCode``, unless the delegate chooses another
/// reason (see ``WebSocketDelegate/webSocket(_:didViolate:)``).
public enum WebSocketViolation: Error, Hashable, Sendable {
  /// A reserved bit is set although no extension was negotiated (5.2).
  case reservedBits
  /// The opcode has no meaning (5.2).
  case unknownOpcode(UInt8)
  /// A client's frame came without a mask (5.1).
  case unmaskedFrame
  /// A server's frame came with a mask (5.1).
  case maskedFrame
  /// The length is not written in its shortest form (5.2).
  case nonMinimalLength
  /// The length has its highest bit set (5.2).
  case lengthOutOfRange
  /// A control frame is fragmented (5.5).
  case fragmentedControlFrame
  /// A control frame carries more than 125 bytes (5.5).
  case oversizedControlFrame
  /// A continuation frame came when there was no message to continue (5.4).
  case unexpectedContinuation
  /// A new message began before the one in progress was complete (5.4).
  case interruptedMessage
  /// A binary message came, and the delegate is no ``WebSocketBinaryDelegate`` (7.4.1).
  case binaryMessage
  /// A text message is not UTF-8 (8.1).
  case invalidText
  /// A frame announces more bytes than this endpoint takes (7.4.1).
  case frameTooLarge
  /// A message grows past what this endpoint takes (7.4.1).
  case messageTooLarge
  /// A message comes in more frames than this endpoint takes (7.4.1).
  case tooManyFragments
  /// A close frame has a payload of one byte, too short for a code (5.5.1).
  case truncatedCloseCode
  /// A close frame carries a code that must not travel (7.4).
  case illegalCloseCode(UInt16)
  /// The text of a close frame is not UTF-8 (5.5.1, 8.1).
  case invalidCloseText
}

extension WebSocketViolation {
  /// The status code that RFC 6455, 7.4.1 assigns to this violation.
  public var closeCode: WebSocketCloseCode {
    switch self {
    case .binaryMessage: .unsupportedData
    case .invalidText, .invalidCloseText: .invalidData
    case .frameTooLarge, .messageTooLarge, .tooManyFragments: .messageTooBig
    case .reservedBits, .unknownOpcode, .unmaskedFrame, .maskedFrame, .nonMinimalLength,
      .lengthOutOfRange, .fragmentedControlFrame, .oversizedControlFrame,
      .unexpectedContinuation, .interruptedMessage, .truncatedCloseCode, .illegalCloseCode:
      .protocolError
    }
  }

  /// The reason that is sent when the delegate names no other.
  public var closeReason: WebSocketCloseReason {
    WebSocketCloseReason(code: closeCode, text: description)
  }
}

extension WebSocketViolation: CustomStringConvertible {
  public var description: String {
    switch self {
    case .reservedBits: "a reserved bit is set"
    case .unknownOpcode(let opcode): "unknown opcode \(opcode)"
    case .unmaskedFrame: "a client's frame must be masked"
    case .maskedFrame: "a server's frame must not be masked"
    case .nonMinimalLength: "a length is not in its shortest form"
    case .lengthOutOfRange: "a length is out of range"
    case .fragmentedControlFrame: "a control frame is fragmented"
    case .oversizedControlFrame: "a control frame is longer than 125 bytes"
    case .unexpectedContinuation: "there is no message to continue"
    case .interruptedMessage: "a message began inside another"
    case .binaryMessage: "only text is accepted"
    case .invalidText: "text is not UTF-8"
    case .frameTooLarge: "the frame is too big"
    case .messageTooLarge: "the message is too big"
    case .tooManyFragments: "the message has too many fragments"
    case .truncatedCloseCode: "a close code is truncated"
    case .illegalCloseCode(let code): "illegal close code \(code)"
    case .invalidCloseText: "a close reason is not UTF-8"
    }
  }
}
