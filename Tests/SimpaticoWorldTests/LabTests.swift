import Foundation
import SimpaticoProtocol
import SimpaticoTree
import SimpaticoWorld
import Testing

@Suite struct Lab {
  private func call(_ session: inout LabSession, _ command: String) throws -> Value {
    let bytes = Array(command.utf8).withUnsafeBufferPointer { session.call($0) }
    return try JSON.parse(bytes)
  }

  @Test func steppingLeadsWhereRunningLeads() throws {
    var stepped = LabSession()
    var ran = LabSession()
    let start = #"{"command":"start","settings":{"seed":7,"clients":3}}"#
    var moment = try call(&stepped, start)
    _ = try call(&ran, start)
    while moment["quiet"] == false {
      moment = try call(&stepped, #"{"command":"play","universe":0}"#)
    }
    let end = try call(&ran, #"{"command":"play","universe":0,"end":true}"#)
    #expect(moment == end)
    #expect(moment["pendingCount"] == 0)
  }

  @Test func lookingChangesNothing() throws {
    var session = LabSession()
    _ = try call(&session, #"{"command":"start","settings":{"seed":1}}"#)
    _ = try call(&session, #"{"command":"play","universe":0,"steps":9}"#)
    let look = #"{"command":"moment","universe":0}"#
    let before = try call(&session, look)
    for party in 0..<4 {
      for node in 0..<6 {
        _ = try call(
          &session, #"{"command":"detail","universe":0,"party":\#(party),"node":\#(node)}"#)
      }
    }
    let after = try call(&session, look)
    #expect(after == before)
  }

  @Test func aNodeShowsItsChangesAndHidesItsHandles() throws {
    var session = LabSession()
    _ = try call(&session, #"{"command":"start","settings":{"seed":1,"clients":1}}"#)
    _ = try call(&session, #"{"command":"play","universe":0,"end":true}"#)
    let residue = try call(
      &session, #"{"command":"value","universe":0,"party":0,"node":3,"path":["_privateKey"]}"#)
    #expect(JSON.print(residue).description.contains("privKey") == false)
    let opened = try call(&session, #"{"command":"detail","universe":0,"party":0,"node":5}"#)
    #expect(opened["label"] == "opened")
    let changes = opened["changes"]?.array?.elements ?? []
    #expect(
      changes.contains(["path": "connection", "before": "CONNECTING", "after": "OPEN"]))
    #expect(
      opened["cascade"]?.array?.elements.compactMap { $0["handler"] }
        == ["state", "register1", "state", "send"])
  }

  @Test(arguments: [
    "", "[]", "{}", #"{"command":"fly"}"#, #"{"command":"moment","universe":3}"#,
    #"{"command":"start","settings":{"seed":-1}}"#,
    #"{"command":"start","settings":{"seed":0.5}}"#,
    #"{"command":"start","settings":{"clients":65}}"#,
  ])
  func aWrongCommandIsAnErrorAndChangesNothing(command: String) throws {
    var session = LabSession()
    let look = #"{"command":"map"}"#
    _ = try call(&session, #"{"command":"start","settings":{"seed":5}}"#)
    let before = try call(&session, look)
    let answer = try call(&session, command)
    let after = try call(&session, look)
    #expect(answer["error"]?.string != nil)
    #expect(after == before)
  }

  @Test(arguments: [
    #"{"command":"detail","party":9,"node":0}"#, #"{"command":"detail","party":0,"node":999}"#,
    #"{"command":"detail","party":0,"node":-1}"#,
    #"{"command":"detail","party":1e300,"node":1}"#,
  ])
  func aNodeThatIsNotThereIsAnError(command: String) throws {
    var session = LabSession()
    _ = try call(&session, #"{"command":"start"}"#)
    let answer = try call(&session, command)
    #expect(answer["error"]?.string != nil)
  }
}

@Suite struct Pictures {
  @Test func aPictureHasACircleForEachNodeAndEscapesNames() throws {
    var world = World()
    world.run()
    let panels = world.parties.map { TreePicture.Panel(title: "<&\"" + $0.name, tree: $0.tree) }
    let svg = TreePicture.svg(panels).description
    let nodes = world.parties.map(\.tree.tree.nodeCount).reduce(0, +)
    #expect(svg.components(separatedBy: "<circle class=\"node").count - 1 == nodes)
    #expect(svg.contains("&lt;&amp;&#34;server"))
    #expect(!svg.contains("<&"))
  }

  @Test func thePageAndThePicturesHaveOnePalette() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let theme = try String(
      contentsOf: root.appending(path: "Sources/SimpaticoWeb/Public/lab/theme.css"),
      encoding: .utf8)
    for (index, colour) in Palette.colours.enumerated() {
      #expect(theme.contains("--handler-\(index): \(colour)"), "colour \(index)")
    }
    for (index, colour) in Palette.darkColours.enumerated() {
      #expect(theme.contains("--handler-\(index): \(colour)"), "dark colour \(index)")
    }
    #expect(Palette.colours.count == Palette.count && Palette.darkColours.count == Palette.count)
  }

  @Test func everyHandlerHasAColour() {
    var world = World()
    world.run()
    for handler in world.parties.flatMap(\.tree.combiner.library.handlers) {
      #expect((0..<Palette.count).contains(Palette.index(of: handler.name)))
    }
    #expect((0..<Palette.count).contains(Palette.index(of: "something else")))
  }
}
