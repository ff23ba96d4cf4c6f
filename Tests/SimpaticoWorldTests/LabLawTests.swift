import SimpaticoTree
import SimpaticoWorld
import Testing

@Suite struct Comparisons {
  private func number(_ value: Value, _ key: Text) -> Int { value[key]?.integer ?? -1 }

  @Test func anInsertionThatChangesNothingLeavesAllNodesTheSame() {
    for seed in 1...20 as ClosedRange<UInt64> {
      var lab = LabClient()
      _ = lab.ask(#"{"command":"start","settings":{"seed":\#(seed),"clients":3}}"#)
      let steps = number(lab.ask(#"{"command":"play","end":true}"#), "steps")
      for step in stride(from: Int(seed) % 3, through: steps, by: 3) {
        let party = ["server", "alice", "bob", "charlie"][step % 4]
        let edit =
          #"{"edit":"insert","party":"\#(party)","branch":0,"#
          + #""message":{"handler":"assert","name":"\#(party)"}}"#
        let answer = lab.ask(
          #"{"command":"edit","step":\#(step),"edit":\#(edit),"then":"replay","fork":true}"#)
        let universe = number(answer, "universe")
        #expect(number(answer, "steps") == steps + 1, "seed \(seed), step \(step)")
        let comparison = lab.ask(#"{"command":"compare","universe":\#(universe),"with":0}"#)
        for one in comparison["parties"]?.list ?? [] {
          let isChanged = one["party"]?.said == party
          #expect(number(one, "changed") == 0, "seed \(seed), step \(step): \(one)")
          #expect(number(one, "gone") == 0 && number(one, "new") == (isChanged ? 1 : 0))
        }
      }
    }
  }

  @Test func aUniverseIsTheSameAsItself() {
    for seed in 1...10 as ClosedRange<UInt64> {
      var lab = LabClient()
      let universe = Meddler.meddle(&lab, seed: seed, edits: 4)
      let answer = lab.ask(
        #"{"command":"compare","universe":\#(universe),"with":\#(universe)}"#)
      for party in answer["parties"]?.list ?? [] {
        #expect(number(party, "changed") + number(party, "new") + number(party, "gone") == 0)
        #expect(party["marks"]?.list.count == 1, "seed \(seed)")
      }
    }
  }

  @Test func whatIsMadeAnewOfEqualPartsIsTheSame() {
    var lab = LabClient()
    let insert =
      #"{"edit":"insert","party":"server","branch":0,"#
      + #""message":{"handler":"log","list":[1,[{"a":[]}]]}}"#
    for universe in 0...1 {
      _ = lab.ask(#"{"command":"start"}"#)
      _ = lab.ask(#"{"command":"edit","universe":\#(universe),"edit":\#(insert)}"#)
      _ = lab.ask(#"{"command":"play","universe":\#(universe),"end":true}"#)
    }
    let answer = lab.ask(#"{"command":"compare","universe":0,"with":1}"#)
    for party in answer["parties"]?.list ?? [] {
      #expect(number(party, "changed") + number(party, "new") + number(party, "gone") == 0)
    }
  }

  /// What is marked the same is the same, and counterparts are each other's.
  @Test func marksAreTrueAndMutual() {
    for seed in 1...16 as ClosedRange<UInt64> {
      var lab = LabClient()
      let universe = Meddler.meddle(&lab, seed: seed, edits: 3)
      let map = lab.ask(#"{"command":"map"}"#)["universes"]?.list ?? []
      guard
        let parent = map.first(where: { $0["universe"]?.integer == universe })?["parent"]?
          .integer
      else { continue }
      let there = lab.ask(
        #"{"command":"compare","universe":\#(universe),"with":\#(parent)}"#)
      let back = lab.ask(
        #"{"command":"compare","universe":\#(parent),"with":\#(universe)}"#)
      for (one, other) in zip(there["parties"]?.list ?? [], back["parties"]?.list ?? []) {
        #expect(one["same"] == other["same"] && one["changed"] == other["changed"])
        #expect(one["new"] == other["gone"] && one["gone"] == other["new"], "seed \(seed)")
        let name = one["party"]?.said ?? ""
        for run in one["marks"]?.list ?? [] where run["mark"] == "same" {
          let (node, counterpart) = (number(run, "from"), number(run, "other"))
          let mine = lab.ask(
            #"{"command":"detail","universe":\#(universe),"party":"\#(name)","node":\#(node)}"#)
          let theirs = lab.ask(
            #"{"command":"detail","universe":\#(parent),"party":"\#(name)","#
              + #""node":\#(counterpart)}"#)
          #expect(mine["at"] == theirs["at"] && mine["label"] == theirs["label"])
        }
      }
    }
  }

  @Test func aDelayMovesWhatItDelaysAndNothingElse() {
    var lab = LabClient()
    _ = lab.ask(#"{"command":"start","settings":{"seed":3,"clients":3}}"#)
    let start = lab.ask(#"{"command":"moment"}"#)
    _ = lab.ask(#"{"command":"play","end":true}"#)
    let event = (start["pending"]?.list ?? []).first { $0["party"] == "alice" }?["event"]?.said
    let edit = #"{"edit":"delay","event":"\#(event ?? "")","milliseconds":300}"#
    _ = lab.ask(#"{"command":"edit","step":0,"edit":\#(edit),"then":"replay"}"#)
    let comparison = lab.ask(#"{"command":"compare","universe":1,"with":0}"#)
    for party in comparison["parties"]?.list ?? [] {
      #expect(number(party, "new") == 0 && number(party, "gone") == 0, "\(party)")
      if party["party"] == "alice" { #expect(number(party, "changed") == 6) }
      if party["party"] == "bob" || party["party"] == "charlie" {
        #expect(number(party, "changed") == 0, "\(party)")
      }
    }
  }

  @Test func laterEditsOfTheOriginalAreMadeAgainOrTold() {
    var lab = LabClient()
    _ = lab.ask(#"{"command":"start","settings":{"seed":1,"clients":2}}"#)
    _ = lab.ask(#"{"command":"play","steps":6}"#)
    let stall = #"{"edit":"stall","socket":"alice/1","to":"client"}"#
    _ = lab.ask(#"{"command":"edit","edit":\#(stall)}"#)
    _ = lab.ask(#"{"command":"play","end":true}"#)
    let insert =
      #"{"edit":"insert","party":"bob","branch":0,"message":{"handler":"log","msg":"x"}}"#
    let again = lab.ask(#"{"command":"edit","step":2,"edit":\#(insert),"then":"replay"}"#)
    #expect(again["impossible"]?.list.isEmpty == true)
    let comparison = lab.ask(#"{"command":"compare","universe":1,"with":0}"#)
    #expect((comparison["parties"]?.list ?? []).allSatisfy { number($0, "gone") == 0 })
    let earlier = lab.ask(#"{"command":"edit","step":4,"edit":\#(stall),"then":"replay"}"#)
    let impossible = earlier["impossible"]?.list.first
    #expect(impossible?["step"] == 7 && impossible?["reason"] == "it is stalled")
  }
}

@Suite struct FanOuts {
  @Test func everyFaultsUniverseIsReproducibleAlone() {
    for seed in 1...6 as ClosedRange<UInt64> {
      var lab = LabClient()
      _ = lab.ask(#"{"command":"start","settings":{"seed":\#(seed),"clients":2}}"#)
      _ = lab.ask(#"{"command":"play","steps":\#(2 * seed)}"#)
      let table = lab.ask(#"{"command":"fanout"}"#)
      let rows = table["rows"]?.list ?? []
      #expect(rows.count > 5 && table["skipped"] == 0, "seed \(seed)")
      for row in rows {
        let universe = row["universe"]?.integer ?? -1
        let document = lab.ask(#"{"command":"export","universe":\#(universe)}"#)
        var alone = LabClient()
        let text = JSON.print(document).description
        let moment = alone.ask(#"{"command":"import","document":\#(text),"go":true}"#)
        #expect(moment["digest"] == row["digest"], "seed \(seed): \(row["text"]?.said ?? "")")
        #expect(moment["clock"] == row["clock"])
        #expect(row["quiet"] == true)
      }
    }
  }

  @Test func everyFaultThatIsOfferedIsPossible() {
    for seed in 1...6 as ClosedRange<UInt64> {
      var lab = LabClient()
      _ = lab.ask(#"{"command":"start","settings":{"seed":\#(seed),"clients":2}}"#)
      _ = lab.ask(#"{"command":"play","steps":\#(seed + 3)}"#)
      for event in lab.ask(#"{"command":"moment"}"#)["pending"]?.list ?? [] {
        let id = event["event"]?.said ?? ""
        for name in (event["can"]?.list ?? []) + (event["hostile"]?.list ?? []) {
          _ = lab.ask(
            #"{"command":"edit","fork":true,"edit":{"edit":"\#(name.said)","event":"\#(id)","#
              + #""milliseconds":7,"text":"{}"}}"#)
        }
      }
    }
  }

  @Test func endsAreToldInOneWord() {
    let ends: [(String, String)] = [
      ("", "verified"), (#"{"client":0,"fault":"refused"}"#, "error"),
      (#"{"client":0,"fault":"cut","afterFrames":2}"#, "error"),
      (#"{"client":0,"fault":"cut","afterFrames":3}"#, "closed"),
    ]
    for (fault, end) in ends {
      var lab = LabClient()
      _ = lab.ask(#"{"command":"start","settings":{"clients":2,"faults":[\#(fault)]}}"#)
      let moment = lab.ask(#"{"command":"play","end":true}"#)
      #expect(moment["end"]?["word"]?.said == end, "\(fault)")
      let bob = moment["end"]?["parties"]?.list.last
      #expect(bob?["word"] == "verified")
    }
  }
}
