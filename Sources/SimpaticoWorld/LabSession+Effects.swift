import SimpaticoProtocol
import SimpaticoTree

extension LabSession {
  /// What a node asked for, and what came of it.
  func effects(
    _ node: NodeView, _ party: Int, _ scene: Scene
  ) -> Value {
    var effects = Vector<Value>()
    var sent = frames(sentBy: node.id, party, scene)[...]
    for effect in node.trace.effects {
      let name = effect["effect"]?.string ?? ""
      let message = name == "send" ? sent.popFirst().map { Value.string($0.text) } : nil
      var entry = Fields()
      entry.put("effect", name)
      entry.put("id", value: effect["id"] ?? .null)
      entry.put("request", value: Part(depth: 2).of(effect))
      entry.put("message", value: message ?? .null)
      entry.put("answers", value: answers(to: effect, name, node.id, node.branch, party, scene))
      effects.append(entry.value)
    }
    return .array(effects)
  }

  /// The ids of the frames that a node sent, in order.
  private func frames(sentBy node: NodeID, _ party: Int, _ scene: Scene) -> [EventID] {
    let timeline = scene.timeline
    let step = timeline.step(of: node, party)
    var index = timeline.count(below: timeline.messageCount) {
      timeline.message($0).sentStep < step
    }
    var frames: [EventID] = []
    while index < timeline.messageCount, timeline.message(index).sentStep == step {
      let message = timeline.message(index)
      index += 1
      guard case .frame = message.kind, let sender = message.sender, sender.party == party,
        sender.node == node
      else { continue }
      frames.append(message.event)
    }
    return frames
  }

  /// The nodes in which an effect's results came back, in the branch that asked.
  private func answers(
    to effect: Value, _ name: Text, _ node: NodeID, _ branch: BranchID, _ party: Int,
    _ scene: Scene
  ) -> Value {
    let nodes = scene.timeline.parties[party].nodes(of: branch)
    let first = scene.timeline.count(below: nodes.count) { nodes[$0] <= node }
    var answers = Vector<Value>()
    let end = min(nodes.count, first + LabSession.longestSearch)
    for place in stride(from: first, to: end, by: 1) {
      guard let value = scene.view(nodes[place], party)?.value else { continue }
      guard isAnswer(value, to: effect, name) else { continue }
      var entry = Fields()
      entry.put("node", nodes[place])
      entry.put("step", scene.timeline.step(of: nodes[place], party))
      entry.put("text", NodeLabel.text(of: value, isRoot: false))
      answers.append(entry.value)
      // A connection is answered when it opens or fails, and again when it closes.
      if name != "connect" || answers.count == 3 { break }
    }
    return .array(answers)
  }

  private func isAnswer(_ value: Value, to effect: Value, _ name: Text) -> Bool {
    guard let handler = NodeLabel.handler(of: value) else { return false }
    if let request = value[Field.request] { return request == effect["id"] }
    if name == "close" { return handler == "closed" }
    return name == "connect" && (handler == "opened" || handler == "errored" || handler == "closed")
  }

  /// Later nodes that are looked at for an answer.
  private static let longestSearch = 10_000

  /// The id of the message that a node came of.
  func arrived(_ node: NodeID, _ party: Int, _ scene: Scene) -> Value {
    let timeline = scene.timeline
    let step = timeline.step(of: node, party)
    var place = timeline.count(below: timeline.arrivalCount) {
      (timeline.message(timeline.arrival($0)).arrivedStep ?? 0) < step
    }
    while place < timeline.arrivalCount {
      let message = timeline.message(timeline.arrival(place))
      guard message.arrivedStep == step else { break }
      if message.receiver == party, message.node == node { return .string(message.event.text) }
      place += 1
    }
    return .null
  }
}

/// Finds what symbolic ciphers have sealed, and who can open it.
struct BoxSearch {
  private let scene: Scene
  private var left = 2_000
  private var boxes = Vector<Value>()

  init(_ scene: Scene) { self.scene = scene }

  /// The boxes in a node's value, effects and residue; as many as are found in 2,000 places.
  func boxes(of node: NodeView) -> Value {
    var search = self
    search.look(at: node.value, "value")
    for (index, effect) in node.trace.effects.enumerated() {
      search.look(at: effect, "effects." + Text(index))
    }
    search.look(at: node.residue, "residue")
    return .array(search.boxes)
  }

  private mutating func look(at value: Value, _ path: Text) {
    left -= 1
    if left < 0 { return }
    switch value.content {
    case .string(let text):
      guard let box = SymbolicCipher.read(text) else { return }
      var entry = Fields()
      entry.put("path", path)
      entry.put("from", value: name(box.sender))
      entry.put("to", value: name(box.receiver))
      // Whoever has either private key can read it, for both agree on the same key.
      entry.put(
        "readers",
        value: box.sender == box.receiver
          ? [name(box.receiver)] : [name(box.receiver), name(box.sender)])
      entry.put("text", box.clearText.prefix(bytes: 400))
      boxes.append(entry.value)
    case .array(let elements):
      for index in 0..<elements.count { look(at: elements[index], path + "." + Text(index)) }
    case .object(let fields):
      for position in 0..<fields.count {
        let (key, field) = fields.field(at: position)
        look(at: field, path + "." + key)
      }
    default: return
    }
  }

  /// The party of a key's number.
  private func name(_ number: Text) -> Value {
    for party in 0..<scene.partyCount where Text(party) == number {
      return .string(scene.name(party))
    }
    return .string("the holder of privKey" + number)
  }
}

extension SymbolicCipher {
  /// What a box says of itself: whose keys made it and what is in it. Nil where it is none.
  static func read(_ box: Text) -> (sender: Text, receiver: Text, clearText: Text)? {
    guard box.hasPrefix("box(") else { return nil }
    return box.withUTF8 { bytes in
      guard let between = bytes.firstIndex(of: UInt8(ascii: ">")),
        let end = bytes.firstIndex(of: UInt8(ascii: ":")), between < end, end + 2 < bytes.count,
        bytes[end + 1] == 0x20, bytes[bytes.count - 1] == UInt8(ascii: ")")
      else { return nil }
      func text(_ range: Range<Int>) -> Text? {
        Text(utf8: UnsafeBufferPointer(rebasing: bytes[range]))
      }
      guard let sender = text(4..<between), let receiver = text((between + 1)..<end),
        let clearText = text((end + 2)..<(bytes.count - 1))
      else { return nil }
      return (sender, receiver, clearText)
    }
  }
}
