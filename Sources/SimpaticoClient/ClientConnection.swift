public import NIOCore
public import NIOPosix
import SimpaticoCrypto
import SimpaticoHost
public import SimpaticoProtocol
import SimpaticoSocket
import SimpaticoTree

/// One connection of a client to a relay, run by the client's party.
///
/// ```swift
/// let connection = try await ClientConnection.begin(to: "ws://127.0.0.1:8080/ws")
/// for await step in connection.steps where step.registration == .verified { break }
/// connection.close()
/// ```
public final class ClientConnection: Sendable {
  /// One input of the connection and where it led.
  public struct Step: Sendable {
    /// Milliseconds since the connection was begun.
    public let elapsedMilliseconds: Double
    /// The handler that ran, for example `register2`.
    public let handler: String
    /// The handlers that it set off.
    public let cascade: [String]
    /// The phase that the connection is in now.
    public let connection: ConnectionPhase?
    /// The phase that the registration is in now.
    public let registration: RegistrationPhase?
    /// What went wrong, where something has.
    public let problem: String?
  }

  /// What happens, in order; ends when the connection is closed.
  public let steps: AsyncStream<Step>
  private let host: NIOLoopBound<PartyHost>
  private let branch: BranchID
  private static let keyHandle = "client"

  /// Begins to connect and to register. What goes wrong with that comes as a step.
  ///
  /// - Parameters:
  ///   - url: for example `ws://127.0.0.1:8080/ws`, or `wss://relay.example/ws`.
  ///   - identity: the key pair to register.
  ///   - registrationTimeoutMilliseconds: how long connecting and registering may take together.
  ///   - certificateAuthorities: a PEM file of those whose word is taken for a relay's certificate;
  ///     nil for the system's.
  ///   - group: where it runs.
  /// - Throws: ``ClientError/badCertificates(_:)``.
  public static func begin(
    to url: String, as identity: Identity = .generate(),
    registrationTimeoutMilliseconds: Int = 10_000,
    certificateAuthorities: String? = nil,
    on group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
  ) async throws -> ClientConnection {
    let eventLoop = group.next()
    let trust = try ClientTrust.of(certificateAuthorities)
    return try await eventLoop.submit {
      try ClientConnection(url, identity, registrationTimeoutMilliseconds, trust, on: eventLoop)
    }.get()
  }

  private init(
    _ url: String, _ identity: Identity, _ timeout: Int, _ trust: WebSocketTrust?,
    on eventLoop: any EventLoop
  ) throws {
    let pair = identity.pair
    let party = Party.client(suite: .classic, name: "client")
    let host = PartyHost(
      party, keys: KeyRing([ClientConnection.keyHandle: pair]),
      configuration: WebSocketConfiguration(handshakeTimeoutMilliseconds: Int64(timeout)),
      trust: trust, on: eventLoop)
    let (steps, continuation) = AsyncStream.makeStream(of: Step.self)
    let start = NIODeadline.now()
    host.didStep = { branch, reaction, party in
      let party = party()
      if let refusal = reaction.refusals.first {
        continuation.yield(Step(refused: refusal.error, since: start))
        // A connection that was refused before it began has nothing more to tell.
        let residue = try? party.tree.residue(ofBranch: branch)
        if residue.flatMap({ Phases($0).connection }) == nil { continuation.finish() }
      }
      for node in reaction.nodes {
        guard let step = Step(node, party, since: start) else { continue }
        continuation.yield(step)
        if step.connection == .closed { continuation.finish() }
      }
    }
    let settings = Party.settings(
      isServer: false, publicKeyPem: Text(pair.publicKeyPEM),
      publicKeySig: Text(pair.fingerprint),
      privateKey: .string(Text(ClientConnection.keyHandle)), deadlineMilliseconds: timeout)
    self.steps = steps
    self.branch = try host.open(settings)
    self.host = NIOLoopBound(host, eventLoop: eventLoop)
    host.receive(Party.connect(to: Text(url)), on: branch)
  }

  /// Begins to close; the steps end when it is closed.
  public func close() {
    let host = host
    let branch = branch
    host.eventLoop.execute { host.value.receive(["handler": "close"], on: branch) }
  }
}

extension ClientConnection.Step {
  fileprivate init(refused error: TreeError, since start: NIODeadline) {
    self.init(
      elapsedMilliseconds: Double((NIODeadline.now() - start).nanoseconds) / 1_000_000,
      handler: "", cascade: [], connection: nil, registration: nil,
      problem: error.text.description)
  }

  fileprivate init?(_ id: NodeID, _ party: Party, since start: NIODeadline) {
    guard let node = try? party.tree.node(id) else { return nil }
    let phases = Phases(node.residue)
    let nanoseconds = (NIODeadline.now() - start).nanoseconds
    self.init(
      elapsedMilliseconds: Double(nanoseconds) / 1_000_000,
      handler: node.input.value["handler"]?.string?.description ?? "",
      cascade: node.input.trace.cascade.compactMap { $0["handler"]?.string?.description },
      connection: phases.connection, registration: phases.registration,
      problem: ClientConnection.problem(node.residue))
  }
}

extension ClientConnection {
  /// What a residue says went wrong, in words.
  fileprivate static func problem(_ residue: Value) -> String? {
    if let error = residue[Field.error]?.string { return error.description }
    let phases = Phases(residue)
    if phases.registration == .unverified { return "the server refused the registration" }
    guard phases.connection == .closed, phases.registration != .verified,
      let closing = residue[Field.closing]
    else { return nil }
    let code = closing["code"]?.integer ?? CloseCode.abnormal
    let reason = closing["reason"]?.string?.description ?? ""
    return "the connection was closed with \(code)" + (reason.isEmpty ? "" : ": \(reason)")
  }
}
