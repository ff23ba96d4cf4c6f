import Hummingbird
import HummingbirdCore
public import Logging
import NIOCore
import NIOPosix
import SimpaticoCrypto
import SimpaticoHost
import SimpaticoProtocol
import SimpaticoSocket
import SimpaticoTree
import SimpaticoWeb
import UnixSignals

/// The relay: the server's party on an event loop, with WebSocket at `/ws`, the pages at `/`, and
/// `/healthz`.
///
/// Its key pair is made anew for each run: it proves nothing over time, it only challenges.
public struct Relay: Sendable {
  /// The path of the WebSocket.
  public static let socketPath = "/ws"
  private static let keyHandle = "relay"

  private let configuration: RelayConfiguration
  private let logger: Logger

  public init(_ configuration: RelayConfiguration, logger: Logger) {
    self.configuration = configuration
    self.logger = logger
  }

  /// Runs until it is told to stop by SIGINT or SIGTERM, and then closes every connection.
  ///
  /// - Parameter ready: called once, with the address that it listens on.
  /// - Throws: where the pages are missing, or the address cannot be listened on.
  public func run(ready: @escaping @Sendable (_ host: String, _ port: Int) -> Void) async throws {
    let assets = try WebAssets()
    // One loop: the party's tree is one history, and adding to it is the work that there is.
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let eventLoop = group.next()
    let upgrade = try await eventLoop.submit { makeUpgrade(on: eventLoop) }.get()
    let application = Application(
      router: RelayRouter.make(assets),
      server: HTTPServerBuilder { responder in
        UpgradableChannel(responder: responder, upgrade: upgrade)
      },
      configuration: ApplicationConfiguration(
        address: .hostname(configuration.host, port: configuration.port), serverName: nil),
      onServerRunning: { channel in
        let address = channel.localAddress
        ready(address?.ipAddress ?? configuration.host, address?.port ?? configuration.port)
      },
      eventLoopGroupProvider: .shared(group), logger: logger)
    try await application.runService(gracefulShutdownSignals: [.sigterm, .sigint])
    try await group.shutdownGracefully()
  }

  private func makeUpgrade(on eventLoop: any EventLoop) -> WebSocketServerUpgrade {
    let suite = ClassicSuite()
    let pair = suite.generateKeyPair()
    let settings = Party.settings(
      isServer: true, publicKeyPem: Text(pair.publicKeyPEM), publicKeySig: Text(pair.fingerprint),
      privateKey: .string(Text(Relay.keyHandle)),
      deadlineMilliseconds: configuration.registrationTimeoutMilliseconds)
    let party = Party.server(suite: .classic, retention: configuration.retention)
    // Frames may be larger than messages, so that a message that is too long gets the protocol's
    // answer, not the socket's.
    let limits = WebSocketConfiguration(
      maximumFrameBytes: 64 << 10, maximumMessageBytes: 64 << 10)
    let host = PartyHost(
      party, keys: KeyRing([Relay.keyHandle: pair]), configuration: limits, on: eventLoop)
    let journal = RelayJournal(logger)
    host.didStep = { branch, reaction, party in journal.note(branch, reaction, party) }
    host.didLog = { [logger] message in logger.info("\(message)") }
    let bound = NIOLoopBound(host, eventLoop: eventLoop)
    return WebSocketServerUpgrade(path: Relay.socketPath, configuration: limits) { socket, _ in
      let host = bound.value
      do {
        return host.accept(socket, for: try host.open(settings))
      } catch {
        preconditionFailure("a connection can always branch from the trunk: \(error)")
      }
    }
  }
}

/// What an operator reads: phases of connections, by number. No addresses, no keys, no contents.
struct RelayJournal {
  private let logger: Logger

  init(_ logger: Logger) { self.logger = logger }

  func note(_ branch: BranchID, _ reaction: Party.Reaction, _ party: Party) {
    if let violation = reaction.violation {
      logger.info("connection \(branch): \(violation.text)")
    }
    for refusal in reaction.refusals {
      logger.debug("connection \(refusal.branch): \(refusal.error.text)")
    }
    for id in reaction.nodes {
      guard let node = try? party.tree.tree.node(id), let parent = node.parent,
        let before = try? party.tree.residue(of: parent)
      else { continue }
      let phases = Phases(node.residue)
      if Phases(before) == phases { continue }
      let connection = phases.connection?.name ?? ""
      let registration = phases.registration?.name ?? ""
      logger.info("connection \(node.branch): \(connection) \(registration)")
    }
  }
}
