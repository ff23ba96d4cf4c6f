import SimpaticoProtocol
import SimpaticoTree
import Testing

@testable import SimpaticoWorld

@Suite struct Chat {
  /// Alice invites bob, who follows the link; then what the rest of the script says.
  static func world(_ deeds: [Deed] = [], clients: Int = 2, seed: UInt64 = 1) -> World {
    World(
      World.Settings(
        seed: seed, clients: clients,
        script: [Deed(at: 1000, client: 0, .invite()), Deed(at: 2000, client: 1, .follow(host: 0))]
          + deeds))
  }

  @Test func twoMeetByALinkAndTalk() throws {
    var world = Chat.world([
      Deed(at: 5000, client: 0, .write(to: 1, "hello bob")),
      Deed(at: 5001, client: 1, .write(to: 0, "hello alice")),
      Deed(at: 5002, client: 1, .write(to: 0, "how are you?")),
      Deed(at: 9000, client: 0, .read(from: 1)),
    ])
    world.run(until: 20_000)
    #expect(world.texts(at: 1, from: 0) == ["hello bob"])
    #expect(world.texts(at: 0, from: 1) == ["hello alice", "how are you?"])
  }
}
