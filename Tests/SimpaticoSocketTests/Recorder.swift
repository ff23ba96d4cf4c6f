import NIOCore
import SimpaticoSocket

/// What a delegate was told.
enum SocketEvent: Equatable, Sendable {
  case open
  case text(String)
  case binary([UInt8])
  case violation(WebSocketViolation)
  case cut(WebSocketCut)
  case writable(Bool)
  case closed(UInt16?, String)
}

/// A delegate that passes on what it is told and may act on it.
class Recorder: WebSocketDelegate {
  private let record: (SocketEvent) -> Void
  private let act: (WebSocket, SocketEvent) -> Void
  private let answer: (WebSocket, WebSocketViolation) -> WebSocketCloseReason?

  init(
    record: @escaping (SocketEvent) -> Void,
    act: @escaping (WebSocket, SocketEvent) -> Void = { _, _ in },
    answer: @escaping (WebSocket, WebSocketViolation) -> WebSocketCloseReason? = { _, _ in nil }
  ) {
    self.record = record
    self.act = act
    self.answer = answer
  }

  fileprivate func note(_ socket: WebSocket, _ event: SocketEvent) {
    record(event)
    act(socket, event)
  }

  func webSocketDidOpen(_ socket: WebSocket) { note(socket, .open) }

  func webSocket(_ socket: WebSocket, didReceive text: ByteBuffer) {
    note(socket, .text(String(buffer: text)))
  }

  func webSocket(
    _ socket: WebSocket, didViolate violation: WebSocketViolation
  ) -> WebSocketCloseReason? {
    note(socket, .violation(violation))
    return answer(socket, violation)
  }

  func webSocket(_ socket: WebSocket, didCut cut: WebSocketCut) { note(socket, .cut(cut)) }

  func webSocketWritabilityDidChange(_ socket: WebSocket, isWritable: Bool) {
    note(socket, .writable(isWritable))
  }

  func webSocket(_ socket: WebSocket, didCloseWith code: UInt16?, reason: String) {
    note(socket, .closed(code, reason))
  }
}

/// A recorder that takes binary messages, too.
final class BinaryRecorder: Recorder, WebSocketBinaryDelegate {
  func webSocket(_ socket: WebSocket, didReceiveBinary data: ByteBuffer) {
    note(socket, .binary(Array(data.readableBytesView)))
  }
}
