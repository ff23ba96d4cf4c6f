import SimpaticoProtocol
package import SimpaticoTree

extension World {
  /// What an event does. Everything that enters a party goes through `Party.receive`.
  mutating func perform(_ kind: Event.Kind) {
    switch kind {
    case .begin(let client): if settings.script == nil { begin(client) } else { beginChat(client) }
    case .deed(let index): if let script = settings.script { perform(script[index]) }
    case .arrival(let socket): arrive(socket)
    case .frame(let socket, let end, let text): deliver(text, on: socket, to: end)
    case .news(let socket, let end, let message):
      guard let place = socketLog[socket][end], place.phase == .connecting else { return }
      if message == EffectResult.opened { socketLog[socket][end]?.phase = .open }
      receive(message, party: place.party, branch: place.branch)
    case .closing(let socket, let end, let code, let reason, let isAnswered):
      close(socket, end, code, reason, isAnswered)
    case .result(let party, let branch, let message):
      receive(message, party: party, branch: branch)
    case .timer(let party, let branch, let request):
      receive(EffectResult.elapsed(request), party: party, branch: branch)
    }
  }

  mutating func begin(_ client: Int) {
    let party = client + 1
    guard let branch = open(party, settings.settings(party)) else { return }
    receive(World.dial, party: party, branch: branch)
  }

  private static let dial = Party.connect(to: "ws://server/ws")

  /// The server's host accepts, and both ends learn that the socket is open.
  private mutating func arrive(_ socket: Int) {
    guard socketLog[socket].client.phase == .connecting else { return }
    if clock < relayIsDownUntil { return refuse(socket) }
    guard let branch = open(0, settings.settings(0)) else { return }
    let handle = Value.number(socket)
    socketLog[socket].server = MockSocket.End(
      party: 0, branch: branch, phase: .open, handle: handle)
    schedule(.news(socket: socket, to: .client, EffectResult.opened), socket, to: .client)
    receive(Party.accept(socket: handle), party: 0, branch: branch)
    receive(EffectResult.opened, party: 0, branch: branch)
    breakWire(socket)
  }

  mutating func open(_ party: Int, _ settings: Value) -> BranchID? {
    let moment = moment(of: party)
    guard let branch = try? parties[party].open(settings, at: moment),
      let node = try? parties[party].tree.tree.leaf(of: branch)
    else { return nil }
    note(node, of: party)
    return branch
  }

  private mutating func deliver(_ text: Text, on socket: Int, to end: SocketEnd) {
    if socketLog[socket].isUnplugged { return }
    if end == .client, !tamperings.isEmpty, let frames = tampered(text, socket) {
      for frame in frames { take(frame, on: socket, at: end) }
    } else {
      take(text, on: socket, at: end)
    }
  }

  private mutating func take(_ text: Text, on socket: Int, at end: SocketEnd) {
    // What comes after a close has begun is ignored (RFC 6455 section 1.4).
    guard let place = socketLog[socket][end], place.phase == .open else { return }
    socketLog[socket].framesDelivered += 1
    let moment = moment(of: place.party)
    let reaction = text.withUTF8 { bytes in
      parties[place.party].receive(frame: bytes, on: place.branch, at: moment)
    }
    finish(reaction, party: place.party)
    breakWire(socket)
  }

  private mutating func close(
    _ socket: Int, _ end: SocketEnd, _ code: Int, _ reason: Text, _ isAnswered: Bool
  ) {
    guard let place = socketLog[socket][end] else { return }
    if socketLog[socket].isUnplugged, isAnswered { return }
    if place.phase == .closed {
      // Nobody is here to answer, which the other end notices in the end.
      if isAnswered { scheduleLoss(socket, to: end.other) }
      return
    }
    socketLog[socket][end]?.phase = .closed
    if isAnswered {
      schedule(
        .closing(socket: socket, to: end.other, code: code, reason: reason, isAnswered: false),
        socket, to: end.other)
    }
    receive(
      EffectResult.closed(code: code, reason: reason), party: place.party, branch: place.branch)
  }

  /// Gives a party a message of its own side, now, as an event would.
  package mutating func receive(_ message: Value, party: Int, branch: BranchID) {
    let moment = moment(of: party)
    finish(parties[party].receive(message, on: branch, at: moment), party: party)
  }

  mutating func finish(_ reaction: Party.Reaction, party: Int) {
    for node in reaction.nodes { note(node, of: party) }
    for refusal in reaction.refusals { remark(refusal.error.text, party) }
    for request in reaction.effects { perform(request, of: party) }
  }

  private mutating func perform(_ request: EffectRequest, of party: Int) {
    switch request.effect {
    case .connect(let url): connect(request, party, url)
    case .send(let handle, let message):
      guard let (socket, end) = find(handle, of: party), socketLog[socket][end]?.phase == .open
      else { return }
      schedule(
        .frame(socket: socket, to: end.other, JSON.print(message)), socket, to: end.other)
    case .close(let handle, let code, let reason):
      guard let (socket, end) = find(handle, of: party) else { return }
      beginClose(socket, by: end, code: code, reason: reason)
    case .seal(let key, let to, let clearText, let secretName):
      seal(clearText, secretName, key, to, request, party)
    case .unseal(let key, let from, let box): unseal(box, key, from, request, party)
    case .makeSecret(let name):
      // Named after what made it, so that it is the same one in every universe.
      vaults[party].keep("secret" + events.cause.text, as: name)
      answer(request, party, EffectResult.secretMade(request.id))
    case .compareSecrets(let name, let candidate):
      let isEqual = vaults[party].areEqual(name, candidate)
      vaults[party].forget(candidate)
      answer(request, party, EffectResult.compared(request.id, equal: isEqual))
    case .forgetSecret(let name): vaults[party].forget(name)
    case .forgetHistory: answer(request, party, EffectResult.forgotten(request.id))
    case .startTimer(let milliseconds):
      events.schedule(
        .timer(party: party, branch: request.branch, request: request.id),
        at: clock + Int64(milliseconds))
    case .cancelTimer(let timer):
      events.removeFirst { kind in
        if case .timer(party, _, let request) = kind { request == timer } else { false }
      }
    case .log(let message):
      remarkLog.append(Remark(step: step, party: party, text: JSON.print(message)))
    // A world's server is one party.
    case .enrol, .forward: break
    }
  }

  private mutating func seal(
    _ clearText: Text, _ secretName: Text?, _ key: Value, _ to: Text, _ request: EffectRequest,
    _ party: Int
  ) {
    let whole = secretName.map { vaults[party].putting($0, into: clearText) } ?? clearText
    var result: Value?
    if let whole, let key = key.string, let box = SymbolicCipher.seal(whole, from: key, to: to),
      let signature = SymbolicCipher.fingerprint(ofPublicKey: to)
    {
      result = EffectResult.sealed(request.id, box: box, publicKeySig: signature)
    }
    answer(request, party, result)
  }

  private mutating func unseal(
    _ box: Text, _ key: Value, _ from: Text, _ request: EffectRequest, _ party: Int
  ) {
    guard let key = key.string, let clearText = SymbolicCipher.open(box, by: key, from: from),
      let signature = SymbolicCipher.fingerprint(ofPublicKey: from)
    else { return answer(request, party, nil) }
    let name = Vault.name(of: request)
    let rest = vaults[party].taking(name, outOf: clearText)
    answer(
      request, party,
      EffectResult.unsealed(
        request.id, clearText: rest ?? clearText, publicKeySig: signature,
        secretName: rest == nil ? nil : name))
  }

  mutating func remark(_ text: Text, _ party: Int) {
    remarkLog.append(Remark(step: step, party: party, text: text))
  }

  private mutating func answer(_ request: EffectRequest, _ party: Int, _ result: Value?) {
    let delay = random.next(.computation, in: settings.computationMilliseconds)
    let message = result ?? EffectResult.failed(request.id, reason: "the keys do not fit")
    events.schedule(
      .result(party: party, branch: request.branch, message), at: clock + delay)
  }

  private mutating func connect(_ request: EffectRequest, _ party: Int, _ url: Text) {
    let end = MockSocket.End(
      party: party, branch: request.branch, phase: .connecting, handle: request.id)
    socketLog.append(MockSocket(url: url, client: end))
    let socket = socketLog.count - 1
    if let index = faultsAhead.firstIndex(where: { $0.client == party - 1 }) {
      socketLog[socket].fault = faultsAhead.remove(at: index).fault
    }
    if isRefused(socket) {
      refuse(socket)
    } else {
      schedule(.arrival(socket: socket), socket, to: .server)
    }
  }

  private func find(_ handle: Value, of party: Int) -> (socket: Int, end: SocketEnd)? {
    if party == 0 { return handle.integer.map { ($0, .server) } }
    for socket in (0..<socketLog.count).reversed() {
      let client = socketLog[socket].client
      if client.party == party, client.handle == handle { return (socket, .client) }
    }
    return nil
  }

  /// Schedules what travels to an end, never before what was sent to it earlier.
  mutating func schedule(_ kind: Event.Kind, _ socket: Int, to end: SocketEnd) {
    let delay = random.next(.latency, in: settings.latencyMilliseconds)
    let at = max(clock + delay, socketLog[socket][end]?.lastArrival ?? 0)
    socketLog[socket][end]?.lastArrival = at
    let about = socketLog[socket].client.party * 2 + (end == .client ? 0 : 1)
    events.schedule(kind, at: at, about: about, isHeld: socketLog[socket].isStalled(end))
  }
}
