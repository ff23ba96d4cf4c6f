import SimpaticoProtocol
import SimpaticoTree
import SimpaticoWorld
import Testing

@Suite struct Faults {
  private func run(_ fault: Fault, seed: UInt64 = 1) -> World {
    var world = World(World.Settings(seed: seed, clients: 2, faults: [(0, fault)]))
    world.run()
    #expect(world.isQuiet, "seed \(seed)")
    return world
  }

  @Test func aRefusedConnectionIsToldAndLeavesNoBranchAtTheServer() throws {
    let world = run(.refused)
    let residue = try world.parties[1].tree.residue(ofBranch: 1)
    #expect(residue["error"]?.string == "connection refused")
    #expect(Phases(residue) == Phases(["connection": "CLOSED", "registration": "ERROR"]))
    #expect(residue["closing"]?["code"]?.integer == CloseCode.abnormal)
    #expect(phases(world.parties[0]).count == 1)
  }

  @Test func aBrokenWireIsNoticedAtBothEndsAtEveryStep() throws {
    for frames in 1...3 {
      for seed in 1...50 as ClosedRange<UInt64> {
        let world = run(.cut(afterFrames: frames), seed: seed)
        let client = try world.parties[1].tree.residue(ofBranch: 1)
        #expect(Phases(client).connection == .closed, "seed \(seed), \(frames) frames")
        #expect(client["closing"]?["code"]?.integer == CloseCode.abnormal, "seed \(seed)")
        #expect(client["_socket"] == nil)
        #expect(phases(world.parties[0]).count { $0.isVerified } == 1, "seed \(seed)")
        #expect(world.parties[0].tree.summary.object?.count == 1, "seed \(seed)")
        #expect(isVerified(world.parties[2]), "seed \(seed)")
      }
    }
  }

  @Test func aRemoteCloseCarriesItsCodeAndReason() throws {
    let world = run(.closedByServer(afterFrames: 1, code: 4321, reason: "maintenance"))
    for party in 0...1 {
      let closed = world.parties[party].tree.tree.residues.filter {
        Phases($0).connection == .closed
      }
      #expect(closed.count == 1)
      #expect(closed.first?["closing"]?["code"]?.integer == 4321)
      #expect(closed.first?["closing"]?["reason"]?.string == "maintenance")
      #expect(closed.first.map { Phases($0).registration } == .error)
    }
  }

  @Test func whatArrivesAfterACloseChangesNothing() throws {
    var world = World(World.Settings(clients: 1))
    while world.sockets.first?.server == nil { world.advance() }
    world.beginClose(0, by: .client, code: 1000, reason: "")
    world.run()
    let client = world.parties[1]
    #expect(try story(client, 1).contains { $0.hasPrefix("register2") } == false)
    #expect(world.sockets[0].client.phase == .closed && world.sockets[0].server?.phase == .closed)
  }

  @Test func aHandleOfNoSocketClosesNone() throws {
    var world = World(World.Settings(clients: 1))
    while world.sockets.first?.client.phase != .open { world.advance() }
    world.receive(["_socket": 99], party: 1, branch: 1)
    let pending = world.pending.count
    world.receive(["handler": "close", "code": 1000], party: 1, branch: 1)
    #expect(try Phases(world.parties[1].tree.residue(ofBranch: 1)).connection == .closing)
    #expect(world.remarks.isEmpty && world.pending.count == pending)
    #expect(world.sockets[0].client.phase == .open)
  }
}

@Suite struct SymbolicCiphers {
  @Test func eitherOfTheTwoPartiesOpensABoxAndNobodyElse() {
    for sender in 0..<4 {
      for receiver in 0..<4 {
        let box = SymbolicCipher.seal(
          "text (1)", from: SymbolicCipher.privateKey(sender),
          to: SymbolicCipher.publicKey(receiver))
        for holder in 0..<4 {
          for claimed in 0..<4 {
            let opened = SymbolicCipher.open(
              box ?? "", by: SymbolicCipher.privateKey(holder),
              from: SymbolicCipher.publicKey(claimed))
            // Either end opens it, whoever sealed it: both agree on the same key.
            let isRight = Set([holder, claimed]) == Set([sender, receiver])
            #expect(opened == (isRight ? "text (1)" : nil))
          }
        }
      }
    }
  }

  @Test func whatIsNoKeySealsAndOpensNothing() {
    #expect(SymbolicCipher.seal("a", from: "pubKey1", to: "pubKey2") == nil)
    #expect(SymbolicCipher.open("box(1>2: a)", by: "privKey2", from: "") == nil)
    #expect(SymbolicCipher.open("", by: "privKey2", from: "pubKey1") == nil)
    #expect(SymbolicCipher.fingerprint(ofPublicKey: "x") == nil)
  }
}
