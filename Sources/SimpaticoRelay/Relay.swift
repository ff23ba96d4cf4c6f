import Hummingbird
public import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import SimpaticoHost
import SimpaticoWeb

/// The relay: the server's party, in shards on as many event loops as it has, with WebSocket at
/// `/ws`, the pages at `/`, and `/healthz`.
///
/// Its key pair is made anew for each run: it proves nothing over time, it only challenges. It
/// writes no file.
public struct Relay: Sendable {
  /// The path of the WebSocket.
  public static let socketPath = "/ws"

  /// Where a relay listens.
  public struct Addresses: Sendable {
    /// The address of the pages and the WebSocket.
    public var host: String
    public var port: Int
    /// The port that sends to `https:`, where there is one.
    public var redirectPort: Int?
    /// The port of metrics and health, where there is one.
    public var adminPort: Int?
    /// What lets the lab follow the tree, where that is wanted: 128 random bits of this run.
    public var liveToken: String?
  }

  private let configuration: RelayConfiguration
  private let logger: Logger
  private let registry: PrometheusRegistry
  private let signals: RelaySignals?
  private let readAgain: (@Sendable () throws -> Reading)?

  /// What a second look at the configuration has found.
  public struct Reading: Sendable {
    /// The configuration as it is now. Its limits take effect.
    public var configuration: RelayConfiguration
    /// The names of settings that have changed and take effect only when the relay is restarted.
    public var afterRestart: [String]

    /// What was found.
    public init(_ configuration: RelayConfiguration, afterRestart: [String] = []) {
      self.configuration = configuration
      self.afterRestart = afterRestart
    }
  }

  /// - Parameters:
  ///   - registry: collects the metrics; the relay's own help texts are in
  ///     ``makeRegistry()``'s.
  ///   - signals: what tells the relay to leave and to read again; without it, the relay ends when
  ///     its task is cancelled.
  ///   - readAgain: reads the configuration anew when SIGHUP comes; nil keeps it.
  public init(
    _ configuration: RelayConfiguration, logger: Logger,
    registry: PrometheusRegistry = Relay.makeRegistry(),
    signals: RelaySignals? = nil,
    readAgain: (@Sendable () throws -> Reading)? = nil
  ) {
    self.configuration = configuration
    self.logger = logger
    self.registry = registry
    self.signals = signals
    self.readAgain = readAgain
  }

  /// A registry that knows what the relay's metrics mean.
  public static func makeRegistry() -> PrometheusRegistry {
    PrometheusRegistry(help: RelayMetrics.help.merging(ProcessMetrics.help) { ours, _ in ours })
  }

  /// Sees whether a relay could run so, without listening: loads pages and certificate.
  ///
  /// - Throws: what ``run(ready:)`` would throw then; and an error for a certificate that is not in
  ///   force, with which a relay does run, since it must come up again also in the night in which
  ///   one expired.
  public static func check(_ configuration: RelayConfiguration) throws {
    _ = try RelayRouter.make(try WebAssets())
    if let tls = configuration.tls {
      let metrics = RelayMetrics(makeRegistry())
      let certificates = try CertificateStore(tls, host: configuration.host, metrics: metrics)
      if let failure = certificates.failure { throw CertificateError(failure) }
    }
  }

  /// Runs until it is told to leave; then asks every client to come back and ends, at the latest
  /// when the configured time is up.
  ///
  /// - Parameter ready: called once, with the addresses that it listens on.
  /// - Throws: where the pages are missing, a certificate cannot be used, or an address cannot be
  ///   listened on.
  public func run(ready: @escaping @Sendable (Addresses) -> Void) async throws {
    let eventLoops = configuration.isLive ? 1 : configuration.eventLoops ?? Processors.count
    let shares = try shareFiles(eventLoops)
    let group = MultiThreadedEventLoopGroup(numberOfThreads: eventLoops)
    let pool = NIOThreadPool(numberOfThreads: max(1, Processors.count - 1))
    pool.start()
    do {
      try await run(on: group, pool, shares, ready)
    } catch {
      try? await pool.shutdownGracefully()
      try? await group.shutdownGracefully()
      throw error
    }
    try await pool.shutdownGracefully()
    try await group.shutdownGracefully()
  }

  /// Takes all the files that the system gives, and says where they are too few.
  ///
  /// - Throws: where there are so few that the relay could not live.
  private func shareFiles(_ eventLoops: Int) throws -> FileShares {
    let files = OpenFiles.raise()
    let shares = FileShares(
      files: files, openCount: OpenFiles.count ?? 0,
      // The admin port has NIO's shared ones.
      eventLoops: eventLoops + NIOSingletons.groupLoopCountSuggestion)
    guard shares.areEnough else { throw FileShortage(files: files, needed: shares.needed) }
    if shares.served < configuration.limits.connections {
      logger.warning(
        """
        the \(files) files that may be open are enough for \(shares.served) connections: that is \
        the limit, not max-connections (\(configuration.limits.connections))
        """)
    }
    return shares
  }

  private func run(
    on group: MultiThreadedEventLoopGroup, _ pool: NIOThreadPool, _ shares: FileShares,
    _ ready: @escaping @Sendable (Addresses) -> Void
  ) async throws {
    let metrics = RelayMetrics(registry)
    let certificates = try configuration.tls.map {
      try CertificateStore($0, host: configuration.host, metrics: metrics)
    }
    if let failure = certificates?.failure {
      logger.error("clients will refuse this relay: \(failure)")
    }
    let shared = RelayShared(
      configuration, metrics: metrics, shares: shares, pool: pool,
      shardCount: Array(group.makeIterator()).count)
    let cores = try await RelayCores.make(
      configuration, shared: shared, logger: logger, on: group)
    let live = try await cores.feed().map { LiveRoute(feed: $0, token: KeyRing.makeSecret()) }
    let pages = PlainHTTP(
      try RelayRouter.make(try WebAssets(), live: live), isSecure: certificates != nil,
      logger: logger)
    let status = RelayStatus(cores: cores, metrics: metrics, registry: registry)
    let admin = AdminServer(status: status, logger: logger)
    let main = RelayService(
      configuration: configuration, cores: cores, status: status, pages: pages,
      certificates: certificates, group: group, logger: logger,
      ready: ready, adminPort: admin.port, liveToken: live?.token)
    let told = SignalService(
      signals: signals,
      rereading: Rereading(readAgain, cores: cores, certificates: certificates, logger: logger))
    // Where it ends by itself, the relay was told to leave.
    var services = [
      ServiceGroupConfiguration.ServiceConfiguration(
        service: told, successTerminationBehavior: .gracefullyShutdownGroup)
    ]
    if let port = configuration.adminPort {
      let host = configuration.adminHost
      let application = admin.application(host: host, port: port)
      services.append(
        .init(service: AdminService(application: application, host: host, port: port)))
    }
    // The last is the first to be shut down: health is told until the relay is gone.
    services.append(.init(service: main))
    var groupConfiguration = ServiceGroupConfiguration(services: services, logger: logger)
    groupConfiguration.maximumGracefulShutdownDuration = .milliseconds(
      configuration.unreadyMilliseconds + configuration.shutdownTimeoutMilliseconds + 5_000)
    try await ServiceGroup(configuration: groupConfiguration).run()
  }
}
