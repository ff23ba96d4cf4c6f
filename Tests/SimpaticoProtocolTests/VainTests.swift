import SimpaticoTree
import Testing

@testable import SimpaticoProtocol

/// What a hostile relay, or a hostile contact, can make a client keep.
@Suite struct VainLaws {
  private static let frames: [(String, Value)] = [
    ("a pong", ["handler": "pong", "t1": 7, "t2": 7]),
    ("a returned envelope", ["handler": "returnEnvelop", "to": "pubKeySig2", "reason": "offline"]),
    ("a key", ["handler": "invite4", "publicKeySig": "pubKeySig9", "publicKeyPem": "pubKey9"]),
    ("a message", ChatUnderTest.envelope(from: 2, ChatUnderTest.message(1, after: 0))),
    ("a message ahead", ChatUnderTest.envelope(from: 2, ChatUnderTest.message(9, after: 8))),
    (
      "a receipt",
      ChatUnderTest.envelope(
        from: 2,
        [
          "handler": "receipt", "to": "pubKeySig1", "stream": "7f", "received": 0, "read": 0,
        ])
    ),
    (
      "a greeting",
      ChatUnderTest.envelope(
        from: 2,
        [
          "handler": "receipt", "to": "pubKeySig1", "stream": "7f", "received": 0, "read": 0,
          "hello": true,
        ])
    ),
  ]

  @Test(arguments: frames)
  func whatIsRepeatedEndsTheConnectionAndLeavesLittle(what: String, frame: Value) throws {
    var alice = try ChatUnderTest()
    alice.meet(2)
    alice.settle()
    var entries = 0
    var frames = 0
    while alice.closed.isEmpty, frames < 10_000 {
      let before = alice.party.tree.tree.nodeCount
      alice.receive(frame: frame)
      alice.settle()
      frames += 1
      for node in before..<alice.party.tree.tree.nodeCount {
        let residue = try alice.party.tree.residue(of: node)
        if Party.isLasting(residue) { entries += 1 }
      }
    }
    #expect(alice.closed == [CloseCode.inVain])
    #expect((256...300).contains(frames), "\(what): after \(frames)")
    #expect(entries <= 4 * frames)
    // The next attempt is not made at once, however long the connection lived.
    alice.time += 60_000
    alice.receive(EffectResult.closed(code: 1000, reason: ""), on: alice.connection)
    #expect(alice.residue(alice.home)[ChatField.session] == "WAITING")
    #expect(alice.residue(alice.home)[ChatField.attempt] == 1)
    #expect(alice.residue(alice.home)[ChatField.reason] == "the relay sends too much in vain")
    #expect(alice.refused.isEmpty)
  }

  @Test func aLittleIsForgivenAndSoAlwaysIs() throws {
    var alice = try ChatUnderTest()
    for _ in 0..<2000 {
      alice.time += 1100
      alice.receive(frame: ["handler": "pong", "t1": 7, "t2": 7])
    }
    #expect(alice.closed.isEmpty && alice.residue(alice.connection)["vain"] == 1)
    // A clock that is set back forgives nothing, and counts nothing twice.
    alice.time -= 1_000_000
    alice.receive(frame: ["handler": "pong", "t1": 7, "t2": 7])
    #expect(alice.residue(alice.connection)["vain"] == 2)
  }

  @Test func whatLeadsSomewhereIsNotCounted() throws {
    var alice = try ChatUnderTest()
    let bob = alice.meet(2)
    for number in 1...600 {
      let message = ChatUnderTest.message(number, after: number - 1)
      alice.receive(frame: ChatUnderTest.envelope(from: 2, message))
      alice.settle()
    }
    #expect(alice.closed.isEmpty && alice.residue(bob)["unread"] == 600)
    #expect(alice.residue(alice.connection)["vain"] == nil)
  }

  @Test func whatStrangersSendIsKeptNowhereAndEndsNothing() throws {
    var alice = try ChatUnderTest()
    let before = alice.party.tree.tree.nodeCount
    for _ in 0..<1000 {
      alice.receive(
        frame: ChatUnderTest.envelope(
          from: 9, ChatUnderTest.message(1, after: 0), introduces: true))
      alice.settle()
    }
    #expect(alice.closed.isEmpty)
    for node in before..<alice.party.tree.tree.nodeCount {
      #expect(!Party.isLasting(try alice.party.tree.residue(of: node)))
    }
  }

  @Test func anInvitationTakesSoManyProofsAndNoMore() throws {
    var alice = try ChatUnderTest()
    alice.tell(ChatCommand.invite())
    alice.settle()
    let host = try #require(alice.party.lastingBranches.last)
    let id = alice.residue(host)[ChatField.invitation] ?? .null
    let proof: Value = [
      "handler": "invite5", "to": "pubKeySig1", "invitation": id, "secret": "guess",
    ]
    for _ in 0..<400 {
      alice.receive(frame: ChatUnderTest.envelope(from: 9, proof, introduces: true))
      alice.settle()
    }
    #expect(alice.residue(host)["claimed"]?.integer == HostHandlers.claimsEver)
    let answers = alice.sealedAndSent().filter { $0["handler"] == "invite6" }
    #expect(answers.count == 400 && answers.allSatisfy { $0["state4"] == "UNKNOWN" })
    // Its host can still look at it, and take it back.
    #expect(ClientIndex.invitation(id.string ?? "", of: nil, alice.party.tree.summary) == host)
    alice.receive(ChatCommand.revoke, on: host)
    #expect(alice.residue(host)["phase"] == "REVOKED" && alice.refused.isEmpty)
  }

  @Test func memoryDoesNotGrowWithWhatComes() throws {
    var alice = try ChatUnderTest()
    alice.party = Party.client(suite: .symbolic, name: "alice", retention: 200)
    alice.home = try alice.party.open(
      Party.home(
        publicKeyPem: "pubKey1", publicKeySig: "pubKeySig1", privateKey: "privKey1", name: "alice"),
      at: alice.moment)
    try alice.connect()
    let bob = alice.meet(2)
    var most = 0
    for number in 1...3000 {
      let message = ChatUnderTest.message(number, after: number - 1)
      alice.receive(frame: ChatUnderTest.envelope(from: 2, message))
      alice.settle()
      most = max(most, alice.party.tree.tree.retainedNodeCount)
      // What an input led to can be compared with what was before.
      let leaf = try alice.party.tree.tree.node(alice.party.tree.tree.leaf(of: bob))
      #expect(leaf.parent.flatMap { try? alice.party.tree.residue(of: $0) } != nil)
    }
    #expect(most < 1000 && alice.residue(bob)["unread"] == 3000)
    #expect(alice.party.tree.tree.brokenInvariant() == nil)
  }
}
