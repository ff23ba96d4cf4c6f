/// Why this side gives up a peer that has broken no rule of the protocol.
///
/// The peer is sent a close frame with ``closeReason``, behind all that waits for it already; if
/// it has not read it after ``WebSocketConfiguration/closeTimeoutMilliseconds``, the connection is
/// dropped. No other connection waits for that.
public enum WebSocketCut: Hashable, Sendable {
  /// It reads so slowly that more waits for it than
  /// ``WebSocketConfiguration/maximumOutboundBytes`` or
  /// ``WebSocketConfiguration/maximumOutboundMessages``, or it has stopped reading while nothing
  /// was read from it.
  case slowConsumer
  /// It sent nothing for too long and did not answer a ping.
  case unresponsive
}

extension WebSocketCut {
  /// What the peer is told: ``WebSocketCloseCode/slowConsumer`` or
  /// ``WebSocketCloseCode/goingAway``.
  public var closeReason: WebSocketCloseReason {
    switch self {
    case .slowConsumer: WebSocketCloseReason(code: .slowConsumer, text: description)
    case .unresponsive: WebSocketCloseReason(code: .goingAway, text: description)
    }
  }
}

extension WebSocketCut: CustomStringConvertible {
  public var description: String {
    switch self {
    case .slowConsumer: "too much was waiting to be sent"
    case .unresponsive: "a ping was not answered in time"
    }
  }
}
