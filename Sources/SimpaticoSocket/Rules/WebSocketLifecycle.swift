/// The life of an open WebSocket up to its end: the closing handshake and everything that cuts it
/// short (RFC 6455, 5.5.1, 7.1).
///
/// Sans-IO, like the assembler: the caller tells what happened and performs what is answered.
/// It decides three things: whether data may still be sent and taken, that at most one close frame
/// is sent, and what is reported at the end, exactly once.
///
///     open ──close()──────► closing ──peer's close──► exchanged ──connection gone──► ended
///       │                      │                          ▲                            ▲
///       ├──peer's close────────┼──────────────────────────┘                            │
///       └──violation, cut──────┴────────────► failed ──────────────connection gone─────┘
struct WebSocketLifecycle {
  /// What is reported when the connection is gone.
  struct Ending: Equatable {
    var code: UInt16?
    var reason: String

    /// No close frame came (7.1.5).
    static func abnormal(_ explanation: String) -> Self {
      Ending(code: WebSocketCloseCode.abnormal, reason: explanation)
    }
  }

  /// What to do about the peer's close frame.
  enum PeerCloseAction: Equatable {
    /// Send a close frame with this code (nil: with an empty payload), then end the connection.
    case reply(code: UInt16?)
    /// Our close frame is already out: end the connection.
    case finish
    case ignore
  }

  /// What to do about a peer that is given up.
  enum FailAction: Equatable {
    /// Send this close frame, then stop sending and wait for the peer to hang up.
    case sendCloseThenLinger(WebSocketCloseReason)
    /// Our close frame is already out: stop sending and wait for the peer to hang up.
    case linger
    case ignore
  }

  private enum State {
    case open
    /// Our close frame is out, the peer's is awaited.
    case closing
    /// Both close frames are known.
    case exchanged(Ending)
    /// The connection is being given up without the peer's close frame.
    case failed(Ending)
    case ended
  }

  private var state = State.open

  /// Whether messages may be sent and taken: no close frame has been sent or received.
  var isOpen: Bool {
    if case .open = state { true } else { false }
  }

  /// This side wants to close; true when a close frame is to be sent and its answer awaited.
  mutating func close() -> Bool {
    guard isOpen else { return false }
    state = .closing
    return true
  }

  /// The peer's close frame arrived.
  mutating func peerClosed(code: UInt16?, reason: String) -> PeerCloseAction {
    switch state {
    case .open:
      state = .exchanged(Ending(code: code, reason: reason))
      return .reply(code: code)
    case .closing:
      state = .exchanged(Ending(code: code, reason: reason))
      return .finish
    case .exchanged, .failed, .ended:
      return .ignore
    }
  }

  /// The peer is given up, because it broke a rule or is cut, and is to be told so with `reason`;
  /// `explanation` is what is reported at the end.
  mutating func fail(_ explanation: String, with reason: WebSocketCloseReason) -> FailAction {
    switch state {
    case .open:
      state = .failed(.abnormal(explanation))
      return .sendCloseThenLinger(reason)
    case .closing:
      state = .failed(.abnormal(explanation))
      return .linger
    case .exchanged, .failed, .ended:
      return .ignore
    }
  }

  /// The connection is gone; answers what to report, once.
  mutating func connectionLost() -> Ending? {
    defer { state = .ended }
    switch state {
    case .open: return .abnormal("the connection was lost without a close frame")
    case .closing: return .abnormal("the connection ended before the peer's close frame came")
    case .exchanged(let ending), .failed(let ending): return ending
    case .ended: return nil
    }
  }
}
