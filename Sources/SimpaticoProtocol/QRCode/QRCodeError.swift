public import SimpaticoTree

/// Why a text has no QR code.
public enum QRCodeError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The text has so many bytes of UTF-8; a code of this correction holds `limit` bytes of its
  /// kind.
  case textTooLong(bytes: Int, limit: Int)

  /// The error in plain words.
  public var message: Text {
    switch self {
    case .textTooLong(let bytes, let limit):
      "a text of " + Text(bytes) + " bytes is too long for the QR code: it holds " + Text(limit)
    }
  }

  /// The same as a Swift string.
  public var description: String { message.description }
}
