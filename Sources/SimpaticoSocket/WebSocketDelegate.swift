public import NIOCore

/// The owner of one end of a connection: it is told what happens, in order.
///
/// Every function is called on ``WebSocket/eventLoop``. A delegate is made there by the factory
/// given to the server or the client and never leaves it, so it needs no lock and no `Sendable`.
/// The socket keeps its delegate until ``webSocket(_:didCloseWith:reason:)`` has returned.
///
/// The calls follow this grammar: one `webSocketDidOpen`; then any number of messages and of
/// changes of writability; then at most one `didViolate` or `didCut`; then exactly one
/// `didCloseWith`. No call comes from inside a call of a function of ``WebSocket``.
///
/// Binary messages break a rule (1003) unless the delegate is a ``WebSocketBinaryDelegate``.
public protocol WebSocketDelegate: AnyObject {
  /// The opening handshake is complete; messages may be sent from now on.
  func webSocketDidOpen(_ socket: WebSocket)

  /// A whole text message arrived. Its bytes are valid UTF-8.
  ///
  /// Nothing arrives any more once this side has begun to close.
  func webSocket(_ socket: WebSocket, didReceive text: ByteBuffer)

  /// Pings, which are answered already, and pongs arrived: so many, and so many bytes in them.
  ///
  /// Told once for all that came together, so that an owner can tell a flood from signs of life.
  func webSocket(_ socket: WebSocket, didReceiveHeartbeats count: Int, byteCount: Int)

  /// The peer broke a rule; the connection is about to be closed.
  ///
  /// The delegate may send a last message from here, which precedes the close frame, and may
  /// choose what the close frame says. Nil stands for ``WebSocketViolation/closeReason``.
  func webSocket(
    _ socket: WebSocket, didViolate violation: WebSocketViolation
  ) -> WebSocketCloseReason?

  /// This side gives the peer up although it broke no rule; the connection is about to be closed
  /// and nothing can be sent any more.
  func webSocket(_ socket: WebSocket, didCut cut: WebSocketCut)

  /// ``WebSocket/isWritable`` has changed: a peer that reads slowly lets data pile up here, or
  /// has caught up again. Changes that cancel each other out are not reported.
  func webSocketWritabilityDidChange(_ socket: WebSocket, isWritable: Bool)

  /// The connection is gone. Called exactly once, last.
  ///
  /// - Parameters:
  ///   - code: The code in the peer's close frame; nil when that frame carried none; 1006
  ///     (``WebSocketCloseCode/abnormal``) when no close frame came (RFC 6455, 7.1.5), which is
  ///     also so when this side closed the connection because of a violation or a cut.
  ///   - reason: The text in the peer's close frame; with 1006, what happened, in words for a log.
  func webSocket(_ socket: WebSocket, didCloseWith code: UInt16?, reason: String)
}

/// A delegate that takes binary messages, too.
public protocol WebSocketBinaryDelegate: WebSocketDelegate {
  /// A whole binary message arrived.
  ///
  /// Nothing arrives any more once this side has begun to close.
  func webSocket(_ socket: WebSocket, didReceiveBinary data: ByteBuffer)
}

extension WebSocketDelegate {
  /// Ignores them.
  public func webSocket(_ socket: WebSocket, didReceiveHeartbeats count: Int, byteCount: Int) {}

  /// Leaves the choice to the protocol.
  public func webSocket(
    _ socket: WebSocket, didViolate violation: WebSocketViolation
  ) -> WebSocketCloseReason? { nil }

  /// Ignores the cut; the end of the connection is told anyway.
  public func webSocket(_ socket: WebSocket, didCut cut: WebSocketCut) {}

  /// Ignores the change.
  public func webSocketWritabilityDidChange(_ socket: WebSocket, isWritable: Bool) {}
}
