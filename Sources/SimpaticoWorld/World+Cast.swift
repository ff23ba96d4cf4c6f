import SimpaticoProtocol
public import SimpaticoTree

extension World {
  /// A party before anything has happened to it, and what its branches begin with.
  struct Member: Sendable {
    let party: Party
    private let settings: Value

    init(_ party: Party, index: Int) {
      self.party = party
      settings = Party.settings(
        isServer: index == 0, publicKeyPem: SymbolicCipher.publicKey(index),
        publicKeySig: SymbolicCipher.fingerprint(index),
        privateKey: .string(SymbolicCipher.privateKey(index)), deadlineMilliseconds: 0)
    }

    func settings(deadlineMilliseconds: Int) -> Value {
      guard var fields = settings.object else { return settings }
      fields[Field.deadlineMilliseconds] = .number(deadlineMilliseconds)
      return .object(fields)
    }
  }

  /// The server and as many clients as a world can have. Every world starts from copies of the
  /// first of them, which share their trunks.
  static let cast: [Member] =
    [Member(.server(suite: .symbolic), index: 0)]
    + (0..<maximumClients).map { client in
      Member(.client(suite: .symbolic, name: clientName(client)), index: client + 1)
    }

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
