import SimpaticoProtocol
public import SimpaticoTree

extension World {
  /// The edits that make sense of a pending event: those that any network, host or clock may be the
  /// cause of, and those that it takes somebody hostile in the middle for.
  func possibilities(of event: Event) -> (fair: [Edit], hostile: [Edit]) {
    let id = event.id
    let delay = Edit.delay(id, milliseconds: settings.deadlineMilliseconds + 1_000)
    var fair: [Edit] = countAhead(of: event) == 0 && !isHeld(event) ? [.take(id)] : []
    switch event.kind {
    case .begin, .arrival: return (fair + [delay, .drop(id), .refuse(id)], [])
    case .frame(_, _, let text):
      let replaced = Edit.replace(id, text: text)
      return (fair + [delay], [.drop(id), .corrupt(id), .replay(id), replaced])
    case .news: return (fair + [delay], [.drop(id)])
    case .closing(_, _, _, _, let isAnswered):
      fair.append(delay)
      return isAnswered ? (fair, [.drop(id)]) : (fair + [.drop(id)], [])
    case .result: return (fair + [delay, .drop(id), .fail(id)], [])
    case .deed, .timer: return (fair + [delay, .drop(id)], [])
    }
  }

  /// Every fault that is possible now, in the order of events, then of sockets.
  public var faults: [Edit] {
    var faults: [Edit] = []
    for event in events.ordered + events.held {
      let (fair, hostile) = possibilities(of: event)
      for edit in fair + hostile where isFault(edit, of: event) { faults.append(edit) }
    }
    for socket in 0..<socketLog.count where isAlive(socket) {
      let name = name(ofSocket: socket)
      let place = socketLog[socket]
      faults.append(.cut(name))
      append(faultsAt: .client, of: place, name, to: &faults)
      append(faultsAt: .server, of: place, name, to: &faults)
    }
    return faults
  }

  private func append(
    faultsAt end: SocketEnd, of place: MockSocket, _ name: SocketName, to faults: inout [Edit]
  ) {
    if place[end]?.phase == .open {
      faults.append(.close(name, by: end, code: CloseCode.goingAway, reason: "leaves"))
    }
    if !place.isStalled(end) { faults.append(.stall(name, to: end)) }
  }

  /// Replacing a frame by itself is none, and what is taken comes in any case, unless it is a
  /// timer.
  private func isFault(_ edit: Edit, of event: Event) -> Bool {
    switch edit {
    case .replace: return false
    case .take: if case .timer = event.kind { return true } else { return false }
    default: return true
    }
  }

  /// An edit that is possible now, in words.
  public func told(_ edit: Edit) -> Text {
    func about(_ id: EventID) -> Text {
      guard let event = events.find(id)?.event else { return "a frame that has come" }
      let (kind, party, text) = told(event)
      return text + (kind == "begin" ? " by " : " to ") + parties[party].name
    }
    func at(_ end: SocketEnd?, of socket: SocketName) -> Text {
      guard let end else { return "both ends" }
      return end == .server ? parties[0].name : parties[socket.party].name
    }
    switch edit {
    case .take(let id): return "take " + about(id)
    case .delay(let id, let milliseconds):
      return "delay " + about(id) + " by " + Text(milliseconds) + " ms"
    case .drop(let id): return "drop " + about(id)
    case .refuse(let id): return "refuse " + about(id)
    case .fail(let id): return "fail " + about(id)
    case .corrupt(let id): return "corrupt " + about(id)
    case .replace(let id, _): return "replace " + about(id)
    case .replay(let id): return "replay " + about(id)
    case .inject(let socket, let end, let text):
      return "inject " + World.handlerName(text) + " to " + at(end, of: socket)
    case .close(let socket, let end, let code, _):
      return "close " + spelling(of: socket) + " by " + at(end, of: socket) + " with " + Text(code)
    case .cut(let socket): return "cut " + spelling(of: socket)
    case .stall(let socket, let end):
      return "stall " + spelling(of: socket) + " to " + at(end, of: socket)
    case .resume(let socket, let end):
      return "resume " + spelling(of: socket) + " to " + at(end, of: socket)
    case .act(let deed): return World.clientName(deed.client) + ": " + told(deed)
    case .insert(let party, _, let message):
      return "insert " + NodeLabel.text(of: message, isRoot: false) + " at " + parties[party].name
    }
  }

  /// The party that an edit concerns first.
  func party(of edit: Edit) -> Int {
    switch edit {
    case .take(let id), .delay(let id, _), .drop(let id), .refuse(let id), .fail(let id),
      .corrupt(let id), .replace(let id, _), .replay(let id):
      return events.find(id).map { receiver(of: $0.event) } ?? 0
    case .inject(let socket, let end, _), .close(let socket, let end, _, _):
      return end == .server ? 0 : socket.party
    case .cut(let socket): return socket.party
    case .stall(let socket, let end), .resume(let socket, let end):
      return end == .server ? 0 : socket.party
    case .insert(let party, _, _): return party
    case .act(let deed): return deed.client + 1
    }
  }
}
