import NIOCore
import SimpaticoHost
import SimpaticoProtocol
import SimpaticoSocket
import SimpaticoTree

/// One WebSocket of the relay: it stands before the party's own delegate and keeps the limits of
/// the connection. It lives on the party's event loop.
final class RelayConnection: WebSocketDelegate {
  let branch: BranchID
  private let core: RelayCore
  private let lease: ConnectionLease
  private let delegate: any WebSocketDelegate
  // Only ever reached on the event loop and from one place at a time.
  @exclusivity(unchecked)
  private var account = RateAccount()
  private var isRefused = false
  private var hasProved = false
  /// Whether the registration has neither succeeded nor failed.
  private(set) var isPending = true

  init(
    core: RelayCore, lease: ConnectionLease, branch: BranchID, delegate: any WebSocketDelegate
  ) {
    self.core = core
    self.lease = lease
    self.branch = branch
    self.delegate = delegate
  }

  /// The registration has come to its end.
  ///
  /// - Parameter fingerprint: Of the key that was proved; nil where none was.
  func didDecide(verified fingerprint: Text?) {
    isPending = false
    guard let fingerprint else { return }
    lease.didRegister()
    account = core.shared.rates.enter(fingerprint, with: account, at: .now())
  }

  /// A look-up was answered; false where it was one too many.
  func takeLookUp() -> Bool {
    account.takeLookUp(core.limits, at: .now())
  }

  /// Tells the peer which limit it has reached, and closes; once. Nothing more is taken from it.
  ///
  /// - Parameter isInStep: Whether a step of the party is under way, behind which it is told.
  func refuse(_ limit: RelayLimit, isInStep: Bool = false) {
    if isRefused { return }
    isRefused = true
    core.metrics.reached(limit)
    let code = limit.closeCode ?? Int(WebSocketCloseCode.policyViolation.rawValue)
    let close = { [self] in core.close(branch, code: code, reason: limit.text) }
    if isInStep {
      core.eventLoop.assumeIsolated().execute(close)
    } else {
      close()
    }
  }

  func webSocketDidOpen(_ socket: WebSocket) { delegate.webSocketDidOpen(socket) }

  func webSocket(_ socket: WebSocket, didReceive text: ByteBuffer) {
    core.metrics.received(text.readableBytes)
    if isRefused { return }
    let now = NIODeadline.now()
    let limit = account.take(bytes: text.readableBytes, core.limits, at: now)
    if let limit = limit ?? proofLimit(at: now) {
      refuse(limit)
    } else {
      delegate.webSocket(socket, didReceive: text)
    }
  }

  /// The limit that a proof reaches: the first message is one, and checking it is the costliest
  /// thing that a peer can ask for.
  private func proofLimit(at now: NIODeadline) -> RelayLimit? {
    if hasProved { return nil }
    hasProved = true
    return core.takeRegistration(at: now) ? nil : .registrations
  }

  /// They count like messages: a peer could keep a processor busy with nothing else.
  func webSocket(_ socket: WebSocket, didReceiveHeartbeats count: Int, byteCount: Int) {
    let limit = account.take(messages: count, bytes: byteCount, core.limits, at: .now())
    if let limit { refuse(limit) }
  }

  func webSocket(
    _ socket: WebSocket, didViolate violation: WebSocketViolation
  ) -> WebSocketCloseReason? {
    delegate.webSocket(socket, didViolate: violation)
  }

  func webSocket(_ socket: WebSocket, didCut cut: WebSocketCut) {
    core.metrics.cut(cut)
    delegate.webSocket(socket, didCut: cut)
  }

  func webSocketWritabilityDidChange(_ socket: WebSocket, isWritable: Bool) {
    delegate.webSocketWritabilityDidChange(socket, isWritable: isWritable)
  }

  func webSocket(_ socket: WebSocket, didCloseWith code: UInt16?, reason: String) {
    core.remove(self)
    core.shared.rates.leave(account, at: .now())
    delegate.webSocket(socket, didCloseWith: code, reason: reason)
  }
}
