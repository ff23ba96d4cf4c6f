import SimpaticoProtocol
public import SimpaticoTree

extension World {
  /// One end begins the close handshake; what it sends or gets afterwards is lost.
  public mutating func beginClose(
    _ socket: Int, by end: SocketEnd, code: Int, reason: Text
  ) {
    guard let place = sockets[socket][end], place.phase == .open || place.phase == .connecting
    else { return }
    sockets[socket][end]?.phase = .closing
    if sockets[socket][end.other] == nil {
      scheduleLoss(socket, to: end)  // the other end has not heard of this connection yet
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
      case .frame(socket, _, _), .closing(socket, _, _, _, _), .news(socket, _, _): true
      default: false
      }
    }
    for end in [SocketEnd.client, .server] where sockets[socket][end] != nil {
      scheduleLoss(socket, to: end)
    }
  }

  mutating func scheduleLoss(_ socket: Int, to end: SocketEnd) {
    schedule(
      .closing(
        socket: socket, to: end, code: CloseCode.abnormal, reason: "", isAnswered: false), socket,
      to: end)
  }

  func fault(of socket: Int) -> Fault? {
    settings.faults.first { $0.client + 1 == sockets[socket].client.party }?.fault
  }

  /// Applies a fault that was set for a number of delivered frames.
  mutating func breakWire(_ socket: Int) {
    switch fault(of: socket) {
    case .cut(let frames)? where frames == framesDelivered[socket]: cut(socket)
    case .closedByServer(let frames, let code, let reason)?
    where frames == framesDelivered[socket]:
      guard let server = sockets[socket].server else { return }
      receive(
        ["handler": "close", "code": .number(code), "reason": .string(reason)],
        party: server.party, branch: server.branch)
    default: break
    }
  }
}
