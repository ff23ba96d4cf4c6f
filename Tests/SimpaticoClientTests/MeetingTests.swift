import SimpaticoProtocol
import SimpaticoTree
import Testing

@testable import SimpaticoClient

/// Invitations over real sockets: who may come when, and what each is told.
@Suite(.timeLimit(.minutes(3))) struct Meeting {
  @Test func aHostWhoIsAwayIsWaitedFor() async throws {
    let relay = try await TestRelay.running()
    let (alice, bob) = try await people(relay)
    let invitation = try await alice.client.invite(note: "from the conference")
    let link = try await alice.client.link(of: invitation.id)
    try await alice.client.disconnect()
    await alice.session(.stopped)
    try await bob.client.accept(link)
    await bob.log.first {
      if case .invitation(let now) = $0 { now.wait == .host } else { false }
    }
    try await alice.client.connect()
    await bob.contact(alice.id)
    await alice.contact(bob.id)
    #expect(await alice.client.contact(bob.id)?.notes == "from the conference")
    await alice.client.close()
    await bob.client.close()
    try await relay.stop()
  }

  @Test func aGuestWithoutARelayGoesOnWhenItIsThere() async throws {
    let relay = try await TestRelay.running()
    let (alice, bob) = try await people(relay)
    let invitation = try await alice.client.invite()
    try await bob.client.disconnect()
    await bob.session(.stopped)
    let followed = try await bob.client.accept(alice.client.link(of: invitation.id))
    #expect(followed.wait == .network)
    try await bob.client.connect()
    await bob.contact(alice.id)
    await alice.contact(bob.id)
    await alice.client.close()
    await bob.client.close()
    try await relay.stop()
  }

  @Test func aLinkWorksOnceAndForItsGuestAgain() async throws {
    let relay = try await TestRelay.running()
    let (alice, bob) = try await people(relay)
    let carol = try await Person.open(relay, "Carol")
    let invitation = try await alice.client.invite()
    let link = try await alice.client.link(of: invitation.id)
    try await bob.client.accept(link)
    await bob.invitation(invitation.id, .verified)
    // Asking again is no second use: the answer is the same, and so is the contact.
    try await bob.client.accept(link)
    await bob.invitation(invitation.id, .verified)
    #expect(await bob.client.contacts.map(\.id) == [alice.id])
    try await carol.client.accept(link)
    await carol.invitation(invitation.id, .used)
    #expect(await carol.client.contacts.isEmpty)
    #expect(await alice.client.contacts.map(\.id) == [bob.id])
    for person in [alice, bob, carol] { await person.client.close() }
    try await relay.stop()
  }

  @Test func whatEndedIsToldApart() async throws {
    let relay = try await TestRelay.running()
    let (alice, bob) = try await people(relay)
    let revoked = try await alice.client.invite()
    let revokedLink = try await alice.client.link(of: revoked.id)
    try await alice.client.revoke(revoked.id)
    try await bob.client.accept(revokedLink)
    await bob.invitation(revoked.id, .revoked)

    let expiring = try await alice.client.invite(expiresIn: .seconds(1))
    let expiringLink = try await alice.client.link(of: expiring.id)
    await alice.invitation(expiring.id, .expired)
    try await bob.client.accept(expiringLink)
    await bob.invitation(expiring.id, .expired)

    let good = try await alice.client.invite()
    let goodLink = try await alice.client.link(of: good.id)
    let unknown = goodLink.replacing(good.id, with: "0123456789abcdef")
    try await bob.client.accept(unknown)
    await bob.invitation("0123456789abcdef", .unknown)

    let guess = String(goodLink.dropLast(4)) + "AAAA"
    try await bob.client.accept(guess)
    await bob.invitation(good.id, .unknown)
    #expect(await alice.client.contacts.isEmpty)
    #expect(await alice.client.invitation(good.id)?.phase == .invited)
    // What ended in vain can be put right.
    try await bob.client.accept(goodLink)
    await bob.contact(alice.id)
    await alice.client.close()
    await bob.client.close()
    try await relay.stop()
  }

  @Test(arguments: [
    Duration.zero, .milliseconds(999), .seconds(31_536_001), .seconds(Int64.max), .seconds(-1),
  ])
  func anInvitationLastsFromASecondToAYear(_ duration: Duration) async throws {
    let alice = try await SimpaticoClient(server: "https://relay.example", connecting: false)
    await #expect(throws: ClientError.badExpiry) { try await alice.invite(expiresIn: duration) }
    #expect(await alice.invitations.isEmpty)
    for duration in [Duration.seconds(1), .seconds(31_536_000)] {
      try await alice.invite(expiresIn: duration)
    }
    #expect(await alice.invitations.count == 2)
    await alice.close()
  }

  @Test func whatIsWrittenOnAnInvitationHasALimit() async throws {
    let alice = try await SimpaticoClient(server: "https://relay.example", connecting: false)
    func text(_ count: Int) -> String { String(repeating: "x", count: count) }
    await #expect(throws: ClientError.tooLong("an invitation's note", limit: 256)) {
      try await alice.invite(note: text(257))
    }
    await #expect(throws: ClientError.tooLong("an invitation's channel", limit: 64)) {
      try await alice.invite(channel: text(65))
    }
    await #expect(throws: ClientError.tooLong("an invitation's note", limit: 256)) {
      try await alice.accept("a link", note: text(257))
    }
    try await alice.invite(note: text(256), channel: text(64))
    await alice.close()
  }

  @Test func linksThatCannotBeFollowedAreRefusedAtOnce() async throws {
    let relay = try await TestRelay.running()
    let alice = try await Person.open(relay, "Alice")
    let invitation = try await alice.client.invite()
    let link = try await alice.client.link(of: invitation.id)
    await #expect(throws: ClientError.badLink) { try await alice.client.accept("hello") }
    await #expect(throws: ClientError.badLink) {
      try await alice.client.accept(String(link.prefix(80)))
    }
    let page = "https://relay.example/chat"
    await #expect(throws: ClientError.otherRelay(page)) {
      try await alice.client.accept(page + link.drop { $0 != "#" })
    }
    await #expect(
      throws: ClientError.refused(
        "this invitation is your own: send its link to somebody else")
    ) { try await alice.client.accept(link) }
    await #expect(throws: ClientError.unknownInvitation("none")) {
      try await alice.client.revoke("none")
    }
    await #expect(throws: ClientError.unknownInvitation("none")) {
      _ = try await alice.client.link(of: "none")
    }
    await alice.client.close()
    try await relay.stop()
  }

  @Test func aCopiedIdReachesNoOtherSecret() async throws {
    let relay = try await TestRelay.running()
    let (alice, bob) = try await people(relay)
    let mallory = try await Person.open(relay, "Mallory")
    let invitation = try await alice.client.invite()
    let link = try await alice.client.link(of: invitation.id)
    let secret = String(link.split(separator: ".").last ?? "")
    await alice.client.close()
    let followed = try await bob.client.accept(link)
    // Mallory has seen the id, as the relay's operator cannot, and makes a link of her own with it.
    let made = try #require(
      InvitationLink(
        Text(
          link.replacing(alice.id, with: mallory.id)
            .replacing("." + secret, with: "." + String(repeating: "A", count: secret.count)))))
    let other = try await bob.client.accept(made.text.description)
    #expect(other.id != followed.id && other.name == followed.name)
    await bob.invitation(other.name, .unknown)
    #expect(await bob.client.invitation(followed.id)?.phase.isPending == true)
    #expect(await bob.client.secret(of: followed) == secret)
    // Nor does a second link for the first invitation, whoever made it.
    await #expect(throws: ClientError.refused(LinkSecret.otherIsFollowed.description)) {
      try await bob.client.accept(String(link.dropLast(4)) + "AAAA")
    }
    #expect(await bob.client.secret(of: followed) == secret)
    // The same one again only asks anew.
    #expect(try await bob.client.accept(link).id == followed.id)
    await mallory.client.close()
    await bob.client.close()
    try await relay.stop()
  }

  @Test func whoeverIsBlockedCannotInvite() async throws {
    let relay = try await TestRelay.running()
    let (alice, bob) = try await people(relay)
    try await meet(alice, bob)
    try await bob.client.block(alice.id)
    let second = try await alice.client.invite()
    let link = try await alice.client.link(of: second.id)
    await #expect(
      throws: ClientError.refused("you have blocked whoever made this invitation")
    ) { try await bob.client.accept(link) }
    await alice.client.close()
    await bob.client.close()
    try await relay.stop()
  }

  @Test func bothMayInviteEachOtherAtOnce() async throws {
    let relay = try await TestRelay.running()
    let (alice, bob) = try await people(relay)
    let first = try await alice.client.invite()
    let second = try await bob.client.invite()
    let links = (
      try await alice.client.link(of: first.id), try await bob.client.link(of: second.id)
    )
    async let one = bob.client.accept(links.0)
    async let two = alice.client.accept(links.1)
    _ = try await (one, two)
    await bob.invitation(first.id, .verified)
    await alice.invitation(second.id, .verified)
    #expect(await alice.client.contacts.map(\.id) == [bob.id])
    #expect(await bob.client.contacts.map(\.id) == [alice.id])
    try await alice.client.send("one conversation", to: bob.id)
    await bob.message("one conversation")
    await alice.client.close()
    await bob.client.close()
    try await relay.stop()
  }
}

extension SimpaticoClient {
  /// The secret that a guest has of an invitation.
  fileprivate func secret(of invitation: Invitation) async -> String? {
    await read { view in
      let branch = try? view.invitation(invitation.id)
      let name = branch.flatMap { view.residue($0)["secretName"]?.string }
      return name.flatMap { view.vault.secret($0)?.description }
    }
  }
}
