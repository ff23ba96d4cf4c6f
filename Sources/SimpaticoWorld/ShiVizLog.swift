import SimpaticoProtocol
import SimpaticoTree

/// A universe's nodes as a log with vector clocks, in the form that ShiViz reads: two lines an
/// event, `text` and `party {"party":1,…}`.
struct ShiVizLog {
  /// How a reader tells the parts of an event: a regular expression of JavaScript.
  static let regex: Text = "(?<event>.*)\\n(?<host>\\S+) (?<clock>{.*})"

  private let scene: Scene
  /// For each party, the clock that it has come to.
  private var clocks: [[Int]]
  /// For each message under way, the clock that it carries.
  private var carried: [(message: Int, clock: [Int])] = []
  private var nextMessage = 0
  private var nextArrival = 0
  private var out: [UInt8] = []

  init(_ scene: Scene) {
    self.scene = scene
    let none = Array(repeating: 0, count: scene.partyCount)
    clocks = Array(repeating: none, count: scene.partyCount)
  }

  /// The lines of the nodes in a range, counted in the order in which all nodes happened. Linear in
  /// what comes before its end.
  static func write(_ scene: Scene, _ range: Range<Int>) -> Text {
    var log = ShiVizLog(scene)
    var step = -1
    for index in 0..<min(range.upperBound, scene.timeline.additionCount) {
      let addition = scene.timeline.addition(index)
      if addition.step != step {
        log.send(before: addition.step)
        step = addition.step
        log.receive(in: step)
      }
      log.clocks[addition.party][addition.party] += 1
      if index >= range.lowerBound { log.line(addition) }
    }
    return log.out.withUnsafeBufferPointer { Text(utf8: $0) ?? Text() }
  }

  /// Messages that were sent before a step carry the clock that their sender had then.
  private mutating func send(before step: Int) {
    let timeline = scene.timeline
    while nextMessage < timeline.messageCount, timeline.message(nextMessage).sentStep < step {
      if let sender = timeline.message(nextMessage).sender {
        carried.append((nextMessage, clocks[sender.party]))
      }
      nextMessage += 1
    }
  }

  private mutating func receive(in step: Int) {
    let timeline = scene.timeline
    while nextArrival < timeline.arrivalCount {
      let index = timeline.arrival(nextArrival)
      guard let arrived = timeline.message(index).arrivedStep, arrived <= step else { return }
      nextArrival += 1
      guard let place = carried.firstIndex(where: { $0.message == index }) else { continue }
      let clock = carried.remove(at: place).clock
      let message = timeline.message(index)
      guard message.fate == .arrived else { continue }
      for party in clock.indices {
        let mine = clocks[message.receiver][party]
        clocks[message.receiver][party] = max(mine, clock[party])
      }
    }
  }

  private mutating func line(_ addition: Timeline.Addition) {
    guard let node = scene.view(addition.node, addition.party) else { return }
    var clock = Object()
    for party in 0..<scene.partyCount where clocks[addition.party][party] > 0 {
      clock[host(party)] = .number(clocks[addition.party][party])
    }
    write(node.label)
    write(" " + Text(addition.node) + " at ")
    write(JSON.print(.number(Double(node.time))) + " ms\n")
    write(host(addition.party) + " ")
    JSON.append(.object(clock), to: &out)
    write("\n")
  }

  /// A party's name without blanks, which would end it.
  private func host(_ party: Int) -> Text {
    scene.name(party).withUTF8 { bytes in
      var name = Array(bytes)
      for index in name.indices where name[index] <= 0x20 { name[index] = UInt8(ascii: "-") }
      return name.withUnsafeBufferPointer { Text(utf8: $0) ?? Text(party) }
    }
  }

  private mutating func write(_ text: Text) { text.withUTF8 { out.append(contentsOf: $0) } }
}

extension LabSession {
  /// The log of a universe, some thousand nodes at a time.
  func log(_ command: LabCommand) throws(LabError) -> Value {
    let scene = try scene(command)
    let count = scene.timeline.additionCount
    let from = min(try command.integer("from", in: 0...Int(Int32.max), else: 0), count)
    let limit = try command.integer("limit", in: 1...20_000, else: 20_000)
    let to = min(from + limit, count)
    return [
      "text": .string(ShiVizLog.write(scene, from..<to)), "regex": .string(ShiVizLog.regex),
      "next": to < count ? .number(to) : .null,
    ]
  }
}
