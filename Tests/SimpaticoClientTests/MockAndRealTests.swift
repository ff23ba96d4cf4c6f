import SimpaticoProtocol
import SimpaticoTree
import SimpaticoWorld
import Testing

@testable import SimpaticoClient

/// One story, told by the simulated world and by real clients behind real sockets.
@Suite(.timeLimit(.minutes(3))) struct ChatMockAndReal {
  /// What the branches that last went through: for each node its handler, its cascade, and the
  /// phases that it led to.
  private struct Story: Equatable {
    var home: [String] = []
    var invitations: [[String]] = []
    /// Receipts of both sides cross in either order, so that steps of a conversation are counted
    /// and not compared in their order.
    var conversations: [[String]] = []

    init(_ party: Party) {
      var branches: [Int: [String]] = [:]
      var kinds: [Int: String] = [:]
      party.tree.tree.forEachNode { _, node in
        guard Party.isLasting(node.residue) else { return }
        kinds[node.branch] = node.residue["kind"]?.string?.description
        branches[node.branch, default: []].append(Story.step(node.input, node.residue))
      }
      for (branch, steps) in branches.sorted(by: { $0.key < $1.key }) {
        switch kinds[branch] {
        case "home": home = steps
        case "invitation": invitations.append(steps)
        default: conversations.append(steps.sorted())
        }
      }
    }

    /// How many timers have run out.
    var elapsedCount: Int {
      let steps = home + invitations.joined() + conversations.joined()
      return steps.filter { $0.hasPrefix("elapsed ") }.count
    }

    private static func step(_ entry: CombineTree.Entry, _ residue: Value) -> String {
      let handler = entry.value["handler"]?.string?.description ?? "settings"
      let cascade = entry.trace.cascade.compactMap { $0["handler"]?.string?.description }
      var phases: [String] = []
      for field in ["session", "phase", "standing", "waitingFor"] as [Text] {
        if let phase = residue[field]?.string { phases.append(phase.description) }
      }
      return "\(handler) \(cascade) \(phases)"
    }
  }

  private func stories(_ script: [Deed]) -> [Story] {
    var world = World(World.Settings(clients: 2, script: script))
    world.run(until: 60_000)
    return world.parties.dropFirst().map { Story($0) }
  }

  private func stories(_ people: Person...) async -> [Story] {
    var stories: [Story] = []
    for person in people { stories.append(await person.client.read { Story($0.party) }) }
    return stories
  }

  /// Waits until nothing is on its way any more.
  private func calm(_ people: Person...) async throws {
    var before = -1
    for _ in 0..<400 {
      var nodes = 0
      for person in people { nodes += await person.client.read { $0.party.tree.tree.nodeCount } }
      if nodes == before { return }
      before = nodes
      try await Task.sleep(for: .milliseconds(300))
    }
    Issue.record("it does not become calm")
  }

  /// Lets real clients live through a story until it is the mock's. Where the machine stalls, their
  /// timers run out as the mock's do not, and make another story of it: then they try again.
  private func expect(
    _ mock: [Story], of tell: (_ alice: Person, _ bob: Person) async throws -> Void
  ) async throws {
    for attempt in 1...3 {
      let relay = try await TestRelay.running()
      let (alice, bob) = try await people(relay)
      try await tell(alice, bob)
      try await calm(alice, bob)
      let real = await stories(alice, bob)
      for person in [alice, bob] { await person.client.close() }
      try await relay.stop()
      let isStalled = real.map(\.elapsedCount) != mock.map(\.elapsedCount)
      if attempt < 3, isStalled { continue }
      #expect(real == mock)
      return
    }
  }

  @Test func bothTellTheSameStoryOfAMeetingAndATalk() async throws {
    let mock = stories([
      Deed(at: 1000, client: 0, .invite()), Deed(at: 2000, client: 1, .follow(host: 0)),
      Deed(at: 5000, client: 0, .write(to: 1, "hello")),
      Deed(at: 8000, client: 1, .read(from: 0)),
      Deed(at: 11_000, client: 1, .write(to: 0, "hello")),
    ])
    try await expect(mock) { alice, bob in
      try await meet(alice, bob)
      try await calm(alice, bob)
      try await alice.client.send("hello", to: bob.id)
      await alice.delivery("hello", .delivered)
      try await calm(alice, bob)
      try await bob.client.markRead(alice.id)
      await alice.delivery("hello", .read)
      try await calm(alice, bob)
      try await bob.client.send("hello", to: alice.id)
      await bob.delivery("hello", .delivered)
    }
  }

  @Test func bothTellTheSameStoryOfALinkWithAWrongSecret() async throws {
    let mock = stories([
      Deed(at: 1000, client: 0, .invite()),
      Deed(at: 2000, client: 1, .follow(host: 0, isSecretWrong: true)),
      Deed(at: 5000, client: 0, .revoke), Deed(at: 8000, client: 1, .follow(host: 0)),
    ])
    try await expect(mock) { alice, bob in
      let invitation = try await alice.client.invite()
      let link = try await alice.client.link(of: invitation.id)
      try await bob.client.accept(String(link.dropLast(4)) + "AAAA")
      await bob.invitation(invitation.name, .unknown)
      try await calm(alice, bob)
      try await alice.client.revoke(invitation.id)
      try await calm(alice, bob)
      try await bob.client.accept(link)
      await bob.invitation(invitation.name, .revoked)
    }
  }
}
