import NIOCore
public import NIOPosix
public import SimpaticoCrypto
import SimpaticoProtocol
import SimpaticoTree
import Synchronization

/// The keys of a process, by the handles that residues hold; and the threads that cipher operations
/// run on.
///
/// A P-521 agreement takes more than a millisecond, so it never runs on an event loop. Keys never
/// leave the ring.
public final class KeyRing: Sendable {
  private let suite: ClassicSuite
  private let pairs: [String: ClassicSuite.KeyPair]
  private let pool: NIOThreadPool
  private let waiting = Atomic<Int>(0)

  /// Operations that were asked for and are not done; a relay takes no more when they are many.
  public var waitingCount: Int { waiting.load(ordering: .relaxed) }

  /// A ring of key pairs by handle. `pool` must be running for as long as the ring is used.
  public init(
    _ pairs: [String: ClassicSuite.KeyPair], suite: ClassicSuite = ClassicSuite(),
    pool: NIOThreadPool = .singleton
  ) {
    self.suite = suite
    self.pairs = pairs
    self.pool = pool
  }

  /// Seals a text, and answers the box in hex and the fingerprint of the key that it was sealed to.
  func seal(
    _ clearText: Text, from key: Value, to publicKeyPEM: Text, on eventLoop: any EventLoop
  ) -> EventLoopFuture<(box: Text, fingerprint: Text)> {
    perform(with: key, on: eventLoop) { suite, pair in
      let recipient = try ClassicSuite.PublicKey(pem: publicKeyPEM.description)
      let bytes = clearText.withUTF8 { Array($0) }
      let box = Text(Hex.encode(try suite.seal(bytes, from: pair, to: recipient)))
      return (box, Text(recipient.fingerprint))
    }
  }

  /// Opens a box in hex, and answers its text and the fingerprint of the key that it was opened
  /// with.
  func unseal(
    _ box: Text, by key: Value, from publicKeyPEM: Text, on eventLoop: any EventLoop
  ) -> EventLoopFuture<(clearText: Text, fingerprint: Text)> {
    perform(with: key, on: eventLoop) { suite, pair in
      let sender = try ClassicSuite.PublicKey(pem: publicKeyPEM.description)
      let bytes = try suite.open(Hex.decode(box.description), by: pair, from: sender)
      guard let text = bytes.withUnsafeBufferPointer({ Text(utf8: $0) }) else {
        throw KeyRingError.notText
      }
      return (text, Text(sender.fingerprint))
    }
  }

  /// 128 random bits of the system's source, as base64url.
  public static func makeSecret() -> String {
    var random = SystemRandomNumberGenerator()
    var bytes: [UInt8] = []
    for _ in 0..<2 {
      withUnsafeBytes(of: random.next() as UInt64) { bytes.append(contentsOf: $0) }
    }
    return Base64URL.encode(bytes)
  }

  private func perform<Answer: Sendable>(
    with key: Value, on eventLoop: any EventLoop,
    _ operation: @escaping @Sendable (ClassicSuite, ClassicSuite.KeyPair) throws -> Answer
  ) -> EventLoopFuture<Answer> {
    guard let pair = key.string.flatMap({ pairs[$0.description] }) else {
      return eventLoop.makeFailedFuture(KeyRingError.noSuchKey)
    }
    let suite = suite
    waiting.add(1, ordering: .relaxed)
    return pool.runIfActive(eventLoop: eventLoop) { try operation(suite, pair) }
      .always { _ in self.waiting.subtract(1, ordering: .relaxed) }
  }
}

/// Why the ring could not perform an operation, besides the suite's own errors.
enum KeyRingError: Error, CustomStringConvertible {
  case noSuchKey
  case notText

  var description: String {
    switch self {
    case .noSuchKey: "there is no key of that handle"
    case .notText: "what was sealed is not text"
    }
  }
}
