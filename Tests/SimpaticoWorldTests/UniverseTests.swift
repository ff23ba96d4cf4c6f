import SimpaticoTree
import SimpaticoWorld
import Testing

/// A session of the lab, spoken to in JSON as the page does.
struct LabClient {
  var session = LabSession()
  /// What was said so far.
  private(set) var commands: [String] = []

  /// The answer to a command; a refusal is an answer, too.
  mutating func call(_ command: String) -> Value {
    commands.append(command)
    let bytes = Array(command.utf8).withUnsafeBufferPointer { session.call($0) }
    return (try? JSON.parse(bytes)) ?? .null
  }

  /// The answer to a command that is expected to be taken.
  mutating func ask(
    _ command: String, _ comment: Comment = "", at place: SourceLocation = #_sourceLocation
  ) -> Value {
    let answer = call(command)
    #expect(answer["error"] == nil, "\(command): \(answer)\(comment)", sourceLocation: place)
    return answer
  }
}

extension Value {
  /// The elements of an array, none where it is something else.
  var list: [Value] { array?.elements ?? [] }
  /// A text as a Swift string.
  var said: String { string?.description ?? "" }
}

/// A seeded source of choices.
struct Choice {
  var chance: BrowserTraces.Chance

  init(_ seed: UInt64) { chance = BrowserTraces.Chance(state: seed) }

  mutating func below(_ bound: Int) -> Int { chance.below(bound) }

  mutating func one<Element>(of elements: [Element]) -> Element? {
    elements.isEmpty ? nil : elements[below(elements.count)]
  }
}

/// Plays the part of somebody at the page: random edits at random moments.
enum Meddler {
  /// An edit that the moment offers, as JSON; nil where it offers none.
  static func edit(_ moment: Value, _ choice: inout Choice) -> String? {
    let sockets = (moment["sockets"]?.list ?? []).filter { $0["alive"] == true }
    if choice.below(5) == 0 {
      let party = choice.one(of: moment["counts"]?.list ?? [])
      return #"{"edit":"insert","party":"\#(party?["party"]?.said ?? "")","branch":1,"#
        + #""message":{"handler":"log","msg":"x"}}"#
    }
    if choice.below(3) == 0, let socket = choice.one(of: sockets) {
      let name = socket["socket"]?.said ?? ""
      let end = choice.below(2) == 0 ? "client" : "server"
      switch choice.below(5) {
      case 0: return #"{"edit":"cut","socket":"\#(name)"}"#
      case 1: return #"{"edit":"stall","socket":"\#(name)","to":"\#(end)"}"#
      case 2: return #"{"edit":"resume","socket":"\#(name)","to":"\#(end)"}"#
      case 3: return #"{"edit":"close","socket":"\#(name)","by":"\#(end)"}"#
      default:
        let text = #"{\"handler\":\"register4\",\"state2\":\"VERIFIED\"}"#
        return #"{"edit":"inject","socket":"\#(name)","to":"\#(end)","text":"\#(text)"}"#
      }
    }
    guard let event = choice.one(of: moment["pending"]?.list ?? []) else { return nil }
    let possible = (event["can"]?.list ?? []) + (event["hostile"]?.list ?? [])
    guard let name = choice.one(of: possible)?.said, let id = event["event"]?.said else {
      return nil
    }
    var more = ""
    if name == "delay" { more = #","milliseconds":\#(1 + choice.below(12_000))"# }
    if name == "replace" { more = #","text":"{}""# }
    return #"{"edit":"\#(name)","event":"\#(id)"\#(more)}"#
  }

  /// Starts a universe and makes edits in it, some of them at its newest moment, some in its past.
  /// Answers the number of the last universe.
  static func meddle(_ lab: inout LabClient, seed: UInt64, edits: Int) -> Int {
    var choice = Choice(seed)
    let clients = 1 + choice.below(4)
    var moment = lab.ask(
      #"{"command":"start","settings":{"seed":\#(seed),"clients":\#(clients),"deadline":500}}"#)
    var universe = moment["universe"]?.integer ?? -1
    for _ in 0..<edits {
      moment = lab.ask(
        #"{"command":"play","universe":\#(universe),"steps":\#(choice.below(12))}"#)
      let steps = moment["steps"]?.integer ?? 0
      let step = choice.below(3) == 0 ? choice.below(steps + 1) : steps
      let then = choice.one(of: ["stop", "stop", "replay", "run"]) ?? ""
      let past = lab.ask(#"{"command":"moment","universe":\#(universe),"step":\#(step)}"#)
      guard let edit = edit(past, &choice) else { continue }
      let answer = lab.call(
        #"{"command":"edit","universe":\#(universe),"step":\#(step),"edit":\#(edit),"#
          + #""then":"\#(then)"}"#)
      universe = answer["universe"]?.integer ?? universe
    }
    return universe
  }
}

@Suite struct Universes {
  private func number(_ value: Value, _ key: Text) -> Int { value[key]?.integer ?? -1 }

  @Test func settingsAndEditsReproduceEveryMoment() {
    for seed in 1...20 as ClosedRange<UInt64> {
      var lab = LabClient()
      let universe = Meddler.meddle(&lab, seed: seed, edits: 6)
      let steps = number(lab.ask(#"{"command":"moment","universe":\#(universe)}"#), "steps")
      let document = lab.ask(#"{"command":"export","universe":\#(universe)}"#)
      var other = LabClient()
      let text = JSON.print(document).description
      let reopened = other.ask(#"{"command":"import","document":\#(text),"go":true}"#)
      #expect(reopened["agrees"] == true, "seed \(seed)")
      #expect(reopened["digest"] == document["digest"], "seed \(seed)")
      for step in 0...steps {
        let (mine, theirs) = (
          lab.ask(#"{"command":"moment","universe":\#(universe),"step":\#(step)}"#),
          other.ask(#"{"command":"moment","universe":0,"step":\#(step)}"#)
        )
        for key in ["digest", "clock", "pending", "sockets", "counts", "action", "end"] as [Text] {
          #expect(mine[key] == theirs[key], "seed \(seed), step \(step), \(key)")
        }
      }
    }
  }

  @Test func scrubbingChangesNothing() {
    for seed in 1...12 as ClosedRange<UInt64> {
      var lab = LabClient()
      let universe = Meddler.meddle(&lab, seed: seed, edits: 4)
      let now = lab.ask(#"{"command":"moment","universe":\#(universe)}"#)
      let map = lab.ask(#"{"command":"map"}"#)
      let steps = number(now, "steps")
      var digests: [Value?] = []
      for step in 0...steps {
        digests.append(
          lab.ask(#"{"command":"moment","universe":\#(universe),"step":\#(step)}"#)["digest"])
      }
      for step in (0...steps).reversed() {
        let moment = lab.ask(#"{"command":"moment","universe":\#(universe),"step":\#(step)}"#)
        #expect(moment["digest"] == digests[step], "seed \(seed), step \(step)")
      }
      #expect(lab.ask(#"{"command":"moment","universe":\#(universe)}"#) == now, "seed \(seed)")
      #expect(lab.ask(#"{"command":"map"}"#) == map, "seed \(seed)")
    }
  }

  @Test func aForkIsTheSameUpToItsStepAndGoesOnAsItsParent() {
    for seed in 1...12 as ClosedRange<UInt64> {
      var lab = LabClient()
      let parent = number(
        lab.ask(#"{"command":"start","settings":{"seed":\#(seed),"clients":3}}"#), "universe")
      let end = lab.ask(#"{"command":"play","universe":\#(parent),"end":true}"#)
      let step = Int(seed) % (number(end, "steps") + 1)
      let fork = lab.ask(#"{"command":"fork","universe":\#(parent),"step":\#(step)}"#)
      let there = lab.ask(#"{"command":"moment","universe":\#(parent),"step":\#(step)}"#)
      #expect(fork["digest"] == there["digest"] && fork["pending"] == there["pending"])
      let again = lab.ask(
        #"{"command":"play","universe":\#(number(fork, "universe")),"end":true}"#)
      #expect(again["digest"] == end["digest"], "seed \(seed)")
    }
  }

  @Test func aUniverseByItselfRunsAsItsWorldDoes() throws {
    for seed in 1...20 as ClosedRange<UInt64> {
      let settings = World.Settings(seed: seed, clients: 5)
      var world = World(settings)
      var universe = Universe(settings)
      var digests = [world.digest]
      while world.advance() { digests.append(world.digest) }
      #expect(try universe.run())
      for step in digests.indices { #expect(universe.world(at: step).digest == digests[step]) }
      #expect(universe.steps == digests.count - 1)
    }
  }

  @Test func anImportDoesNotPlayByItself() {
    var lab = LabClient()
    let universe = Meddler.meddle(&lab, seed: 5, edits: 5)
    let document = JSON.print(lab.ask(#"{"command":"export","universe":\#(universe)}"#))
    let moment = lab.ask(#"{"command":"import","document":\#(document)}"#)
    #expect(number(moment, "steps") == 0 && moment["quiet"] == false)
    #expect(number(moment, "planned") > 0)
    let edit = #"{"edit":"insert","party":"server","branch":0,"message":{"handler":"log"}}"#
    let copy = number(moment, "universe")
    let answer = lab.ask(#"{"command":"edit","universe":\#(copy),"edit":\#(edit)}"#)
    #expect(answer["forked"] == true, "planned edits are not overrun")
  }
}
