/// A status code that a close frame may carry (RFC 6455, 7.4).
///
/// Codes that must not travel (1004, 1005, 1006, 1015, everything unassigned) cannot be made.
public struct WebSocketCloseCode: RawRepresentable, Hashable, Sendable {
  /// The number on the wire.
  public let rawValue: UInt16

  /// Makes a code, or nil when an endpoint may not put this number into a close frame.
  ///
  /// 1000 to 1003 and 1007 to 1014 are assigned; 3000 to 3999 belong to registered libraries and
  /// 4000 to 4999 to applications (RFC 6455, 7.4.1 and 7.4.2).
  public init?(rawValue: UInt16) {
    switch rawValue {
    case 1000...1003, 1007...1014, 3000...4999: self.rawValue = rawValue
    default: return nil
    }
  }

  private init(assigned: UInt16) {
    rawValue = assigned
  }

  /// 1000: the purpose of the connection is fulfilled.
  public static let normal = Self(assigned: 1000)
  /// 1001: this endpoint goes away, as a server does when it shuts down.
  public static let goingAway = Self(assigned: 1001)
  /// 1002: the peer broke the protocol.
  public static let protocolError = Self(assigned: 1002)
  /// 1003: the peer sent a type of data that is not accepted here.
  public static let unsupportedData = Self(assigned: 1003)
  /// 1007: the data does not fit the type of the message, as text that is not UTF-8.
  public static let invalidData = Self(assigned: 1007)
  /// 1008: the message breaks a policy of this endpoint.
  public static let policyViolation = Self(assigned: 1008)
  /// 1009: the message is too big.
  public static let messageTooBig = Self(assigned: 1009)
  /// 1011: this endpoint met a condition that it did not expect.
  public static let internalError = Self(assigned: 1011)
  /// 1013: this endpoint is overloaded; the peer should try again later.
  public static let tryAgainLater = Self(assigned: 1013)

  /// 4008: the peer reads too slowly, so that too much was waiting to be sent to it. A code of this
  /// library, out of the range that is left to applications (RFC 6455, 7.4.2).
  public static let slowConsumer = Self(assigned: 4008)

  /// What is reported when the connection ended without a close frame (RFC 6455, 7.1.5).
  /// It never travels, so it is a plain number and not a ``WebSocketCloseCode``.
  public static let abnormal: UInt16 = 1006
}

/// What a close frame says: a code and a short text for the peer's logs.
public struct WebSocketCloseReason: Hashable, Sendable {
  /// The longest text that fits into a close frame beside its code, in bytes of UTF-8
  /// (RFC 6455, 5.5).
  public static let maximumTextBytes = 123

  /// The status code.
  public let code: WebSocketCloseCode
  /// The text, at most ``maximumTextBytes`` bytes of UTF-8.
  public let text: String

  /// Makes a reason. A text that is too long is cut after its last scalar that still fits.
  public init(code: WebSocketCloseCode, text: String = "") {
    self.code = code
    self.text = Self.cut(text)
  }

  private static func cut(_ text: String) -> String {
    guard text.utf8.count > maximumTextBytes else { return text }
    var kept = String.UnicodeScalarView()
    var byteCount = 0
    for scalar in text.unicodeScalars {
      byteCount += UTF8.width(scalar)
      if byteCount > maximumTextBytes { break }
      kept.append(scalar)
    }
    return String(kept)
  }
}
