import SimpaticoClient
import SimpaticoProtocol
import Testing

@Suite struct Talking {
  @Test func twoMeetByALinkAndTalk() async throws {
    let relay = try await TestRelay.running()
    let alice = try await SimpaticoClient(server: relay.address, name: "Alice")
    let bob = try await SimpaticoClient(server: relay.address, name: "Bob")
    let atBob = bob.events
    let atAlice = alice.events
    let invitation = try await alice.invite(note: "from the conference")
    try await bob.accept(alice.link(of: invitation.id))
    for await case .contact in atBob { break }
    #expect(await bob.contacts.map(\.name) == ["Alice"])
    for await case .contact in atAlice { break }
    let contact = try #require(await alice.contacts.first)
    #expect(contact.name == "Bob" && contact.notes == "from the conference")
    try await alice.send("hello bob", to: bob.fingerprint)
    for await case .message(let message) in atBob {
      #expect(message.text == "hello bob" && !message.isOwn && message.phase == .received)
      break
    }
    try await bob.markRead(alice.fingerprint)
    for await case .delivery(let message) in atAlice where message.phase == .read { break }
    await alice.close()
    await bob.close()
    try await relay.stop()
  }
}
