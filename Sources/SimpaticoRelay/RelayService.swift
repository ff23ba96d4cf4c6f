import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// The life of the relay: listen, serve, say that it leaves, ask everybody to come back, end.
struct RelayService: Service, CustomStringConvertible {
  let configuration: RelayConfiguration
  let cores: RelayCores
  let status: RelayStatus
  let pages: PlainHTTP
  let certificates: CertificateStore?
  let group: MultiThreadedEventLoopGroup
  let logger: Logger
  let ready: @Sendable (Relay.Addresses) -> Void
  /// The port of metrics and health, once it is known.
  let adminPort: @Sendable () async -> Int?
  /// What lets the lab follow the tree.
  let liveToken: String?

  // The log names services by this.
  var description: String { "relay" }

  func run() async throws {
    let listeners = try await listen()
    do {
      try await gracefulShutdown()
    } catch {
      status.enter(.draining)
      for listener in listeners {
        await listener.stop()
        _ = await listener.finish(by: .now)
      }
      return
    }
    await leave(listeners)
  }

  private func listen() async throws -> [Listener] {
    let main = try await bind(
      configuration.port, "port", for: .relay(pages, certificates, configuration))
    var addresses = Relay.Addresses(
      host: main.localAddress?.ipAddress ?? configuration.host,
      port: main.localAddress?.port ?? configuration.port)
    var listeners = [main]
    if let port = configuration.redirectPort {
      let target = configuration.publicPort ?? addresses.port
      let redirect = try await bind(port, "redirect-port", for: .redirect(toPort: target))
      addresses.redirectPort = redirect.localAddress?.port
      listeners.append(redirect)
    }
    addresses.liveToken = liveToken
    if configuration.adminPort != nil { addresses.adminPort = await adminPort() }
    // Where the port of metrics cannot be opened, nothing of the relay is to be announced.
    try Task.checkCancellation()
    status.enter(.serving)
    logger.notice("serving")
    ready(addresses)
    await tell(.ready)
    return listeners
  }

  private func tell(_ word: ServiceManager.Word) async {
    do {
      try await configuration.serviceManager?.tell(word, on: group)
    } catch {
      logger.error("the service manager is not told \(word.rawValue): \(error)")
    }
  }

  private func bind(
    _ port: Int, _ setting: String, for purpose: Listener.Purpose
  ) async throws -> Listener {
    do {
      return try await Listener.bind(
        host: configuration.host, port: port, for: purpose, cores: cores, logger: logger, on: group)
    } catch {
      throw AddressError(configuration.host, port, settings: "host, \(setting)", error) ?? error
    }
  }

  private func leave(_ listeners: [Listener]) async {
    let start = ContinuousClock.now
    status.enter(.draining)
    logger.notice("leaving: not ready any more")
    await tell(.leaving)
    try? await Task.sleep(for: .milliseconds(configuration.unreadyMilliseconds))
    for listener in listeners { await listener.stop() }
    for listener in listeners { listener.quiesce() }
    let window = TimeAmount.milliseconds(Int64(configuration.drainMilliseconds))
    cores.onEach { $0.drain(over: window) }
    let deadline = ContinuousClock.now.advanced(
      by: .milliseconds(configuration.shutdownTimeoutMilliseconds))
    var rest = 0
    for listener in listeners { rest += await listener.finish(by: deadline) }
    let elapsed = ContinuousClock.now - start
    logger.notice("left after \(elapsed); \(rest) connections were still there")
  }
}
