import SimpaticoProtocol
import SimpaticoTree

extension LabSession {
  func detail(_ command: LabCommand) throws(LabError) -> Value {
    let scene = try scene(command)
    let party = try scene.party(command)
    let node = try scene.node(command, of: party)
    var fields = self.node(node.id, party, scene, TreeLayout(scene.timeline.parties[party].layout))
    fields.put("universe", try universe(command))
    fields.put("party", scene.name(party))
    fields.put("value", value: Part(depth: 2).of(node.value))
    fields.put("residue", value: Part().of(node.residue))
    fields.put(
      "cascade",
      node.trace.cascade.map { message -> Value in
        let handler = NodeLabel.handler(of: message)
        var entry = Fields()
        entry.put("handler", handler)
        entry.put("colour", handler.map { Palette.index(of: $0) })
        entry.put("message", value: Part(depth: 2).of(message))
        return entry.value
      })
    fields.put("effects", value: effects(node, party, scene))
    fields.put("boxes", value: BoxSearch(scene).boxes(of: node))
    fields.put("message", value: arrived(node.id, party, scene))
    neighbours(of: node, party, scene, &fields)
    try difference(node, party, scene, command, &fields)
    return fields.value
  }

  private func neighbours(
    of node: NodeView, _ party: Int, _ scene: Scene,
    _ fields: inout Fields
  ) {
    let rows = scene.timeline.parties[party]
    let nodes = rows.nodes(of: node.branch)
    let place = scene.timeline.count(below: nodes.count) { nodes[$0] <= node.id }
    fields.put("next", value: place < nodes.count ? .number(nodes[place]) : .null)
    fields.put("previous", node.parent)
    var children = Vector<Value>()
    if place < nodes.count { children.append(.number(nodes[place])) }
    for branch in 0..<rows.branchCount {
      let row = rows.nodes(of: branch)
      guard branch != node.branch, !row.isEmpty, children.count < 100,
        scene.view(row[0], party)?.parent == node.id
      else { continue }
      children.append(.number(row[0]))
    }
    fields.put("children", children)
  }

  private func difference(
    _ node: NodeView, _ party: Int, _ scene: Scene,
    _ command: LabCommand, _ fields: inout Fields
  ) throws(LabError) {
    var before: Value = [:]
    fields.put("against", value: .null)
    if let other = command.inside("against") {
      do throws(LabError) {
        let scene = try self.scene(other)
        let party = try scene.party(other)
        let node = try scene.node(other, of: party)
        before = node.residue
        fields.put(
          "against", value: LabSession.place(try universe(other), scene.name(party), node.id))
      } catch {
        throw error.inside("against")
      }
    } else if let parent = node.parent, let residue = try? scene.tree(party).residue(of: parent) {
      let isFirst = scene.timeline.parties[party].nodes(of: node.branch)[0] == node.id
      before = isFirst ? residue.withoutHandles() : residue
      fields.put(
        "against", value: LabSession.place(try universe(command), scene.name(party), parent))
    }
    var changes = Vector<Value>()
    Difference.append(from: before, to: node.residue, at: "", into: &changes)
    fields.put("moreChanges", max(0, changes.count - LabSession.maximumChanges))
    var shown = Vector<Value>()
    for index in 0..<min(changes.count, LabSession.maximumChanges) {
      shown.append(LabSession.cut(changes[index]))
    }
    fields.put("changes", shown)
  }

  private static let maximumChanges = 500

  private static func place(_ universe: Int, _ party: Text, _ node: NodeID) -> Value {
    var fields = Fields()
    fields.put("universe", universe)
    fields.put("party", party)
    fields.put("node", node)
    return fields.value
  }

  /// A change whose sides are texts where they are long.
  private static func cut(_ change: Value) -> Value {
    var fields = change.object ?? Object()
    cut("before", "beforeText", &fields)
    cut("after", "afterText", &fields)
    return .object(fields)
  }

  private static func cut(_ side: Text, _ text: Text, _ fields: inout Object) {
    guard let value = fields[side] else { return }
    let printed = JSON.print(value)
    if printed.count <= 400 { return }
    fields[side] = nil
    fields[text] = .string(printed.prefix(bytes: 400) + "…")
  }

  func part(_ command: LabCommand) throws(LabError) -> Value {
    let scene = try scene(command)
    let node = try scene.node(command, of: try scene.party(command))
    let of = try command.text("of", atMost: 16, else: "residue")
    let whole: Value
    if of == "residue" {
      whole = node.residue
    } else if of == "value" {
      whole = node.value
    } else if of == "cascade" {
      whole = .array(node.trace.cascade)
    } else if of == "effects" {
      whole = .array(node.trace.effects)
    } else {
      throw LabError(
        .badCommand, "'residue', 'value', 'cascade' or 'effects' is expected", at: "of")
    }
    guard let value = whole.at(try command.path("path")) else {
      throw LabError(.badCommand, "there is nothing at this path", at: "path")
    }
    var part = Part()
    part.depth = try command.integer("depth", in: 0...8, else: 1)
    part.offset = try command.integer("offset", in: 0...Int(Int32.max - 2_000), else: 0)
    part.limit = try command.integer("limit", in: 1...1_000, else: 100)
    if try command.flag("text") { part.cut = 65_536 }
    return part.of(value)
  }

  /// For each field at a place of a residue, the node that last gave it its value. Walks up from
  /// the node until every field is found: linear in the way.
  func writers(_ command: LabCommand) throws(LabError) -> Value {
    let scene = try scene(command)
    let party = try scene.party(command)
    let node = try scene.node(command, of: party)
    let path = try command.path("path")
    guard let shown = node.residue.at(path)?.object else {
      throw LabError(.badCommand, "there is no object at this path", at: "path")
    }
    var open: [(key: Text, value: Value)] = []
    for position in 0..<min(shown.count, LabSession.maximumWriters) {
      open.append(shown.field(at: position))
    }
    var writers = Vector<Value>()
    var writer = node
    while !open.isEmpty {
      let before = writer.parent.flatMap { scene.view($0, party) }
      let earlier = before?.residue.at(path)?.object
      open.removeAll { key, value in
        if let earlier, earlier[key] == value { return false }
        var entry = Fields()
        entry.put("key", key)
        entry.put("node", writer.id)
        entry.put("step", scene.timeline.step(of: writer.id, party))
        entry.put("label", writer.label)
        writers.append(entry.value)
        return true
      }
      guard let before else { break }
      writer = before
    }
    var fields = Fields()
    fields.put("writers", writers)
    fields.put("more", max(0, shown.count - writers.count))
    return fields.value
  }

  private static let maximumWriters = 200
}
