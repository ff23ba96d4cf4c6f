import Foundation
import SimpaticoProtocol
import SimpaticoTree
import Testing

@testable import SimpaticoClient

/// What a person no longer wants to have is not in the file either.
@Suite(.timeLimit(.minutes(3))) struct FileForgetting {
  private func holds(_ file: TestFile, _ text: String) throws -> Bool {
    try ["", "-wal"].contains { ending in
      guard FileManager.default.fileExists(atPath: file.path + ending) else { return false }
      let bytes = try Data(contentsOf: URL(filePath: file.path + ending))
      return bytes.range(of: Data(text.utf8)) != nil
    }
  }

  /// Waits until what was removed is forgotten: that is an effect, which comes after the answer.
  private func settled(_ person: Person) async throws {
    for _ in 0..<400 {
      let isForgetting = await person.client.read { view in
        view.party.lastingBranches.contains { view.residue($0)["forgetting"] != nil }
      }
      if !isForgetting { return }
      try await Task.sleep(for: .milliseconds(25))
    }
    Issue.record("it is not forgotten")
  }

  @Test func aRemovedContactLeavesNothingInTheFile() async throws {
    let relay = try await TestRelay.running()
    let file = TestFile()
    let alice = try await Person.open(relay, "Alice", file: file)
    let (bob, carol) = (
      try await Person.open(relay, "Bob-unforgettable"), try await Person.open(relay, "Carol")
    )
    let invitation = try await alice.client.invite(note: "a note on bob")
    try await bob.client.accept(alice.client.link(of: invitation.id))
    await alice.contact(bob.id)
    await bob.contact(alice.id)
    try await meet(alice, carol)
    for number in 0..<50 {
      try await alice.client.send("to bob, number \(number)", to: bob.id)
      try await alice.client.send("to carol, number \(number)", to: carol.id)
    }
    try await bob.client.send("from bob", to: alice.id)
    await alice.message("from bob")
    await alice.delivery("to carol, number 49", .delivered)
    let texts = ["to bob, number", "from bob", "a note on bob", "Bob-unforgettable"]
    for text in texts { #expect(try holds(file, text), "\(text)") }

    try await alice.client.remove(bob.id)
    try await settled(alice)
    for text in texts { #expect(try !holds(file, text), "\(text)") }
    #expect(try holds(file, "to carol, number 49"))
    await alice.client.close()
    for text in texts { #expect(try !holds(file, text), "\(text), closed") }

    let again = try await Person.open(relay, "", file: file)
    #expect(await again.client.contacts.map(\.id) == [carol.id])
    #expect(await again.texts(with: carol.id).count == 50)
    try await again.client.send("after that", to: carol.id)
    await carol.message("after that")
    await again.client.close()
    let recording = try await SimpaticoClient.recording(ofFile: file.path)
    for text in texts { #expect(!recording.contains(text)) }
    let tree = try Recording.read(
      JSON.parse(Text(recording)),
      combiner: Party.client(suite: .classic, name: "client").tree.combiner)
    let found = (0..<tree.tree.branchCount).compactMap { try? tree.residue(ofBranch: $0) }
      .first { $0["contact"]?["publicKeySig"] == .string(Text(carol.id)) }
    #expect(found?["messages"]?.object?.count == 51)
    for person in [bob, carol] { await person.client.close() }
    try await relay.stop()
  }

  @Test func aDeletedMessageLeavesNothingInTheFile() async throws {
    let relay = try await TestRelay.running()
    let file = TestFile()
    let alice = try await Person.open(relay, "Alice", file: file)
    let bob = try await Person.open(relay, "Bob")
    try await meet(alice, bob)
    for text in ["one", "embarrassing", "three"] { try await alice.client.send(text, to: bob.id) }
    try await bob.client.send("regrettable", to: alice.id)
    await alice.message("regrettable")
    await alice.delivery("three", .delivered)
    let messages = await alice.client.messages(with: bob.id)
    for message in messages where ["embarrassing", "regrettable"].contains(message.text) {
      try await alice.client.delete(message)
      await alice.log.first {
        if case .deleted(message.id, bob.id) = $0 { true } else { false }
      }
    }
    try await settled(alice)
    #expect(await alice.texts(with: bob.id) == ["one", "three"])
    #expect(await alice.client.contact(bob.id)?.unreadCount == 0)
    #expect(await bob.client.messages(with: alice.id).count == 4, "the contact keeps theirs")
    for text in ["embarrassing", "regrettable"] { #expect(try !holds(file, text)) }
    await #expect(throws: ClientError.refused("there is no such message")) {
      try await alice.client.delete(messages[1])
    }
    try await alice.client.send("four", to: bob.id)
    await bob.message("four")
    #expect(
      await alice.client.messages(with: bob.id, before: 4, limit: 1).map(\.text) == ["three"])
    for person in [alice, bob] { await person.client.close() }
    try await relay.stop()
  }

  @Test func theHistoryDoesNotGrowWithoutBound() async throws {
    let relay = try await TestRelay.running()
    let file = TestFile()
    let alice = try await SimpaticoClient(
      server: relay.address, name: "Alice", file: file.path, historyBytes: 200_000,
      connecting: false)
    // Each leaves a line of the journal, and none of them anything that is alive.
    let name = String(repeating: "n", count: 60)
    for number in 0..<2000 { try await alice.rename("\(name)\(number)") }
    #expect(await alice.name == "\(name)1999")
    await alice.close()
    let size = try FileManager.default.attributesOfItem(atPath: file.path)[.size] as? Int ?? 0
    #expect((1...500_000).contains(size))
    let again = try await SimpaticoClient(
      server: relay.address, file: file.path, connecting: false)
    #expect(await again.name == "\(name)1999")
    await again.close()
    #expect(try await SimpaticoClient.recording(ofFile: file.path).contains("\(name)1999"))
    try await relay.stop()
  }
}
