import SimpaticoTree
import Testing

@testable import SimpaticoProtocol

/// The person's own branch, and the links that it follows.
@Suite struct HomeLaws {
  @Test func soManyLinksAreFollowedAtOneTimeAndNoMore() throws {
    var alice = try ChatUnderTest(isVerified: false)
    for number in 0..<HomeHandlers.guestsAtMost {
      alice.tell(ChatCommand.accept(host: "pubKeySig2", invitation: Text(number)))
    }
    #expect(alice.refused.isEmpty)
    let next = ChatCommand.accept(host: "pubKeySig3", invitation: "7f")
    alice.tell(next)
    #expect(
      alice.refused.map(\.description) == [
        "'accept' refused: too many invitations are being followed"
      ])
    // Who gives one up has room for another.
    let first = ClientIndex.guests(of: "pubKeySig2", alice.party.tree.summary).first
    alice.receive(ChatCommand.cancel, on: first?[ChatField.branch]?.integer ?? -1)
    alice.tell(next)
    #expect(alice.refused.count == 1)
    #expect(ClientIndex.guests(of: "pubKeySig3", alice.party.tree.summary).count == 1)
  }

  @Test func aContactWithoutAKeyIsNone() throws {
    var alice = try ChatUnderTest()
    let summary = alice.party.tree.summary
    alice.tell(["handler": "contact", "publicKeyPem": "pubKey2"])
    #expect(alice.party.tree.summary == summary && alice.party.lastingBranches == [alice.home])
    #expect(alice.refused.isEmpty)
  }

  @Test func aTimerThatIsWaitedForNoMoreLeadsToNothing() throws {
    var alice = try ChatUnderTest()
    alice.receive(EffectResult.closed(code: 1006, reason: ""), on: alice.connection)
    let timer = try #require(alice.asked.last { $0.branch == alice.home })
    alice.tell(ChatCommand.wake)
    let home = alice.residue(alice.home)
    #expect(SessionPhase(home[ChatField.session]) == .connecting)
    alice.receive(EffectResult.elapsed(timer.id), on: alice.home)
    #expect(alice.residue(alice.home) == home && alice.refused.isEmpty)
  }

  @Test func aHostWhoIsNotSeenForAMonthIsGivenUp() throws {
    var alice = try ChatUnderTest()
    alice.tell(ChatCommand.accept(host: "pubKeySig2", invitation: "7f"))
    let guest = try #require(alice.party.lastingBranches.last)
    let name = ChatCommand.secretName(ofGuest: "7f", of: "pubKeySig2")
    alice.vault.keep("secret", as: name)
    alice.time += Int64(Guest.patienceMilliseconds) - 100
    alice.receive(ChatCommand.seek, on: guest)
    #expect(Invitation.phase(alice.residue(guest)) == .requestPublicKey)
    alice.time += 200
    alice.receive(ChatCommand.seek, on: guest)
    #expect(Invitation.phase(alice.residue(guest)) == .expired)
    #expect(alice.vault.secret(name) == nil && alice.refused.isEmpty)
    #expect(ClientIndex.guests(of: "pubKeySig2", alice.party.tree.summary).isEmpty)
  }

  @Test func anInvitationIsTakenBackOnceAndByItsHost() throws {
    var alice = try ChatUnderTest()
    alice.tell(ChatCommand.invite())
    alice.settle()
    let host = try #require(alice.party.lastingBranches.last)
    for _ in 0..<2 { alice.receive(ChatCommand.revoke, on: host) }
    #expect(Invitation.phase(alice.residue(host)) == .revoked)
    alice.tell(ChatCommand.accept(host: "pubKeySig2", invitation: "7f"))
    let guest = try #require(alice.party.lastingBranches.last)
    alice.receive(ChatCommand.revoke, on: guest)
    alice.receive(ChatCommand.cancel, on: host)
    #expect(
      alice.refused.map(\.description) == [
        "'revoke' refused: the invitation cannot become REVOKED",
        "'revoke' refused: only its host can revoke it",
        "'cancel' refused: a host revokes",
      ])
  }

  @Test func whatHasEndedOrIsOnesOwnIsNotSought() throws {
    var alice = try ChatUnderTest()
    alice.tell(ChatCommand.invite())
    alice.settle()
    let host = try #require(alice.party.lastingBranches.last)
    alice.tell(ChatCommand.accept(host: "pubKeySig2", invitation: "7f"))
    let guest = try #require(alice.party.lastingBranches.last)
    alice.receive(ChatCommand.cancel, on: guest)
    alice.sent = []
    for branch in [host, guest] {
      let before = alice.residue(branch)
      alice.receive(ChatCommand.seek, on: branch)
      #expect(alice.residue(branch) == before)
    }
    #expect(alice.sent.isEmpty && alice.refused.isEmpty)
  }
}
