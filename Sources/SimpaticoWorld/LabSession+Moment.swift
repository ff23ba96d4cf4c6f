import SimpaticoProtocol
import SimpaticoTree

extension LabSession {
  /// Everything about one moment of a universe but its trees.
  func moment(_ number: Int, _ command: LabCommand) throws(LabError) -> Value {
    let entry = try multiverse.entry(number)
    let scene = Scene(entry)
    let step = try scene.step(command)
    var fields: Object = [
      "universe": .number(number), "name": .string(entry.name), "step": .number(step),
      "steps": .number(scene.timeline.last), "counts": counts(scene, step),
      "parent": entry.parent.map { .number($0) } ?? .null, "fork": .number(entry.fork),
    ]
    guard case .world(let universe) = entry.content else {
      fields["editable"] = false
      fields["quiet"] = .bool(step == scene.timeline.last)
      fields["clock"] = .number(Double(scene.timeline.steps[step].clock))
      return .object(fields)
    }
    let world = universe.world(at: step)
    let isNewest = step == scene.timeline.last
    let isQuiet = isNewest ? universe.isQuiet : false
    fields["editable"] = true
    fields["planned"] = .number(universe.planned)
    fields["quiet"] = .bool(isQuiet)
    fields["clock"] = .number(Double(world.clock))
    fields["action"] = try action(universe, step)
    fields["end"] = ending(world, isOver: isQuiet)
    let limit = try command.integer("pending", in: 0...10_000, else: 50)
    let pending = world.events.ordered + world.events.held
    fields["pending"] = .array(pending.prefix(limit).map { event($0, in: world) })
    fields["pendingCount"] = .number(pending.count)
    fields["sockets"] = sockets(world)
    fields["socketCount"] = .number(world.socketLog.count)
    fields["remarks"] = remarks(world, step)
    if try command.flag("digest", else: true) {
      let digest = world.digest
      fields["digest"] = .string(digest)
      if let claim = entry.claim, claim.step == step {
        fields["agrees"] = .bool(claim.digest == digest)
      }
    }
    return .object(fields)
  }

  private func counts(_ scene: Scene, _ step: Int) -> Value {
    var counts = Vector<Value>()
    for party in 0..<scene.partyCount {
      counts.append([
        "party": .string(scene.name(party)), "role": .string(scene.role(party)),
        "nodes": .number(scene.timeline.nodeCount(of: party, after: step)),
        "branches": .number(scene.timeline.branchCount(of: party, after: step)),
      ])
    }
    return .array(counts)
  }

  /// What a step was, as it was seen before it was made.
  private func action(_ universe: Universe, _ step: Int) throws(LabError) -> Value {
    if step == 0 { return ["kind": "start", "text": "start", "party": .null] }
    let before = universe.world(at: step - 1)
    let made = universe.newest.timeline.steps[step]
    if let edit = made.edit {
      return [
        "kind": "edit", "text": .string(before.told(edit)), "edit": edit.value(in: before),
        "party": .string(before.parties[before.party(of: edit)].name),
        "at": .number(Double(made.clock)),
      ]
    }
    guard let event = made.event else { return .null }
    let (_, party, text) = before.told(event)
    return [
      "kind": "event", "event": .string(event.id.text), "text": .string(text),
      "what": .string(before.kindName(event.kind)), "party": .string(before.parties[party].name),
      "at": .number(Double(made.clock)),
    ]
  }

  /// How the world stands, and each of its clients.
  func ending(_ world: World, isOver: Bool) -> Value {
    let (whole, reason) = world.ending(isOver: isOver)
    var parties = Vector<Value>()
    for party in world.parties.indices.dropFirst() {
      let (ending, reason) = world.ending(of: party, isOver: isOver)
      parties.append([
        "party": .string(world.parties[party].name), "word": .string(ending.name),
        "reason": .string(reason),
      ])
    }
    return [
      "word": .string(whole.name), "reason": .string(reason), "parties": .array(parties),
    ]
  }

  /// A pending event and what can be done with it.
  func event(_ event: Event, in world: World, whole: Bool = false) -> Value {
    let (_, party, text) = world.told(event)
    let (fair, hostile) = world.possibilities(of: event)
    var fields: Object = [
      "event": .string(event.id.text), "at": .number(Double(event.at)),
      "kind": .string(world.kindName(event.kind)),
      "party": .string(world.parties[party].name), "text": .string(text),
      "held": .bool(world.isHeld(event)), "can": names(fair, world),
      "hostile": names(hostile, world),
    ]
    if let (socket, end) = event.route {
      fields["socket"] = .string(world.spelling(of: world.name(ofSocket: socket)))
      fields["to"] = end.value
    }
    if whole, case .frame(_, _, let text) = event.kind { fields["frame"] = .string(text) }
    return .object(fields)
  }

  private func names(_ edits: [Edit], _ world: World) -> Value {
    .array(edits.map { $0.value(in: world)["edit"] ?? .null })
  }

  private func sockets(_ world: World) -> Value {
    var sockets = Vector<Value>()
    for index in 0..<min(world.socketLog.count, LabSession.maximumSockets) {
      let socket = world.socketLog[index]
      let stalled: Value =
        switch (socket.isStalledToClient, socket.isStalledToServer) {
        case (true, true): "both"
        case (true, false): "client"
        case (false, true): "server"
        case (false, false): ""
        }
      sockets.append([
        "socket": .string(world.spelling(of: world.name(ofSocket: index))),
        "party": .string(world.parties[socket.client.party].name),
        "phase": .string(socket.client.phase.name), "branch": .number(socket.client.branch),
        "serverPhase": socket.server.map { .string($0.phase.name) } ?? .null,
        "serverBranch": socket.server.map { .number($0.branch) } ?? .null, "stalled": stalled,
        "framesDelivered": .number(socket.framesDelivered), "alive": .bool(world.isAlive(index)),
      ])
    }
    return .array(sockets)
  }

  /// More sockets than this are not listed.
  private static let maximumSockets = 1_000

  private func remarks(_ world: World, _ step: Int) -> Value {
    var remarks: [Value] = []
    var index = world.remarkLog.count - 1
    while index >= 0, world.remarkLog[index].step == step, remarks.count < 100 {
      let remark = world.remarkLog[index]
      remarks.append([
        "step": .number(step), "party": .string(world.parties[remark.party].name),
        "text": .string(remark.text),
      ])
      index -= 1
    }
    return .array(remarks.reversed())
  }
}
