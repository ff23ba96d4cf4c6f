import SimpaticoProtocol
import SimpaticoTree

extension LabSession {
  /// Everything about one moment of a universe but its trees.
  func moment(_ number: Int, _ command: LabCommand) throws(LabError) -> Value {
    let entry = try multiverse.entry(number)
    let scene = Scene(entry)
    let step = try scene.step(command)
    var fields = Fields()
    fields.put("universe", number)
    fields.put("name", entry.name)
    fields.put("step", step)
    fields.put("steps", scene.timeline.last)
    fields.put("counts", value: counts(scene, step))
    fields.put("parent", entry.parent)
    fields.put("fork", entry.fork)
    let universe: Universe
    switch entry.content {
    case .world(let content): universe = content
    case .recording(let trees):
      try tell(trees, at: step, command, &fields)
      return fields.value
    }
    let world = universe.world(at: step)
    let isNewest = step == scene.timeline.last
    let isQuiet = isNewest ? universe.isQuiet : false
    fields.put("editable", true)
    fields.put("chat", universe.settings.script != nil)
    fields.put("planned", universe.planned)
    fields.put("quiet", isQuiet)
    fields.put("clock", time: world.clock)
    fields.put("action", value: try action(universe, step))
    fields.put("end", value: ending(world, isOver: isQuiet))
    let limit = try command.integer("pending", in: 0...10_000, else: 50)
    let pending = world.events.ordered + world.events.held
    fields.put("pending", pending.prefix(limit).map { event($0, in: world) })
    fields.put("pendingCount", pending.count)
    fields.put("sockets", value: sockets(world))
    fields.put("socketCount", world.socketLog.count)
    fields.put("remarks", value: remarks(world, step))
    if try command.flag("digest", else: true) {
      let digest = world.digest
      fields.put("digest", digest)
      if let claim = entry.claim, claim.step == step {
        fields.put("agrees", claim.digest == digest)
      }
    }
    return fields.value
  }

  /// A moment of a recording, in which nothing is known but the nodes.
  private func tell(
    _ trees: RecordedTrees, at step: Int, _ command: LabCommand, _ fields: inout Fields
  ) throws(LabError) {
    let timeline = trees.timeline
    fields.put("editable", false)
    fields.put("quiet", step == timeline.last)
    fields.put("clock", time: timeline.step(step).clock)
    if try command.flag("digest", else: true) { fields.put("digest", trees.digest(at: step)) }
    let newest = timeline.addition(timeline.additionCount(after: step) - 1)
    let member = trees.members[newest.party]
    var action = Fields()
    action.put("kind", word: "node")
    action.put("text", NodeView(member.tree, newest.node)?.label ?? "")
    action.put("party", member.name)
    action.put("at", time: timeline.step(step).clock)
    fields.put("action", value: action.value)
  }

  private func counts(_ scene: Scene, _ step: Int) -> Value {
    var counts = Vector<Value>()
    for party in 0..<scene.partyCount {
      var entry = Fields()
      entry.put("party", scene.name(party))
      entry.put("role", scene.role(party))
      entry.put("nodes", scene.timeline.nodeCount(of: party, after: step))
      entry.put("branches", scene.timeline.branchCount(of: party, after: step))
      counts.append(entry.value)
    }
    return .array(counts)
  }

  /// What a step was, as it was seen before it was made.
  private func action(_ universe: Universe, _ step: Int) throws(LabError) -> Value {
    if step == 0 {
      var fields = Fields()
      fields.put("kind", word: "start")
      fields.put("text", word: "start")
      fields.put("party", value: .null)
      return fields.value
    }
    let before = universe.world(at: step - 1)
    let made = universe.newest.timeline.step(step)
    if let edit = made.edit {
      var fields = Fields()
      fields.put("kind", word: "edit")
      fields.put("text", before.told(edit))
      fields.put("edit", value: edit.value(in: before))
      fields.put("party", before.parties[before.party(of: edit)].name)
      fields.put("at", time: made.clock)
      return fields.value
    }
    guard let event = made.event else { return .null }
    let (_, party, text) = before.told(event)
    var fields = Fields()
    fields.put("kind", word: "event")
    fields.put("event", event.id.text)
    fields.put("text", text)
    fields.put("what", before.kindName(event.kind))
    fields.put("party", before.parties[party].name)
    fields.put("at", time: made.clock)
    return fields.value
  }

  /// How the world stands, and each of its clients.
  func ending(_ world: World, isOver: Bool) -> Value {
    let (whole, reason) = world.ending(isOver: isOver)
    var parties = Vector<Value>()
    for party in world.parties.indices.dropFirst() {
      let (ending, reason) = world.ending(of: party, isOver: isOver)
      var entry = Fields()
      entry.put("party", world.parties[party].name)
      entry.put("word", ending.name)
      entry.put("reason", reason)
      parties.append(entry.value)
    }
    var fields = Fields()
    fields.put("word", whole.name)
    fields.put("reason", reason)
    fields.put("parties", parties)
    return fields.value
  }

  /// A pending event and what can be done with it.
  func event(_ event: Event, in world: World, whole: Bool = false) -> Value {
    let (_, party, text) = world.told(event)
    let (fair, hostile) = world.possibilities(of: event)
    var fields = Fields()
    fields.put("event", event.id.text)
    fields.put("at", time: event.at)
    fields.put("kind", world.kindName(event.kind))
    fields.put("party", world.parties[party].name)
    fields.put("text", text)
    fields.put("held", world.isHeld(event))
    fields.put("can", value: names(fair))
    fields.put("hostile", value: names(hostile))
    if let (socket, end) = event.route {
      fields.put("socket", world.spelling(of: world.name(ofSocket: socket)))
      fields.put("to", value: end.value)
    }
    if whole, case .frame(_, _, let text) = event.kind { fields.put("frame", text) }
    return fields.value
  }

  /// A pending event with all that is in it.
  func pendingEvent(_ command: LabCommand) throws(LabError) -> Value {
    let number = try universe(command)
    let universe = try multiverse.world(number)
    let step = try Scene(try multiverse.entry(number)).step(command)
    guard let id = EventID(try command.text("event", atMost: 16)) else {
      throw LabError(.badCommand, "an id of 16 hexadecimal digits is expected", at: "event")
    }
    let world = universe.world(at: step)
    return event(try world.pendingEvent(id), in: world, whole: true)
  }

  private func names(_ edits: [Edit]) -> Value {
    .array(edits.map { .string($0.name) })
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
      var entry = Fields()
      entry.put("socket", world.spelling(of: world.name(ofSocket: index)))
      entry.put("party", world.parties[socket.client.party].name)
      entry.put("phase", socket.client.phase.name)
      entry.put("branch", socket.client.branch)
      entry.put("serverPhase", socket.server.map { $0.phase.name })
      entry.put("serverBranch", socket.server.map { $0.branch })
      entry.put("stalled", value: stalled)
      entry.put("framesDelivered", socket.framesDelivered)
      entry.put("alive", world.isAlive(index))
      sockets.append(entry.value)
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
      var entry = Fields()
      entry.put("step", step)
      entry.put("party", world.parties[remark.party].name)
      entry.put("text", remark.text)
      remarks.append(entry.value)
      index -= 1
    }
    return .array(remarks.reversed())
  }
}
