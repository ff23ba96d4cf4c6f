import SimpaticoTree
import SimpaticoWorld
import Testing

/// The universes of a lab as a whole: what is on its map, and what is not any more.
@Suite struct LabMaps {
  private func universes(_ lab: inout LabClient) -> [Value] {
    lab.ask(#"{"command":"map"}"#)["universes"]?.list ?? []
  }

  @Test func aUniverseHasTheNameThatItWasGivenLast() {
    var lab = LabClient()
    _ = lab.ask(#"{"command":"start","name":"first"}"#)
    let place = lab.ask(#"{"command":"name","universe":0,"name":"second"}"#)
    #expect(place["name"] == "second")
    #expect(universes(&lab) == [place])
    #expect(lab.ask(#"{"command":"moment"}"#)["name"] == "second")
  }

  @Test func onlyWhatNobodyForkedFromIsRemovedAndTheOthersKeepTheirNumbers() {
    var lab = LabClient()
    _ = lab.ask(#"{"command":"start"}"#)
    _ = lab.ask(#"{"command":"fork","universe":0}"#)
    _ = lab.ask(#"{"command":"start"}"#)
    let before = universes(&lab)
    let answer = lab.call(#"{"command":"remove","universe":0}"#)
    #expect(answer["kind"] == "notPossible" && answer["at"] == "universe")
    #expect(universes(&lab) == before)
    #expect(lab.ask(#"{"command":"remove","universe":1}"#) == ["removed": 1])
    let left = universes(&lab)
    #expect(left.map { $0["universe"] } == [0, 2])
    #expect(left[0]["children"] == 0 && left[1] == before[2])
    #expect(lab.call(#"{"command":"moment","universe":1}"#)["kind"] == "noSuchUniverse")
    _ = lab.ask(#"{"command":"remove","universe":0}"#)
    #expect(lab.ask(#"{"command":"clear"}"#)["universes"] == [])
  }

  @Test func aFullLabTakesNoMoreUntilSomethingIsRemoved() {
    var lab = LabClient()
    _ = lab.ask(#"{"command":"start","settings":{"clients":1}}"#)
    let limit = lab.ask(#"{"command":"map"}"#)["limit"]?.integer ?? 0
    for _ in 1..<limit { _ = lab.ask(#"{"command":"fork","universe":0}"#) }
    #expect(lab.call(#"{"command":"fork","universe":0}"#)["kind"] == "tooMany")
    #expect(universes(&lab).count == limit)
    _ = lab.ask(#"{"command":"remove","universe":1}"#)
    _ = lab.ask(#"{"command":"fork","universe":0}"#)
    #expect(lab.call(#"{"command":"start"}"#)["kind"] == "tooMany")
  }
}
