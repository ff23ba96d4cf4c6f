import SimpaticoProtocol
import SimpaticoTree

extension LabSession {
  /// All that was on its way in a range of steps, in order of sending.
  func messages(_ command: LabCommand) throws(LabError) -> Value {
    let scene = try scene(command)
    let timeline = scene.timeline
    let from = try scene.step(command, "from")
    let first = command["from"] == nil ? 0 : from
    let last = try scene.step(command, "to")
    let limit = try command.integer("limit", in: 1...10_000, else: 1_000)
    let universe: Universe
    switch try multiverse.entry(try self.universe(command)).content {
    case .world(let content): universe = content
    case .recording(let trees): return messages(of: trees, first...max(first, last), limit)
    }
    var indices: [Int] = []
    // What was on its way when the range began, …
    let start = universe.instant(at: first)
    start.world.events.forEach { event in
      if event.route != nil, let index = start.timeline.index(ofMessage: event.id),
        timeline.message(index).sentStep < first
      {
        indices.append(index)
      }
    }
    // … what came in its first step, …
    var place = timeline.count(below: timeline.arrivalCount) {
      (timeline.message(timeline.arrival($0)).arrivedStep ?? 0) < first
    }
    while place < timeline.arrivalCount {
      let message = timeline.message(timeline.arrival(place))
      guard message.arrivedStep == first else { break }
      if message.sentStep < first { indices.append(timeline.arrival(place)) }
      place += 1
    }
    indices = Order.sorted(indices)
    // … and what was sent.
    var next = timeline.count(below: timeline.messageCount) {
      timeline.message($0).sentStep < first
    }
    while next < timeline.messageCount, timeline.message(next).sentStep <= last,
      indices.count <= limit
    {
      indices.append(next)
      next += 1
    }
    let world = universe.world
    var fields = Fields()
    fields.put("count", timeline.messageCount)
    fields.put("more", indices.count > limit)
    fields.put(
      "messages",
      indices.prefix(limit).map { index -> Value in
        let message = timeline.message(index)
        var fields = Fields(LabSession.message(message, in: world))
        fields.put("sentStep", message.sentStep)
        fields.put("arrivedStep", message.arrivedStep)
        return fields.value
      })
    return fields.value
  }

  /// The messages of a recording that were on their way in some steps. Linear in all of them.
  private func messages(
    of trees: RecordedTrees, _ steps: ClosedRange<Int>, _ limit: Int
  ) -> Value {
    var found: [Value] = []
    for message in trees.messages where found.count <= limit {
      let end = message.arrivedStep ?? trees.timeline.last
      if message.sentStep <= steps.upperBound, end >= steps.lowerBound {
        found.append(message.value)
      }
    }
    var fields = Fields()
    fields.put("count", trees.messages.count)
    fields.put("more", found.count > limit)
    fields.put("messages", Array(found.prefix(limit)))
    return fields.value
  }

  /// What is told of a message besides its steps.
  static func message(_ message: Message, in world: World) -> Object {
    let event = Event(at: 0, sequence: 0, id: message.event, kind: message.kind)
    let (handler, text): (Text, Text) =
      switch message.kind {
      case .frame(_, _, let frame): (World.handlerName(frame), World.handlerName(frame))
      case .news(_, _, let news):
        (NodeLabel.handler(of: news) ?? "", NodeLabel.text(of: news, isRoot: false))
      case .closing(_, _, let code, let reason, _):
        ("closed", Text(code) + (reason.isEmpty ? Text() : " " + reason))
      case .arrival: ("connect", "connect")
      case .begin, .deed, .result, .timer: ("", "")
      }
    let isHeld = message.fate == .pending && world.isHeld(event)
    var touched = Vector<Value>()
    for raw in 0..<5 as Range<UInt8> {
      if message.touches & 1 << raw == 0 { continue }
      touched.append(.string(Words.word(Int(raw), of: Touch.names)))
    }
    var socket: Value = .null
    var origin: Int? = message.sender?.party
    if let (index, end) = event.route {
      socket = .string(world.spelling(of: world.name(ofSocket: index)))
      origin = origin ?? world.socketLog[index][end.other]?.party
    }
    var fields = Fields()
    fields.put("message", message.event.text)
    fields.put("kind", world.kindName(message.kind))
    fields.put("socket", value: socket)
    fields.put("handler", handler)
    fields.put("text", text)
    fields.put("colour", value: handler.isEmpty ? .null : .number(Palette.index(of: handler)))
    fields.put(
      "from",
      value: [
        "party": origin.map { .string(world.parties[$0].name) } ?? .null,
        "node": message.sender.map { .number($0.node) } ?? .null,
      ])
    fields.put(
      "to",
      value: [
        "party": .string(world.parties[message.receiver].name),
        "node": message.node.map { .number($0) } ?? .null,
      ])
    fields.put("sentAt", time: message.sentAt)
    fields.put("arrivesAt", time: message.arrivesAt)
    fields.put("fate", isHeld ? "held" : message.fate.name)
    fields.put("touched", touched)
    return fields.object
  }
}

extension Message.Fate {
  var name: Text { Words.word(Int(rawValue), of: "pending arrived ignored lost") }
}

extension World {
  /// The kind of an event in one word.
  func kindName(_ kind: Event.Kind) -> Text {
    Words.word(Int(kind.tag) - 1, of: "begin arrival frame news closing result timer deed")
  }
}
