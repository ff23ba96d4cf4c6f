import Foundation
import SimpaticoProtocol
import SimpaticoTree
import SimpaticoWorld
import Testing

@Suite struct LabViews {
  private func number(_ value: Value?, _ key: Text) -> Int { value?[key]?.integer ?? -1 }

  @Test func windowsAndRangesShowTheSameNodes() {
    for seed in 1...8 as ClosedRange<UInt64> {
      var lab = LabClient()
      let universe = Meddler.meddle(&lab, seed: seed, edits: 4)
      let moment = lab.ask(#"{"command":"moment","universe":\#(universe)}"#)
      let step = number(moment, "steps") / 2
      for party in moment["counts"]?.list.indices ?? 0..<0 {
        let head = #""universe":\#(universe),"party":\#(party),"step":\#(step)"#
        let all = lab.ask(#"{"command":"nodes",\#(head)}"#)
        let nodes = all["nodes"]?.list ?? []
        #expect(nodes.map { number($0, "node") } == Array(0..<number(all, "count")))
        #expect(nodes.allSatisfy { number($0, "step") <= step })
        var seen: [Value] = []
        let layout = all["layout"]
        for row in stride(from: 0, to: number(layout, "rows"), by: 2) {
          for column in stride(from: 0, to: number(layout, "columns"), by: 3) {
            let window = lab.ask(
              #"{"command":"nodes",\#(head),"rows":[\#(row),\#(row + 2)],"#
                + #""columns":[\#(column),\#(column + 3)]}"#)
            seen += window["nodes"]?.list ?? []
          }
        }
        let sorted = seen.sorted { number($0, "node") < number($1, "node") }
        #expect(sorted == nodes, "seed \(seed), party \(party)")
      }
    }
  }

  @Test func theLayoutIsTheClosedFormThatIsTold() {
    var lab = LabClient()
    _ = lab.ask(#"{"command":"start"}"#)
    _ = lab.ask(#"{"command":"play","end":true}"#)
    let answer = lab.ask(#"{"command":"nodes","party":"server"}"#)
    let layout = answer["layout"]
    let narrow = number(layout, "narrowColumns")
    #expect(narrow == 3 && layout?["lowRow"] == true)
    for node in answer["nodes"]?.list ?? [] {
      let (column, row) = (number(node, "column"), number(node, "branch"))
      let x = column < narrow ? 14 + column * 26 + 13 : 14 + 3 * 26 + (column - 3) * 46 + 23
      let y = row == 0 ? 18 : 36 + (row - 1) * 52 + 20
      #expect(number(node, "x") == x && number(node, "y") == y, "\(node)")
    }
  }

  @Test func thePictureHasTheNodesOfItsMomentWhereThePageDrawsThem() {
    var lab = LabClient()
    _ = lab.ask(#"{"command":"start","settings":{"clients":1}}"#)
    _ = lab.ask(#"{"command":"play","end":true}"#)
    var world = World(World.Settings(clients: 1))
    for step in 0...8 {
      let alice = world.parties[1]
      let svg = TreePicture.svg([TreePicture.Panel(title: alice.name, tree: alice.tree)])
      let nodes = lab.ask(#"{"command":"nodes","party":"alice","step":\#(step)}"#)["nodes"]?.list
      let circles = svg.description.components(separatedBy: "<circle class=\"node").count - 1
      #expect(circles == nodes?.count)
      for node in nodes ?? [] {
        let place = #"cx="\#(number(node, "x"))" cy="\#(number(node, "y"))""#
        #expect(svg.description.contains(place), "step \(step): \(place)")
      }
      world.advance()
    }
  }

  @Test func everyFrameIsSentByANodeAndArrivesOrIsLost() {
    for seed in 1...8 as ClosedRange<UInt64> {
      var lab = LabClient()
      let universe = Meddler.meddle(&lab, seed: seed, edits: 5)
      _ = lab.call(#"{"command":"play","universe":\#(universe),"end":true}"#)
      let moment = lab.ask(#"{"command":"moment","universe":\#(universe)}"#)
      let steps = number(moment, "steps")
      let all =
        lab.ask(
          #"{"command":"messages","universe":\#(universe),"limit":10000}"#)["messages"]?.list ?? []
      for message in all {
        let fate = message["fate"]?.said ?? ""
        #expect(["arrived", "ignored", "lost", "held", "pending"].contains(fate))
        #expect((fate == "arrived") == (message["to"]?["node"]?.isNull == false))
        #expect(number(message, "sentAt") <= number(message, "arrivesAt"), "\(message)")
        if message["kind"] == "frame", message["touched"] == [] {
          let (party, node) = (message["from"]?["party"]?.said, number(message["from"], "node"))
          let sender = lab.ask(
            #"{"command":"detail","universe":\#(universe),"party":"\#(party ?? "")","#
              + #""node":\#(node)}"#)
          let sent = (sender["effects"]?.list ?? []).compactMap { $0["message"]?.string }
          #expect(sent.contains { $0 == message["message"]?.string }, "seed \(seed): \(message)")
        }
      }
      for step in stride(from: 0, through: steps, by: 3) {
        let some = lab.ask(
          #"{"command":"messages","universe":\#(universe),"from":\#(step),"to":\#(step + 0)}"#)
        let wanted = all.filter {
          number($0, "sentStep") <= step
            && ($0["arrivedStep"]?.isNull == true || number($0, "arrivedStep") >= step)
        }
        #expect(some["messages"]?.list == wanted, "seed \(seed), step \(step)")
      }
    }
  }

  @Test func aFieldsWriterIsTheLastNodeThatChangedIt() {
    var lab = LabClient()
    _ = lab.ask(#"{"command":"start","settings":{"clients":1}}"#)
    _ = lab.ask(#"{"command":"play","end":true}"#)
    let writers = lab.ask(#"{"command":"writers","party":"server","node":7}"#)["writers"]?.list
    var labels: [String: String] = [:]
    for writer in writers ?? [] { labels[writer["key"]?.said ?? ""] = writer["label"]?.said }
    #expect(labels["name"] == "root" && labels["handlers"] == "handlers")
    #expect(labels["publicKeyPem"] == "settings" && labels["connection"] == "opened")
    #expect(labels["registration"] == "unsealed" && labels["peer"] == "unsealed")
    #expect(labels["verifiedAfterMilliseconds"] == "unsealed" && labels["t1"] == nil)
  }

  @Test func aBoxTellsWhoCanReadIt() {
    var lab = LabClient()
    _ = lab.ask(#"{"command":"start","settings":{"clients":1}}"#)
    _ = lab.ask(#"{"command":"play","end":true}"#)
    let found = lab.ask(#"{"command":"find","handler":"register3"}"#)["found"]?.list.first
    let detail = lab.ask(
      #"{"command":"detail","party":"server","node":\#(number(found, "node"))}"#)
    let box = detail["boxes"]?.list.first
    #expect(box?["from"] == "alice" && box?["readers"] == ["server", "alice"])
    #expect(box?["path"] == "value.cypherText")
    let answers = detail["effects"]?.list.first?["answers"]?.list
    #expect(answers?.first?["text"] == "unsealed")
    #expect(detail["message"]?.string != nil)
  }

  @Test func handlesAreShownAsSuchAndNothingIsBelowThem() {
    var lab = LabClient()
    _ = lab.ask(#"{"command":"start","settings":{"clients":1}}"#)
    _ = lab.ask(#"{"command":"play","steps":3}"#)
    let part = lab.ask(#"{"command":"value","party":"alice","node":4}"#)
    let key = part["entries"]?.list.first { $0["key"] == "_privateKey" }
    #expect(key == ["key": "_privateKey", "kind": "handle"])
    let answer = lab.call(
      #"{"command":"value","party":"alice","node":4,"path":["_privateKey"]}"#)
    #expect(answer["kind"] == "badCommand")
    for command in ["detail", "value", "writers"] {
      let text = JSON.print(lab.ask(#"{"command":"\#(command)","party":"alice","node":4}"#))
      #expect(!text.description.contains("privKey1"))
    }
  }

  @Test func aMessageIsCheckedBeforeItIsInserted() {
    var lab = LabClient()
    _ = lab.ask(#"{"command":"start","settings":{"clients":1}}"#)
    for handler in lab.ask(#"{"command":"handlers","party":"alice"}"#)["handlers"]?.list ?? [] {
      guard let example = handler["example"] else { continue }
      let text = JSON.print(example).description
      #expect(lab.ask(#"{"command":"check","party":"alice","message":\#(text)}"#)["ok"] == true)
    }
    let wrong = lab.call(
      #"{"command":"check","party":"alice","text":"{\"handler\":\"closed\",\"code\":7}"}"#)
    #expect(wrong["failures"]?.list.first?["path"] == ["code"])
    #expect(wrong["failures"]?.list.first?["failed"] == ["between", 1000, 4999])
    let broken = lab.call(#"{"command":"check","party":"alice","text":"{\"handler\" 1}"}"#)
    #expect(broken["offset"] == 11 && broken["ok"] == false)
  }

  @Test func whatIsNoMessageIsToldWithItsPlace() {
    var lab = LabClient()
    _ = lab.ask(#"{"command":"start","settings":{"clients":1}}"#)
    let wrong: [(message: String, path: Value?)] = [
      ("7", nil), ("{}", ["handler"]), (#"{"handler":"fly"}"#, ["handler"]),
      (#"{"handler":"log","_socket":1}"#, ["_socket"]),
    ]
    for (message, path) in wrong {
      let answer = lab.call(#"{"command":"check","party":"alice","message":\#(message)}"#)
      #expect(answer["ok"] == false && answer["failures"]?.list.first?["path"] == path, "\(answer)")
    }
  }

  @Test func everyPartOfANodeIsToldPieceByPiece() {
    var lab = LabClient()
    _ = lab.ask(#"{"command":"start","settings":{"clients":1}}"#)
    _ = lab.ask(#"{"command":"play","end":true}"#)
    func part(_ more: String) -> Value {
      lab.ask(#"{"command":"value","party":"server","node":5,\#(more)}"#)
    }
    let detail = lab.ask(#"{"command":"detail","party":"server","node":5}"#)
    let cascade = detail["cascade"]?.list ?? []
    #expect(cascade.count > 1)
    let whole = part(#""of":"cascade","depth":2"#)
    #expect(whole["kind"] == "array" && whole["count"] == .number(cascade.count))
    for (index, entry) in (whole["entries"]?.list ?? []).enumerated() {
      #expect(entry["key"] == .number(index) && entry["kind"] == "object")
      let name = part(#""of":"cascade","path":[\#(index),"handler"]"#)
      #expect(name["value"] == cascade[index]["handler"])
    }
    let rest = part(#""of":"cascade","offset":1,"limit":1"#)
    #expect(rest["entries"]?.list.map { $0["key"] } == [1])
    #expect(rest["more"] == .number(cascade.count - 2))
    let closed = part(#""of":"cascade","depth":0"#)
    #expect(closed["entries"] == nil && closed["count"] == .number(cascade.count))
    #expect(part(#""of":"value""#)["kind"] == "object")
    #expect(part(#""of":"effects""#)["kind"] == "array")
  }

  @Test func aNodeIsToldAgainstAnyOther() {
    var lab = LabClient()
    _ = lab.ask(#"{"command":"start","settings":{"clients":2}}"#)
    _ = lab.ask(#"{"command":"play","end":true}"#)
    let same = #"{"command":"detail","party":"alice","node":5,"against":{"party":1,"node":5}}"#
    let answer = lab.ask(same)
    #expect(answer["changes"] == [])
    #expect(answer["against"] == ["universe": 0, "party": "alice", "node": 5])
    let other = lab.ask(
      #"{"command":"detail","party":"alice","node":5,"against":{"party":"bob","node":5}}"#)
    #expect(other["changes"]?.list.contains { $0["path"] == "publicKeySig" } == true, "\(other)")
  }

  @Test func aBoxIsFoundHoweverDeepItLies() {
    var lab = LabClient()
    _ = lab.ask(#"{"command":"start","settings":{"clients":1}}"#)
    _ = lab.ask(
      #"{"command":"edit","edit":{"edit":"insert","party":"alice","branch":0,"#
        + #""message":{"handler":"log","msg":"x","list":[7,["box(0>1: hi)"]]}}}"#)
    let count = number(lab.ask(#"{"command":"nodes","party":"alice"}"#), "count")
    let detail = lab.ask(#"{"command":"detail","party":"alice","node":\#(count - 1)}"#)
    let box = detail["boxes"]?.list.first { $0["path"] == "value.list.1.0" }
    #expect(box?["text"] == "hi" && box?["readers"] == ["alice", "server"], "\(detail)")
  }

  @Test func findingIsComplete() {
    var lab = LabClient()
    _ = lab.ask(#"{"command":"start","settings":{"clients":4}}"#)
    _ = lab.ask(#"{"command":"play","end":true}"#)
    var nodes: [(Int, String, Int)] = []
    for party in ["server", "alice", "bob", "charlie", "dave"] {
      for node in lab.ask(#"{"command":"nodes","party":"\#(party)"}"#)["nodes"]?.list ?? []
      where node["handler"] == "opened" {
        nodes.append((number(node, "step"), party, number(node, "node")))
      }
    }
    var found: [Value] = []
    var from: Int? = 0
    while let start = from {
      let answer = lab.ask(
        #"{"command":"find","handler":"opened","from":\#(start),"limit":2}"#)
      found += answer["found"]?.list ?? []
      from = answer["next"]?.integer
    }
    #expect(found.count == nodes.count && found.count == 8)
    #expect(found.map { number($0, "step") } == found.map { number($0, "step") }.sorted())
    let first = lab.ask(
      #"{"command":"find","path":["connection"],"equals":"OPEN","party":"bob","limit":1}"#)
    #expect(first["found"]?.list.first?["label"] == "opened")
    let verified = lab.ask(#"{"command":"find","phase":"VERIFIED"}"#)["found"]?.list
    #expect(verified?.count == 8)
    let text = lab.ask(#"{"command":"find","text":"pubKeySig3"}"#)["found"]?.list
    #expect(text?.contains { $0["label"] == "register3" } == true)
  }

  @Test func clocksOfTheLogGrowAlongMessages() throws {
    var lab = LabClient()
    _ = lab.ask(#"{"command":"start","settings":{"clients":2}}"#)
    _ = lab.ask(#"{"command":"play","end":true}"#)
    let log = lab.ask(#"{"command":"log"}"#)["text"]?.said ?? ""
    let lines = log.split(separator: "\n").map(String.init)
    var last: [String: Int] = [:]
    var events = 0
    for line in lines where line.hasSuffix("}") {
      let host = String(line.prefix { $0 != " " })
      let clock = try JSON.parse(Text(String(line.drop { $0 != " " }.dropFirst())))
      #expect(clock[Text(host)]?.integer == (last[host] ?? 0) + 1)
      last[host] = clock[Text(host)]?.integer
      events += 1
    }
    #expect(events * 2 == lines.count)
    let verified = lines.last { $0.hasPrefix("bob ") } ?? ""
    #expect(verified.contains("\"server\":"))
  }

  @Test func aRecordingIsLookedAtWithTheSameCommands() {
    var lab = LabClient()
    let tree = #"[{"a":1},{"b":2},0,{"c":3},{"d":4}]"#
    let moment = lab.ask(#"{"command":"open","name":"letters","tree":\#(tree)}"#)
    #expect(moment["editable"] == false && number(moment, "steps") == 3)
    let nodes = lab.ask(#"{"command":"nodes","party":0,"step":2}"#)
    #expect(nodes["nodes"]?.list.map { number($0, "branch") } == [0, 0, 1])
    let detail = lab.ask(#"{"command":"detail","party":"letters","node":3}"#)
    #expect(detail["changes"] == [["path": "d", "after": 4]])
    #expect(lab.ask(#"{"command":"find","path":["c"]}"#)["found"]?.list.count == 1)
    for command in ["play", "export", "fanout", "fork"] {
      #expect(lab.call(#"{"command":"\#(command)"}"#)["kind"] == "notPossible", "\(command)")
    }
  }

  @Test func everyScenarioCanBeImportedAndPlayed() {
    var lab = LabClient()
    let scenarios = lab.ask(#"{"command":"scenarios"}"#)["scenarios"]?.list ?? []
    #expect(scenarios.count > 40)
    for scenario in scenarios {
      let document = JSON.print(scenario["document"] ?? .null).description
      let universe = number(
        lab.ask(#"{"command":"import","document":\#(document)}"#), "universe")
      let ends = scenario["ends"]?.integer
      let end = lab.ask(
        #"{"command":"play","universe":\#(universe),"#
          + (ends.map { #""clock":\#($0)}"# } ?? #""end":true}"#))
      #expect(end["quiet"] == .bool(ends == nil), "\(scenario["name"]?.said ?? "")")
      #expect(end["reached"] == true)
      let again = lab.ask(#"{"command":"export","universe":\#(universe)}"#)
      #expect(again["settings"]?["script"] == scenario["document"]?["settings"]?["script"])
    }
  }
}

extension BrowserTraces {
  /// Edits, forks, replays and everything that is told of them.
  @Test func anyMeddlingIsAnsweredWithTheSameBytes() throws {
    try compare(20) { chance in
      var lab = LabClient()
      let seed = UInt64(chance.below(1 << 20))
      let universe = Meddler.meddle(&lab, seed: seed, edits: 5)
      let head = #""universe":\#(universe)"#
      for command in ["nodes", "branches", "messages", "handlers", "writers", "detail", "value"] {
        let party = chance.below(3)
        _ = lab.call(
          #"{"command":"\#(command)",\#(head),"party":\#(party),"node":\#(chance.below(12))}"#)
      }
      for command in ["export", "log", "map", "scenarios"] {
        _ = lab.call(#"{"command":"\#(command)",\#(head)}"#)
      }
      _ = lab.call(#"{"command":"compare",\#(head),"with":0}"#)
      _ = lab.call(#"{"command":"find",\#(head),"text":"OPEN"}"#)
      _ = lab.call(#"{"command":"fanout",\#(head),"limit":12}"#)
      return lab.commands.map { Array($0.utf8) }
    }
  }
}
