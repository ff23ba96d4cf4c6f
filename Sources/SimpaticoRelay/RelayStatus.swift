import CoreMetrics
import Hummingbird
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Synchronization

/// How far the relay's life has come, as health probes ask it.
final class RelayStatus: Sendable {
  enum Phase: String { case starting, serving, draining }

  private let core: NIOLoopBound<RelayCore>
  private let metrics: RelayMetrics
  private let process: ProcessMetrics
  private let registry: PrometheusRegistry
  private let state = Mutex(Phase.starting)

  /// How long the party's loop may take to answer before it counts as stuck.
  private static let patience = TimeAmount.seconds(2)

  init(core: NIOLoopBound<RelayCore>, metrics: RelayMetrics, registry: PrometheusRegistry) {
    self.core = core
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

  /// Whether the party's event loop still turns.
  func isAlive() async -> Bool {
    await answers { _ in }
  }

  /// All metrics as text. Those that the party's loop must tell are old where it does not answer.
  func metricsText() async -> String {
    process.sample()
    _ = await answers { $0.sample() }
    return registry.text()
  }

  private func answers(_ ask: @escaping @Sendable (RelayCore) -> Void) async -> Bool {
    // Not on the core's loop, which may be the one that is stuck.
    let watch = MultiThreadedEventLoopGroup.singleton.any()
    let promise = watch.makePromise(of: Bool.self)
    core.eventLoop.execute {
      ask(self.core.value)
      promise.succeed(true)
    }
    let timeout = watch.scheduleTask(in: Self.patience) { promise.succeed(false) }
    promise.futureResult.whenComplete { _ in timeout.cancel() }
    return (try? await promise.futureResult.get()) ?? false
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
      configuration: ApplicationConfiguration(
        address: .hostname(host, port: port), serverName: nil),
      onServerRunning: { continuation.yield($0.localAddress?.port) },
      eventLoopGroupProvider: .singleton, logger: logger)
  }
}
