import NIOCore
import NIOHTTP1
import SimpaticoSocket

/// What one connection is counted for, given back once when it ends. It lives on the connection's
/// event loop.
final class ConnectionLease {
  private let core: RelayCore
  private let peer: AddressBits?
  private var address: AddressBits?
  private var isUnregistered = false
  private var isCounted = false
  /// The limit that the connection was over when it came; its first request is told so.
  private var refusal: RelayLimit?
  /// Whether it has become a WebSocket, which says farewell in its own way.
  var isWebSocket = false
  /// Whether answers that are on their way may be waited for when the connection is closed.
  var mayFinish = true

  init(core: RelayCore, peer: SocketAddress?) {
    self.core = core
    self.peer = AddressBits(peer)
  }

  /// Counts the connection; false where it is to be closed at once.
  ///
  /// - Parameter isSecure: Whether it begins with TLS. Of too many at once nobody is told why who
  ///   comes so: the telling would cost as much as what is to be spared.
  func begin(isSecure: Bool) -> Bool {
    let isInTime = core.shared.takeConnection(
      perSecond: core.limits.connectionsPerSecond, at: .now())
    guard
      isInTime || take(isSecure ? .dropped(.connectionsPerSecond) : .refused(.connectionsPerSecond))
    else { return false }
    guard take(core.ledger.enter(core.limits)) else { return false }
    isCounted = true
    // Behind a proxy the address is known with the first request.
    guard let peer, !core.clientAddress.isTrusted(peer) else { return true }
    return count(peer)
  }

  /// Judges a request: the limits that it reaches, and what no request here may have. Nil lets it
  /// in.
  func admit(_ head: HTTPRequestHead, _ use: WebSocketRequestUse) -> WebSocketUpgradeRefusal? {
    if let limit = limit(reachedBy: head, use) {
      return WebSocketUpgradeRefusal(
        statusCode: limit.statusCode, text: limit.text + "\n", headers: ["Retry-After": "10"])
    }
    // What asks for the WebSocket is judged by those who know its rules.
    guard use == .plainHTTP else { return nil }
    let hasBody =
      head.headers.contains(name: "Transfer-Encoding")
      || head.headers["Content-Length"].contains { $0 != "0" }
    if hasBody {
      return WebSocketUpgradeRefusal(statusCode: 413, text: "no request here has a body\n")
    }
    // RFC 9112 section 3.2. Of two hosts a proxy before us might have judged the other one.
    let needsHost = head.version == .http1_1 || head.headers.contains(name: "Host")
    if needsHost, head.host == nil {
      return WebSocketUpgradeRefusal(
        statusCode: 400, text: "exactly one Host is needed, a name or an address\n")
    }
    return nil
  }

  /// A limit that a request reaches is to be answered, and the connection to be closed.
  ///
  /// A connection may fetch pages before it becomes a WebSocket: from the request for that on it
  /// counts as one that has not registered, and for the client that a proxy speaks for in it. Who
  /// asks for one in vain takes no place.
  private func limit(reachedBy head: HTTPRequestHead, _ use: WebSocketRequestUse) -> RelayLimit? {
    // A proxy fetches many clients' pages over one connection, so there only WebSockets count.
    if address == nil, use == .webSocket, let peer {
      // A dropped entry cannot be dropped here: the client behind the proxy is told instead.
      if !count(core.clientAddress.client(of: peer, head.headers)) {
        refusal = .connectionsPerAddress
      }
    }
    if let refusal { return refusal }
    guard use == .webSocket, !isUnregistered else { return nil }
    guard core.ledger.enterUnregistered(core.limits) else {
      core.metrics.reached(.unregisteredConnections)
      return .unregisteredConnections
    }
    isUnregistered = true
    return nil
  }

  /// The connection has proved its key.
  func didRegister() {
    guard isUnregistered else { return }
    isUnregistered = false
    core.ledger.leaveUnregistered()
  }

  /// The connection is gone. Later calls do nothing.
  func end() {
    didRegister()
    if let address { core.ledger.leave(from: address) }
    address = nil
    if isCounted { core.ledger.leave() }
    isCounted = false
  }

  /// A short name for the address, which means nothing in another run; for the debug log.
  var tag: String { (address ?? peer).map { core.tags.tag($0.bytes) } ?? "local" }

  private func count(_ address: AddressBits) -> Bool {
    let customer = address.customer
    guard take(core.ledger.enter(from: customer, core.limits)) else { return false }
    self.address = customer
    return true
  }

  private func take(_ entry: ConnectionLedger.Entry) -> Bool {
    switch entry {
    case .admitted: return true
    case .refused(let limit):
      core.metrics.reached(limit)
      if refusal == nil { refusal = limit }
      return true
    case .dropped(let limit):
      core.metrics.reached(limit)
      return false
    }
  }
}
