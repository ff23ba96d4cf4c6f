public import SimpaticoProtocol
public import SimpaticoTree

/// Who takes part in a world: the parties of a protocol, before anything has happened to them.
///
/// A world knows nothing of a protocol but how its parties are connected. For each client it starts
/// a branch and gives it `{"handler": "connect", "websocketURL": …}`. Where a connection arrives,
/// it starts a branch of the server's and gives it `{"handler": "connect", "_socket": handle}` and
/// `{"handler": "opened"}`. All else is what the parties' handlers make of it, by their effects
/// (`Effect`) and the messages that these bring back (`EffectResult`). Frames come to branches
/// whose residue says `"connection": "OPEN"`.
public final class Cast: Sendable {
  /// One party.
  public final class Member: Sendable {
    /// The party; each connection of it is a branch.
    public let party: Party
    /// What each of its branches begins with.
    public let settings: Value

    /// A party and what its branches begin with.
    public init(_ party: Party, settings: Value = [:]) {
      self.party = party
      self.settings = settings
    }
  }

  /// The server first, then the clients.
  public let members: [Member]

  /// A server and its clients, of which a world takes the first `World.maximumClients`.
  ///
  /// - Precondition: there is at least one client.
  public init(server: Member, clients: [Member]) {
    precondition(!clients.isEmpty, "a world has at least one client")
    members = [server] + clients.prefix(World.maximumClients)
  }

  /// The chat's server, and as many clients as a world can have. Every world of it starts from
  /// copies of the first of them, which share their trunks.
  static let chat = Cast(
    server: chatMember(.server(suite: .symbolic), 0),
    clients: (0..<World.maximumClients).map { client in
      chatMember(.client(suite: .symbolic, name: World.clientName(client)), client + 1)
    })

  private static func chatMember(_ party: Party, _ index: Int) -> Member {
    Member(
      party,
      settings: Party.settings(
        isServer: index == 0, publicKeyPem: SymbolicCipher.publicKey(index),
        publicKeySig: SymbolicCipher.fingerprint(index),
        privateKey: .string(SymbolicCipher.privateKey(index)), deadlineMilliseconds: 0))
  }
}

extension World.Settings {
  /// A world of another protocol. It has no script.
  ///
  /// - Parameters:
  ///   - cast: who takes part.
  ///   - seed: what all chance comes from.
  ///   - latencyMilliseconds: how long a frame travels.
  ///   - computationMilliseconds: how long a cipher operation takes.
  public init(
    cast: Cast, seed: UInt64 = 1, latencyMilliseconds: ClosedRange<Int64> = 5...25,
    computationMilliseconds: ClosedRange<Int64> = 1...4
  ) {
    self.init(
      seed: seed, clients: cast.members.count - 1, latencyMilliseconds: latencyMilliseconds,
      computationMilliseconds: computationMilliseconds)
    self.cast = cast
  }

  /// The party of an index, before anything has happened to it.
  func party(_ index: Int) -> Party { (cast ?? Cast.chat).members[index].party }

  /// What a party's branches begin with.
  func settings(_ index: Int) -> Value {
    if let cast { return cast.members[index].settings }
    guard var fields = Cast.chat.members[index].settings.object else { return [:] }
    fields[Field.deadlineMilliseconds] = .number(deadlineMilliseconds)
    return .object(fields)
  }
}

extension World {
  /// alice, bob, charlie, …, then client27 and so on.
  public static func clientName(_ client: Int) -> Text {
    client < names.count ? names[client] : "client" + Text(client + 1)
  }

  private static let names: [Text] = [
    "alice", "bob", "charlie", "dave", "erin", "frank", "grace", "heidi", "ivan", "judy", "kim",
    "laura", "mallory", "niaj", "olivia", "peggy", "quentin", "rupert", "sybil", "trent", "ursula",
    "victor", "walter", "xenia", "yves", "zoe",
  ]
}
