import SimpaticoProtocol
public import SimpaticoTree

extension World {
  /// One end begins the close handshake; what it sends or gets afterwards is lost.
  ///
  /// - Precondition: `socket` is an index into `sockets`.
  public mutating func beginClose(
    _ socket: Int, by end: SocketEnd, code: Int, reason: Text
  ) {
    guard let place = socketLog[socket][end], place.phase == .open || place.phase == .connecting
    else { return }
    socketLog[socket][end]?.phase = .closing
    if place.phase == .connecting {
      // As a host does: this end need not wait, and the other one, once it opened, is left.
      scheduleLoss(socket, to: end)
      guard socketLog[socket][end.other] != nil else { return }
      schedule(
        .closing(
          socket: socket, to: end.other, code: CloseCode.goingAway, reason: "", isAnswered: false),
        socket, to: end.other)
    } else if socketLog[socket].isUnplugged {
      // A host does not wait for an answer for ever.
      scheduleLoss(socket, to: end)
    } else {
      schedule(
        .closing(socket: socket, to: end.other, code: code, reason: reason, isAnswered: true),
        socket, to: end.other)
    }
  }

  /// The wire breaks: frames under way are lost, and both ends notice without a close frame (code
  /// 1006).
  public mutating func cut(_ socket: Int) {
    events.removeAll { kind in
      switch kind {
      case .frame(socket, _, _), .closing(socket, _, _, _, _), .news(socket, _, _),
        .arrival(socket):
        true
      default: false
      }
    }
    scheduleLoss(socket, to: .client)
    if socketLog[socket].server != nil { scheduleLoss(socket, to: .server) }
  }

  mutating func scheduleLoss(_ socket: Int, to end: SocketEnd) {
    schedule(
      .closing(
        socket: socket, to: end, code: CloseCode.abnormal, reason: "", isAnswered: false), socket,
      to: end)
  }

  /// The client learns that it was not let in.
  mutating func refuse(_ socket: Int) {
    schedule(
      .news(socket: socket, to: .client, EffectResult.errored("connection refused")), socket,
      to: .client)
    scheduleLoss(socket, to: .client)
  }

  /// Whether a socket's client is not to reach the server.
  func isRefused(_ socket: Int) -> Bool {
    if socketLog[socket].fault == .refused { return true }
    let client = socketLog[socket].client.party - 1
    return settings.faults.contains { $0.client == client && $0.fault == .refused }
  }

  /// Applies a fault that was set for a number of delivered frames.
  mutating func breakWire(_ socket: Int) {
    if let fault = socketLog[socket].fault { apply(fault, to: socket) }
    if settings.faults.isEmpty { return }
    let client = socketLog[socket].client.party - 1
    for (faulty, fault) in settings.faults where faulty == client { apply(fault, to: socket) }
  }

  private mutating func apply(_ fault: Fault, to socket: Int) {
    let delivered = socketLog[socket].framesDelivered
    switch fault {
    case .cut(let frames) where frames == delivered: cut(socket)
    case .closedByServer(let frames, let code, let reason) where frames == delivered:
      guard let server = socketLog[socket].server else { return }
      receive(
        ["handler": "close", "code": .number(code), "reason": .string(reason)],
        party: server.party, branch: server.branch)
    default: break
    }
  }
}
