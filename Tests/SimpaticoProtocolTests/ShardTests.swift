import SimpaticoTree
import Testing

@testable import SimpaticoProtocol

@Suite struct Shards {
  private static func envelope(_ box: Text, from: Int, to: Int) -> Value {
    [
      "handler": "deliverEnvelop", "from": .string("pubKeySig" + Text(from)),
      "to": .string("pubKeySig" + Text(to)), "box": .string(box),
    ]
  }

  @Test func anEnvelopeCrossesToTheShardOfItsKey() throws {
    var mesh = ShardMesh(shards: 2)
    let alice = try mesh.connect(1, to: 0)
    let bob = try mesh.connect(2, to: 1)
    mesh.settle()
    mesh.say(Shards.envelope("hello", from: 1, to: 2), alice)
    #expect(mesh.connections[bob].received.last?["handler"] == "register4")
    mesh.settle()
    #expect(
      mesh.connections[bob].received.last == [
        "handler": "acceptEnvelop", "from": "pubKeySig1", "to": "pubKeySig2", "box": "hello",
      ])
    #expect(mesh.connections[alice].received.last?["handler"] == "register4")
    #expect(mesh.refusals.isEmpty)
  }

  @Test func whoIsToldOfAVerificationFindsItKnownInEveryShardThatHasReadItsMail() throws {
    var mesh = ShardMesh(shards: 3)
    _ = try mesh.connect(2, to: 1)
    // The news are under way before the verdict is: a shard empties its inbox before it reads.
    #expect(mesh.ways.map(\.to) == [0, 2])
  }

  @Test func whatAVerifiedConnectionKeepsFitsIntoOneNode() throws {
    var mesh = ShardMesh(shards: 2)
    let alice = try mesh.connect(1, to: 0)
    mesh.settle()
    // 16 fields do (ObjectNode); with one more, even for a moment, each takes half a kilobyte more.
    let residue = try mesh.parties[0].tree.residue(ofBranch: mesh.connections[alice].branch)
    let fields = try #require(residue.object)
    #expect(fields[Field.registration] == "VERIFIED" && fields.count < 16, "\(fields.keys)")
  }

  @Test func theSenderIsToldWhereTheRecipientHasLeftMeanwhile() throws {
    var mesh = ShardMesh(shards: 2)
    let alice = try mesh.connect(1, to: 0)
    let bob = try mesh.connect(2, to: 1)
    mesh.settle()
    mesh.hangUp(bob)
    mesh.say(Shards.envelope("late", from: 1, to: 2), alice)
    mesh.settle()
    #expect(
      mesh.connections[alice].received.last == [
        "handler": "returnEnvelop", "to": "pubKeySig2", "reason": "offline",
      ])
  }

  @Test func aShardThatIsTooBusyReturnsEnvelopesAndLosesNoNews() throws {
    var mesh = ShardMesh(shards: 2)
    let alice = try mesh.connect(1, to: 0)
    mesh.isBusy = true
    let bob = try mesh.connect(2, to: 1)
    mesh.settle()
    mesh.say(Shards.envelope("too much", from: 1, to: 2), alice)
    #expect(mesh.connections[alice].received.last?["handler"] == "returnEnvelop")
    mesh.isBusy = false
    mesh.say(Shards.envelope("again", from: 1, to: 2), alice)
    mesh.settle()
    #expect(mesh.connections[bob].received.last?["box"] == "again")
  }

  @Test func aLookUpCrossesThereAndBack() throws {
    var mesh = ShardMesh(shards: 2)
    let alice = try mesh.connect(1, to: 0)
    let bob = try mesh.connect(2, to: 1)
    mesh.settle()
    mesh.say(["handler": "invite3", "publicKeySig": "pubKeySig2"], alice)
    mesh.settle()
    #expect(
      mesh.connections[alice].received.last == [
        "handler": "invite4", "publicKeySig": "pubKeySig2", "publicKeyPem": "pubKey2",
      ])
    mesh.hangUp(bob)
    mesh.say(["handler": "invite3", "publicKeySig": "pubKeySig2"], alice)
    mesh.settle()
    #expect(
      mesh.connections[alice].received.last == [
        "handler": "invite4", "publicKeySig": "pubKeySig2",
      ])
  }

  @Test(arguments: [true, false])
  func envelopesBetweenShardsStayInTheirTreesOnlyWhereTheyMay(keeps: Bool) throws {
    var mesh = ShardMesh(shards: 2, keepsEnvelopes: keeps)
    let alice = try mesh.connect(1, to: 0)
    let bob = try mesh.connect(2, to: 1)
    mesh.settle()
    let before = mesh.parties.map { $0.tree.tree.nodeCount }
    mesh.say(Shards.envelope("a sealed box", from: 1, to: 2), alice)
    mesh.settle()
    #expect(mesh.connections[bob].received.last?["box"] == "a sealed box")
    mesh.isBusy = true
    mesh.say(Shards.envelope("a sealed box", from: 1, to: 2), alice)
    #expect(mesh.connections[alice].received.last?["handler"] == "returnEnvelop")
    mesh.isBusy = false
    mesh.say(["handler": "invite3", "publicKeySig": "pubKeySig2"], alice)
    mesh.settle()
    for (party, first) in zip(mesh.parties, before) {
      let kept = try (first..<party.tree.tree.nodeCount).map { node in
        let input = try party.tree.tree.node(node).input
        return
          ([input.value] + input.trace.cascade + input.trace.effects
          + input.trace.posts.map(\.message)).map { JSON.print($0).description }.joined()
      }.joined()
      #expect(kept.contains("a sealed box") == keeps)
      // That something was passed on is always there, and a look-up is no envelope.
      #expect(kept.contains("convey") && kept.contains("lookUp"))
    }
  }

  @Test func whereaboutsThatNameNeitherBranchNorShardAreNone() {
    #expect(Whereabouts(["number": 7]) == nil && Whereabouts(nil) == nil)
    if case .here(3)? = Whereabouts(["branch": 3, "number": 7]) {} else { Issue.record() }
    if case .there(1)? = Whereabouts(["shard": 1, "number": 7]) {} else { Issue.record() }
  }

  @Test func theNewestProofOfAKeyTakesOverInWhicheverShard() throws {
    var mesh = ShardMesh(shards: 3)
    let first = try mesh.connect(1, to: 0)
    let second = try mesh.connect(1, to: 1)
    let third = try mesh.connect(1, to: 2)
    // Nobody has heard of anybody yet: the numbers decide.
    mesh.settle()
    #expect(mesh.connections[first].closeCode == CloseCode.replaced)
    #expect(mesh.connections[second].closeCode == CloseCode.replaced)
    #expect(mesh.isVerified(third) && mesh.connections[third].closeCode == nil)
  }

  /// Random connections, departures, envelopes and look-ups, with mail that takes its time. In the
  /// end every shard knows who is where, a key is verified once, and every envelope has come to its
  /// recipient once, or back to its sender, unless that had left.
  @Test(arguments: 0..<200)
  func inWhateverOrderMailArrivesAllShardsEndWithTheTruth(seed: UInt64) throws {
    var chance = SeededRandom(seed: seed)
    let shards = Int.random(in: 2...4, using: &chance)
    var mesh = ShardMesh(shards: shards)
    var sent: [(box: Text, sender: Int, to: Text)] = []
    for step in 0..<120 {
      let open = mesh.connections.indices.filter { mesh.isVerified($0) }
      switch Int.random(in: 0..<8, using: &chance) {
      case 0, 1:
        _ = try mesh.connect(
          Int.random(in: 1...5, using: &chance), to: Int.random(in: 0..<shards, using: &chance))
      case 2:
        if !open.isEmpty { mesh.hangUp(open[Int.random(in: 0..<open.count, using: &chance)]) }
      case 3, 4:
        if open.isEmpty { continue }
        let sender = open[Int.random(in: 0..<open.count, using: &chance)]
        let to = Int.random(in: 1...5, using: &chance)
        let box = "box" + Text(step)
        sent.append((box, sender, "pubKeySig" + Text(to)))
        mesh.say(
          [
            "handler": "deliverEnvelop", "from": .string(mesh.connections[sender].key),
            "to": .string("pubKeySig" + Text(to)), "box": .string(box),
          ], sender)
      default:
        let ways = mesh.ways
        if ways.isEmpty { continue }
        let way = ways[Int.random(in: 0..<ways.count, using: &chance)]
        mesh.arrive(from: way.from, to: way.to)
      }
    }
    mesh.settle()
    try expectTheTruth(mesh, "seed \(seed)")
    expectOnceOrReturned(mesh, sent, "seed \(seed)")
  }

  private func expectTheTruth(_ mesh: ShardMesh, _ seed: Comment) throws {
    let verified = mesh.connections.indices.filter { mesh.isVerified($0) }
    let keys = Set(verified.map { mesh.connections[$0].key.description })
    #expect(keys.count == verified.count, seed)
    for (shard, party) in mesh.parties.enumerated() {
      var known = 0
      party.tree.summary.object?.forEach { _, _ in known += 1 }
      #expect(known == verified.count, seed)
      for place in verified {
        let connection = mesh.connections[place]
        switch Whereabouts(party.tree.summary[connection.key]) {
        case .here(let branch)?:
          #expect(connection.shard == shard && connection.branch == branch, seed)
        case .there(let other)?: #expect(connection.shard == other && other != shard, seed)
        case nil: Issue.record("a verified key is not known, \(seed)")
        }
      }
    }
  }

  private func expectOnceOrReturned(
    _ mesh: ShardMesh, _ sent: [(box: Text, sender: Int, to: Text)], _ seed: Comment
  ) {
    for (box, sender, to) in sent {
      let holders = mesh.connections.flatMap { connection in
        connection.received.filter { $0["box"]?.string == box }.map { _ in connection.key }
      }
      let returned = mesh.connections[sender].received.count {
        $0["handler"] == "returnEnvelop" && $0["to"]?.string == to
      }
      let expected = sent.count { $0.sender == sender && $0.to == to }
      #expect(holders.count <= 1 && holders.allSatisfy { $0 == to }, seed)
      if holders.isEmpty, mesh.isVerified(sender) { #expect(returned > 0, seed) }
      #expect(returned <= expected, seed)
    }
  }
}
