import SimpaticoProtocol
import SimpaticoTree
import SimpaticoWorld
import Testing

/// A chat in the lab: people who invite, write and crash, as settings and as edits.
@Suite struct LabChats {
  private static let meeting =
    #"{"at":1000,"client":0,"do":"invite"},{"at":2000,"client":1,"do":"follow","with":0}"#

  private func start(_ more: String = "") -> LabClient {
    var lab = LabClient()
    _ = lab.ask(
      #"{"command":"start","settings":{"clients":2,"script":[\#(Self.meeting)\#(more)]}}"#)
    return lab
  }

  private func number(_ value: Value?, _ key: Text) -> Int { value?[key]?.integer ?? -1 }

  @Test func aScriptIsExportedAsItWasGiven() {
    let acts = [
      #""do":"write","with":0,"text":"hi""#, #""do":"invite","expires":9000"#, #""do":"revoke""#,
      #""do":"follow","with":1,"wrong":true"#, #""do":"followUnknown","with":1"#,
      #""do":"read","with":1"#, #""do":"block","with":1"#, #""do":"unblock","with":1"#,
      #""do":"remove","with":1"#, #""do":"stop""#, #""do":"start""#, #""do":"wake""#,
      #""do":"disconnect""#, #""do":"crash","down":500"#, #""do":"relayRestart","down":600"#,
      #""do":"unplug""#, #""do":"fault","fault":"cut","afterFrames":2"#, #""do":"connectTwice""#,
      #""do":"tamper","how":"drop","handler":"ping""#, #""do":"tamper","how":"corrupt""#,
      #""do":"tamper","how":"forge","with":0"#, #""do":"inject","text":"{}","to":"server""#,
      #""do":"turnClock","milliseconds":-60000"#, #""do":"followCopy","with":1,"of":0"#,
    ]
    for act in acts {
      var lab = start(#",{"at":5000,"client":1,\#(act)}"#)
      let script = lab.ask(#"{"command":"export"}"#)["settings"]?["script"]?.list.last
      #expect(script == (try? JSON.parse(Text(#"{"at":5000,"client":1,\#(act)}"#))), "\(act)")
    }
  }

  @Test func whatIsDoneAtThePageIsReproduced() {
    var lab = start()
    _ = lab.ask(#"{"command":"play","clock":5000}"#)
    let act = #"{"edit":"act","act":{"client":0,"do":"write","with":1,"text":"hello bob"}}"#
    let answer = lab.ask(#"{"command":"edit","edit":\#(act)}"#)
    #expect(answer["action"]?["text"] == "alice: write bob")
    let end = lab.ask(#"{"command":"play","clock":7000}"#)
    let found = lab.ask(#"{"command":"find","party":"bob","text":"box"}"#)["found"]?.list
    #expect(found?.isEmpty == false)
    let document = JSON.print(lab.ask(#"{"command":"export"}"#))
    var other = LabClient()
    let again = other.ask(#"{"command":"import","document":\#(document),"go":true}"#)
    #expect(again["agrees"] == true && again["digest"] == end["digest"])
    let stranger = #"{"edit":"act","act":{"client":1,"do":"unblock","with":0}}"#
    #expect(lab.call(#"{"command":"edit","edit":\#(stranger)}"#)["error"] == nil)
  }

  @Test func aKilledProcessKeepsItsPastInTheLab() {
    var lab = start(#",{"at":6000,"client":1,"do":"crash","down":500}"#)
    let before = lab.ask(#"{"command":"play","clock":5999}"#)
    let count = number(before["counts"]?.list[2], "nodes")
    let old = lab.ask(#"{"command":"nodes","party":"bob"}"#)["nodes"]?.list
    _ = lab.ask(#"{"command":"play","clock":20000}"#)
    let new = lab.ask(#"{"command":"nodes","party":"bob"}"#)["nodes"]?.list ?? []
    #expect(old?.count == count && new.count > count)
    #expect(new.allSatisfy { $0["gone"] == nil })
    for (one, other) in zip(old ?? [], new) { #expect(one["label"] == other["label"]) }
    let ids = new.map { number($0, "node") }
    #expect(ids == Array(0..<new.count))
    let verified = lab.ask(#"{"command":"find","party":"bob","phase":"VERIFIED"}"#)
    #expect((verified["found"]?.list.count ?? 0) >= 2, "before the crash and after it")
  }

  @Test func anInsertionInAChatConcernsOnlyWhatFollowsFromIt() {
    var lab = start(#",{"at":5000,"client":0,"do":"write","with":1,"text":"hello"}"#)
    let end = lab.ask(#"{"command":"play","clock":9000}"#)
    let step = number(end, "steps") / 2
    let log = #"{"edit":"insert","party":"bob","branch":0,"message":{"handler":"log"}}"#
    let answer = lab.ask(
      #"{"command":"edit","step":\#(step),"edit":\#(log),"then":"replay"}"#)
    let universe = number(answer, "universe")
    let comparison = lab.ask(#"{"command":"compare","universe":\#(universe),"with":0}"#)
    for party in comparison["parties"]?.list ?? [] {
      #expect(number(party, "gone") == 0, "\(party)")
      #expect(number(party, "changed") == 0, "\(party)")
    }
  }

  @Test func whatAWorldRecordedCanBeOpened() throws {
    var world = World(World.Settings(clients: 1))
    world.run()
    let trees = try world.parties.enumerated().map { index, party in
      let entries = try JSON.print(Recording.write(party.tree))
      let role = index == 0 ? "server" : "client"
      return #"{"name":"\#(party.name)","role":"\#(role)","recording":\#(entries)}"#
    }
    var lab = LabClient()
    let moment = lab.ask(
      #"{"command":"open","name":"past","trees":[\#(trees.joined(separator: ","))]}"#)
    #expect(moment["counts"]?.list.map { number($0, "nodes") } == [8, 9])
    // Without its handles a connection cannot be made again: its nodes are there, unread.
    let nodes = lab.ask(#"{"command":"nodes","party":"server"}"#)["nodes"]?.list ?? []
    #expect(nodes.map { number($0, "branch") } == [0, 0, 0, 1, 1, 1, 1, 1])
    #expect(nodes[4]["label"] == "unread" && number(nodes[4], "at") > 0)
    let found = lab.ask(#"{"command":"find","text":"cypherText"}"#)["found"]?.list
    #expect(found?.count == 1)
  }
}
