import NIOCore
import NIOPosix
import SimpaticoCrypto
import SimpaticoHost
import SimpaticoProtocol
import SimpaticoSocket
import SimpaticoTree
import Synchronization

/// What a party's branches went through, as people tell it: the handler of each node, its cascade,
/// and the phases.
struct Story: Equatable, Sendable {
  var branches: [[String]] = []

  init(_ party: Party) {
    let tree = party.tree.tree
    branches = Array(repeating: [], count: tree.branchCount - 1)
    tree.forEachNode { _, node in
      guard node.branch > 0 else { return }
      let handler = node.input.value["handler"]?.string?.description ?? "settings"
      let cascade = node.input.trace.cascade.compactMap { $0["handler"]?.string?.description }
      let connection = ConnectionPhase(node.residue[Field.connection]).map { "\($0)" } ?? "-"
      let registration = RegistrationPhase(node.residue[Field.registration]).map { "\($0)" } ?? "-"
      branches[node.branch - 1].append("\(handler) \(cascade) \(connection) \(registration)")
    }
  }
}

/// A server's and a client's party on real loopback sockets, in this process.
final class Stage: Sendable {
  /// The newest state of a party, seen from outside its event loop.
  final class Watched: Sendable {
    private let state: Mutex<Party>
    init(_ party: Party) { state = Mutex(party) }
    var party: Party { state.withLock { $0 } }
    func note(_ party: Party) { state.withLock { $0 = party } }
  }

  let server: Watched
  let eventLoop: any EventLoop
  private let listener: WebSocketServer

  private init(server: Watched, listener: WebSocketServer, eventLoop: any EventLoop) {
    self.server = server
    self.listener = listener
    self.eventLoop = eventLoop
  }

  /// Starts the server's party behind a WebSocket server.
  static func open(deadlineMilliseconds: Int = 10_000) async throws -> Stage {
    let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
    let pair = ClassicSuite().generateKeyPair()
    let settings = settings(isServer: true, pair, deadlineMilliseconds)
    let party = Party.server(suite: .classic)
    let watched = Watched(party)
    let upgrade = try await eventLoop.submit {
      let host = PartyHost(
        party, keys: KeyRing(["own": pair]), configuration: WebSocketConfiguration(), on: eventLoop)
      host.didStep = { _, _, party in watched.note(party()) }
      let bound = NIOLoopBound(host, eventLoop: eventLoop)
      return WebSocketServerUpgrade(path: "/ws") { socket, _ in
        guard let branch = try? bound.value.open(settings) else {
          preconditionFailure("a connection can always branch from the trunk")
        }
        return bound.value.accept(socket, for: branch)
      }
    }.get()
    let listener = try await WebSocketServer.bind(upgrade: upgrade, on: eventLoop)
    return Stage(server: watched, listener: listener, eventLoop: eventLoop)
  }

  /// The address of the server's socket.
  var url: String { "ws://127.0.0.1:\(listener.port ?? 0)/ws" }

  func close() async throws { try await listener.close() }

  /// Connects a client's party and answers it when its branch satisfies a condition.
  func client(
    to url: String? = nil, deadlineMilliseconds: Int = 10_000,
    until isDone: @escaping @Sendable (Phases) -> Bool
  ) async throws -> Party {
    let pair = ClassicSuite().generateKeyPair()
    let settings = Stage.settings(isServer: false, pair, deadlineMilliseconds)
    let target = Text(url ?? self.url)
    let loop = eventLoop
    return try await loop.flatSubmit {
      let promise = loop.makePromise(of: Party.self)
      let host = PartyHost(
        Party.client(suite: .classic, name: "client"), keys: KeyRing(["own": pair]),
        configuration: WebSocketConfiguration(), on: loop)
      var isWaiting = true
      host.didStep = { branch, _, party in
        let party = party()
        guard isWaiting, let residue = try? party.tree.residue(ofBranch: branch),
          isDone(Phases(residue))
        else { return }
        isWaiting = false
        promise.succeed(party)
      }
      do {
        let branch = try host.open(settings)
        host.receive(Party.connect(to: target), on: branch)
      } catch {
        promise.fail(error)
      }
      return promise.futureResult
    }.get()
  }

  private static func settings(
    isServer: Bool, _ pair: ClassicSuite.KeyPair, _ deadlineMilliseconds: Int
  ) -> Value {
    Party.settings(
      isServer: isServer, publicKeyPem: Text(pair.publicKeyPEM),
      publicKeySig: Text(pair.fingerprint), privateKey: "own",
      deadlineMilliseconds: deadlineMilliseconds)
  }
}
