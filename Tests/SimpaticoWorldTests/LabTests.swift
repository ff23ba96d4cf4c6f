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
    var view = try call(&stepped, #"{"command":"new","world":0,"seed":7,"clients":3}"#)
    _ = try call(&ran, #"{"command":"new","world":0,"seed":7,"clients":3}"#)
    while view["quiet"] == false { view = try call(&stepped, #"{"command":"step","world":0}"#) }
    let end = try call(&ran, #"{"command":"run","world":0}"#)
    #expect(view == end)
    #expect(view["next"]?.isNull == true)
  }

  @Test func lookingChangesNothing() throws {
    var session = LabSession()
    _ = try call(&session, #"{"command":"new","seed":1}"#)
    let view = try call(&session, #"{"command":"run","steps":9}"#)
    for party in 0..<4 {
      for node in 0..<6 {
        _ = try call(&session, "{\"command\":\"node\",\"party\":\(party),\"node\":\(node)}")
      }
    }
    let after = try call(&session, #"{"command":"view"}"#)
    #expect(after == view)
  }

  @Test func aNodeShowsItsChangesAndHidesItsHandles() throws {
    var session = LabSession()
    _ = try call(&session, #"{"command":"new","seed":1,"clients":1}"#)
    _ = try call(&session, #"{"command":"run"}"#)
    let node = try call(&session, #"{"command":"node","party":0,"node":3}"#)
    #expect(node["residue"]?["_privateKey"] == "(handle)")
    let opened = try call(&session, #"{"command":"node","party":0,"node":5}"#)
    #expect(opened["label"] == "opened")
    let changes = opened["changes"]?.array?.elements ?? []
    #expect(
      changes.contains(["path": "connection", "before": "CONNECTING", "after": "OPEN"]))
    #expect(
      opened["cascade"]?.array?.elements.compactMap { $0["handler"] }
        == ["state", "register1", "state", "send"])
  }

  @Test(arguments: [
    "", "[]", "{}", #"{"command":"fly"}"#, #"{"command":"view","world":3}"#,
    #"{"command":"new","seed":-1}"#, #"{"command":"new","seed":0.5}"#,
    #"{"command":"new","clients":65}"#, #"{"command":"new","world":2}"#,
    #"{"command":"new","world":-1}"#,
  ])
  func aWrongCommandIsAnErrorAndChangesNothing(command: String) throws {
    var session = LabSession()
    let view = try call(&session, #"{"command":"new","seed":5}"#)
    let answer = try call(&session, command)
    let after = try call(&session, #"{"command":"view"}"#)
    #expect(answer["error"]?.string != nil)
    #expect(after == view)
  }

  @Test(arguments: [
    #"{"command":"node","party":9,"node":0}"#, #"{"command":"node","party":0,"node":999}"#,
    #"{"command":"node","party":0,"node":-1}"#, #"{"command":"node","party":1e300,"node":1}"#,
  ])
  func aNodeThatIsNotThereIsAnError(command: String) throws {
    var session = LabSession()
    _ = try call(&session, #"{"command":"new"}"#)
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
