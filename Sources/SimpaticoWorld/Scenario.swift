public import SimpaticoTree

/// One way in which a chat can go, mostly wrong, and what comes of it.
///
/// Tests run each and hold the world against the outcome; `docs/PROTOCOL.md` has the table of all;
/// the lab offers them by name.
public struct Scenario: Sendable {
  /// Lower-case words, joined by hyphens.
  public let name: Text
  /// A title for people.
  public let title: Text
  /// What comes of it, as one line for people.
  public let outcome: Text
  /// The world that it happens in, with its script.
  public let settings: World.Settings
  /// When all is said and done, in virtual milliseconds. A chat is never quiet: it keeps its
  /// connections alive.
  public let endsAt: Int64

  /// Reads one from a table: a text is easier to read and to change than code that says the same,
  /// and the browser's core is smaller by it. Settings are as documents spell them; besides, a
  /// deed's `text` is repeated `times`, or is the JSON of its `message`, and it is done `again` so
  /// often, a millisecond apart.
  private init(_ told: LabCommand) throws(LabError) {
    name = try told.text("name", atMost: 64)
    title = try told.text("title", atMost: 200)
    outcome = try told.text("text", atMost: 200)
    endsAt = Int64(try told.integer("ends", in: 0...World.longestDelay))
    var settings = told["settings"] ?? .null
    var script = Vector<Value>()
    for deed in (settings["script"]?.array ?? Vector()).elements {
      let at = deed["at"]?.small ?? 0
      let spelt = Scenario.spelt(deed)
      for delay in 0..<(deed["again"]?.small ?? 1) {
        script.append(spelt.with("at", .number(at + delay)))
      }
    }
    settings = settings.with("script", .array(script))
    self.settings = try World.Settings(settings)
  }

  private static func spelt(_ deed: Value) -> Value {
    var deed = deed.without("again")
    if let message = deed["message"] {
      deed = deed.without("message").with("text", .string(JSON.print(message)))
    }
    guard let times = deed["times"]?.small, let text = deed["text"]?.string else { return deed }
    var whole = Text()
    for _ in 0..<times { whole = whole + text }
    return deed.without("times").with("text", .string(whole))
  }

  /// All of them, in the order of the document's table. Linear in what is written of them.
  public static var all: [Scenario] {
    read(network) + read(recipients) + read(hostility) + read(invitations)
  }

  private static func read(_ table: StaticString) -> [Scenario] {
    (Value(json: table).array ?? Vector()).elements.map { told in
      guard let scenario = try? Scenario(LabCommand(value: told)) else {
        preconditionFailure("a bad scenario")
      }
      return scenario
    }
  }

  /// The scenario of a name, or nil.
  public static func named(_ name: Text) -> Scenario? { all.first { $0.name == name } }

  /// The world at the end.
  public func run() -> World {
    var world = World(settings)
    world.run(until: endsAt)
    return world
  }
}
