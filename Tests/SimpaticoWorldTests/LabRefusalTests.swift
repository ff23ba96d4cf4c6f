import SimpaticoTree
import SimpaticoWorld
import Testing

/// Commands that the lab does not take: each is told by its kind and its place.
@Suite struct LabRefusals {
  /// A command, the kind of its fault, and the place of it.
  typealias Wrong = (command: String, kind: String, place: String)

  private static func edit(_ fields: String, _ kind: String, _ place: String) -> Wrong {
    (#"{"command":"edit","edit":{\#(fields)}}"#, kind, place)
  }

  private static func settings(_ fields: String, _ place: String) -> Wrong {
    (#"{"command":"start","settings":{\#(fields)}}"#, "badCommand", "settings." + place)
  }

  private static func document(_ fields: String, _ kind: String, _ place: String) -> Wrong {
    (
      #"{"command":"import","go":true,"document":{"simpatico":"universe","version":1,\#(fields)}}"#,
      kind, place
    )
  }

  private static func insert(_ fields: String, _ kind: String, _ place: String) -> Wrong {
    edit(#""edit":"insert",\#(fields)"#, kind, place)
  }

  /// Refuses all of these, and is as it was before.
  private func expect(_ wrong: [Wrong], from lab: LabClient) {
    var lab = lab
    let before = (lab.ask(#"{"command":"moment"}"#), lab.ask(#"{"command":"map"}"#))
    for (command, kind, place) in wrong {
      let answer = lab.call(command)
      #expect(answer["kind"]?.said == kind, "\(command): \(answer)")
      #expect((answer["at"]?.said ?? "") == place, "\(command): \(answer)")
      #expect(answer["error"]?.said.isEmpty == false)
    }
    #expect(lab.ask(#"{"command":"moment"}"#) == before.0)
    #expect(lab.ask(#"{"command":"map"}"#) == before.1)
  }

  /// A lab whose universe has made so many steps.
  private func lab(steps: Int = 6) -> LabClient {
    var lab = LabClient()
    _ = lab.ask(#"{"command":"start"}"#)
    _ = lab.ask(#"{"command":"play","steps":\#(steps)}"#)
    return lab
  }

  @Test func whatIsWrongIsNamedAndChangesNothing() {
    expect(
      [
        (#"{"command":"moment","universe":9}"#, "noSuchUniverse", "universe"),
        (#"{"command":"remove","universe":9}"#, "noSuchUniverse", "universe"),
        (#"{"command":"compare","with":9}"#, "noSuchUniverse", "with"),
        (#"{"command":"moment","step":99}"#, "noSuchStep", "step"),
        (#"{"command":"name"}"#, "badCommand", "name"),
        (#"{"command":"name","name":7}"#, "badCommand", "name"),
        (#"{"command":"play","end":7}"#, "badCommand", "end"),
        (#"{"command":"nodes","party":"mallory"}"#, "noSuchParty", "party"),
        (#"{"command":"nodes","party":0,"rows":[3]}"#, "badCommand", "rows"),
        (#"{"command":"detail","party":"alice","node":1e9}"#, "noSuchNode", "node"),
        (
          #"{"command":"detail","party":0,"node":1,"against":{"party":0,"node":99}}"#,
          "noSuchNode", "against.node"
        ),
        (#"{"command":"value","party":0,"node":0,"path":7}"#, "badCommand", "path"),
        (#"{"command":"value","party":0,"node":0,"path":[null]}"#, "badCommand", "path"),
        (#"{"command":"value","party":0,"node":0,"path":["name",0]}"#, "badCommand", "path"),
        (#"{"command":"value","party":0,"node":0,"of":"soul"}"#, "badCommand", "of"),
        (#"{"command":"writers","party":0,"node":0,"path":["name"]}"#, "badCommand", "path"),
        (#"{"command":"check","party":0}"#, "badCommand", ""),
        (#"{"command":"find","equals":1}"#, "badCommand", "equals"),
        (#"{"command":"event","event":"x"}"#, "badCommand", "event"),
        (#"{"command":"event","event":"00000000000000ff"}"#, "noSuchEvent", "event"),
      ], from: lab())
  }

  @Test func aWrongEditIsNamed() {
    let none = #""event":"00000000000000ff""#
    let alice = #""socket":"alice/1","to":"client""#
    let text = String(repeating: "x", count: 65_537)
    expect(
      [
        (#"{"command":"edit","edit":7}"#, "badCommand", "edit"),
        (
          #"{"command":"edit","edit":{"edit":"cut","socket":"alice/1"},"then":"fly"}"#,
          "badCommand", "then"
        ),
        Self.edit("", "badCommand", "edit"),
        Self.edit(#""edit":"fly""#, "badCommand", "edit.edit"),
        Self.edit(#""edit":"drop",\#(none)"#, "noSuchEvent", "edit.event"),
        Self.edit(#""edit":"replay",\#(none)"#, "noSuchEvent", "edit.event"),
        Self.edit(#""edit":"drop","event":"x""#, "badCommand", "edit.event"),
        Self.edit(#""edit":"drop","event":"\#(text.prefix(17))""#, "tooMany", "edit.event"),
        Self.edit(
          #""edit":"delay",\#(none),"milliseconds":-1"#, "badCommand", "edit.milliseconds"),
        Self.edit(#""edit":"cut","socket":"alice/9""#, "noSuchSocket", "edit.socket"),
        Self.edit(#""edit":"cut","socket":"alice""#, "noSuchSocket", "edit.socket"),
        Self.edit(#""edit":"stall","socket":"alice/1","to":"up""#, "badCommand", "edit.to"),
        Self.edit(#""edit":"resume",\#(alice)"#, "notPossible", "edit"),
        Self.edit(#""edit":"inject",\#(alice)"#, "badCommand", "edit.text"),
        Self.edit(#""edit":"inject",\#(alice),"text":"\#(text)""#, "tooMany", "edit.text"),
        Self.edit(
          #""edit":"close","socket":"alice/1","by":"client","code":999"#, "badCommand",
          "edit.code"),
        Self.edit(#""edit":"act","act":7"#, "badCommand", "edit.act"),
        Self.edit(#""edit":"act","act":{"do":"fly"}"#, "badCommand", "edit.act.do"),
        Self.edit(#""edit":"act","act":{"do":"wake"}"#, "notPossible", "edit"),
      ], from: lab())
  }

  @Test func aWrongInsertionIsNamed() {
    let bob = #""party":"bob","branch":1"#
    expect(
      [
        Self.insert(#""party":9"#, "noSuchParty", "edit.party"),
        Self.insert(#""party":null"#, "noSuchParty", "edit.party"),
        Self.insert(#""party":"bob""#, "badCommand", "edit.branch"),
        Self.insert(bob, "badCommand", "edit.message"),
        Self.insert(#"\#(bob),"message":{}"#, "badCommand", "edit.message.handler"),
        Self.insert(
          #""party":"bob","branch":7,"message":{"handler":"log"}"#, "noSuchBranch", "edit.branch"),
        Self.insert(
          #"\#(bob),"message":{"handler":"connect","_socket":1}"#, "badCommand", "edit.message"),
        Self.insert(#"\#(bob),"message":{"handler":"fly"}"#, "refused", "edit.message"),
        Self.insert(
          #""party":"eve","node":3,"message":{"handler":"log"}"#, "noSuchParty", "edit.party"),
        Self.insert(
          #""party":"bob","node":99,"message":{"handler":"log"}"#, "noSuchNode", "edit.node"),
      ], from: lab())
  }

  @Test func wrongSettingsAreNamed() {
    expect(
      [
        Self.settings(#""seed":0.5"#, "seed"), Self.settings(#""clients":65"#, "clients"),
        Self.settings(#""latency":[5,90000000]"#, "latency"),
        Self.settings(#""latency":[9,5]"#, "latency"), Self.settings(#""faults":7"#, "faults"),
        Self.settings(#""faults":[{"fault":"cut"}]"#, "faults[0].client"),
        Self.settings(#""faults":[{"client":0,"fault":"fly"}]"#, "faults[0].fault"),
        Self.settings(#""script":7"#, "script"), Self.settings(#""script":[{}]"#, "script[0].do"),
        (#"{"command":"start","settings":7}"#, "badCommand", "settings"),
      ], from: lab())
  }

  @Test func aWrongDocumentIsNamed() {
    let cut = #""edit":"cut","socket""#
    expect(
      [
        (#"{"command":"import","document":7}"#, "badCommand", "document"),
        (
          #"{"command":"import","document":{"simpatico":"tree"}}"#, "badDocument",
          "document.simpatico"
        ),
        (
          #"{"command":"import","document":{"simpatico":"universe","version":2}}"#, "badDocument",
          "document.version"
        ),
        Self.document(#""edits":7"#, "badDocument", "document.edits"),
        Self.document(
          #""edits":[{"at":3,\#(cut):"alice/1"},{"at":3,\#(cut):"bob/1"}]"#, "badDocument",
          "document.edits[1].at"),
        Self.document(#""step":100001"#, "tooMany", "document.step"),
        Self.document(#""step":9000"#, "badDocument", "document.step"),
        Self.document(
          #""edits":[{"at":1,\#(cut):"alice/9"}],"step":1"#, "noSuchSocket",
          "document.edits[0].socket"),
        Self.document(
          #""edits":[{"at":9000,\#(cut):"alice/1"}],"step":9000"#, "badDocument",
          "document.edits[0].at"),
      ], from: lab())
  }

  @Test func aWrongRecordingIsNamed() {
    let trees = Array(repeating: "{}", count: 66).joined(separator: ",")
    let root = #"{"node":0,"parent":0,"branch":0,"time":0,"value":{}}"#
    let other = #"{"node":1,"parent":0,"branch":0,"time":0,"value":{}}"#
    expect(
      [
        (#"{"command":"open"}"#, "badCommand", "tree"),
        (#"{"command":"open","tree":[{},7]}"#, "badDocument", "tree"),
        (#"{"command":"open","trees":[\#(trees)]}"#, "badCommand", "trees"),
        (#"{"command":"open","trees":[{"tree":[{},7]}]}"#, "badDocument", "trees[0].tree"),
        (#"{"command":"open","recording":[7]}"#, "badDocument", "recording[0]"),
        (#"{"command":"open","transcript":[\#(other)]}"#, "badDocument", "transcript[0]"),
        (#"{"command":"open","transcript":[\#(root),7]}"#, "badDocument", "transcript[1]"),
        (
          #"{"command":"open","trees":[{"name":"a","transcript":[\#(root)]}],"messages":[7]}"#,
          "badDocument", "messages[0]"
        ),
      ], from: lab())
  }

  @Test func whatTheMomentDoesNotAllowIsNamed() {
    var lab = lab(steps: 9)
    let pending = lab.ask(#"{"command":"moment"}"#)["pending"]?.list ?? []
    func id(_ kind: Value) -> String {
      #""event":"\#(pending.first { $0["kind"] == kind }?["event"]?.said ?? "none")""#
    }
    expect(
      [
        Self.edit(#""edit":"delay",\#(id("frame")),"milliseconds":0"#, "notPossible", "edit"),
        Self.edit(#""edit":"fail",\#(id("frame"))"#, "notPossible", "edit"),
        Self.edit(#""edit":"corrupt",\#(id("result"))"#, "notPossible", "edit"),
        Self.edit(#""edit":"refuse",\#(id("frame"))"#, "notPossible", "edit"),
      ], from: lab)
  }
}
