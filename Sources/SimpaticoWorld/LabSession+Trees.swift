import SimpaticoProtocol
import SimpaticoTree

extension LabSession {
  func scene(_ command: LabCommand) throws(LabError) -> Scene {
    Scene(try multiverse.entry(try universe(command)))
  }

  /// More nodes than this are not answered at a time.
  private static let maximumNodes = 5_000

  func nodes(_ command: LabCommand) throws(LabError) -> Value {
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
    var fields = Fields()
    fields.put("party", scene.name(party))
    fields.put("count", count)
    // Each is written over a copy of the one before: it has the same fields, at the same places.
    var shape = Fields()
    fields.put(
      "nodes",
      ids.map { id in
        let node = self.node(id, party, scene, window.layout, over: shape)
        if node.object["gone"] == nil { shape = node }
        return node.value
      })
    fields.put("more", isMore)
    fields.put("spines", spines)
    fields.put("layout", value: window.layout.value)
    return fields.value
  }

  /// A node as it is drawn, written over the fields of another one.
  func node(
    _ id: NodeID, _ party: Int, _ scene: Scene, _ layout: TreeLayout, over other: Fields = Fields()
  ) -> Fields {
    guard let node = scene.view(id, party) else {
      var fields = Fields()
      fields.put("node", id)
      fields.put("gone", true)
      return fields
    }
    var fields = other
    fields.put("node", id)
    var link: Text?
    if let parent = node.parent, let from = scene.view(parent, party) {
      link = layout.link(from: (from.depth, from.branch), to: (node.depth, node.branch))
    }
    let handler = node.handler
    fields.put("parent", node.parent)
    fields.put("branch", node.branch)
    fields.put("column", node.depth)
    fields.put("x", layout.x(node.depth))
    fields.put("y", layout.y(node.branch))
    fields.put("radius", TreeLayout.radius(isPlain: node.isPlain))
    fields.put("link", link)
    fields.put("label", node.label)
    fields.put("handler", handler)
    fields.put("colour", handler.map { Palette.index(of: $0) })
    fields.put("at", time: node.time)
    fields.put("step", scene.timeline.step(of: id, party))
    fields.put("cascade", node.trace.cascade.map { $0["handler"] ?? "" })
    fields.put("effects", node.trace.effects.count)
    fields.put("isPlain", node.isPlain)
    return fields
  }

  func branches(_ command: LabCommand) throws(LabError) -> Value {
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
      let nodes = timeline.parties[party].nodes(of: branch)
      let length = timeline.nodeCount(ofBranch: branch, of: party, after: step)
      guard length > 0 else { continue }
      branches.append(
        self.branch(branch, nodes[0], nodes[length - 1], length, party, scene, layout))
    }
    var fields = Fields()
    fields.put("party", scene.name(party))
    fields.put("count", count)
    fields.put("branches", branches)
    fields.put("layout", value: layout.value)
    return fields.value
  }

  private func branch(
    _ branch: BranchID, _ first: NodeID, _ leaf: NodeID, _ length: Int, _ party: Int,
    _ scene: Scene, _ layout: TreeLayout
  ) -> Value {
    let residue = scene.view(leaf, party)?.residue ?? .null
    let parent = scene.view(first, party)?.parent
    var fields = Fields()
    fields.put("branch", branch)
    fields.put("row", branch)
    fields.put("y", layout.y(branch))
    fields.put("parent", parent)
    fields.put("first", first)
    fields.put("leaf", leaf)
    fields.put("nodes", length)
    fields.put("peer", scene.world?.peer(of: residue, party) ?? peer(of: residue))
    fields.put("kind", value: residue["kind"] ?? "")
    fields.put("connection", value: residue[Field.connection] ?? "")
    fields.put("registration", value: residue[Field.registration] ?? "")
    fields.put("phases", value: .object(LabSession.phases(of: residue)))
    return fields.value
  }

  /// In a recording, who is at the other end is known by its fingerprint, or by what a protocol of
  /// another kind calls it.
  private func peer(of residue: Value) -> Text {
    let peer = residue[Field.peer]
    return peer?[Field.publicKeySig]?.string ?? peer?.string ?? Text()
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
    var fields = Fields()
    fields.put("width", width)
    fields.put("height", height)
    fields.put("rows", rows)
    fields.put("columns", columns)
    fields.put("narrowColumns", narrowColumns)
    fields.put("lowRow", isFirstRowLow)
    fields.put("margin", TreeLayout.margin)
    fields.put("wideColumn", TreeLayout.wideColumn)
    fields.put("narrowColumn", TreeLayout.narrowColumn)
    fields.put("messageRow", TreeLayout.messageRow)
    fields.put("plainRow", TreeLayout.plainRow)
    fields.put("messageCentre", TreeLayout.messageCentre)
    fields.put("messageRadius", TreeLayout.messageRadius)
    fields.put("plainRadius", TreeLayout.plainRadius)
    fields.put("cascadeDrop", TreeLayout.cascadeDrop)
    return fields.value
  }
}
