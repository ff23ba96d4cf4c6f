import Foundation
import SimpaticoStore
import SimpaticoTree
import Testing

/// A program that writes is killed at any moment, again and again: all that it had been told was
/// written is there, in order, and whole batches of what it had not yet been told.
@Suite struct KillTests {
  /// Where the file's entries differ from those that the program writes.
  private func difference(_ entries: [JournalEntry]) -> String? {
    for (place, entry) in entries.enumerated() {
      if entry != Sample.entry(entry.node) { return "entry \(entry.node) is another" }
      let gap = entry.node - (place == 0 ? 2 : entries[place - 1].node)
      if !(1...3).contains(gap) { return "before \(entry.node) something is missing" }
    }
    return nil
  }

  @Test func whatWasAcknowledgedIsThereAfterEveryKill() async throws {
    let folder = try Folder()
    var random = SystemRandomNumberGenerator()
    var acknowledged = 2
    var known: [Int] = []
    var cutShort = 0
    for round in 0..<30 {
      let seed = Int.random(in: 0..<1_000_000, using: &random)
      let patience = Int.random(in: 0...40, using: &random)
      let writer = try Writer(folder.file, seed: seed)
      var lines: [String] = []
      // With no patience, it is killed while it opens the file.
      while lines.count < patience, let line = writer.line() { lines.append(line) }
      if round % 3 == 0 { usleep(UInt32.random(in: 0...20_000, using: &random)) }
      lines += writer.kill()
      #expect(lines.count >= patience, "it ended by itself: \(lines)")
      if let opened = lines.first {
        #expect(opened.hasPrefix("open "), "seed \(seed): \(opened)")
        #expect(Int(opened.dropFirst(5)) ?? -1 >= acknowledged)
      }
      acknowledged = max(acknowledged, lines.compactMap { Int($0) }.last ?? 0)

      let store = try await Store.open(at: folder.file)
      let entries = try await store.entries()
      #expect(try await store.integrity() == "ok", "seed \(seed)")
      #expect(difference(entries) == nil, "seed \(seed)")
      let nodes = entries.map(\.node)
      let newest = nodes.last ?? 2
      #expect(newest >= acknowledged, "seed \(seed)")
      #expect(Array(nodes.prefix(known.count)) == known, "seed \(seed)")
      // The setting is written with each batch, so the newest batch is there as a whole.
      #expect(try await store.setting("newest")?.integer ?? 2 == newest, "seed \(seed)")
      let saved = try await store.load()
      #expect(saved.snapshot?.summary.integer.map { $0 + 1 } == saved.snapshot?.nodeCount)
      #expect(saved.entries == entries.filter { $0.node >= saved.snapshot?.nodeCount ?? 0 })
      if newest > acknowledged { cutShort += 1 }
      known = nodes
      try await store.close()
    }
    #expect(known.count > 500)
    // Whether a batch is cut between disk and acknowledgement is chance, and shown where it was.
    print("\(cutShort) of 30 kills came between the disk and its acknowledgement")
  }

  @Test func anotherProcessHoldsTheFileUntilItIsKilled() async throws {
    let folder = try Folder()
    let writer = try Writer(folder.file, seed: 1)
    #expect(writer.line() == "open 2")
    let error = await refusal { _ = try await Store.open(at: folder.file) }
    #expect(error == .locked(path: folder.file))
    #expect(error?.description.contains("is in use") == true)
    #expect(writer.line() != nil, "it goes on")
    _ = writer.kill()
    let store = try await Store.open(at: folder.file)
    let second = try Writer(folder.file, seed: 1)
    #expect(second.line() == "error: \(StoreError.locked(path: folder.file))")
    #expect(second.line() == nil)
    _ = second.kill()
    #expect(try await store.entries().isEmpty == false)
  }
}
