import Foundation
import SimpaticoClient
import SimpaticoProtocol
import Testing

/// Conversations over real sockets.
@Suite(.timeLimit(.minutes(3))) struct Talking {
  @Test func twoMeetByALinkAndTalk() async throws {
    let relay = try await TestRelay.running()
    let (alice, bob) = try await people(relay)
    try await meet(alice, bob, note: "from the conference")
    #expect(await bob.client.contacts.map(\.name) == ["Alice"])
    let contact = try #require(await alice.client.contacts.first)
    #expect(contact.name == "Bob" && contact.notes == "from the conference")
    let sent = try await alice.client.send("hello bob", to: bob.id)
    #expect(sent.isOwn && sent.id == 0 && sent.phase == .queued || sent.phase == .sending)
    await bob.message("hello bob")
    #expect(await bob.client.contact(alice.id)?.unreadCount == 1)
    await alice.delivery("hello bob", .delivered)
    try await bob.client.markRead(alice.id)
    await alice.delivery("hello bob", .read)
    #expect(await bob.client.contact(alice.id)?.unreadCount == 0)
    await alice.client.close()
    await bob.client.close()
    try await relay.stop()
  }

  @Test func onlyWhatWasShownIsRead() async throws {
    let relay = try await TestRelay.running()
    let (alice, bob) = try await people(relay)
    try await meet(alice, bob)
    #expect(await bob.client.firstUnread(of: alice.id) == nil)
    for text in ["one", "two", "three"] { try await alice.client.send(text, to: bob.id) }
    await bob.message("three")
    try await bob.client.send("an own one", to: alice.id)
    #expect(await bob.client.firstUnread(of: alice.id) == 0)
    let after = await bob.client.messages(with: alice.id, after: 0, limit: 2)
    #expect(after.map(\.text) == ["two", "three"])
    #expect(await bob.client.messages(with: alice.id, after: 3) == [])
    await #expect(throws: ClientError.self) { try await bob.client.markRead(alice.id, upTo: 1) }
    #expect(await bob.client.contact(alice.id)?.unreadCount == 3)
    try await bob.client.markRead(alice.id, upTo: 2)
    #expect(await bob.client.firstUnread(of: alice.id) == nil)
    await alice.delivery("three", .read)
    await alice.client.close()
    await bob.client.close()
    try await relay.stop()
  }

  @Test(arguments: [false, true])
  func whatIsSaidToSomebodyAwayArrivesInOrder(senderGoesToo: Bool) async throws {
    let relay = try await TestRelay.running()
    let (alice, bob) = try await people(relay)
    try await meet(alice, bob)
    try await bob.client.disconnect()
    await bob.session(.stopped)
    let texts = (0..<40).map { "message \($0)" }
    for text in texts { try await alice.client.send(text, to: bob.id) }
    if senderGoesToo {
      try await alice.client.disconnect()
      await alice.session(.stopped)
    }
    try await bob.client.connect()
    await bob.session(.online)
    if senderGoesToo { try await alice.client.connect() }
    await bob.message("message 39")
    #expect(await bob.texts(with: alice.id) == texts)
    await alice.delivery("message 39", .delivered)
    await alice.client.close()
    await bob.client.close()
    try await relay.stop()
  }

  @Test func bothRecoverWhenTheRelayGoesAndReturns() async throws {
    let relay = try await TestRelay.running()
    let (alice, bob) = try await people(relay)
    try await meet(alice, bob)
    try await relay.stop()
    await alice.session(.waiting)
    await bob.session(.waiting)
    try await alice.client.send("said meanwhile", to: bob.id)
    try await relay.start()
    await bob.message("said meanwhile")
    await alice.delivery("said meanwhile", .delivered)
    #expect(await bob.texts(with: alice.id) == ["said meanwhile"])
    await alice.client.close()
    await bob.client.close()
    try await relay.stop()
  }

  @Test func whoIsBlockedIsNotHeard() async throws {
    let relay = try await TestRelay.running()
    let (alice, bob) = try await people(relay)
    try await meet(alice, bob)
    try await bob.client.block(alice.id)
    #expect(await bob.client.contact(alice.id)?.standing == .blocked)
    await #expect(throws: ClientError.unknownContact(alice.id)) {
      try await bob.client.send("no", to: alice.id)
    }
    try await alice.client.send("unheard", to: bob.id)
    await alice.delivery("unheard", .sent)
    try await bob.client.unblock(alice.id)
    // It was not lost: Alice was not told, so that her client has kept it.
    await bob.message("unheard")
    await alice.delivery("unheard", .delivered)
    await alice.client.close()
    await bob.client.close()
    try await relay.stop()
  }

  @Test func whoIsRemovedCanBeMetAnew() async throws {
    let relay = try await TestRelay.running()
    let (alice, bob) = try await people(relay)
    try await meet(alice, bob)
    try await alice.client.send("before", to: bob.id)
    await alice.delivery("before", .delivered)
    try await alice.client.remove(bob.id)
    #expect(await alice.client.contacts.isEmpty)
    #expect(await alice.client.messages(with: bob.id).isEmpty)
    await #expect(throws: ClientError.unknownContact(bob.id)) {
      try await alice.client.send("no", to: bob.id)
    }
    await alice.log.take()
    await bob.log.take()
    try await meet(alice, bob)
    try await alice.client.send("after", to: bob.id)
    await bob.message("after")
    #expect(await alice.texts(with: bob.id) == ["after"])
    #expect(await bob.texts(with: alice.id) == ["before", "after"])
    await alice.client.close()
    await bob.client.close()
    try await relay.stop()
  }

  @Test func contactsAreCalledAsThePersonLikes() async throws {
    let relay = try await TestRelay.running()
    let (alice, bob) = try await people(relay)
    try await meet(alice, bob)
    try await alice.client.annotate(bob.id, name: "Robert", notes: "likes trees")
    let contact = try #require(await alice.client.contact(bob.id))
    #expect(contact.name == "Robert" && contact.notes == "likes trees")
    #expect(await bob.client.name == "Bob")
    try await bob.client.rename("Bobby")
    #expect(await bob.client.name == "Bobby")
    await #expect(throws: ClientError.tooLong("a name", limit: 64)) {
      try await bob.client.rename(String(repeating: "x", count: 65))
    }
    for (name, limit) in [("a name", 64), ("a note on a contact", 4096)] {
      let isName = limit == 64
      func annotate(_ count: Int) async throws {
        let text = String(repeating: "x", count: count)
        try await alice.client.annotate(
          bob.id, name: isName ? text : nil, notes: isName ? nil : text)
      }
      await #expect(throws: ClientError.tooLong(name, limit: limit)) {
        try await annotate(limit + 1)
      }
      try await annotate(limit)
    }
    await alice.client.close()
    await bob.client.close()
    try await relay.stop()
  }

  @Test func whatHasFailedCanBeTriedAgain() async throws {
    let relay = try await TestRelay.running()
    let (alice, bob) = try await people(relay)
    try await meet(alice, bob)
    try await bob.client.disconnect()
    await bob.session(.stopped)
    try await alice.client.send("again", to: bob.id)
    try await alice.client.block(bob.id)
    await alice.delivery("again", .failed)
    try await alice.client.unblock(bob.id)
    let failed = try #require(await alice.client.messages(with: bob.id).first)
    #expect(failed.phase == .failed && failed.reason == "the contact is blocked")
    try await alice.client.retry(failed)
    try await bob.client.connect()
    await bob.message("again")
    await alice.delivery("again", .delivered)
    await #expect(throws: ClientError.self) { try await alice.client.retry(failed) }
    await alice.client.close()
    await bob.client.close()
    try await relay.stop()
  }

  @Test func whatCannotBeSentIsRefusedBeforehand() async throws {
    let relay = try await TestRelay.running()
    let (alice, bob) = try await people(relay)
    try await meet(alice, bob)
    let limit = await alice.client.textLimit
    await #expect(throws: ClientError.textEmpty) { try await alice.client.send("", to: bob.id) }
    await #expect(throws: ClientError.textTooLong(bytes: limit + 1, limit: limit)) {
      try await alice.client.send(String(repeating: "x", count: limit + 1), to: bob.id)
    }
    await #expect(throws: ClientError.unknownContact("nobody")) {
      try await alice.client.send("x", to: "nobody")
    }
    let longest = String(repeating: "x", count: limit)
    try await alice.client.send(longest, to: bob.id)
    await bob.message(longest)
    await alice.client.close()
    await bob.client.close()
    await #expect(throws: ClientError.closed) { try await alice.client.send("x", to: bob.id) }
    await alice.client.close()
    try await relay.stop()
  }

  @Test func whoeverListensCanBeCancelled() async throws {
    let relay = try await TestRelay.running()
    let alice = try await Person.open(relay, "Alice")
    let client = alice.client
    let listening = Task {
      var count = 0
      for await _ in client.events { count += 1 }
      return count
    }
    let inviting = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await client.invite()
    }
    // Whoever has asked is told, or told that nobody waits; the client goes on.
    do {
      #expect(try await inviting.value.phase == .invited)
    } catch let error as ClientError {
      #expect(error == .cancelled)
    }
    listening.cancel()
    _ = await listening.value
    #expect(await client.session.phase == .online)
    let invitation = try await client.invite()
    #expect(invitation.phase == .invited)
    await client.close()
    try await relay.stop()
  }
}
