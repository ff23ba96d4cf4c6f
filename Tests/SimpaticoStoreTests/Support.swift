import Foundation
import GRDB
import SimpaticoStore
import SimpaticoTree
import Testing

/// A folder of its own for each test, that goes with it.
final class Folder {
  let url = FileManager.default.temporaryDirectory.appending(path: "store-\(UUID().uuidString)")

  init() throws {
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  var file: String { url.appending(path: "client.sqlite").path }

  /// Makes the file with SQL, as another program would.
  func make(_ sql: String) throws {
    let database = try DatabaseQueue(path: file)
    try database.inDatabase { try $0.execute(sql: sql) }
    try database.close()
  }

  static func fixture(_ name: String) throws -> String {
    try String(
      contentsOf: Bundle.module.bundleURL.appending(path: "Fixtures/\(name)"),
      encoding: .utf8)
  }

  /// Who may do what with a file, as `chmod` writes it; nil where there is none.
  static func mode(_ path: String) -> Int? {
    (try? FileManager.default.attributesOfItem(atPath: path))?[.posixPermissions] as? Int
  }
}

/// Entries as the tests and the program that they kill know them.
enum Sample {
  static func entry(_ node: Int, _ branch: Int? = nil, _ value: Value? = nil) -> JournalEntry {
    JournalEntry(
      node: node, parent: 1, branch: branch ?? node % 7 + 1, branchCount: 8,
      moment: Moment(timeMilliseconds: Int64(node), random: UInt64(node)),
      value: value ?? [
        "node": .number(node), "text": .string(Text(String(repeating: "x", count: node % 900))),
      ])
  }

  static func snapshot(_ nodes: Int, _ summary: Value = [:]) throws -> TreeSnapshot {
    try #require(
      TreeSnapshot(
        encoded: [
          "nodes": .number(nodes), "branches": 8, "leaves": [],
          "summary": summary,
        ]))
  }
}

/// Why a store refused; nil where it did not.
func refusal(_ body: () async throws -> Void) async -> StoreError? {
  do {
    try await body()
  } catch {
    return error as? StoreError
  }
  return nil
}
