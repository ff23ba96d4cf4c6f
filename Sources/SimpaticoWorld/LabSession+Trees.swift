import SimpaticoProtocol
import SimpaticoTree

extension LabSession {
  /// The commands that answer what is to be drawn. Nil for other commands.
  func trees(_ name: Text, _ command: LabCommand) throws(LabError) -> Value? {
    if name == "nodes" { return try nodes(command) }
    if name == "branches" { return try branches(command) }
    if name == "messages" { return try messages(command) }
    if name == "picture" { return try picture(command) }
    return nil
  }

  func scene(_ command: LabCommand) throws(LabError) -> Scene {
    Scene(try multiverse.entry(try universe(command)))
  }

  /// More nodes than this are not answered at a time.
  private static let maximumNodes = 5_000

  private func nodes(_ command: LabCommand) throws(LabError) -> Value {
    let scene = try scene(command)
    let party = try scene.party(command)
    let step = try scene.step(command)
    let count = scene.timeline.nodeCount(of: party, after: step)
    let window = TreeWindow(scene, party, count: count)
    var ids: [NodeID] = []
    var isMore = false
    var spines: [Value] = []
    if let rows = try command.range("rows") {
      let columns = try command.range("columns") ?? 0..<window.layout.columns
      (ids, isMore) = window.nodes(rows: rows, columns: columns, atMost: LabSession.maximumNodes)
      spines = window.spines(rows: rows, columns: columns)
    } else {
      let from = min(try command.integer("from", in: 0...Int(Int32.max), else: 0), count)
      let to = min(try command.integer("to", in: 0...Int(Int32.max), else: count), count)
      let end = min(max(from, to), from + LabSession.maximumNodes)
      (ids, isMore) = (Array(from..<end), end < to)
    }
    return [
      "party": .string(scene.name(party)), "count": .number(count),
      "nodes": .array(ids.map { .object(node($0, party, scene, window.layout)) }),
      "more": .bool(isMore), "spines": .array(spines), "layout": window.layout.value,
    ]
  }

  /// A node as it is drawn.
  func node(_ id: NodeID, _ party: Int, _ scene: Scene, _ layout: TreeLayout) -> Object {
    let tree = scene.tree(party).tree
    guard let node = try? tree.node(id) else { return ["node": .number(id), "gone": true] }
    let handler = NodeLabel.handler(of: node.input.value)
    let isPlain = TreeLayout.isPlain(node.input)
    let cascade = node.input.trace.cascade.map { NodeLabel.handler(of: $0) ?? "" }
    var link: Value = .null
    if let parent = node.parent, let from = try? tree.node(parent) {
      link = .string(layout.link(from: (from.depth, from.branch), to: (node.depth, node.branch)))
    }
    return [
      "node": .number(id), "parent": node.parent.map { .number($0) } ?? .null,
      "branch": .number(node.branch), "column": .number(node.depth),
      "x": .number(layout.x(node.depth)), "y": .number(layout.y(node.branch)),
      "radius": .number(TreeLayout.radius(isPlain: isPlain)), "link": link,
      "label": .string(NodeLabel.text(of: node.input.value, isRoot: node.parent == nil)),
      "handler": handler.map { .string($0) } ?? .null,
      "colour": handler.map { .number(Palette.index(of: $0)) } ?? .null,
      "at": .number(Double(node.input.moment.timeMilliseconds)),
      "step": .number(scene.timeline.parties[party].steps[id]),
      "cascade": .array(cascade.map { .string($0) }),
      "effects": .number(node.input.trace.effects.count), "isPlain": .bool(isPlain),
    ]
  }

  private func branches(_ command: LabCommand) throws(LabError) -> Value {
    let scene = try scene(command)
    let party = try scene.party(command)
    let step = try scene.step(command)
    let timeline = scene.timeline
    let count = timeline.branchCount(of: party, after: step)
    let layout = TreeLayout(timeline.parties[party].layout)
    let from = min(try command.integer("from", in: 0...Int(Int32.max), else: 0), count)
    let to = min(try command.integer("to", in: 0...Int(Int32.max), else: count), count)
    var branches = Vector<Value>()
    for branch in from..<min(max(from, to), from + LabSession.maximumNodes) {
      let nodes = timeline.parties[party].branches[branch]
      let length = timeline.nodeCount(ofBranch: branch, of: party, after: step)
      guard length > 0 else { continue }
      branches.append(
        self.branch(branch, nodes[0], nodes[length - 1], length, party, scene, layout))
    }
    return [
      "party": .string(scene.name(party)), "count": .number(count), "branches": .array(branches),
      "layout": layout.value,
    ]
  }

  private func branch(
    _ branch: BranchID, _ first: NodeID, _ leaf: NodeID, _ length: Int, _ party: Int,
    _ scene: Scene, _ layout: TreeLayout
  ) -> Value {
    let tree = scene.tree(party)
    let residue = (try? tree.residue(of: leaf)) ?? .null
    let parent = (try? tree.tree.node(first))?.parent
    return [
      "branch": .number(branch), "row": .number(branch), "y": .number(layout.y(branch)),
      "parent": parent.map { .number($0) } ?? .null, "first": .number(first),
      "leaf": .number(leaf), "nodes": .number(length),
      "peer": .string(scene.world?.peer(of: residue, party) ?? peer(of: residue)),
      "connection": residue[Field.connection] ?? "",
      "registration": residue[Field.registration] ?? "",
      "phases": .object(LabSession.phases(of: residue)),
    ]
  }

  /// In a recording, who is at the other end is known by its fingerprint only.
  private func peer(of residue: Value) -> Text {
    residue[Field.peer]?[Field.publicKeySig]?.string ?? Text()
  }

  /// The fields of a residue that tell a phase: texts in capitals.
  static func phases(of residue: Value) -> Object {
    var phases = Object()
    residue.object?.forEach { key, field in
      if let text = field.string, isPhase(text) { phases[key] = field }
    }
    return phases
  }

  private static func isPhase(_ text: Text) -> Bool {
    text.withUTF8 { bytes in
      bytes.count > 1 && bytes.count <= 40
        && bytes.allSatisfy { (0x41...0x5A).contains($0) || $0 == 0x5F }
    }
  }
}

extension TreeLayout {
  /// The layout and the lengths that it is made with, as the page gets them.
  var value: Value {
    [
      "width": .number(width), "height": .number(height), "rows": .number(rows),
      "columns": .number(columns), "narrowColumns": .number(narrowColumns),
      "lowRow": .bool(isFirstRowLow), "margin": .number(TreeLayout.margin),
      "wideColumn": .number(TreeLayout.wideColumn),
      "narrowColumn": .number(TreeLayout.narrowColumn),
      "messageRow": .number(TreeLayout.messageRow), "plainRow": .number(TreeLayout.plainRow),
      "messageCentre": .number(TreeLayout.messageCentre),
      "messageRadius": .number(TreeLayout.messageRadius),
      "plainRadius": .number(TreeLayout.plainRadius),
      "cascadeDrop": .number(TreeLayout.cascadeDrop),
    ]
  }
}
