import SimpaticoProtocol
import Testing

@testable import SimpaticoClient

/// Whose a client is: a key that was taken elsewhere makes the same person.
@Suite struct IdentityTests {
  @Test func aCopyOfTheKeyMakesTheSamePersonInANewFile() async throws {
    let relay = try await TestRelay.running()
    let (old, new) = (TestFile(), TestFile())
    let first = try await Person.open(relay, "Alice", file: old, connecting: false)
    let copy = try first.client.identityPEM(passphrase: "a long one")
    await first.client.close()
    let identity = try Identity(pem: copy, passphrase: "a long one")
    #expect(identity.fingerprint == first.id)
    for _ in 0..<2 {
      let client = try await SimpaticoClient(
        server: relay.address, file: new.path, identity: identity, connecting: false)
      #expect(client.fingerprint == first.id)
      await client.close()
    }
    let again = try await Person.open(relay, "", file: new, connecting: false)
    #expect(again.id == first.id)
    await again.client.close()
    try await relay.stop()
  }

  @Test func aContactIsMetAgainUnderTheKeyThatWasTakenElsewhere() async throws {
    let relay = try await TestRelay.running()
    let bob = try await Person.open(relay, "Bob")
    let alice = try await Person.open(relay, "Alice", file: TestFile())
    try await meet(alice, bob)
    try await alice.client.send("one", to: bob.id)
    await bob.message("one")
    let copy = try alice.client.identityPEM(passphrase: "a long one")
    await alice.client.close()
    let identity = try Identity(pem: copy, passphrase: "a long one")
    let file = TestFile()
    let client = try await SimpaticoClient(
      server: relay.address, name: "Alice", file: file.path, identity: identity)
    let again = Person(client: client, log: EventLog(client.events))
    await again.session(.online)
    try await meet(again, bob)
    try await client.send("two", to: bob.id)
    await bob.message("two")
    await client.close()
    await bob.client.close()
    try await relay.stop()
  }

  @Test func aFileStaysTheOneOfWhomItIs() async throws {
    let relay = try await TestRelay.running()
    let file = TestFile()
    let first = try await Person.open(relay, "Alice", file: file, connecting: false)
    await first.client.close()
    await #expect(throws: ClientError.otherIdentity(first.id)) {
      try await SimpaticoClient(
        server: relay.address, file: file.path, identity: .generate(), connecting: false)
    }
    let again = try await Person.open(relay, "", file: file, connecting: false)
    #expect(again.id == first.id)
    await again.client.close()
    try await relay.stop()
  }

  @Test func whatIsNoKeyIsToldApart() async throws {
    let alice = try await SimpaticoClient(server: "relay.example", connecting: false)
    let copy = try alice.identityPEM(passphrase: "a long one")
    await alice.close()
    #expect(Identity.isEncrypted(pem: copy))
    #expect(throws: ClientError.passphraseNeeded) { try Identity(pem: copy) }
    for wrong in ["another", ""] {
      #expect(throws: ClientError.wrongPassphrase) { try Identity(pem: copy, passphrase: wrong) }
    }
    for broken in ["", "a key", String(copy.dropLast(40)), String(repeating: "a", count: 100_000)] {
      do {
        _ = try Identity(pem: broken, passphrase: "a long one")
        Issue.record("\(broken.prefix(40)) was taken for a key")
      } catch .badKey(let reason) {
        #expect(reason.contains("the private key"))
      } catch {
        Issue.record("\(error)")
      }
    }
  }
}
