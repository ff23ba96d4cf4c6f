import SimpaticoProtocol
import SimpaticoTree
import Testing

@testable import SimpaticoWorld

/// What edits do to a world, beyond what chance finds.
@Suite struct Edits {
  private func number(_ value: Value?, _ key: Text) -> Int { value?[key]?.integer ?? -1 }

  private func started(_ settings: String = "{}", steps: Int = 0) -> LabClient {
    var lab = LabClient()
    _ = lab.ask(#"{"command":"start","settings":\#(settings)}"#)
    _ = lab.ask(#"{"command":"play","steps":\#(steps)}"#)
    return lab
  }

  private func pending(_ lab: inout LabClient, _ kind: Value) -> [Value] {
    (lab.ask(#"{"command":"moment"}"#)["pending"]?.list ?? []).filter { $0["kind"] == kind }
  }

  @Test func anInsertionAfterANodeComesWhereThatNodeWasLastTheLeaf() {
    var lab = started(#"{"seed":4,"clients":2}"#)
    _ = lab.ask(#"{"command":"play","end":true}"#)
    let nodes = lab.ask(#"{"command":"nodes","party":"alice"}"#)["nodes"]?.list ?? []
    let log = #""message":{"handler":"log","msg":"x"}"#
    var (inserted, refused) = (0, 0)
    for node in nodes where number(node, "branch") > 0 {
      let id = number(node, "node")
      let answer = lab.call(
        #"{"command":"edit","fork":true,"edit":{"edit":"insert","party":"alice","#
          + #""node":\#(id),\#(log)}}"#)
      guard answer["error"] == nil else {
        refused += 1
        #expect(answer["kind"] == "notPossible" && answer["at"] == "edit.node", "\(answer)")
        let next = nodes.first { number($0, "parent") == id }
        #expect(next?["step"] == node["step"], "both came in one step")
        continue
      }
      inserted += 1
      let universe = number(answer, "universe")
      let there = lab.ask(#"{"command":"nodes","universe":\#(universe),"party":"alice"}"#)
      let new = there["nodes"]?.list.last
      #expect(new?["handler"] == "log" && number(new, "parent") == id, "\(id)")
      #expect(new?["branch"] == node["branch"])
    }
    #expect(inserted > 3 && refused > 0)
  }

  @Test func whatWasHeldGoesOnInItsOrderWhenTheSocketResumes() {
    var lab = started(steps: 6)
    let stall = #"{"edit":"stall","socket":"alice/1"}"#
    let clock = lab.ask(#"{"command":"edit","edit":\#(stall)}"#)["clock"]?.integer ?? 0
    let stalled = lab.ask(#"{"command":"play","clock":\#(clock + 500)}"#)
    let held = (stalled["pending"]?.list ?? []).filter { $0["held"] == true }
    #expect(!held.isEmpty && held.allSatisfy { $0["socket"] == "alice/1" })
    let id = held.first?["event"]?.said ?? ""
    let take = lab.call(#"{"command":"edit","edit":{"edit":"take","event":"\#(id)"}}"#)
    #expect(take["error"] == "the socket is stalled: resume it first")
    let resume = #"{"edit":"resume","socket":"alice/1"}"#
    let moment = lab.ask(#"{"command":"edit","edit":\#(resume)}"#)
    #expect(moment["action"]?["text"] == "resume alice/1 to both ends")
    let pending = moment["pending"]?.list ?? []
    let now = moment["clock"]?.number ?? .nan
    #expect(pending.allSatisfy { $0["held"] == false && ($0["at"]?.number ?? 0) >= now })
    let free = pending.filter { $0["socket"] == "alice/1" }.map { $0["event"] }
    #expect(free == held.map { $0["event"] })
    #expect(lab.ask(#"{"command":"play","end":true}"#)["end"]?["word"] == "verified")
  }

  @Test func resumingOneWayLeavesTheOtherStalled() {
    var lab = started(steps: 6)
    _ = lab.ask(#"{"command":"edit","edit":{"edit":"stall","socket":"alice/1"}}"#)
    let moment = lab.ask(
      #"{"command":"edit","edit":{"edit":"resume","socket":"alice/1","to":"server"}}"#)
    let alice = moment["sockets"]?.list.first { $0["socket"] == "alice/1" }
    #expect(alice?["stalled"] == "client")
  }

  @Test func theStreamKeepsItsOrder() {
    var lab = started(steps: 6)
    let inject = #"{"edit":"inject","socket":"alice/1","to":"client","text":"{}"}"#
    for _ in 0..<2 { _ = lab.ask(#"{"command":"edit","edit":\#(inject)}"#) }
    let stream = (lab.ask(#"{"command":"moment"}"#)["pending"]?.list ?? []).filter {
      $0["socket"] == "alice/1" && $0["to"] == "client"
    }
    let ids = stream.map { $0["event"]?.said ?? "" }
    #expect(ids.count >= 2)
    func take(_ id: String) -> String {
      #"{"command":"edit","edit":{"edit":"take","event":"\#(id)"}}"#
    }
    let answer = lab.call(take(ids[ids.count - 1]))
    #expect(answer["kind"] == "notPossible", "\(answer)")
    #expect(answer["error"]?.said.contains("\(ids.count - 1) must arrive before") == true)
    for id in ids { _ = lab.ask(take(id)) }
  }

  @Test func aFrameThatHasArrivedCanBeReplayedAndShowsItsText() throws {
    var lab = started()
    while pending(&lab, "frame").isEmpty { _ = lab.ask(#"{"command":"play"}"#) }
    let frame = pending(&lab, "frame")[0]
    let step = number(lab.ask(#"{"command":"moment"}"#), "steps")
    let end = lab.ask(#"{"command":"play","end":true}"#)
    let id = frame["event"]?.said ?? ""
    let told = lab.ask(#"{"command":"event","step":\#(step),"event":"\#(id)"}"#)
    let text = try #require(told["frame"])
    #expect(try JSON.parse(try #require(text.string))["handler"] != nil)
    #expect(told.without("frame") == frame)
    let now = lab.call(#"{"command":"event","event":"\#(id)"}"#)
    #expect(now["kind"] == "noSuchEvent", "it has arrived")
    let replay = lab.ask(#"{"command":"edit","edit":{"edit":"replay","event":"\#(id)"}}"#)
    let again = try #require(replay["pending"]?.list.first)
    #expect(again["to"] == frame["to"] && again["socket"] == frame["socket"])
    let newest = again["event"]?.said ?? ""
    #expect(lab.ask(#"{"command":"event","event":"\#(newest)"}"#)["frame"] == text)
    #expect(end["pending"] == [])
  }

  @Test func anEditThatIsMadeTwiceIsTwoEdits() {
    var lab = started(#"{"clients":2,"script":[]}"#)
    _ = lab.ask(#"{"command":"play","clock":5000}"#)
    let act = #"{"edit":"act","act":{"client":0,"do":"invite"}}"#
    for _ in 0..<2 { _ = lab.ask(#"{"command":"edit","edit":\#(act)}"#) }
    let document = lab.ask(#"{"command":"export"}"#)
    #expect(document["edits"]?.list.count == 2)
    var other = LabClient()
    let again = other.ask(
      #"{"command":"import","document":\#(JSON.print(document)),"go":true}"#)
    #expect(again["agrees"] == true)
  }

  @Test func whatSomebodyCannotDoNowIsToldAndChangesNothing() {
    var lab = started(#"{"clients":2,"script":[]}"#)
    let before = lab.ask(#"{"command":"play","clock":5000}"#)
    let act = #"{"edit":"act","act":{"client":0,"do":"write","with":1,"text":"hello"}}"#
    let answer = lab.call(#"{"command":"edit","edit":\#(act)}"#)
    #expect(answer["kind"] == "refused" && answer["at"] == "edit.act", "\(answer)")
    #expect(lab.ask(#"{"command":"moment"}"#)["digest"] == before["digest"])
  }

  @Test func anImportPlaysUpToTheEditThatCannotBeMadeAndTellsWhy() {
    var lab = LabClient()
    let document =
      #"{"simpatico":"universe","version":1,"edits":[{"at":5,"edit":"cut","socket":"alice/9"}]}"#
    _ = lab.ask(#"{"command":"import","document":\#(document)}"#)
    let moment = lab.ask(#"{"command":"play","end":true}"#)
    #expect(moment["steps"] == 4 && moment["blocked"]?["at"] == "edits[0].socket")
    #expect(lab.call(#"{"command":"play"}"#)["at"] == "edits[0].socket")
    #expect(lab.ask(#"{"command":"moment"}"#)["steps"] == 4)
  }
}

/// The same through the API, without a lab.
@Suite struct EditLimits {
  private static let log: Value = ["handler": "log"]

  @Test func aUniverseHasNoMoreEditsThanItsLimit() throws {
    var universe = Universe(World.Settings(clients: 1))
    let edit = Edit.insert(party: 1, branch: 0, message: Self.log)
    for _ in 0..<Universe.maximumEdits { try universe.make(edit) }
    let digest = universe.world.digest
    #expect(throws: LabError(.tooMany, "a universe has at most 1000 edits")) {
      try universe.make(edit)
    }
    #expect(universe.world.digest == digest && universe.edits.count == Universe.maximumEdits)
  }

  @Test func noEditIsMadeBeforeThosePlanned() throws {
    let edit = Edit.insert(party: 1, branch: 0, message: Self.log)
    var universe = Universe(
      World.Settings(clients: 1), planning: [PlacedEdit(step: 3, edit: edit)])
    #expect(throws: LabError(.notPossible, "edits are planned: play them first, or fork")) {
      try universe.make(edit)
    }
    try universe.run(atMost: 3)
    try universe.make(edit)
    #expect(universe.edits.map(\.step) == [3, 4])
  }

  @Test func aPartyThatIsNotThereGetsNothing() {
    var universe = Universe(World.Settings(clients: 1))
    #expect(throws: LabError(.noSuchParty, "there is no party 9", at: "party")) {
      try universe.make(.insert(party: 9, branch: 0, message: Self.log))
    }
  }

  @Test func anIDKeepsItsNumberHoweverManyThereAre() {
    var table = IDTable()
    let ids = (0..<1_000).map { EventID.start.causing(UInt64($0)) }
    for (number, id) in ids.enumerated() { table.insert(id, number) }
    for id in ids { table.insert(id, 0) }
    #expect(ids.map { table[$0] } == Array(0..<1_000))
    #expect(table[EventID.start] == nil)
  }
}
