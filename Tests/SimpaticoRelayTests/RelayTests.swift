import Logging
import SimpaticoClient
import SimpaticoProtocol
import SimpaticoRelay
import Testing

@Suite struct Relays {
  /// Runs a relay on a port that the system chooses, for as long as `body` takes.
  private func withRelay(
    _ configuration: RelayConfiguration = RelayConfiguration(port: 0),
    _ body: (_ url: String) async throws -> Void
  ) async throws {
    var logger = Logger(label: "relay")
    logger.logLevel = .critical
    let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
    let relay = Relay(configuration, logger: logger)
    let running = Task { try await relay.run { continuation.yield($0.port) } }
    var iterator = ports.makeAsyncIterator()
    let port = try #require(await iterator.next())
    try await body("ws://127.0.0.1:\(port)/ws")
    running.cancel()
    try? await running.value
  }

  private func isVerified(_ url: String, as identity: Identity = .generate()) async throws -> Bool {
    let connection = try await ClientConnection.begin(to: url, as: identity)
    var isVerified = false
    for await step in connection.steps where step.registration == .verified {
      isVerified = true
      connection.close()
    }
    return isVerified
  }

  @Test func manyClientsAtOnceAreVerified() async throws {
    try await withRelay { url in
      let verified = try await withThrowingTaskGroup(of: Bool.self) { group in
        for _ in 0..<50 { group.addTask { try await isVerified(url) } }
        return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
      }
      #expect(verified == 50)
    }
  }

  @Test func theNewestConnectionOfAnIdentityTakesOver() async throws {
    try await withRelay { url in
      let identity = Identity.generate()
      let older = try await ClientConnection.begin(to: url, as: identity)
      var isReplaced = false
      for await step in older.steps {
        if step.registration == .verified, step.connection == .open {
          #expect(try await isVerified(url, as: identity))
        }
        isReplaced = step.connection == .closed
      }
      #expect(isReplaced)
    }
  }

  @Test func aRelayThatIsNotThereIsNamedInTheProblem() async throws {
    let connection = try await ClientConnection.begin(to: "ws://127.0.0.1:1/ws")
    var problem: String?
    for await step in connection.steps { problem = step.problem }
    #expect(problem?.contains("refused") == true)
  }

  @Test func anAddressThatIsNoneIsNamedInTheProblem() async throws {
    for url in ["http://127.0.0.1/ws", "wss://127.0.0.1/ws", "nonsense", "ws://"] {
      let connection = try await ClientConnection.begin(to: url)
      var problem: String?
      for await step in connection.steps { problem = step.problem }
      #expect(problem?.isEmpty == false, "\(url)")
    }
  }
}
