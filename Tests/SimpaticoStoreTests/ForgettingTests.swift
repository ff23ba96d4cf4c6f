import Foundation
import SimpaticoTree
import Testing

@testable import SimpaticoStore

/// The beginning of a history that is forgotten.
@Suite struct Forgetting {
  /// What stands in the file and in the log beside it.
  private func bytes(_ folder: Folder) throws -> Data {
    var all = try Data(contentsOf: URL(filePath: folder.file))
    all.append((try? Data(contentsOf: URL(filePath: folder.file + "-wal"))) ?? Data())
    return all
  }

  private func holds(_ folder: Folder, _ text: String) throws -> Bool {
    try bytes(folder).range(of: Data(text.utf8)) != nil
  }

  @Test func nothingOfItIsLeftInTheFile() async throws {
    let folder = try Folder()
    let store = try await Store.open(at: folder.file)
    let marker = "what nobody is to find"
    for node in 3..<400 {
      // Rows of many sizes, so that pages are split and joined.
      let text = marker + String(repeating: "x", count: node * 37 % 3000)
      try await store.append([Sample.entry(node, 1, ["text": .string(Text(text))])])
    }
    try await store.write(Sample.snapshot(200, ["text": .string(Text(marker))]))
    #expect(try holds(folder, marker))
    try await store.write([.forgetHistory(Sample.snapshot(400))])
    #expect(try !holds(folder, marker))
    #expect(try bytes(folder).count < 100_000)
    #expect(try await store.integrity() == "ok")
  }

  @Test func theHistoryBeginsAnewAndGoesOn() async throws {
    let folder = try Folder()
    let store = try await Store.open(at: folder.file)
    let whole = (3..<20).map { Sample.entry($0) }
    try await store.append(whole)
    #expect(try await store.history() == Store.Saved(snapshot: nil, entries: whole))
    try await store.write(Sample.snapshot(15))
    #expect(try await store.history() == Store.Saved(snapshot: nil, entries: whole))
    let beginning = try Sample.snapshot(20, ["began": true])
    try await store.write([.forgetHistory(beginning)])
    #expect(try await store.history() == Store.Saved(snapshot: beginning, entries: []))
    #expect(try await store.load() == Store.Saved(snapshot: beginning, entries: []))

    let rest = (20..<30).map { Sample.entry($0) }
    try await store.append(rest)
    let newest = try Sample.snapshot(25)
    try await store.write(newest)
    try await store.write(Sample.snapshot(25))
    #expect(try await store.history() == Store.Saved(snapshot: beginning, entries: rest))
    #expect(try await store.load() == Store.Saved(snapshot: newest, entries: Array(rest[5...])))
    try await store.close()
    let again = try await Store.open(at: folder.file)
    #expect(try await again.history() == Store.Saved(snapshot: beginning, entries: rest))
    #expect(try await again.load().snapshot == newest)
    // It can be forgotten once more.
    try await again.write([.forgetHistory(Sample.snapshot(30))])
    #expect(try await again.history().entries.isEmpty)
    await #expect(throws: StoreError.outOfOrder(node: 29)) {
      try await again.append([Sample.entry(29)])
    }
    try await again.append([Sample.entry(30)])
  }

  @Test func theSizeOfTheFileIsKnown() async throws {
    let folder = try Folder()
    let store = try await Store.open(at: folder.file)
    for node in 3..<200 {
      let text = Text(String(repeating: "x", count: 2000))
      try await store.append([Sample.entry(node, 1, ["text": .string(text)])])
    }
    try await store.write(Sample.snapshot(100))
    #expect(store.growth.fileBytes > 300_000)
    try await store.write([.forgetHistory(Sample.snapshot(200))])
    try await store.close()
    #expect(try await Store.open(at: folder.file).growth.fileBytes < 100_000)
  }
}
