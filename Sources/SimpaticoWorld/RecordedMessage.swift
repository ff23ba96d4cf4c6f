import SimpaticoTree

/// Something that went over the network of a recorded world. Its ends are nodes, or, where no node
/// sent or got it, times.
struct RecordedMessage: Sendable {
  /// What is told of it, but the steps, which are not those of the world that it comes from.
  let form: Object
  let sentStep: Int
  /// Nil where it was on its way when the recording ended.
  let arrivedStep: Int?

  /// What a recording says of a message.
  static func form(of message: Message, in world: World) -> Value {
    var fields = LabSession.message(message, in: world)
    for key in ["sentStep", "arrivedStep", "colour"] as [Text] { fields[key] = nil }
    return .object(fields)
  }

  /// A message of a recording, or nil where it is none, or its ends are not there.
  init?(_ value: Value, in trees: RecordedTrees) {
    guard let told = value.object, let handler = value["handler"]?.string,
      let sentAt = value["sentAt"]?.number, let fate = value["fate"]?.string
    else { return nil }
    func end(_ key: Text) -> (party: Int, node: NodeID?)? {
      guard let name = value[key]?["party"]?.string,
        let party = trees.members.firstIndex(where: { $0.name == name })
      else { return nil }
      guard let node = value[key]?["node"]?.small else { return (party, nil) }
      guard node >= 0, node < trees.timeline.parties[party].steps.count else { return nil }
      return (party, node)
    }
    guard let to = end("to") else { return nil }
    let from = end("from")
    func step(_ end: (party: Int, node: NodeID?)?, _ time: Double) -> Int {
      if let end, let node = end.node { return trees.timeline.step(of: node, end.party) }
      return trees.timeline.step(at: time)
    }
    var form = told
    form["colour"] = handler.isEmpty ? .null : .number(Palette.index(of: handler))
    if from == nil { form["from"] = ["party": .null, "node": .null] }
    if form["touched"]?.array == nil { form["touched"] = [] }
    self.form = form
    sentStep = step(from, sentAt)
    if fate == "pending" || fate == "held" {
      arrivedStep = nil
    } else {
      arrivedStep = max(sentStep, step(to, value["arrivesAt"]?.number ?? sentAt))
    }
  }

  /// As the page gets it.
  var value: Value {
    var fields = Fields(form)
    fields.put("sentStep", sentStep)
    fields.put("arrivedStep", arrivedStep)
    return fields.value
  }
}

extension Timeline {
  /// The last step that was made by a time. O(log n) look-ups.
  fileprivate func step(at time: Double) -> Int {
    max(0, count(below: last + 1) { Double(step($0).clock) <= time } - 1)
  }
}
