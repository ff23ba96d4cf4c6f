import SimpaticoTree

extension LabSession {
  /// Nodes that are all that is asked for, in the order in which they happened.
  func find(_ command: LabCommand) throws(LabError) -> Value {
    let scene = try scene(command)
    let query = try NodeQuery(command, scene)
    let count = scene.timeline.additionCount
    let limit = try command.integer("limit", in: 1...1_000, else: 100)
    var next = try command.integer("from", in: 0...Int(Int32.max), else: 0)
    let end = min(count, min(next, count) + LabSession.longestFind)
    var found = Vector<Value>()
    while next < end, found.count < limit {
      let addition = scene.timeline.addition(next)
      next += 1
      guard query.holds(addition.node, addition.party, scene),
        let node = scene.view(addition.node, addition.party)
      else { continue }
      var entry = Fields()
      entry.put("party", scene.name(addition.party))
      entry.put("node", addition.node)
      entry.put("step", addition.step)
      entry.put("at", time: node.time)
      entry.put("label", node.label)
      found.append(entry.value)
    }
    var fields = Fields()
    fields.put("found", found)
    fields.put("next", next < count ? next : nil)
    return fields.value
  }

  /// Nodes that one call looks at.
  private static let longestFind = 20_000
}

/// What a node has to be.
private struct NodeQuery {
  private let party: Int?
  private let handler: Text?
  private let phase: Text?
  private let text: Text?
  private let path: [Value]
  private let wanted: Value?

  init(_ command: LabCommand, _ scene: Scene) throws(LabError) {
    func optional(_ key: StaticString) throws(LabError) -> Text? {
      command[key] == nil ? nil : try command.text(key, atMost: 1_000)
    }
    party = command["party"] == nil ? nil : try scene.party(command)
    handler = try optional("handler")
    phase = try optional("phase")
    text = try optional("text")
    path = try command.path("path")
    wanted = command["equals"]
    if wanted != nil, path.isEmpty {
      throw LabError(.badCommand, "'equals' needs a 'path'", at: "equals")
    }
  }

  func holds(_ id: NodeID, _ party: Int, _ scene: Scene) -> Bool {
    if let wanted = self.party, wanted != party { return false }
    guard let node = scene.view(id, party) else { return false }
    if let handler, node.handler != handler { return false }
    let before = node.parent.flatMap { scene.view($0, party) }?.residue ?? .null
    if !path.isEmpty, !becomes(before.at(path), node.residue.at(path)) { return false }
    if let phase, !enters(phase, before, node.residue) { return false }
    if let text, !JSON.print(FlatForm.encode(node.value)).contains(text) { return false }
    return true
  }

  /// Whether a field became what is wanted, or, where nothing is, became something else.
  private func becomes(_ before: Value?, _ after: Value?) -> Bool {
    guard before != after else { return false }
    return wanted == nil || after == wanted
  }

  private func enters(_ phase: Text, _ before: Value, _ after: Value) -> Bool {
    var isEntered = false
    after.object?.forEach { key, field in
      if field.string == phase, before[key] != field { isEntered = true }
    }
    return isEntered
  }
}

extension Text {
  /// Whether another text stands somewhere in this one, byte by byte. Linear in the product of
  /// their lengths at worst.
  func contains(_ other: Text) -> Bool {
    withUTF8 { bytes in
      other.withUTF8 { wanted in
        if wanted.isEmpty { return true }
        var start = 0
        while start + wanted.count <= bytes.count {
          var length = 0
          while length < wanted.count, bytes[start + length] == wanted[length] { length += 1 }
          if length == wanted.count { return true }
          start += 1
        }
        return false
      }
    }
  }
}
