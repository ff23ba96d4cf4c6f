import Foundation
import GRDB
import SimpaticoTree
import Testing

@testable import SimpaticoStore

/// What is written is there again, in order, in the next process's hands.
@Suite struct StoreTests {
  @Test func whatWasWrittenIsLoadedAgain() async throws {
    let folder = try Folder()
    let first = try await Store.open(at: folder.file)
    #expect(try await first.load() == Store.Saved(snapshot: nil, entries: []))
    let entries = [3, 4, 9].map { Sample.entry($0) }
    try await first.append(Array(entries.prefix(2)))
    try await first.append([])
    try await first.append([entries[2]])
    try await first.close()
    let second = try await Store.open(at: folder.file)
    #expect(try await second.load() == Store.Saved(snapshot: nil, entries: entries))
    #expect(try await second.entries() == entries)
    #expect(try await second.integrity() == "ok")
  }

  @Test func aSnapshotTakesThePlaceOfTheOneBeforeAndTheJournalStays() async throws {
    let folder = try Folder()
    let store = try await Store.open(at: folder.file)
    let entries = (3..<20).map { Sample.entry($0) }
    try await store.append(entries)
    try await store.write(Sample.snapshot(7))
    #expect(try await store.load().entries.map(\.node) == Array(7..<20))
    try await store.write(Sample.snapshot(12, ["sum": ["_handler": "h"]]))
    let saved = try await store.load()
    #expect(saved.snapshot?.nodeCount == 12)
    #expect(saved.snapshot?.summary == ["sum": .handler("h")])
    #expect(saved.entries == Array(entries.suffix(8)))
    #expect(try await store.entries() == entries)
    try await store.write(Sample.snapshot(20))
    let kept = try await store.read { database in
      try Int.fetchAll(database, sql: "SELECT nodeCount FROM snapshot")
    }
    #expect(kept == [20], "the others are not kept")
    #expect(try await store.load().entries == [])
  }

  @Test func historyIsReadInPages() async throws {
    let folder = try Folder()
    let store = try await Store.open(at: folder.file)
    try await store.append((3..<103).map { Sample.entry($0) })
    let own = (3..<103).filter { $0 % 7 == 3 }
    var pages: [Int] = []
    var before: Int?
    while true {
      let page = try await store.entries(ofBranch: 4, before: before, limit: 4)
      if page.isEmpty { break }
      #expect(page.map(\.branch) == Array(repeating: 4, count: page.count))
      pages = page.map(\.node) + pages
      before = page.first?.node
    }
    #expect(pages == own)
    #expect(try await store.entries(ofBranch: 4, limit: 2).map(\.node) == own.suffix(2))
    #expect(try await store.entries(ofBranch: 4, limit: 0).isEmpty)
    #expect(try await store.entries(ofBranch: 4, limit: -1).isEmpty)
    #expect(try await store.entries(ofBranch: 99, limit: 5).isEmpty)
  }

  @Test func aBatchIsWrittenWhollyOrNotAtAll() async throws {
    let folder = try Folder()
    let store = try await Store.open(at: folder.file)
    try await store.append([Sample.entry(3)])
    let before = store.growth
    for node in [3, 2, 0] {
      let error = await refusal {
        try await store.write([
          .append(Sample.entry(4)), .secret("s", "secret"), .setting("t", 1),
          .snapshot(Sample.snapshot(4)), .append(Sample.entry(node)),
        ])
      }
      #expect(error == .outOfOrder(node: node))
    }
    #expect(try await store.entries().map(\.node) == [3])
    #expect(try await store.load().snapshot == nil)
    #expect(try await store.secret("s") == nil)
    #expect(try await store.setting("t") == nil)
    #expect(store.growth == before)
    try await store.append([Sample.entry(4)])
    #expect(try await store.entries().map(\.node) == [3, 4])
  }

  @Test func callsAreWrittenInTheOrderInWhichTheyAreMade() async throws {
    let folder = try Folder()
    let store = try await Store.open(at: folder.file)
    let answers = AsyncStream<Int> { continuation in
      for node in 3..<200 {
        store.write([.append(Sample.entry(node))]) { result in
          if case .success = result { continuation.yield(node) }
          if node == 199 { continuation.finish() }
        }
      }
    }
    var order: [Int] = []
    for await node in answers { order.append(node) }
    #expect(order == Array(3..<200))
    #expect(try await store.entries().map(\.node) == order)
  }

  @Test func aCancelledTaskLearnsThatItsEntriesWereWritten() async throws {
    let folder = try Folder()
    let store = try await Store.open(at: folder.file)
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      try await store.append([Sample.entry(3)])
    }
    try await task.value
    #expect(try await store.entries().map(\.node) == [3])
  }

  @Test func aSnapshotIsDueWhenTheJournalHasGrownAsMuch() async throws {
    let folder = try Folder()
    var store = try await Store.open(at: folder.file)
    #expect(store.growth.bytes == 0 && store.growth.entries == 0 && !store.growth.isSnapshotDue)
    var node = 3
    var snapshots = 0
    var written = 0
    while snapshots < 5 {
      try await store.append((node..<node + 20).map { Sample.entry($0) })
      node += 20
      if store.growth.isSnapshotDue {
        #expect(store.growth.bytes >= max(store.growth.snapshotBytes, 1 << 16))
        let text = Text(String(repeating: "s", count: 200 * node))
        try await store.write(Sample.snapshot(node, .string(text)))
        written += store.growth.snapshotBytes
        snapshots += 1
        #expect(store.growth.entries == 0)
        #expect(store.growth.bytes == 0)
        #expect(store.growth.snapshotBytes > 200 * node)
      }
    }
    // Each is paid for by the growth before the next.
    let journal = try await store.entries().map { JSON.print($0.encoded).count }.reduce(0, +)
    #expect(written - store.growth.snapshotBytes <= journal)
    try await store.append([Sample.entry(node)])
    let growth = store.growth
    #expect(growth.entries == 1)
    #expect(growth.bytes == JSON.print(Sample.entry(node).encoded).count)
    try await store.close()
    store = try await Store.open(at: folder.file)
    #expect(store.growth == growth, "it is known again after opening")
  }

  @Test func everyValueComesBackAsItWas() async throws {
    let folder = try Folder()
    let store = try await Store.open(at: folder.file)
    let value: Value = [
      "gone": .delete, "name": .handler("state"), "text": "_Symbol_DeleteProperty",
      "zero": "a\u{0}b", "emoji": "😀", "numbers": [1e300, 0.1, -0.0], "_handle": 5,
    ]
    try await store.append([Sample.entry(3, 1, value)])
    let deep = (0..<250).reduce(1 as Value) { value, _ in ["a": value] }
    try await store.append([Sample.entry(4, 1, deep)])
    let entries = try await store.entries()
    #expect(entries[0] == Sample.entry(3, 1, value))
    #expect(entries[0].value["text"] == "_Symbol_DeleteProperty")
    #expect(entries[0].value["gone"] == .delete)
    #expect(entries[0].value["_handle"] == nil)
    #expect(entries[1].value == deep)
  }
}
