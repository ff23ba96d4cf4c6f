import NIOCore
import NIOPosix
import SimpaticoCrypto
import SimpaticoHost
import SimpaticoProtocol
import SimpaticoSocket
import SimpaticoTree

/// A relay's party behind real sockets in this process, that can be stopped and started on the same
/// port.
actor TestRelay {
  private var listener: WebSocketServer?
  private(set) var port = 0
  private var host: NIOLoopBound<PartyHost>?
  private let eventLoop = MultiThreadedEventLoopGroup.singleton.next()

  static func running() async throws -> TestRelay {
    let relay = TestRelay()
    try await relay.start()
    return relay
  }

  /// As people spell it.
  var address: String { "http://127.0.0.1:\(port)" }

  func start() async throws {
    let eventLoop = eventLoop
    let (upgrade, host) = try await eventLoop.submit {
      let pair = ClassicSuite().generateKeyPair()
      let settings = Party.settings(
        isServer: true, publicKeyPem: Text(pair.publicKeyPEM), publicKeySig: Text(pair.fingerprint),
        privateKey: "own", deadlineMilliseconds: 10_000)
      let host = PartyHost(
        Party.server(suite: .classic), keys: KeyRing(["own": pair]),
        configuration: WebSocketConfiguration(), on: eventLoop)
      let bound = NIOLoopBound(host, eventLoop: eventLoop)
      let upgrade = WebSocketServerUpgrade(path: "/ws") { socket, _ in
        guard let branch = try? bound.value.open(settings) else {
          preconditionFailure("a connection can always branch from the trunk")
        }
        return bound.value.accept(socket, for: branch)
      }
      return (upgrade, bound)
    }.get()
    self.host = host
    listener = try await WebSocketServer.bind(port: port, upgrade: upgrade, on: eventLoop)
    port = listener?.port ?? 0
  }

  /// How many connections there were since it was started last.
  var connectionCount: Int {
    get async throws {
      guard let host else { return 0 }
      return try await eventLoop.submit { host.value.party.tree.tree.branchCount - 1 }.get()
    }
  }

  func stop() async throws {
    try await listener?.close()
    listener = nil
  }
}
