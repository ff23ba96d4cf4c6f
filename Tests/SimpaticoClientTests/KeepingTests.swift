import Foundation
import SimpaticoStore
import SimpaticoTree
import Testing

@testable import SimpaticoClient
@testable import SimpaticoProtocol

/// What outlasts the process.
@Suite(.timeLimit(.minutes(3))) struct Keeping {
  @Test func reopeningGivesTheSameResiduesAndPerformsNothing() async throws {
    let relay = try await TestRelay.running()
    let file = TestFile()
    let alice = try await Person.open(relay, "Alice", file: file)
    let bob = try await Person.open(relay, "Bob")
    try await meet(alice, bob)
    for number in 0..<10 { try await alice.client.send("message \(number)", to: bob.id) }
    await alice.delivery("message 9", .delivered)
    try await alice.client.invite(note: "nobody yet")
    await alice.client.close()
    let before = await alice.residues()
    #expect(before.count == 4)

    let connections = try await relay.connectionCount
    let saved = try await SavedClient.open(file.path, passphrase: nil)
    var party = Party.client(suite: .classic, name: "client")
    // Restoring has no way to ask for an effect: it answers nothing.
    let nothing: Void = try party.restore(saved.snapshot, saved.journal)
    #expect(nothing == ())
    try await saved.store?.close()
    var after: [BranchID: Value] = [:]
    for branch in party.lastingBranches {
      after[branch] = withoutHandles(try party.tree.residue(ofBranch: branch))
    }
    #expect(after.keys.sorted() == before.keys.sorted())
    for (branch, residue) in before {
      let again = after[branch].map { JSON.print($0).description }
      #expect(again == JSON.print(residue).description)
    }
    #expect(try await relay.connectionCount == connections)

    let again = try await Person.open(relay, "", file: file, connecting: false)
    #expect(again.id == alice.id)
    #expect(await again.client.name == "Alice")
    #expect(await again.texts(with: bob.id).count == 10)
    #expect(try await relay.connectionCount == connections)
    await again.client.close()
    await bob.client.close()
    try await relay.stop()
  }

  @Test func whatWasWrittenOfflineArrivesInOrderAfterReopening() async throws {
    let relay = try await TestRelay.running()
    let file = TestFile()
    let alice = try await Person.open(relay, "Alice", file: file)
    let bob = try await Person.open(relay, "Bob")
    try await meet(alice, bob)
    try await alice.client.disconnect()
    await alice.session(.stopped)
    let texts = (0..<30).map { "message \($0)" }
    for text in texts { try await alice.client.send(text, to: bob.id) }
    await alice.client.close()
    let again = try await Person.open(relay, "", file: file)
    await bob.message("message 29")
    await again.delivery("message 29", .delivered)
    #expect(await bob.texts(with: alice.id) == texts)
    await again.client.close()
    await bob.client.close()
    try await relay.stop()
  }

  /// The contact has more of us than the copy knows of, and takes what is written from then on.
  @Test func whatIsWrittenAfterAnOlderCopyWasPutBackArrives() async throws {
    let relay = try await TestRelay.running()
    let file = TestFile()
    let alice = try await Person.open(relay, "Alice", file: file)
    let bob = try await Person.open(relay, "Bob")
    try await meet(alice, bob)
    try await alice.client.send("before", to: bob.id)
    await alice.delivery("before", .delivered)
    await alice.client.close()
    let copy = try Data(contentsOf: URL(filePath: file.path))

    let ahead = try await Person.open(relay, "", file: file)
    let lost = (0..<4).map { "lost \($0)" }
    for text in lost { try await ahead.client.send(text, to: bob.id) }
    await ahead.delivery("lost 3", .delivered)
    await ahead.client.close()
    try copy.write(to: URL(filePath: file.path))

    let back = try await Person.open(relay, "", file: file)
    #expect(await back.texts(with: bob.id) == ["before"])
    let after = (0..<6).map { "after \($0)" }
    for text in after { try await back.client.send(text, to: bob.id) }
    await back.delivery("after 5", .delivered)
    #expect(await bob.texts(with: alice.id) == ["before"] + lost + after)
    try await bob.client.send("heard", to: alice.id)
    await back.message("heard")
    await back.client.close()
    await bob.client.close()
    try await relay.stop()
  }

  @Test func aGuestGoesOnAfterReopeningWithTheSecret() async throws {
    let relay = try await TestRelay.running()
    let file = TestFile()
    let alice = try await Person.open(relay, "Alice")
    let bob = try await Person.open(relay, "Bob", file: file, connecting: false)
    let invitation = try await alice.client.invite()
    try await bob.client.accept(alice.client.link(of: invitation.id))
    await bob.client.close()
    let again = try await Person.open(relay, "", file: file)
    await again.contact(alice.id)
    await alice.contact(bob.id)
    #expect(await alice.client.contact(bob.id)?.name == "Bob")
    await again.client.close()
    await alice.client.close()
    try await relay.stop()
  }

  @Test func aPassphraseOpensTheKeyAndNothingElseDoes() async throws {
    let relay = try await TestRelay.running()
    let file = TestFile()
    let first = try await Person.open(
      relay, "Alice", file: file, passphrase: "a long one", connecting: false)
    await first.client.close()
    let bytes = try Data(contentsOf: URL(filePath: file.path))
    #expect(bytes.range(of: Data("BEGIN ENCRYPTED PRIVATE KEY".utf8)) != nil)
    #expect(bytes.range(of: Data("BEGIN PRIVATE KEY".utf8)) == nil)
    await #expect(throws: ClientError.passphraseNeeded) {
      try await Person.open(relay, "", file: file, connecting: false)
    }
    await #expect(throws: ClientError.wrongPassphrase) {
      try await Person.open(relay, "", file: file, passphrase: "another", connecting: false)
    }
    let again = try await Person.open(
      relay, "", file: file, passphrase: "a long one", connecting: false)
    #expect(again.id == first.id)
    await again.client.close()
    try await relay.stop()
  }

  @Test func aPassphraseEncryptsTheKeyOfAFileThatHadNone() async throws {
    let relay = try await TestRelay.running()
    let file = TestFile()
    let plain = try await Person.open(relay, "Alice", file: file, connecting: false)
    await plain.client.close()
    let encrypted = try await Person.open(
      relay, "", file: file, passphrase: "secret", connecting: false)
    #expect(encrypted.id == plain.id)
    await encrypted.client.close()
    let bytes = try Data(contentsOf: URL(filePath: file.path))
    #expect(bytes.range(of: Data("BEGIN PRIVATE KEY".utf8)) == nil)
    await #expect(throws: ClientError.passphraseNeeded) {
      try await Person.open(relay, "", file: file, connecting: false)
    }
    try await relay.stop()
  }

  @Test func aPassphraseThatOnlyOpensEncryptsNothing() async throws {
    let file = TestFile()
    for _ in 1...2 {
      let client = try await SimpaticoClient(
        server: "https://relay.example", file: file.path, passphrase: "secret", encrypting: false,
        connecting: false)
      #expect(!client.isKeyEncrypted)
      await client.close()
    }
    let encrypted = try await SimpaticoClient(
      server: "https://relay.example", file: file.path, passphrase: "secret", connecting: false)
    #expect(encrypted.isKeyEncrypted)
    await encrypted.close()
    let again = try await SimpaticoClient(
      server: "https://relay.example", file: file.path, passphrase: "secret", encrypting: false,
      connecting: false)
    #expect(again.isKeyEncrypted && again.fingerprint == encrypted.fingerprint)
    await again.close()
  }

  @Test func theFileKnowsTheRelay() async throws {
    let relay = try await TestRelay.running()
    let file = TestFile()
    func server(naming named: String?) async throws -> String {
      let client = try await SimpaticoClient(server: named, file: file.path, connecting: false)
      await client.close()
      return client.server
    }
    await #expect(throws: ClientError.serverNeeded) { try await server(naming: nil) }
    let alice = try await Person.open(relay, "Alice", file: file)
    await alice.client.close()
    #expect(try await server(naming: nil) == relay.address)
    // One that was only named is not kept; one that an invitation names is.
    #expect(try await server(naming: "wss://relay.example/ws") == "https://relay.example")
    #expect(try await server(naming: nil) == relay.address)
    let elsewhere = try await SimpaticoClient(
      server: "https://relay.example", file: file.path, connecting: false)
    try await elsewhere.invite()
    await elsewhere.close()
    #expect(try await server(naming: nil) == "https://relay.example")
    try await relay.stop()
  }

  @Test func oneFileHasOneClient() async throws {
    let relay = try await TestRelay.running()
    let file = TestFile()
    let first = try await Person.open(relay, "Alice", file: file, connecting: false)
    await #expect {
      try await Person.open(relay, "", file: file, connecting: false)
    } throws: { error in
      if case .store(let reason)? = error as? ClientError {
        reason.contains("is in use")
      } else {
        false
      }
    }
    await first.client.close()
    let second = try await Person.open(relay, "", file: file, connecting: false)
    await second.client.close()
    try await relay.stop()
  }

  @Test func theOlderOfTwoWithOneKeyIsReplacedAndDoesNotFight() async throws {
    let relay = try await TestRelay.running()
    let file = TestFile()
    let new = try await Person.open(relay, "Alice", file: file, connecting: false)
    await new.client.close()
    let copy = try file.copy()
    let older = try await Person.open(relay, "", file: file)
    let newer = try await Person.open(relay, "", file: copy)
    await older.session(.replaced)
    #expect(await newer.client.session.phase == .online)
    let connections = try await relay.connectionCount
    try await Task.sleep(for: .seconds(2))
    #expect(await older.client.session.phase == .replaced)
    #expect(await newer.client.session.phase == .online)
    #expect(try await relay.connectionCount == connections)
    try await older.client.connect()
    await older.session(.online)
    await newer.session(.replaced)
    await older.client.close()
    await newer.client.close()
    try await relay.stop()
  }

  @Test func aFullDiskStopsTheClientAndLosesNothingThatWasAnswered() async throws {
    let relay = try await TestRelay.running()
    let file = TestFile()
    let alice = try await Person.open(relay, "Alice", file: file, maximumFileBytes: 250_000)
    let bob = try await Person.open(relay, "Bob")
    try await meet(alice, bob)
    var kept: [String] = []
    let text = String(repeating: "x", count: 1000)
    await #expect {
      for number in 0..<10_000 {
        let message = try await alice.client.send("\(number) \(text)", to: bob.id)
        kept.append(message.text)
      }
    } throws: { error in
      if case .store(let reason)? = error as? ClientError {
        reason.contains("no room left")
      } else {
        false
      }
    }
    await alice.log.first { if case .stopped = $0 { true } else { false } }
    await #expect(throws: ClientError.self) { try await alice.client.send("x", to: bob.id) }
    await alice.client.close()
    let again = try await Person.open(relay, "", file: file)
    #expect(await again.texts(with: bob.id) == kept)
    #expect(!kept.isEmpty)
    try await again.client.send("there is room again", to: bob.id)
    await bob.message("there is room again")
    #expect(await bob.texts(with: alice.id) == kept + ["there is room again"])
    await again.client.close()
    await bob.client.close()
    try await relay.stop()
  }

  @Test func aRecordingHoldsTheHistoryAndNoSecret() async throws {
    let relay = try await TestRelay.running()
    let file = TestFile()
    let alice = try await Person.open(relay, "Alice", file: file)
    let bob = try await Person.open(relay, "Bob")
    try await meet(alice, bob)
    try await alice.client.send("for the record", to: bob.id)
    let open = try await alice.client.invite()
    let secret = try #require(try await alice.client.link(of: open.id).split(separator: ".").last)
    await alice.client.close()
    let before = await alice.residues()
    let json = try await SimpaticoClient.recording(ofFile: file.path)
    #expect(json.contains("for the record"))
    #expect(!json.contains(secret) && !json.contains("PRIVATE KEY"))
    let client = Party.client(suite: .classic, name: "client").tree
    let tree = try Recording.read(
      JSON.parse(Text(json), limits: JSONLimits()), combiner: client.combiner,
      summarize: ClientIndex.summarize)
    for (branch, residue) in before {
      #expect(withoutHandles(try tree.residue(ofBranch: branch)) == residue)
    }
    await bob.client.close()
    try await relay.stop()
  }
}
