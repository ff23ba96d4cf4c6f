import SimpaticoProtocol
import SimpaticoTree

extension LabSession {
  /// All that was on its way in a range of steps, in order of sending.
  func messages(_ command: LabCommand) throws(LabError) -> Value {
    let scene = try scene(command)
    guard case .world(let universe) = try multiverse.entry(try universe(command)).content else {
      return ["count": 0, "messages": [], "more": false]
    }
    let timeline = scene.timeline
    let from = try scene.step(command, "from")
    let first = command["from"] == nil ? 0 : from
    let last = try scene.step(command, "to")
    let limit = try command.integer("limit", in: 1...10_000, else: 1_000)
    var indices: [Int] = []
    // What was on its way when the range began, …
    let start = universe.instant(at: first)
    start.world.events.forEach { event in
      if event.route != nil, let index = start.timeline.message(of: event.id),
        timeline.messages[index].sentStep < first
      {
        indices.append(index)
      }
    }
    // … what came in its first step, …
    var place = timeline.count(below: timeline.arrivals.count) {
      (timeline.messages[timeline.arrivals[$0]].arrivedStep ?? 0) < first
    }
    while place < timeline.arrivals.count {
      let message = timeline.messages[timeline.arrivals[place]]
      guard message.arrivedStep == first else { break }
      if message.sentStep < first { indices.append(timeline.arrivals[place]) }
      place += 1
    }
    indices.sort()
    // … and what was sent.
    var next = timeline.count(below: timeline.messages.count) {
      timeline.messages[$0].sentStep < first
    }
    while next < timeline.messages.count, timeline.messages[next].sentStep <= last,
      indices.count <= limit
    {
      indices.append(next)
      next += 1
    }
    let world = universe.world
    return [
      "count": .number(timeline.messages.count), "more": .bool(indices.count > limit),
      "messages": .array(
        indices.prefix(limit).map { message(timeline.messages[$0], in: world) }),
    ]
  }

  private func message(_ message: Message, in world: World) -> Value {
    let event = Event(at: 0, sequence: 0, id: message.event, kind: message.kind)
    let (handler, text): (Text, Text) =
      switch message.kind {
      case .frame(_, _, let frame): (World.handlerName(frame), World.handlerName(frame))
      case .news(_, _, let news):
        (NodeLabel.handler(of: news) ?? "", NodeLabel.text(of: news, isRoot: false))
      case .closing(_, _, let code, let reason, _):
        ("closed", Text(code) + (reason.isEmpty ? Text() : " " + reason))
      case .arrival: ("connect", "connect")
      case .begin, .result, .timer: ("", "")
      }
    let isHeld = message.fate == .pending && world.isHeld(event)
    var touched = Vector<Value>()
    for raw in 0..<5 as Range<UInt8> {
      guard let touch = Touch(rawValue: raw), message.touches & touch.bit != 0 else { continue }
      touched.append(.string(touch.name))
    }
    var socket: Value = .null
    var origin: Int? = message.sender?.party
    if let (index, end) = event.route {
      socket = .string(world.spelling(of: world.name(ofSocket: index)))
      origin = origin ?? world.socketLog[index][end.other]?.party
    }
    return [
      "message": .string(message.event.text), "kind": .string(world.kindName(message.kind)),
      "socket": socket, "handler": .string(handler), "text": .string(text),
      "colour": handler.isEmpty ? .null : .number(Palette.index(of: handler)),
      "from": [
        "party": origin.map { .string(world.parties[$0].name) } ?? .null,
        "node": message.sender.map { .number($0.node) } ?? .null,
      ],
      "to": [
        "party": .string(world.parties[message.receiver].name),
        "node": message.node.map { .number($0) } ?? .null,
      ],
      "sentAt": .number(Double(message.sentAt)), "sentStep": .number(message.sentStep),
      "arrivesAt": .number(Double(message.arrivesAt)),
      "arrivedStep": message.arrivedStep.map { .number($0) } ?? .null,
      "fate": .string(isHeld ? "held" : message.fate.name), "touched": .array(touched),
    ]
  }
}

extension Message.Fate {
  var name: Text {
    switch self {
    case .pending: "pending"
    case .arrived: "arrived"
    case .ignored: "ignored"
    case .lost: "lost"
    }
  }
}

extension World {
  /// The kind of an event in one word.
  func kindName(_ kind: Event.Kind) -> Text {
    switch kind {
    case .begin: "begin"
    case .arrival: "arrival"
    case .frame: "frame"
    case .news: "news"
    case .closing: "closing"
    case .result: "result"
    case .timer: "timer"
    }
  }
}
