import SimpaticoTree

@testable import SimpaticoProtocol

/// Shards of one server and their mailboxes, in which a test decides what arrives when.
struct ShardMesh {
  /// A connection, and all that was sent to its peer.
  struct Connection {
    let shard: Int
    let branch: BranchID
    let key: Text
    var received: [Value] = []
    var closeCode: Int?
  }

  private(set) var parties: [Party]
  private(set) var connections: [Connection] = []
  /// What waits on the way from one shard to another, in order.
  private var mail: [[[Value]]]
  private var lastNumber: Int64 = 0
  /// Whether shards are too busy to take what can be turned away.
  var isBusy = false
  private(set) var refusals: [String] = []

  private static let opening = Moment(timeMilliseconds: 1000)
  private static let later = Moment(timeMilliseconds: 1010)

  init(shards: Int, keepsEnvelopes: Bool = true) {
    parties = (0..<shards).map {
      Party.shard($0, suite: .symbolic, keepsEnvelopes: keepsEnvelopes)
    }
    mail = Array(repeating: Array(repeating: [], count: shards), count: shards)
  }

  /// Opens a connection and proves a key on it. Answers its place in `connections`.
  mutating func connect(_ key: Int, to shard: Int) throws -> Int {
    let settings = Party.settings(
      isServer: true, publicKeyPem: "pubKey0", publicKeySig: "pubKeySig0", privateKey: "privKey0",
      deadlineMilliseconds: 5000)
    let branch = try parties[shard].open(settings, at: ShardMesh.opening)
    connections.append(
      Connection(shard: shard, branch: branch, key: "pubKeySig" + Text(key)))
    let place = connections.count - 1
    tell(Party.accept(socket: .number(branch)), on: branch, of: shard, at: ShardMesh.opening)
    tell(EffectResult.opened, on: branch, of: shard, at: ShardMesh.opening)
    let clearText: Text = #"{"t1":1000,"t2":1005,"dt":5}"#
    say(
      [
        "handler": "register3", "clearText": .string(clearText), "cypherText": "box",
        "publicKeySig": .string("pubKeySig" + Text(key)),
        "publicKey": .string("pubKey" + Text(key)),
      ], place)
    let residue = try parties[shard].tree.residue(ofBranch: branch)
    tell(
      EffectResult.unsealed(
        residue[Field.request] ?? .null, clearText: clearText,
        publicKeySig: "pubKeySig" + Text(key)),
      on: branch, of: shard, at: ShardMesh.later)
    return place
  }

  /// A frame of a connection's peer.
  mutating func say(_ message: Value, _ place: Int) {
    let (shard, branch) = (connections[place].shard, connections[place].branch)
    let bytes = JSON.print(message).withUTF8 { Array($0) }
    let reaction = bytes.withUnsafeBufferPointer {
      parties[shard].receive(frame: $0, on: branch, at: ShardMesh.later)
    }
    perform(reaction, shard)
  }

  /// The peer of a connection hangs up, or has done as it was asked.
  mutating func hangUp(_ place: Int) {
    let (shard, branch) = (connections[place].shard, connections[place].branch)
    tell(
      EffectResult.closed(code: 1000, reason: ""), on: branch, of: shard, at: ShardMesh.later)
    try? parties[shard].end(branch)
  }

  /// The ways between shards on which something waits.
  var ways: [(from: Int, to: Int)] {
    parties.indices.flatMap { from in
      parties.indices.filter { !mail[from][$0].isEmpty }.map { (from, $0) }
    }
  }

  /// Lets the first message of a way arrive.
  mutating func arrive(from: Int, to: Int) {
    let message = mail[from][to].removeFirst()
    tell(message, on: parties[to].directory ?? 0, of: to, at: ShardMesh.later)
  }

  /// Lets everything arrive, and everybody hang up who was asked to.
  mutating func settle() {
    while true {
      while let way = ways.first { arrive(from: way.from, to: way.to) }
      guard let place = connections.indices.first(where: { isAskedToLeave($0) }) else { return }
      hangUp(place)
    }
  }

  /// Whether a connection is open and verified.
  func isVerified(_ place: Int) -> Bool {
    Phases.isVerified(residue(place))
  }

  func residue(_ place: Int) -> Value {
    let connection = connections[place]
    return (try? parties[connection.shard].tree.residue(ofBranch: connection.branch)) ?? .null
  }

  private func isAskedToLeave(_ place: Int) -> Bool {
    Phases(residue(place)).connection == .closing
  }

  private mutating func tell(
    _ message: Value, on branch: BranchID, of shard: Int, at moment: Moment
  ) {
    perform(parties[shard].receive(message, on: branch, at: moment), shard)
  }

  private mutating func perform(_ reaction: Party.Reaction, _ shard: Int) {
    refusals += reaction.refusals.map { $0.error.text.description }
    for request in reaction.effects {
      switch request.effect {
      case .send(let socket, let message):
        let place = connections.firstIndex {
          $0.shard == shard && .number($0.branch) == socket
        }
        if let place { connections[place].received.append(message) }
      case .close(let socket, let code, _):
        let place = connections.firstIndex {
          $0.shard == shard && .number($0.branch) == socket
        }
        if let place { connections[place].closeCode = code }
      case .enrol:
        lastNumber += 1
        tell(
          EffectResult.enrolled(request.id, number: lastNumber), on: request.branch, of: shard,
          at: ShardMesh.later)
      case .forward(let other?, let message):
        if isBusy, Party.weight(ofForwarded: message) != nil {
          tell(
            EffectResult.undelivered(message), on: parties[shard].directory ?? 0, of: shard,
            at: ShardMesh.later)
        } else {
          mail[shard][other].append(message)
        }
      case .forward(nil, let message):
        for other in parties.indices where other != shard { mail[shard][other].append(message) }
      default: break
      }
    }
  }
}
