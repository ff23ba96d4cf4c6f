import CoreMetrics
import Hummingbird
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import SimpaticoHost
import Synchronization

/// How far the relay's life has come, as health probes ask it.
final class RelayStatus: Sendable {
  enum Phase: String { case starting, serving, draining }

  private let cores: RelayCores
  private let metrics: RelayMetrics
  private let process: ProcessMetrics
  private let registry: PrometheusRegistry
  private let state = Mutex(Phase.starting)

  /// How long an event loop may take to answer before it counts as stuck.
  private static let patience = TimeAmount.seconds(2)

  init(cores: RelayCores, metrics: RelayMetrics, registry: PrometheusRegistry) {
    self.cores = cores
    self.metrics = metrics
    self.registry = registry
    process = ProcessMetrics(registry)
    metrics.ready.record(0)
  }

  var phase: Phase { state.withLock { $0 } }

  func enter(_ phase: Phase) {
    state.withLock { $0 = phase }
    metrics.ready.record(phase == .serving ? 1 : 0)
  }

  /// Whether every event loop still turns.
  func isAlive() async -> Bool { await cores.ask(within: Self.patience) { _ in } != nil }

  /// All metrics as text. Those that the event loops must tell are old where one does not answer.
  func metricsText() async -> String {
    process.sample()
    let counts = cores.shared.ledger.counts
    metrics.connections.record(counts.connections)
    metrics.unregistered.record(counts.unregistered)
    metrics.addresses.record(counts.addresses.count)
    metrics.waitingRegistrations.record(cores.shared.keys.waitingCount)
    if let samples = await cores.ask(within: Self.patience, { $0.sample() }) {
      metrics.webSockets.record(samples.map(\.webSockets).reduce(0, +))
      metrics.retainedNodes.record(samples.map(\.retainedNodes).reduce(0, +))
    }
    return registry.text()
  }
}

/// Metrics and health, on a port and threads of their own: they answer also when the relay cannot.
struct AdminServer: Sendable {
  let status: RelayStatus
  let logger: Logger
  private let listening = AsyncStream.makeStream(of: Int?.self)

  init(status: RelayStatus, logger: Logger) {
    self.status = status
    self.logger = logger
  }

  /// The port, once it listens.
  @Sendable func port() async -> Int? {
    for await port in listening.stream { return port }
    return nil
  }

  func application(host: String, port: Int) -> some ApplicationProtocol {
    let router = Router()
    let status = status
    router.add(middleware: MethodMiddleware(paths: ["/livez", "/readyz", "/metrics"]))
    for method in [HTTPRequest.Method.get, .head] {
      router.on("livez", method: method) { request, _ in
        await status.isAlive()
          ? RelayRouter.answer("ok\n", to: request)
          : RelayRouter.answer("stuck\n", status: .serviceUnavailable, to: request)
      }
      router.on("readyz", method: method) { request, _ in
        let phase = status.phase
        return RelayRouter.answer(
          phase.rawValue + "\n", status: phase == .serving ? .ok : .serviceUnavailable,
          to: request)
      }
      router.on("metrics", method: method) { request, _ in
        var response = RelayRouter.answer(await status.metricsText(), to: request)
        response.headers[.contentType] = PrometheusText.contentType
        return response
      }
    }
    let continuation = listening.continuation
    return Application(
      router: router,
      // Whoever asks for nothing gives the file back; monitoring asks more often.
      server: .http1(
        configuration: .init(
          additionalChannelHandlers: [NoUpgradeHandler()], idleTimeout: .seconds(60))),
      configuration: ApplicationConfiguration(
        address: .hostname(host, port: port), serverName: nil),
      onServerRunning: { continuation.yield($0.localAddress?.port) },
      eventLoopGroupProvider: .singleton, logger: logger)
  }
}
