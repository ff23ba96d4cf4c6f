import SimpaticoProtocol
import SimpaticoTree

extension LabSession {
  /// The commands about one node. Nil for other commands.
  func details(_ name: Text, _ command: LabCommand) throws(LabError) -> Value? {
    if name == "detail" { return try detail(command) }
    if name == "value" { return try part(command) }
    if name == "writers" { return try writers(command) }
    return nil
  }

  private func detail(_ command: LabCommand) throws(LabError) -> Value {
    let scene = try scene(command)
    let party = try scene.party(command)
    let (id, node) = try scene.node(command, of: party)
    var fields = self.node(id, party, scene, TreeLayout(scene.timeline.parties[party].layout))
    fields["universe"] = .number(try universe(command))
    fields["party"] = .string(scene.name(party))
    fields["value"] = Part(depth: 2).of(node.input.value)
    fields["residue"] = Part().of(node.residue)
    fields["cascade"] = .array(
      node.input.trace.cascade.map { message in
        [
          "handler": message["handler"] ?? .null,
          "colour": message["handler"]?.string.map { .number(Palette.index(of: $0)) } ?? .null,
          "message": Part(depth: 2).of(message),
        ]
      })
    fields["effects"] = effects(id, node, party, scene)
    fields["boxes"] = BoxSearch(scene).boxes(of: node)
    fields["message"] = arrived(id, party, scene)
    neighbours(of: id, node, party, scene, &fields)
    try difference(id, node, party, scene, command, &fields)
    return .object(fields)
  }

  private func neighbours(
    of id: NodeID, _ node: Stree<CombineTree.Entry, Value>.Node, _ party: Int, _ scene: Scene,
    _ fields: inout Object
  ) {
    let rows = scene.timeline.parties[party]
    let nodes = rows.branches[node.branch]
    let place = scene.timeline.count(below: nodes.count) { nodes[$0] <= id }
    fields["next"] = place < nodes.count ? .number(nodes[place]) : .null
    fields["previous"] = node.parent.map { .number($0) } ?? .null
    var children = Vector<Value>()
    if place < nodes.count { children.append(.number(nodes[place])) }
    for branch in 0..<rows.branches.count {
      let row = rows.branches[branch]
      guard branch != node.branch, !row.isEmpty, children.count < 100,
        (try? scene.tree(party).tree.node(row[0]))?.parent == id
      else { continue }
      children.append(.number(row[0]))
    }
    fields["children"] = .array(children)
  }

  private func difference(
    _ id: NodeID, _ node: Stree<CombineTree.Entry, Value>.Node, _ party: Int, _ scene: Scene,
    _ command: LabCommand, _ fields: inout Object
  ) throws(LabError) {
    var before: Value = [:]
    fields["against"] = .null
    if let other = command.inside("against") {
      do throws(LabError) {
        let scene = try self.scene(other)
        let party = try scene.party(other)
        let (id, node) = try scene.node(other, of: party)
        before = node.residue
        fields["against"] = [
          "universe": .number(try universe(other)), "party": .string(scene.name(party)),
          "node": .number(id),
        ]
      } catch {
        throw error.inside("against")
      }
    } else if let parent = node.parent, let residue = try? scene.tree(party).residue(of: parent) {
      let isFirst = scene.timeline.parties[party].branches[node.branch][0] == id
      before = isFirst ? residue.withoutHandles() : residue
      fields["against"] = [
        "universe": .number(try universe(command)), "party": .string(scene.name(party)),
        "node": .number(parent),
      ]
    }
    var changes = Vector<Value>()
    Difference.append(from: before, to: node.residue, at: "", into: &changes)
    fields["moreChanges"] = .number(max(0, changes.count - LabSession.maximumChanges))
    var shown = Vector<Value>()
    for index in 0..<min(changes.count, LabSession.maximumChanges) {
      shown.append(LabSession.cut(changes[index]))
    }
    fields["changes"] = .array(shown)
  }

  private static let maximumChanges = 500

  /// A change whose sides are texts where they are long.
  private static func cut(_ change: Value) -> Value {
    var fields = change.object ?? Object()
    for (side, text): (Text, Text) in [("before", "beforeText"), ("after", "afterText")] {
      guard let value = fields[side] else { continue }
      let printed = JSON.print(value)
      if printed.count <= 400 { continue }
      fields[side] = nil
      fields[text] = .string(printed.prefix(bytes: 400) + "…")
    }
    return .object(fields)
  }

  private func part(_ command: LabCommand) throws(LabError) -> Value {
    let scene = try scene(command)
    let (_, node) = try scene.node(command, of: try scene.party(command))
    let of = try command.text("of", atMost: 16, else: "residue")
    let whole: Value
    if of == "residue" {
      whole = node.residue
    } else if of == "value" {
      whole = node.input.value
    } else if of == "cascade" {
      whole = .array(node.input.trace.cascade)
    } else if of == "effects" {
      whole = .array(node.input.trace.effects)
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
  private func writers(_ command: LabCommand) throws(LabError) -> Value {
    let scene = try scene(command)
    let party = try scene.party(command)
    let (id, node) = try scene.node(command, of: party)
    let path = try command.path("path")
    let tree = scene.tree(party).tree
    guard let fields = node.residue.at(path)?.object else {
      throw LabError(.badCommand, "there is no object at this path", at: "path")
    }
    var open: [(key: Text, value: Value)] = []
    for position in 0..<min(fields.count, LabSession.maximumWriters) {
      open.append(fields.field(at: position))
    }
    var writers = Vector<Value>()
    var (writer, parent) = (id, node.parent)
    while !open.isEmpty {
      let before = parent.flatMap { try? tree.node($0) }
      let earlier = before?.residue.at(path)?.object
      open.removeAll { key, value in
        if let earlier, earlier[key] == value { return false }
        writers.append([
          "key": .string(key), "node": .number(writer),
          "step": .number(scene.timeline.parties[party].steps[writer]),
          "label": .string(
            (try? tree.node(writer)).map {
              NodeLabel.text(of: $0.input.value, isRoot: $0.parent == nil)
            } ?? ""),
        ])
        return true
      }
      guard let before, let next = parent else { break }
      (writer, parent) = (next, before.parent)
    }
    return ["writers": .array(writers), "more": .number(max(0, fields.count - writers.count))]
  }

  private static let maximumWriters = 200
}
