import SimpaticoProtocol
import SimpaticoTree

extension World {
  /// Makes an edit, as a step. Where it throws, the world is of no use any more: make edits in a
  /// copy.
  ///
  /// `id` names the edit, as the cause of what comes of it. `past` finds a frame that has arrived.
  mutating func make(
    _ edit: Edit, as id: EventID, past: (EventID) -> (socket: Int, to: SocketEnd, text: Text)?
  ) throws(LabError) {
    if case .take(let event) = edit { return try take(event) }
    begin(id, at: clock)
    switch edit {
    case .take: return
    case .delay(let id, let milliseconds): try delay(id, milliseconds)
    case .drop(let id):
      _ = try pendingEvent(id)
      events.drop(id)
    case .refuse(let id): try refuse(id)
    case .fail(let id): try fail(id)
    case .corrupt(let id):
      let frame = try pendingFrame(id)
      try replace(id, with: World.corrupted(frame.text, by: id.bits))
    case .replace(let id, let text): try replace(id, with: text)
    case .replay(let id):
      guard let frame = (try? pendingFrame(id)) ?? past(id) else { throw World.noEvent(id) }
      schedule(.frame(socket: frame.socket, to: frame.to, frame.text), frame.socket, to: frame.to)
    case .inject(let name, let end, let text):
      let socket = try socket(name)
      schedule(.frame(socket: socket, to: end, text), socket, to: end)
    case .close(let name, let end, let code, let reason):
      try close(socket(name), by: end, code: code, reason: reason)
    case .cut(let name):
      let socket = try socket(name)
      guard isAlive(socket) else { throw World.impossible("the socket is closed") }
      cut(socket)
    case .stall(let name, let end): try stall(socket(name), to: end)
    case .resume(let name, let end): try resume(socket(name), to: end)
    case .insert(let party, let branch, let message): try insert(message, party, branch)
    case .act(let deed): try act(deed)
    }
  }

  private mutating func act(_ deed: Deed) throws(LabError) {
    guard settings.script != nil else {
      throw World.impossible("there is no chat in this world: its settings have no script")
    }
    let told = remarkLog.count
    perform(deed)
    if remarkLog.count > told {
      throw LabError(.refused, remarkLog[told].text, at: "act")
    }
  }

  private mutating func take(_ id: EventID) throws(LabError) {
    let event = try pendingEvent(id)
    let ahead = countAhead(of: event)
    guard ahead == 0 else {
      throw World.impossible(
        "the stream keeps its order: " + Text(ahead) + " must arrive before this")
    }
    guard !isHeld(event) else { throw World.impossible("the socket is stalled: resume it first") }
    events.take(id)
    begin(id, at: clock)
    perform(event.kind)
  }

  private mutating func delay(_ id: EventID, _ milliseconds: Int) throws(LabError) {
    let event = try pendingEvent(id)
    let time = event.at + Int64(milliseconds)
    guard milliseconds > 0, milliseconds <= World.longestDelay else {
      throw World.impossible("a delay is from 1 to " + Text(World.longestDelay) + " milliseconds")
    }
    var later: [Event] = []
    events.forEach { other in
      if other.id == id || follows(other, event) && other.at < time { later.append(other) }
    }
    for other in later { events.replace(other.changed(at: time)) }
    guard let (socket, end) = event.route else { return }
    if var place = socketLog[socket][end] {
      place.lastArrival = max(place.lastArrival, time)
      socketLog[socket][end] = place
    }
  }

  private mutating func refuse(_ id: EventID) throws(LabError) {
    switch try pendingEvent(id).kind {
    case .begin(let client): faultsAhead.append((client, .refused))
    case .arrival(let socket):
      events.drop(id)
      refuse(socket)
    default: throw World.impossible("only a connection that is not there yet can be refused")
    }
  }

  private mutating func fail(_ id: EventID) throws(LabError) {
    let event = try pendingEvent(id)
    guard case .result(let party, let branch, let message) = event.kind else {
      throw World.impossible("only a cipher operation can fail")
    }
    let failure = EffectResult.failed(
      message[Field.request] ?? .null, reason: "it was made to fail")
    events.replace(event.changed(kind: .result(party: party, branch: branch, failure)))
  }

  private mutating func replace(_ id: EventID, with text: Text) throws(LabError) {
    let frame = try pendingFrame(id)
    let event = try pendingEvent(id)
    events.replace(event.changed(kind: .frame(socket: frame.socket, to: frame.to, text)))
  }

  private mutating func close(
    _ socket: Int, by end: SocketEnd, code: Int, reason: Text
  ) throws(LabError) {
    guard let place = socketLog[socket][end], place.phase == .open else {
      throw World.impossible("this end of the socket is not open")
    }
    let message: Value = ["handler": "close", "code": .number(code), "reason": .string(reason)]
    try insert(message, place.party, place.branch)
  }

  private mutating func stall(_ socket: Int, to end: SocketEnd?) throws(LabError) {
    guard isAlive(socket) else { throw World.impossible("the socket is closed") }
    try setStalled(true, socket, end)
    events.hold { [socketLog] kind in
      guard let (place, to) = Event.route(of: kind) else { return false }
      return place == socket && socketLog[socket].isStalled(to)
    }
  }

  private mutating func resume(_ socket: Int, to end: SocketEnd?) throws(LabError) {
    try setStalled(false, socket, end)
    events.release(at: clock) { [socketLog] kind in
      guard let (place, to) = Event.route(of: kind) else { return true }
      return place == socket && !socketLog[socket].isStalled(to)
    }
  }

  private mutating func setStalled(
    _ isStalled: Bool, _ socket: Int, _ end: SocketEnd?
  ) throws(LabError) {
    let before = socketLog[socket]
    var after = before
    if end != .server { after.isStalledToClient = isStalled }
    if end != .client { after.isStalledToServer = isStalled }
    let isSame =
      after.isStalledToClient == before.isStalledToClient
      && after.isStalledToServer == before.isStalledToServer
    if isSame { throw World.impossible(isStalled ? "it is stalled" : "it is not stalled") }
    socketLog[socket] = after
  }

  private mutating func insert(
    _ message: Value, _ party: Int, _ branch: BranchID
  ) throws(LabError) {
    guard parties.indices.contains(party) else {
      throw LabError(.noSuchParty, "there is no party " + Text(party), at: "party")
    }
    guard (try? parties[party].tree.tree.branch(branch)) != nil else {
      throw LabError(
        .noSuchBranch, parties[party].name + " has no branch " + Text(branch), at: "branch")
    }
    let (nodes, told) = (parties[party].tree.nodeCount, remarkLog.count)
    receive(message, party: party, branch: branch)
    if parties[party].tree.nodeCount == nodes, remarkLog.count > told {
      throw LabError(.refused, remarkLog[told].text, at: "message")
    }
  }

  /// More milliseconds of delay than this are refused: a day.
  static let longestDelay = 86_400_000
}

extension World {
  static func noEvent(_ id: EventID) -> LabError {
    LabError(.noSuchEvent, "nothing of the id " + id.text + " is pending", at: "event")
  }

  static func impossible(_ text: Text) -> LabError { LabError(.notPossible, text) }

  func pendingEvent(_ id: EventID) throws(LabError) -> Event {
    guard let found = events.find(id) else { throw World.noEvent(id) }
    return found.event
  }

  func isHeld(_ event: Event) -> Bool { events.find(event.id)?.isHeld ?? false }

  private func pendingFrame(
    _ id: EventID
  ) throws(LabError) -> (socket: Int, to: SocketEnd, text: Text) {
    guard case .frame(let socket, let end, let text) = try pendingEvent(id).kind else {
      throw World.impossible("this is no frame")
    }
    return (socket, end, text)
  }

  private func socket(_ name: SocketName) throws(LabError) -> Int {
    guard let index = index(of: name) else {
      throw LabError(.noSuchSocket, "there is no such socket", at: "socket")
    }
    return index
  }

  /// Whether anything can still travel on a socket.
  func isAlive(_ socket: Int) -> Bool {
    let place = socketLog[socket]
    return place.client.phase != .closed || (place.server.map { $0.phase != .closed } ?? false)
  }

  /// Whether one event comes after another one in the same stream.
  private func follows(_ event: Event, _ other: Event) -> Bool {
    guard let (socket, end) = event.route, let before = other.route else { return false }
    return socket == before.socket && end == before.end && event.id != other.id
      && other.isBefore(event)
  }

  /// How many events of the same stream come before an event. Linear.
  func countAhead(of event: Event) -> Int {
    var count = 0
    events.forEach { if follows(event, $0) { count += 1 } }
    return count
  }

  /// A text with the lowest bit of one of its bytes flipped; which one follows from `chance`.
  private static func corrupted(_ text: Text, by chance: UInt64) -> Text {
    text.withUTF8 { bytes in
      var changed = Array(bytes)
      guard !changed.isEmpty else { return text }
      var index = Int(chance % UInt64(changed.count))
      // Only a byte of its own can be flipped without making the text no text.
      for _ in 0..<changed.count where changed[index] >= 0x7E || changed[index] < 0x20 {
        index = (index + 1) % changed.count
      }
      if changed[index] < 0x7E { changed[index] ^= 1 }
      return changed.withUnsafeBufferPointer { Text(utf8: $0) } ?? text
    }
  }
}
