import Foundation
import Logging
import NIOCore
import NIOPosix
import Testing

@testable import SimpaticoRelay

extension RelayShared {
  /// What is shared in a relay that has no listener and checks no proofs.
  static func alone(
    _ configuration: RelayConfiguration, _ registry: PrometheusRegistry, shardCount: Int = 1
  ) -> RelayShared {
    RelayShared(
      configuration, metrics: RelayMetrics(registry), shares: .unlimited,
      pool: NIOThreadPool(numberOfThreads: 1), shardCount: shardCount)
  }
}

@Suite struct Statuses {
  @Test func aRelayIsAliveWhileEveryEventLoopTurns() async throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
    let configuration = RelayConfiguration()
    let registry = PrometheusRegistry()
    let shared = RelayShared.alone(configuration, registry, shardCount: 2)
    let cores = try await RelayCores.make(
      configuration, shared: shared, logger: Logger(label: "test"), on: group)
    let status = RelayStatus(cores: cores, metrics: shared.metrics, registry: registry)
    #expect(await status.isAlive())
    // One of the two stops, as with a handler that never ends.
    let end = DispatchSemaphore(value: 0)
    group.next().execute { end.wait() }
    #expect(!(await status.isAlive()))
    #expect(await status.metricsText().contains("simpatico_connections 0"))
    end.signal()
    #expect(await status.isAlive())
    try await group.shutdownGracefully()
  }
}
