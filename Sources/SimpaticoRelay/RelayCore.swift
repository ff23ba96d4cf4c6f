import CoreMetrics
import Logging
import NIOCore
import NIOPosix
import SimpaticoCrypto
import SimpaticoHost
import SimpaticoProtocol
import SimpaticoSocket
import SimpaticoTree

/// The server's party on its event loop, and all that its connections share. Everything here
/// happens on that loop.
final class RelayCore {
  let eventLoop: any EventLoop
  let ledger = ConnectionLedger()
  let metrics: RelayMetrics
  let date = HTTPDate()
  let tags: SaltedTags
  let clientAddress: ClientAddress
  /// May be changed at any time.
  var limits: RelayLimits

  private let host: PartyHost
  private let keys: KeyRing
  private let settings: Value
  private let logger: Logger
  private var connections: [BranchID: RelayConnection] = [:]
  private var registrations = TokenBucket()

  private static let keyHandle = "relay"

  /// - Parameter pool: where proofs are checked; it must run for as long as the core is used.
  init(
    _ configuration: RelayConfiguration, metrics: RelayMetrics, pool: NIOThreadPool,
    logger: Logger, on eventLoop: any EventLoop
  ) {
    let suite = ClassicSuite()
    let pair = suite.generateKeyPair()
    settings = Party.settings(
      isServer: true, publicKeyPem: Text(pair.publicKeyPEM), publicKeySig: Text(pair.fingerprint),
      privateKey: .string(Text(Self.keyHandle)),
      deadlineMilliseconds: configuration.registrationTimeoutMilliseconds)
    keys = KeyRing([Self.keyHandle: pair], suite: suite, pool: pool)
    host = PartyHost(
      Party.server(
        suite: .classic, maximumCharacters: configuration.messageCharacters,
        retention: configuration.retention),
      keys: keys, configuration: WebSocketConfiguration(), on: eventLoop)
    self.eventLoop = eventLoop
    self.metrics = metrics
    self.logger = logger
    tags = SaltedTags()
    limits = configuration.limits
    clientAddress = ClientAddress(
      trustedProxies: configuration.trustedProxies, header: configuration.forwardedHeader)
    let journal = RelayJournal(logger)
    host.didStep = { [weak self] branch, reaction, party in
      journal.note(branch, reaction, party)
      self?.observe(branch, reaction, party)
    }
    // What a handler logs may hold what a message held.
    host.didLog = { [logger] message in logger.debug("\(message)") }
  }

  /// The limits of a socket. Frames may be larger than messages, so that a message that is too long
  /// gets the protocol's answer, not the socket's.
  static func socketConfiguration(
    _ limits: RelayLimits, messageCharacters: Int
  ) -> WebSocketConfiguration {
    let messageBytes = max(64 << 10, 4 * messageCharacters)
    return WebSocketConfiguration(
      maximumFrameBytes: messageBytes, maximumMessageBytes: messageBytes,
      maximumOutboundBytes: limits.outboundBytes,
      maximumOutboundMessages: limits.outboundMessages,
      idlePingMilliseconds: limits.idlePingMilliseconds > 0
        ? Int64(limits.idlePingMilliseconds) : nil,
      pongTimeoutMilliseconds: Int64(limits.pongTimeoutMilliseconds),
      handshakeTimeoutMilliseconds: Int64(limits.handshakeTimeoutMilliseconds))
  }

  /// Begins a branch for a WebSocket that has opened.
  func accept(_ lease: ConnectionLease, _ socket: WebSocket) -> any WebSocketDelegate {
    let branch: BranchID
    do {
      branch = try host.open(settings)
    } catch {
      preconditionFailure("a connection can always branch from the trunk: \(error)")
    }
    let connection = RelayConnection(
      core: self, lease: lease, branch: branch, delegate: host.accept(socket, for: branch))
    connections[branch] = connection
    logger.debug("connection \(branch): from address \(lease.tag)")
    return connection
  }

  func remove(_ connection: RelayConnection) {
    if connection.isPending { metrics.registered(.left) }
    connections[connection.branch] = nil
  }

  /// Asks the party to close a connection.
  func close(_ branch: BranchID, code: Int, reason: String) {
    let message: Value = [
      "handler": "close", "code": .number(code), "reason": .string(Text(reason)),
    ]
    host.receive(message, on: branch)
  }

  /// Whether another proof may be checked now.
  func takeRegistration(at now: NIODeadline) -> Bool {
    keys.waitingCount < limits.waitingRegistrations
      && registrations.take(perSecond: limits.registrationsPerSecond, at: now)
  }

  /// Asks every client to come back, each at a random moment of the time given, so that they do not
  /// all come back at once.
  func drain(over window: TimeAmount) {
    // A few connections need no spreading: as much as it takes at 200 a second.
    let needed = TimeAmount.milliseconds(Int64(connections.count) * 5)
    let nanoseconds = max(1, min(window, needed).nanoseconds)
    for branch in connections.keys {
      let delay = TimeAmount.nanoseconds(.random(in: 0..<nanoseconds))
      eventLoop.assumeIsolated().scheduleTask(in: delay) {
        self.close(
          branch, code: CloseCode.goingAway,
          reason: "the relay is restarting; reconnect after a random wait")
      }
    }
  }

  /// Brings the metrics that are read and not counted up to date.
  func sample() {
    let counts = ledger.counts
    metrics.connections.record(counts.connections)
    metrics.unregistered.record(counts.unregistered)
    metrics.addresses.record(counts.addresses.count)
    metrics.webSockets.record(connections.count)
    metrics.waitingRegistrations.record(keys.waitingCount)
    metrics.retainedNodes.record(host.party.tree.tree.retainedNodeCount)
  }

  private func observe(_ branch: BranchID, _ reaction: Party.Reaction, _ party: Party) {
    metrics.observe(reaction)
    guard let connection = connections[branch] else { return }
    if connection.isPending {
      decide(connection, party)
    } else if isLookUp(reaction, party), !connection.takeLookUp() {
      // Not from inside a step of the party.
      eventLoop.assumeIsolated().execute { connection.refuse(.lookUps) }
    }
  }

  private func decide(_ connection: RelayConnection, _ party: Party) {
    guard let residue = try? party.tree.residue(ofBranch: connection.branch),
      let phase = Phases(residue).registration, !phase.isPending
    else { return }
    connection.didDecide(isVerified: phase == .verified)
    metrics.registered(phase == .verified ? .verified : .refused)
    guard phase == .verified, let peer = residue["peer"]?["publicKeySig"]?.string else { return }
    logger.debug("connection \(connection.branch): key \(tags.tag(peer.description.utf8))")
  }

  private func isLookUp(_ reaction: Party.Reaction, _ party: Party) -> Bool {
    guard let id = reaction.nodes.first, let node = try? party.tree.tree.node(id) else {
      return false
    }
    return node.input.value["handler"] == RelayCore.lookUp
  }

  private static let lookUp: Value = "invite3"
}
