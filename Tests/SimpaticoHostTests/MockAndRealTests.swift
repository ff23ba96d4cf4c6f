import SimpaticoHost
import SimpaticoProtocol
import SimpaticoTree
import SimpaticoWorld
import Testing

@Suite struct MockAndReal {
  /// The world's own story of one client, which the real one must repeat.
  private func mockStories() -> (server: Story, client: Story) {
    var world = World(World.Settings(clients: 1))
    world.run()
    return (Story(world.parties[0]), Story(world.parties[1]))
  }

  @Test func bothTellTheSameStoryOfARegistration() async throws {
    let mock = mockStories()
    let stage = try await Stage.open()
    let client = try await stage.client { $0.isVerified }
    #expect(Story(client) == mock.client)
    #expect(Story(stage.server.party) == mock.server)
    try await stage.close()
  }

  @Test func bothTellTheSameStoryOfSeveralRegistrations() async throws {
    let mock = mockStories()
    let stage = try await Stage.open()
    for _ in 0..<5 {
      let client = try await stage.client { $0.isVerified }
      #expect(Story(client) == mock.client)
    }
    let stories = Story(stage.server.party).branches
    #expect(stories.count == 5)
    for story in stories { #expect(story == mock.server.branches[0]) }
    #expect(stage.server.party.tree.summary.object?.count == 5)
    try await stage.close()
  }

  @Test func bothTellTheSameStoryOfARefusedConnection() async throws {
    var world = World(World.Settings(clients: 1, faults: [(0, .refused)]))
    world.run()
    let stage = try await Stage.open()
    let client = try await stage.client(to: "ws://127.0.0.1:1/ws") { $0.connection == .closed }
    #expect(Story(client) == Story(world.parties[1]))
    try await stage.close()
  }

  @Test func bothEndInErrorAtADeadline() async throws {
    // The client's own deadline comes while the server's answer is still under way.
    var world = World(
      World.Settings(
        clients: 1, latencyMilliseconds: 100...100, computationMilliseconds: 1000...1000,
        deadlineMilliseconds: 700))
    world.run()
    let mock = Story(world.parties[1]).branches[0]
    #expect(mock.contains { $0.hasPrefix("elapsed") })
    #expect(mock.last?.hasSuffix("closed error") == true)
    let stage = try await Stage.open()
    let real = try await stage.client(deadlineMilliseconds: 1) { $0.connection == .closed }
    let story = Story(real).branches[0]
    #expect(story.contains { $0.hasPrefix("elapsed") })
    #expect(story.last?.hasSuffix("closed error") == true)
    try await stage.close()
  }

  @Test func aServerThatGoesAwayIsNoticed() async throws {
    let stage = try await Stage.open()
    async let gone = stage.client { $0.connection == .closed }
    while stage.server.party.tree.summary.object?.isEmpty ?? true { await Task.yield() }
    try await stage.close()
    let residue = try await gone.tree.residue(ofBranch: 1)
    #expect(residue[Field.closing]?["code"]?.integer == 1001)
    #expect(Phases(residue).registration == .verified)
  }
}
