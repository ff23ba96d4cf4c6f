import SimpaticoProtocol
import SimpaticoTree
import Testing

@testable import SimpaticoWorld

@Suite struct Forks {
  /// All that can be seen of a world.
  private func picture(_ world: World) -> [String] {
    [
      JSON.print(world.view()).description, world.remarks.map { "\($0.step) \($0.text)" }.joined(),
      world.sockets.map { "\($0.client.phase) \(String(describing: $0.server?.phase))" }.joined(),
      world.pending.map { "\($0.at) \($0.sequence)" }.joined(),
    ]
  }

  @Test func aForkAndItsOriginDoNotSeeEachOthersSteps() {
    for seed in 1...3 as ClosedRange<UInt64> {
      var origin = World(World.Settings(seed: seed))
      repeat {
        let before = picture(origin)
        var fork = origin
        #expect(picture(fork) == before, "seed \(seed), step \(origin.step)")
        fork.run()
        #expect(picture(origin) == before, "seed \(seed), step \(origin.step)")
        let after = picture(fork)
        var other = origin
        other.advance()
        #expect(picture(fork) == after, "seed \(seed), step \(origin.step)")
      } while origin.advance()
    }
  }

  @Test func aForkRunsOnAsItsOriginDoes() {
    for seed in 1...20 as ClosedRange<UInt64> {
      let faults: [(client: Int, fault: Fault)] = [(0, .cut(afterFrames: Int(seed % 4)))]
      var origin = World(World.Settings(seed: seed, faults: faults))
      origin.run(atMost: Int(seed % 20))
      var fork = origin
      origin.run()
      fork.run()
      #expect(picture(fork) == picture(origin), "seed \(seed)")
    }
  }

  @Test func worldsDoNotSeeEachOtherThroughTheirCast() {
    let untouched = picture(World())
    for clients in [1, World.maximumClients] {
      var busy = World(World.Settings(clients: clients))
      busy.run()
    }
    #expect(picture(World()) == untouched)
  }

  @Test func aCastOfTheChatsPartiesIsTheChat() {
    let usual = World.Settings(seed: 4, clients: 2)
    let members = (0...2).map { Cast.Member(usual.party($0), settings: usual.settings($0)) }
    let cast = Cast(server: members[0], clients: Array(members.dropFirst()))
    var (own, chat) = (World(World.Settings(cast: cast, seed: 4)), World(usual))
    own.run()
    chat.run()
    #expect(picture(own) == picture(chat) && own.digest == chat.digest)
  }

  @Test func partiesAreTheSameWhereTheirBranchesAre() {
    let script = [Deed(at: 1_000, client: 0, .invite())]
    var world = World(World.Settings(clients: 1, script: script))
    world.run(until: 900)
    let before = world.parties[1]
    world.run(until: 2_000)
    #expect(World.isSame(before, before) && !World.isSame(before, world.parties[1]))
  }

  @Test func aMessageInsertedInAForkIsItsOwn() throws {
    var origin = World(World.Settings(clients: 1))
    origin.run()
    let before = picture(origin)
    var fork = origin
    fork.receive(["handler": "log", "msg": "here"], party: 1, branch: 1)
    #expect(fork.remarks.count == 1 && fork.remarks[0].step == fork.step)
    let steps = try #require(fork.stepsOfNodes[1].last)
    #expect(steps == fork.step && fork.stepsOfNodes[1].count == origin.stepsOfNodes[1].count + 1)
    #expect(picture(origin) == before && fork.digest != origin.digest)
  }
}

@Suite struct DigestsInALab {
  @Test func aSettledDigestIsTheDigest() throws {
    var session = LabSession()
    _ = session.perform(["command": "start", "settings": ["seed": 5, "clients": 3]])
    var world = World(World.Settings(seed: 5))
    while world.advance() {
      let view = session.perform(["command": "play", "universe": 0])
      #expect(view["digest"]?.string == world.digest, "step \(world.step)")
    }
  }
}
