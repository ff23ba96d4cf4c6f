import NIOCore
import NIOPosix
import SimpaticoCrypto
import SimpaticoHost
import SimpaticoProtocol
import SimpaticoTree
import Synchronization

/// What is one for the whole relay, however many event loops it has. May be used from any thread.
final class RelayShared: Sendable {
  let ledger: ConnectionLedger
  /// The files of the connections, those included that are not counted.
  let files: AcceptedFiles
  let metrics: RelayMetrics
  let tags = SaltedTags()
  /// What keys have used of their rates.
  let rates = RateBook()
  let clientAddress: ClientAddress
  let keys: KeyRing
  /// How many parties the server is.
  let shardCount: Int

  private let publicKey: (pem: Text, fingerprint: Text)
  private let newConnections = TokenBucket()
  private let registrations = TokenBucket()
  private let lastNumber = Atomic<Int64>(0)

  private static let keyHandle = "relay"

  /// - Parameters:
  ///   - shares: What there are files for.
  ///   - pool: where proofs are checked; it must run for as long as the relay is used.
  init(
    _ configuration: RelayConfiguration, metrics: RelayMetrics, shares: FileShares,
    pool: NIOThreadPool, shardCount: Int
  ) {
    ledger = ConnectionLedger(shares)
    files = AcceptedFiles(limit: shares.accepted)
    let suite = ClassicSuite()
    let pair = suite.generateKeyPair()
    publicKey = (Text(pair.publicKeyPEM), Text(pair.fingerprint))
    keys = KeyRing([Self.keyHandle: pair], suite: suite, pool: pool)
    clientAddress = ClientAddress(
      trustedProxies: configuration.trustedProxies, header: configuration.forwardedHeader)
    self.metrics = metrics
    self.shardCount = shardCount
  }

  /// Counts a connection that has come; false where it is one too many.
  func takeConnection(perSecond rate: Int, at now: NIODeadline) -> Bool {
    newConnections.take(perSecond: rate, at: now)
  }

  /// What a connection's branch begins with, where a registration may take so long.
  func settings(registrationTimeoutMilliseconds: Int) -> Value {
    Party.settings(
      isServer: true, publicKeyPem: publicKey.pem, publicKeySig: publicKey.fingerprint,
      privateKey: .string(Text(Self.keyHandle)),
      deadlineMilliseconds: registrationTimeoutMilliseconds)
  }

  /// Counts a registration; false where it is one too many.
  func takeRegistration(perSecond rate: Int, at now: NIODeadline) -> Bool {
    registrations.take(perSecond: rate, at: now)
  }

  /// The next of the numbers that say which proof of a key is the newest.
  func nextNumber() -> Int64 { lastNumber.add(1, ordering: .relaxed).newValue }
}
