public import NIOCore
public import NIOPosix
import SimpaticoCrypto
import SimpaticoHost
import SimpaticoProtocol
import SimpaticoStore
import SimpaticoTree

/// A person's client: it stays connected to a relay, meets people by invitation links, and talks
/// with them end-to-end encrypted.
///
/// ```swift
/// let me = try await SimpaticoClient(server: "http://127.0.0.1:8080", name: "Alice")
/// let invitation = try await me.invite(note: "the woman from the conference")
/// print(try await me.link(of: invitation.id))
/// for await event in me.events {
///   if case .message(let message) = event { print(message.text) }
/// }
/// ```
///
/// With a file, the client's key, contacts, invitations and messages outlast the process, and
/// whatever a function has answered is on the disk. All functions may be called from anywhere.
///
/// A client goes on until ``close()``, also where nobody holds it any more: it stays connected,
/// takes what arrives, and keeps its file locked.
public final class SimpaticoClient: Sendable {
  /// The fingerprint by which others know this client: base64url of the SHA-256 of its public key.
  public let fingerprint: String
  /// Whether only a passphrase opens the key in the file; false where there is no file.
  public let isKeyEncrypted: Bool
  /// The relay that the client is for, for example `https://relay.example`.
  public var server: String { address.url }
  /// What has changed since the call, in order; ends when the client is closed. Each call gives a
  /// new sequence. Who falls behind by 4,096 events gets ``ClientEvent/missed`` in place of them.
  public var events: AsyncStream<ClientEvent> { broadcast.listen() }

  let address: ServerAddress
  let eventLoop: any EventLoop
  let core: NIOLoopBound<ClientCore>
  private let broadcast: Broadcast
  private let store: Store?
  private let pair: ClassicSuite.KeyPair

  /// Opens a client and begins to connect.
  ///
  /// - Parameters:
  ///   - server: the relay, for example `https://relay.example`. The file keeps it once the client
  ///     was connected to it, or has made or followed an invitation there; nil is the one it keeps.
  ///   - fallbackServer: the relay where none is named and the file keeps none.
  ///   - name: how the person is called, which those learn who are met by invitation; at most 64
  ///     characters. Empty keeps what the file has.
  ///   - file: where the client's data are kept, made where there is none; nil for a client that is
  ///     forgotten when it is closed.
  ///   - identity: who the client is where the file is new or there is none; nil makes a new key.
  ///     Any other file must be of the same.
  ///   - passphrase: opens the key in the file, and encrypts it there where it is not encrypted
  ///     yet.
  ///   - encrypting: false where a passphrase only opens: a key that is not encrypted stays so, and
  ///     ``isKeyEncrypted`` tells.
  ///   - maximumFileBytes: how large the file may become; nil leaves that to the disk. Where it is
  ///     full, nothing is lost that was acknowledged, and the client ends with
  ///     ``ClientEvent/stopped(_:)``.
  ///   - historyBytes: how large the file may become before the beginning of its history, which
  ///     only recordings need, is forgotten.
  ///   - certificateAuthorities: a PEM file of those whose word is taken for a relay's certificate,
  ///     instead of the system's; it may hold the certificate itself.
  ///   - connecting: whether to begin to connect at once; ``connect()`` does it otherwise.
  ///   - group: where it runs.
  /// - Throws: ``ClientError``.
  public init(
    server: String? = nil, fallbackServer: String? = nil, name: String = "", file: String? = nil,
    identity: Identity? = nil, passphrase: String? = nil, encrypting: Bool = true,
    maximumFileBytes: Int? = nil, historyBytes: Int = 64 << 20,
    certificateAuthorities: String? = nil, connecting: Bool = true,
    on group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
  ) async throws(ClientError) {
    let named = try server.map { text throws(ClientError) in try ServerAddress(text) }
    let fallback = try fallbackServer.map { text throws(ClientError) in try ServerAddress(text) }
    try ClientLimit.name.check(name)
    let trust = try ClientTrust.of(certificateAuthorities)
    let saved = try await SavedClient.open(
      file, identity: identity, passphrase: passphrase, encrypting: encrypting,
      maximumBytes: maximumFileBytes)
    guard let address = named ?? saved.server ?? fallback else {
      try? await saved.store?.close()
      throw .serverNeeded
    }
    let eventLoop = group.next()
    let broadcast = Broadcast()
    do {
      core = try await eventLoop.submit {
        let core = try ClientCore(
          saved, name: name, address: address, historyBytes: historyBytes, trust: trust,
          broadcast: broadcast, on: eventLoop)
        if connecting { core.begin() }
        return NIOLoopBound(core, eventLoop: eventLoop)
      }.get()
    } catch {
      try? await saved.store?.close()
      throw error as? ClientError ?? .store(String(describing: error))
    }
    do {
      let core = core
      try await eventLoop.flatSubmit { core.value.begun }.get()
    } catch {
      try? await saved.store?.close()
      throw .store(String(describing: error))
    }
    self.address = address
    self.eventLoop = eventLoop
    self.broadcast = broadcast
    store = saved.store
    pair = saved.pair
    fingerprint = saved.pair.fingerprint
    isKeyEncrypted = saved.isKeyEncrypted
  }

  /// Whether only a passphrase opens the key in a file, which is made where there is none; false
  /// where it has no key yet. No other client may have the file open.
  public static func isKeyEncrypted(in file: String) async throws(ClientError) -> Bool {
    try await SavedClient.isKeyEncrypted(file)
  }

  /// Disconnects and gives the file back. What is being sealed is sent first, within a second; what
  /// waits for a contact stays in the file. May be called twice.
  public func close() async {
    let core = core
    try? await eventLoop.flatSubmit { core.value.end() }.get()
    try? await store?.close()
    broadcast.finish()
  }

  /// What is now, and exactly what changes from then on: for a view that is drawn once and then
  /// kept up to date. The sequence is as ``events``.
  public func observe() async -> (now: ClientState, events: AsyncStream<ClientEvent>) {
    let core = core
    let observed = try? await eventLoop.submit {
      let (view, events) = core.value.observe()
      let state = ClientState(
        session: Session(view.home), contacts: view.contacts, invitations: view.invitations)
      return (state, events)
    }.get()
    guard let observed else { preconditionFailure("the event loop has ended before its client") }
    return (observed.0, observed.1)
  }

  // MARK: Person

  /// How the person is called; empty where nobody said.
  public var name: String {
    get async { await read { $0.home[ChatField.name]?.string?.description ?? "" } }
  }

  /// Is called otherwise by those who are met from now on; at most 64 characters.
  public func rename(_ name: String) async throws(ClientError) {
    try ClientLimit.name.check(name)
    try await tell(ChatCommand.rename(Text(name)))
  }

  /// The private key as PEM, for a copy: PKCS #8, encrypted with PBES2 (RFC 8018), which
  /// ``Identity/init(pem:passphrase:)`` reads. Who has both the copy and its passphrase is this
  /// person to everybody.
  public func identityPEM(passphrase: String) throws(ClientError) -> String {
    do {
      return try pair.encryptedPrivateKeyPEM(passphrase: passphrase)
    } catch {
      throw .refused(String(describing: error))
    }
  }

  // MARK: Connection

  /// How the client is connected now.
  public var session: Session {
    get async { await read { Session($0.home) } }
  }

  /// Connects, and stays connected. A new client does so by itself.
  public func connect() async throws(ClientError) {
    try await tell(ChatCommand.start(Text(address.socket)))
  }

  /// Disconnects, and stays so until ``connect()``.
  public func disconnect() async throws(ClientError) { try await tell(ChatCommand.stop) }

  /// Says that the network may be another one: a connection that waits is made at once, and one
  /// that
  /// is there is tried. The client notices by itself where the machine has slept or its addresses
  /// have changed.
  public func wake() async throws(ClientError) { try await tell(ChatCommand.wake) }

  // MARK: Inside

  func read<Answer: Sendable>(_ body: @escaping @Sendable (ClientView) -> Answer) async -> Answer {
    let core = core
    // The loop outlives the client, so that submitting to it does not fail.
    guard let answer = try? await eventLoop.submit({ body(core.value.view) }).get() else {
      preconditionFailure("the event loop has ended before its client")
    }
    return answer
  }

  /// Gives a message to the home.
  @discardableResult
  func tell(_ message: Value) async throws(ClientError) -> ClientOutcome {
    try await tell(message) { view in view.homeBranch }
  }

  /// Gives a message to a branch, and answers once what came of it is kept.
  @discardableResult
  func tell(
    _ message: Value, on branch: @escaping @Sendable (ClientView) throws(ClientError) -> BranchID
  ) async throws(ClientError) -> ClientOutcome {
    let core = core
    do {
      return try await eventLoop.flatSubmit { core.value.tell(message, branch) }.get()
    } catch {
      throw error as? ClientError ?? .store(String(describing: error))
    }
  }
}
