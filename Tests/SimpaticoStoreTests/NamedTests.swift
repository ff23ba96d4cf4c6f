import Foundation
import SimpaticoTree
import Testing

@testable import SimpaticoStore

/// Identity, secrets and settings: found by name, and gone without a trace.
@Suite struct NamedTests {
  @Test func theIdentityIsKept() async throws {
    let folder = try Folder()
    let store = try await Store.open(at: folder.file)
    #expect(try await store.identity() == nil)
    try await store.setIdentity("first")
    try await store.setIdentity("-----BEGIN PRIVATE KEY-----\nsecond\n")
    try await store.close()
    let again = try await Store.open(at: folder.file)
    #expect(try await again.identity() == "-----BEGIN PRIVATE KEY-----\nsecond\n")
  }

  @Test func secretsAndSettingsAreKeptByName() async throws {
    let folder = try Folder()
    let store = try await Store.open(at: folder.file)
    try await store.setSecret("b", "second")
    try await store.setSecret("a", "zero \u{0} byte")
    try await store.setSecret("b", "third")
    try await store.setSetting("b", ["list": [1, true, .null]])
    #expect(try await store.secret("a") == "zero \u{0} byte")
    #expect(try await store.secret("c") == nil)
    #expect(try await store.secrets().map(\.name) == ["a", "b"])
    #expect(try await store.secrets().map(\.secret) == ["zero \u{0} byte", "third"])
    #expect(try await store.setting("b") == ["list": [1, true, .null]])
    #expect(try await store.setting("a") == nil)
    #expect(try await store.settings().map(\.name) == ["b"])
    try await store.removeSecret("b")
    try await store.removeSecret("never was")
    try await store.setSetting("b", nil)
    #expect(try await store.secrets().map(\.name) == ["a"])
    #expect(try await store.settings().isEmpty)
  }

  @Test func whatIsNoNameIsRefused() async throws {
    let folder = try Folder()
    let store = try await Store.open(at: folder.file)
    let names: [Text] = ["", "a\u{0}b", Text(String(repeating: "n", count: 257))]
    for name in names {
      #expect(await refusal { try await store.setSecret(name, "s") } == .badName(name))
      #expect(await refusal { _ = try await store.setting(name) } == .badName(name))
    }
    #expect(
      StoreError.badName(names[2]).description == "'…' is no name: one has 1 to 256 bytes")
    let longest = Text(String(repeating: "n", count: 256))
    try await store.setSecret(longest, "s")
    #expect(try await store.secret(longest) == "s")
  }

  /// Looks for a text in the file and beside it, as somebody with the disk would.
  private func isOnDisk(_ text: String, _ folder: Folder) throws -> Bool {
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.url.path) {
      let data = try Data(contentsOf: folder.url.appending(path: name))
      if data.range(of: Data(text.utf8)) != nil { return true }
    }
    return false
  }

  @Test func aRemovedSecretIsNowhereInTheFiles() async throws {
    let folder = try Folder()
    // Reading the files in this process ends the store's lock, which nobody needs here.
    var store = try await Store.open(at: folder.file)
    try await store.setSecret("a", "first-secret-text")
    try await store.append([Sample.entry(3)])
    try await store.setSecret("a", "second-secret-text")
    try await store.setSecret("b", "third-secret-text")
    try await store.removeSecret("b")
    #expect(try !isOnDisk("first-secret-text", folder))
    #expect(try isOnDisk("second-secret-text", folder))
    #expect(try !isOnDisk("third-secret-text", folder))
    try await store.close()
    store = try await Store.open(at: folder.file)
    #expect(try await store.secrets().map(\.secret) == ["second-secret-text"])
  }

  @Test func forgettingLeavesNothing() async throws {
    let folder = try Folder()
    let store = try await Store.open(at: folder.file)
    try await store.append((3..<400).map { Sample.entry($0, 1, ["text": "journal-text"]) })
    try await store.write(Sample.snapshot(9, "snapshot-text"))
    try await store.setIdentity("identity-text")
    try await store.setSecret("s", "secret-text")
    try await store.setSetting("s", "setting-text")
    let texts = ["journal-text", "snapshot-text", "identity-text", "secret-text", "setting-text"]
    try await store.forgetEverything()
    for text in texts { #expect(try !isOnDisk(text, folder), "\(text)") }
    #expect(try await store.load() == Store.Saved(snapshot: nil, entries: []))
    #expect(try await store.identity() == nil)
    #expect(try await store.secrets().isEmpty)
    #expect(try await store.settings().isEmpty)
    #expect(store.growth == Store.Growth())
    try await store.append([Sample.entry(3)])
    #expect(try await store.entries().map(\.node) == [3], "it begins anew")
  }
}
