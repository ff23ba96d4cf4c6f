import SimpaticoProtocol
import SimpaticoTree
import SimpaticoWorld
import Testing

/// The phases of every connection of a party, in order of branches.
func phases(_ party: Party) -> [Phases] {
  party.tree.tree.residues.map { Phases($0) }.filter { $0.connection != nil }
}

/// Whether every connection of a party is verified.
func isVerified(_ party: Party) -> Bool { phases(party).allSatisfy { $0.isVerified } }

/// A branch as people tell it: the handler of each node, and the phases it led to.
func story(_ party: Party, _ branch: BranchID) throws -> [String] {
  var story: [String] = []
  party.tree.tree.forEachNode { _, node in
    guard node.branch == branch, let handler = node.input.value["handler"]?.string else { return }
    let phases = Phases(node.residue)
    let connection = phases.connection?.name.description ?? "-"
    let registration = phases.registration?.name.description ?? "-"
    story.append("\(handler) \(connection) \(registration)")
  }
  return story
}

@Suite struct RegistrationInAWorld {
  @Test func everyClientIsVerifiedWhateverTheSeed() {
    for seed in 1...200 as ClosedRange<UInt64> {
      var world = World(World.Settings(seed: seed, clients: Int(seed % 8) + 1))
      world.run()
      #expect(world.isQuiet, "seed \(seed)")
      for party in world.parties {
        #expect(isVerified(party), "seed \(seed), \(party.name)")
        #expect(party.tree.tree.brokenInvariant() == nil, "seed \(seed), \(party.name)")
      }
      #expect(phases(world.parties[0]).count == world.settings.clients, "seed \(seed)")
      #expect(world.remarks.isEmpty, "seed \(seed)")
    }
  }

  @Test func theHandshakeHasFourWays() throws {
    var world = World(World.Settings(clients: 1))
    world.run()
    #expect(
      try story(world.parties[0], 1) == [
        "connect CONNECTING UNREGISTERED", "opened OPEN CHALLENGED", "register3 OPEN COMPUTING",
        "unsealed OPEN VERIFIED",
      ])
    #expect(
      try story(world.parties[1], 1) == [
        "connect CONNECTING UNREGISTERED", "opened OPEN UNREGISTERED", "register2 OPEN COMPUTING",
        "sealed OPEN RESPONDED", "register4 OPEN VERIFIED",
      ])
  }

  @Test func theSummaryIndexesVerifiedConnectionsByFingerprint() {
    var world = World()
    world.run()
    let summary = world.parties[0].tree.summary
    #expect(summary.object?.count == 3)
    for client in 1...3 {
      let branch = summary[SymbolicCipher.fingerprint(client)]?.integer
      let residue = branch.flatMap { try? world.parties[0].tree.residue(ofBranch: $0) }
      #expect(residue?["peer"]?["publicKeySig"]?.string == SymbolicCipher.fingerprint(client))
    }
  }

  @Test func aLateRegistrationIsRefusedLikeAnyOther() throws {
    var world = World(World.Settings(latencyMilliseconds: 400...400, deadlineMilliseconds: 1000))
    world.run()
    for branch in 1...3 {
      let server = try world.parties[0].tree.residue(ofBranch: branch)
      #expect(Phases(server).registration == .unverified)
      #expect(Phases(server).connection == .closed)
    }
    for client in 1...3 {
      let residue = try world.parties[client].tree.residue(ofBranch: 1)
      #expect(Phases(residue).registration?.isPending == false)
      #expect(Phases(residue).connection == .closed)
    }
    #expect(world.parties[0].tree.summary.object?.count == 0)
  }
}

@Suite struct Determinism {
  @Test func theSameSettingsGiveTheSameBytes() {
    for seed in 1...50 as ClosedRange<UInt64> {
      var (first, second) = (World(World.Settings(seed: seed)), World(World.Settings(seed: seed)))
      while first.advance() {
        second.advance()
        #expect(first.digest == second.digest, "seed \(seed), step \(first.step)")
      }
      #expect(JSON.print(first.view()) == JSON.print(second.view()), "seed \(seed)")
    }
  }

  @Test func otherSeedsGiveOtherBytes() {
    let digests = (1...100 as ClosedRange<UInt64>).map { seed in
      var world = World(World.Settings(seed: seed))
      world.run()
      return world.digest.description
    }
    #expect(Set(digests).count == digests.count)
  }

  @Test func aCopyIsAnotherUniverse() {
    var original = World()
    original.run(atMost: 7)
    let digest = original.digest
    var copy = original
    copy.cut(0)
    copy.run()
    #expect(original.digest == digest)
    original.run()
    #expect(original.parties.allSatisfy { isVerified($0) })
    #expect(copy.digest != original.digest)
  }

  @Test func thePendingEventsAreTheFuture() {
    var world = World()
    world.run(atMost: 5)
    let pending = world.pending
    #expect(pending.map(\.at) == pending.map(\.at).sorted())
    world.advance()
    #expect(world.clock == pending[0].at)
  }
}
