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

  init(
    _ name: Text, _ title: Text, _ outcome: Text, clients: Int = 2, endsAt: Int64 = 60_000,
    script: (inout Script) -> Void
  ) {
    self.name = name
    self.title = title
    self.outcome = outcome
    self.endsAt = endsAt
    var written = Script()
    script(&written)
    settings = World.Settings(clients: clients, script: written.deeds)
  }

  /// All of them, in the order of the document's table. They are numbered by switches and stand in
  /// no array: builds for the browser have mistaken one constant array for another.
  public static var all: [Scenario] {
    var all: [Scenario] = []
    var index = 0
    while let scenario = network(index) { (index, all) = (index + 1, all + [scenario]) }
    index = 0
    while let scenario = recipients(index) { (index, all) = (index + 1, all + [scenario]) }
    index = 0
    while let scenario = hostility(index) { (index, all) = (index + 1, all + [scenario]) }
    index = 0
    while let scenario = invitations(index) { (index, all) = (index + 1, all + [scenario]) }
    return all
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

/// What happens in a scenario, as it is written down.
struct Script {
  private(set) var deeds: [Deed] = []

  /// Somebody does something at a time.
  mutating func at(_ time: Int64, _ client: Int, _ act: Deed.Act) {
    deeds.append(Deed(at: time, client: client, act))
  }

  /// A guest follows a link of a host's: they are contacts two seconds later.
  mutating func meet(_ host: Int = alice, _ guest: Int = bob, at time: Int64 = 1000) {
    at(time, host, .invite())
    at(time + 1000, guest, .follow(host: host))
  }
}

let alice = 0
let bob = 1
let mallory = 2
