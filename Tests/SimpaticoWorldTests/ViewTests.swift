import SimpaticoProtocol
import SimpaticoTree
import SimpaticoWorld
import Testing

/// What the page is shown of a world, at every step of worlds in which something goes wrong.
@Suite struct Views {
  private static let faults: [Fault] = [
    .refused, .cut(afterFrames: 2), .closedByServer(afterFrames: 1, code: 1001, reason: "leaves"),
  ]

  private func world(_ fault: Fault) -> World {
    World(World.Settings(seed: 3, clients: 2, deadlineMilliseconds: 200, faults: [(0, fault)]))
  }

  @Test(arguments: faults) func everyStepCanBeShown(fault: Fault) throws {
    var world = world(fault)
    repeat {
      let view = world.view(number: 0)
      #expect(try JSON.parse(JSON.print(view)) == view)
    } while world.advance()
  }

  @Test(arguments: faults) func aNodeListsOnlyWhatDiffers(fault: Fault) throws {
    var world = world(fault)
    world.run()
    for (index, party) in world.parties.enumerated() {
      for node in 0..<party.tree.tree.nodeCount {
        let detail = world.detail(party: index, node: node)
        for change in detail["changes"]?.array?.elements ?? [] {
          #expect(change["before"] != nil || change["after"] != nil)
          #expect(change["before"] != change["after"] || change["before"] == "(handle)")
        }
      }
    }
  }

  @Test func aNodeShowsListsAndHidesHandlesInThem() {
    var world = World()
    world.receive(["handler": "log", "list": [1, ["_key": "secret"]]], party: 1, branch: 0)
    let detail = world.detail(party: 1, node: world.parties[1].tree.nodeCount - 1)
    #expect(detail["value"]?["list"] == [1, ["_key": "(handle)"]], "\(detail)")
  }

  @Test func whatIsNotThereIsSaid() {
    let world = World()
    #expect(world.detail(party: 9, node: 0) == ["error": "there is no party 9"])
    #expect(world.detail(party: 0, node: 99)["error"]?.string != nil)
  }

  @Test func settingsAreEqualWhereNothingDiffers() {
    let settings = World.Settings(seed: 3, faults: [(0, .refused)])
    #expect(settings == World.Settings(seed: 3, faults: [(0, .refused)]))
    let others = [
      World.Settings(seed: 4, faults: [(0, .refused)]),
      World.Settings(seed: 3, clients: 2, faults: [(0, .refused)]),
      World.Settings(seed: 3, latencyMilliseconds: 5...6, faults: [(0, .refused)]),
      World.Settings(seed: 3, computationMilliseconds: 1...2, faults: [(0, .refused)]),
      World.Settings(seed: 3, deadlineMilliseconds: 1, faults: [(0, .refused)]),
      World.Settings(seed: 3), World.Settings(seed: 3, faults: [(1, .refused)]),
    ]
    #expect(!others.contains(settings))
  }
}
