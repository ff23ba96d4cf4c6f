import SimpaticoProtocol
import SimpaticoTree

extension LabSession {
  mutating func rename(_ command: LabCommand) throws(LabError) -> Value {
    let number = try universe(command)
    _ = try multiverse.entry(number)
    multiverse.rename(number, try command.text("name", atMost: 200))
    return place(number)
  }

  mutating func remove(_ command: LabCommand) throws(LabError) -> Value {
    let number = try universe(command)
    try multiverse.remove(number)
    return ["removed": .number(number)]
  }

  mutating func clear() -> Value {
    multiverse = Multiverse()
    return map()
  }

  /// The number of the universe that a command is about.
  func universe(_ command: LabCommand, _ key: StaticString = "universe") throws(LabError) -> Int {
    try command.integer(key, in: 0...Int(Int32.max), else: 0)
  }

  mutating func start(_ command: LabCommand) throws(LabError) -> Value {
    let settings = try World.Settings(command["settings"] ?? [:])
    let name = try command.text("name", atMost: 200, else: "start")
    let number = try multiverse.add(
      Multiverse.Entry(name: name, parent: nil, fork: 0, content: .world(Universe(settings))))
    return try moment(number, LabCommand(value: [:]))
  }

  mutating func play(_ command: LabCommand) throws(LabError) -> Value {
    let number = try universe(command)
    var universe = try multiverse.world(number)
    let first = universe.steps
    var clock = Int64.max
    var wanted = try command.integer("steps", in: 0...Universe.maximumSteps, else: 1)
    if let to = command["to"]?.small { wanted = max(0, to - first) }
    if try command.flag("end") { wanted = Universe.maximumSteps }
    if let until = command["clock"]?.number, until >= 0, until <= 0x1p53 {
      (clock, wanted) = (Int64(until), Universe.maximumSteps)
    }
    let limit = min(wanted, Universe.longestRun)
    var blocked: LabError?
    do throws(LabError) {
      try universe.run(atMost: limit, until: clock)
    } catch {
      if universe.steps == first { throw error }
      blocked = error
    }
    multiverse.update(number, universe)
    var answer = try moment(number, LabCommand(value: command.value.without("step")))
    answer = answer.with("reached", .bool(universe.steps - first < limit || wanted <= limit))
    if let blocked { answer = answer.with("blocked", blocked.value) }
    return answer
  }

  mutating func fork(_ command: LabCommand) throws(LabError) -> Value {
    let parent = try universe(command)
    let universe = try multiverse.world(parent)
    let step = try Scene(try multiverse.entry(parent)).step(command)
    let name = try command.text("name", atMost: 200, else: "fork")
    let number = try multiverse.add(
      Multiverse.Entry(
        name: name, parent: parent, fork: step, content: .world(universe.fork(at: step))))
    return try moment(number, LabCommand(value: [:])).with("forked", true)
  }

  mutating func edit(_ command: LabCommand) throws(LabError) -> Value {
    let parent = try universe(command)
    let original = try multiverse.world(parent)
    let (edit, step) = try editAndStep(command, Scene(try multiverse.entry(parent)), original)
    let isForced = try command.flag("fork")
    let isNext = step == original.steps && original.planned == 0 && !isForced
    var universe = isNext ? original : original.fork(at: step)
    let before = universe.world
    do throws(LabError) {
      try universe.make(edit)
    } catch {
      throw error.inside("edit")
    }
    let then = try command.text("then", atMost: 16, else: "stop")
    var impossible: [ImpossibleEdit] = []
    if then == "replay" {
      impossible = universe.replay(original, after: step)
    } else if then == "run" {
      try universe.run(atMost: Universe.longestRun)
    } else if then != "stop" {
      throw LabError(.badCommand, "'stop', 'replay' or 'run' is expected", at: "then")
    }
    var number = parent
    if isNext {
      multiverse.update(parent, universe)
    } else {
      let name = try command.text("name", atMost: 200, else: before.told(edit))
      number = try multiverse.add(
        Multiverse.Entry(name: name, parent: parent, fork: step, content: .world(universe)))
    }
    let failed = impossible.map { failure -> Value in
      var fields = Fields()
      fields.put("step", failure.placed.step)
      fields.put("edit", value: failure.placed.edit.value(in: before))
      fields.put("reason", failure.reason)
      return fields.value
    }
    return try moment(number, LabCommand(value: [:])).with("forked", .bool(!isNext))
      .with("impossible", .array(failed))
  }

  /// What is to be done, and after which step. An insertion may name a node instead: then it comes
  /// when that node was last the leaf of its branch.
  private func editAndStep(
    _ command: LabCommand, _ scene: Scene, _ universe: Universe
  ) throws(LabError) -> (Edit, Int) {
    guard let field = command["edit"], field.object != nil else {
      throw LabError(.badCommand, "an object is expected", at: "edit")
    }
    var value = field
    var step = try scene.step(command)
    if value["node"] != nil {
      let inner = LabCommand(value: value)
      do throws(LabError) {
        let party = try scene.party(inner)
        let node = try scene.node(inner, of: party)
        step = try lastStep(of: node.id, node.branch, party, scene)
        value = value.without("node").with("branch", .number(node.branch))
      } catch {
        throw error.inside("edit")
      }
    }
    do throws(LabError) {
      return (try Edit(value, in: universe.world), step)
    } catch {
      throw error.inside("edit")
    }
  }

  private func lastStep(
    of node: NodeID, _ branch: BranchID, _ party: Int, _ scene: Scene
  ) throws(LabError) -> Int {
    let rows = scene.timeline.parties[party]
    let nodes = rows.nodes(of: branch)
    let place = scene.timeline.count(below: nodes.count) { nodes[$0] <= node }
    if place == nodes.count { return scene.timeline.last }
    let step = rows.steps[nodes[place]] - 1
    guard step >= rows.steps[node] else {
      throw LabError(
        .notPossible,
        "node " + Text(node) + " and the next one came in one step: insert after"
          + " that one", at: "node")
    }
    return step
  }

  mutating func fanOut(_ command: LabCommand) throws(LabError) -> Value {
    let parent = try universe(command)
    let original = try multiverse.world(parent)
    let step = try Scene(try multiverse.entry(parent)).step(command)
    let limit = try command.integer("limit", in: 1...500, else: 200)
    let start = original.fork(at: step)
    let faults = start.world.faults
    var rows: [Value] = []
    for edit in faults.prefix(limit) where multiverse.hasRoom {
      var universe = start
      guard (try? universe.make(edit)) != nil else { continue }
      let time = universe.world.clock + LabSession.longestFanOutMilliseconds
      _ = try? universe.run(atMost: Universe.longestRun, until: time)
      let text = start.world.told(edit)
      let number = try multiverse.add(
        Multiverse.Entry(name: text, parent: parent, fork: step, content: .world(universe)))
      rows.append(row(number, universe, edit, text, start.world))
    }
    var fields = Fields()
    fields.put("universe", parent)
    fields.put("step", step)
    fields.put("rows", rows)
    fields.put("skipped", faults.count - rows.count)
    return fields.value
  }

  /// A fault's universe is followed for so long at most, in virtual time.
  static let longestFanOutMilliseconds: Int64 = 600_000

  private func row(
    _ number: Int, _ universe: Universe, _ edit: Edit, _ text: Text, _ before: World
  ) -> Value {
    let (ending, reason) = universe.world.ending(isOver: true)
    var fields = Fields()
    fields.put("universe", number)
    fields.put("edit", value: edit.value(in: before))
    fields.put("text", text)
    fields.put("party", before.parties[before.party(of: edit)].name)
    fields.put("end", ending.name)
    fields.put("reason", reason)
    fields.put("steps", universe.steps)
    fields.put("clock", time: universe.world.clock)
    fields.put("quiet", universe.isQuiet)
    fields.put("digest", universe.world.digest)
    return fields.value
  }

  func map() -> Value {
    var fields = Fields()
    fields.put("universes", multiverse.numbers.map { place($0) })
    fields.put("limit", Multiverse.maximumUniverses)
    return fields.value
  }

  /// A universe as it stands on the map.
  private func place(_ number: Int) -> Value {
    guard let entry = try? multiverse.entry(number) else { return .null }
    let scene = Scene(entry)
    var fields = Fields()
    fields.put("universe", number)
    fields.put("parent", entry.parent)
    fields.put("step", entry.fork)
    fields.put("name", entry.name)
    fields.put("steps", scene.timeline.last)
    fields.put("children", entry.children)
    fields.put("kind", word: "recording")
    fields.put("clock", time: scene.timeline.step(scene.timeline.last).clock)
    fields.put("quiet", true)
    fields.put("edit", value: .null)
    fields.put("text", word: "")
    fields.put("end", word: "")
    fields.put("nodes", scene.timeline.additionCount)
    guard case .world(let universe) = entry.content else { return fields.value }
    fields.put("kind", word: "world")
    fields.put("quiet", universe.isQuiet)
    fields.put("end", universe.world.ending(isOver: universe.isQuiet).ending.name)
    if entry.parent != nil, let first = universe.edits.first(where: { $0.step > entry.fork }) {
      let before = universe.world(at: first.step - 1)
      fields.put("edit", value: first.edit.value(in: before))
      fields.put("text", before.told(first.edit))
    }
    return fields.value
  }
}
