import CoreMetrics
import Logging
import NIOCore
import NIOPosix
import SimpaticoCrypto
import SimpaticoHost
import SimpaticoProtocol
import SimpaticoSocket
import SimpaticoTree

/// The server's party on an event loop, or one of its shards, and all that its connections share.
/// Everything here happens on that loop.
final class RelayCore {
  let eventLoop: any EventLoop
  let shared: RelayShared
  let date = HTTPDate()
  private(set) var limits: RelayLimits
  /// What a new connection's branch begins with.
  private var settings: Value

  /// Those who follow the tree, where that is wanted.
  private(set) var live: LiveFeed?

  private let host: PartyHost
  private let logger: Logger
  private let numbers: ConnectionNumbers
  private var connections: [BranchID: RelayConnection] = [:]
  private var compactedNodeCount = 0

  private static let tidyingDelay = TimeAmount.seconds(5)

  var ledger: ConnectionLedger { shared.ledger }
  var metrics: RelayMetrics { shared.metrics }
  var tags: SaltedTags { shared.tags }
  var clientAddress: ClientAddress { shared.clientAddress }

  /// A core on the loop that it is made on; as a shard where there are others.
  init(
    _ configuration: RelayConfiguration, shared: RelayShared, shard: Int?, logger: Logger,
    on eventLoop: any EventLoop
  ) {
    let retention = max(100, configuration.retention / shared.shardCount)
    let characters = configuration.messageCharacters
    // Who follows the tree sees how long a box was; nobody else has a use for it.
    let keepsEnvelopes = configuration.isLive
    let party =
      shard.map {
        Party.shard(
          $0, suite: .classic, maximumCharacters: characters, retention: retention,
          keepsEnvelopes: keepsEnvelopes)
      }
      ?? Party.server(
        suite: .classic, maximumCharacters: characters, retention: retention,
        keepsEnvelopes: keepsEnvelopes)
    host = PartyHost(
      party, keys: shared.keys, configuration: WebSocketConfiguration(), on: eventLoop)
    self.eventLoop = eventLoop
    self.shared = shared
    self.logger = logger
    numbers = ConnectionNumbers(shard: shard ?? 0, shardCount: shared.shardCount)
    limits = configuration.limits
    settings = shared.settings(
      registrationTimeoutMilliseconds: configuration.registrationTimeoutMilliseconds)
    let host = host
    if configuration.isLive {
      live = LiveFeed(shared.tags, on: eventLoop) { [unowned host] in host.party.tree }
    }
    let journal = RelayJournal(logger, numbers)
    host.didStep = { [weak self] branch, reaction, party in
      if !reaction.isPassage { journal.note(branch, reaction, party()) }
      guard let self else { return }
      observe(branch, reaction)
      live?.wake()
    }
    tidyLater()
    // What a handler logs may hold what a message held.
    host.didLog = { [logger] message in logger.debug("\(message)") }
  }

  /// Takes over what may change while the relay runs; what concerns one connection holds for new
  /// ones.
  func adopt(_ configuration: RelayConfiguration) {
    limits = configuration.limits
    settings = shared.settings(
      registrationTimeoutMilliseconds: configuration.registrationTimeoutMilliseconds)
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
    logger.debug("connection \(numbers.number(of: branch)): from address \(lease.tag)")
    return connection
  }

  /// A relay that rests holds no more than its connections and what is to be kept.
  private func tidyLater() {
    eventLoop.assumeIsolated().scheduleTask(in: Self.tidyingDelay) { [weak self] in
      self?.tidy()
      self?.shared.rates.forget(at: .now())
      self?.tidyLater()
    }
  }

  private func tidy() {
    let count = host.party.tree.nodeCount
    if count == compactedNodeCount { return }
    compactedNodeCount = count
    host.compact()
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
    shared.keys.waitingCount < limits.waitingRegistrations
      && shared.takeRegistration(perSecond: limits.registrationsPerSecond, at: now)
  }

  /// Tells the party how to reach the other shards, before anything happens.
  func link(_ links: ShardLinks) { host.shards = links }

  /// Takes what other shards have sent.
  func collect() { host.collect() }

  /// Asks every client to come back, each at a random moment of the time given, so that they do not
  /// all come back at once.
  func drain(over window: TimeAmount) {
    live?.close()
    // A few connections need no spreading: as much as it takes at 200 a second in all.
    let needed = TimeAmount.milliseconds(Int64(connections.count * shared.shardCount) * 5)
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

  /// What is read and not counted.
  struct Sample: Sendable {
    var webSockets = 0
    var retainedNodes = 0
  }

  /// What is read of this core now.
  func sample() -> Sample {
    Sample(
      webSockets: connections.count, retainedNodes: host.party.tree.retainedNodeCount)
  }

  private func observe(_ branch: BranchID, _ reaction: Party.Reaction) {
    metrics.observe(reaction)
    if reaction.isPassage, reaction.handler != RelayCore.lookUp { return }
    guard let connection = connections[branch] else { return }
    if connection.isPending {
      decide(connection)
    } else if reaction.handler == RelayCore.lookUp, !connection.takeLookUp() {
      connection.refuse(.lookUps, isInStep: true)
    }
  }

  private func decide(_ connection: RelayConnection) {
    guard let residue = try? host.party.tree.residue(ofBranch: connection.branch),
      let phase = Phases(residue).registration, !phase.isPending
    else { return }
    let fingerprint = phase == .verified ? residue["peer"]?["publicKeySig"]?.string : nil
    connection.didDecide(verified: fingerprint)
    metrics.registered(phase == .verified ? .verified : .refused)
    guard let fingerprint else { return }
    logger.debug(
      """
      connection \(numbers.number(of: connection.branch)): \
      key \(tags.tag(fingerprint.description.utf8))
      """)
  }

  private static let lookUp: Text = "invite3"
}

extension Party.Reaction {
  /// Whether something was passed on, and every connection is as it was.
  fileprivate var isPassage: Bool { !isChange && violation == nil && refusals.isEmpty }
}
