import SimpaticoTree
import Testing

@testable import SimpaticoProtocol

/// What outlives a process.
@Suite struct LastingBranches {
  /// The party as a snapshot of it gives it again.
  private func restored(_ party: Party) throws -> Party {
    var new = Party.client(suite: .symbolic, name: "alice")
    let form = try party.snapshot().encoded
    let snapshot = try #require(TreeSnapshot(encoded: form))
    try new.restore(snapshot, [])
    return new
  }

  @Test func aContactWhoseFingerprintLooksLikeAHandleIsKept() throws {
    var alice = try ChatUnderTest()
    for key in ["_underscore", "__twice", "plain"] as [Text] {
      alice.tell(["handler": "contact", "publicKeySig": .string(key), "publicKeyPem": "pubKey2"])
    }
    let new = try restored(alice.party)
    #expect(new.tree.summary == alice.party.tree.summary)
    #expect(ClientIndex.contact("_underscore", new.tree.summary) != nil)
    #expect(ClientIndex.contact("__twice", new.tree.summary) != nil)
  }

  @Test func aTimerThatRanWhenASnapshotWasTakenStillCounts() throws {
    var alice = try ChatUnderTest()
    alice.receive(EffectResult.closed(code: 1006, reason: ""), on: alice.connection)
    var new = try restored(alice.party)
    let timer = try #require(alice.asked.last { $0.branch == alice.home })
    let nodes = alice.party.tree.tree.nodeCount
    alice.receive(EffectResult.elapsed(timer.id), on: alice.home)
    for node in nodes..<alice.party.tree.tree.nodeCount {
      let entry = try alice.party.tree.journalEntry(of: node)
      if entry.branch == alice.home { try new.restore(nil, [entry]) }
    }
    #expect(SessionPhase(alice.residue(alice.home)[ChatField.session]) == .connecting)
    let home = try new.tree.residue(ofBranch: alice.home)
    #expect(home == alice.residue(alice.home).withoutHandles())
  }

  @Test func resumingLetsGoOfSecretsThatWereBeingCompared() throws {
    var alice = try ChatUnderTest()
    alice.tell(ChatCommand.invite())
    alice.settle()
    let host = try #require(alice.party.lastingBranches.last)
    let proof: Value = [
      "handler": "invite5", "to": "pubKeySig1",
      "invitation": alice.residue(host)[ChatField.invitation] ?? .null, "secret": "guess",
    ]
    alice.receive(frame: ChatUnderTest.envelope(from: 9, proof, introduces: true))
    let opening = try #require(alice.asked.first { $0.isUnseal })
    alice.asked.removeAll { $0.isUnseal }
    if let result = ChatUnderTest.result(of: opening, &alice.vault) {
      alice.receive(result, on: opening.branch)
    }
    #expect(alice.vault.secret(Vault.name(of: opening)) == "guess")
    alice.receive(ChatCommand.resume(privateKey: "privKey1"), on: host)
    #expect(alice.vault.secret(Vault.name(of: opening)) == nil)
    #expect(alice.residue(host)["claims"] == nil && alice.residue(host)["comparing"] == nil)
  }

  @Test func aLinkOfAnotherHostTakesNoPlaceOfAnOwnInvitation() throws {
    var alice = try ChatUnderTest()
    alice.tell(ChatCommand.invite())
    alice.settle()
    let host = try #require(alice.party.lastingBranches.last)
    let id = alice.residue(host)[ChatField.invitation]?.string ?? ""
    alice.tell(ChatCommand.accept(host: "pubKeySig9", invitation: id))
    #expect(alice.party.tree.summary[ChatField.invitations]?[id]?.integer == host)
    #expect(alice.party.lastingBranches.count == 3)
  }

  @Test(arguments: ["pubKeySig1", "pubKeySig2"] as [Text])
  func anOwnLinkAndOneOfABlockedHostAreNotFollowed(host: Text) throws {
    var alice = try ChatUnderTest()
    alice.receive(ChatCommand.block, on: alice.meet(2))
    alice.tell(ChatCommand.accept(host: host, invitation: "7f"))
    #expect(alice.refused.count == 1)
  }

  @Test func aVaultGivesASecretToThoseWhoNameIt() {
    var vault = Vault()
    vault.keep("s3cret", as: "invite-7f")
    let whole = vault.putting("invite-7f", into: #"{"handler":"invite5"}"#)
    #expect(whole == #"{"handler":"invite5","secret":"s3cret"}"#)
    #expect(vault.putting("another", into: "{}") == nil)
    #expect(vault.putting("invite-7f", into: "no object") == nil)
    #expect(vault.taking("box-1", outOf: whole ?? "") == #"{"handler":"invite5"}"#)
    #expect(vault.areEqual("invite-7f", "box-1") && !vault.areEqual("invite-7f", "box-2"))
    #expect(vault.taking("box-2", outOf: #"{"handler":"message","text":"my secret"}"#) == nil)
    vault.forget("box-1")
    #expect(!vault.areEqual("invite-7f", "box-1"))
  }
}
