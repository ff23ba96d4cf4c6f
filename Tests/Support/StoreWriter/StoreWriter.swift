import Foundation
import SimpaticoStore
import SimpaticoTree

/// A program that writes to a store until it is killed, and says what was acknowledged:
/// `StoreWriter FILE SEED [unprivileged]`. The tests kill it. Unprivileged, it is nobody where it
/// was root, who may do what nobody else may.
///
/// It says `open N` once the store is open, where N is the newest node, and then, after each batch,
/// the newest node again. Batches, snapshots and secrets follow from the seed.
@main
enum StoreWriter {
  static func main() async throws {
    guard CommandLine.arguments.count >= 3, var random = UInt64(CommandLine.arguments[2]) else {
      say("usage: StoreWriter FILE SEED [unprivileged]")
      exit(2)
    }
    if CommandLine.arguments.count > 3, geteuid() == 0, setgid(65_534) != 0 || setuid(65_534) != 0 {
      say("error: it stays root")
      exit(1)
    }
    do {
      let store = try await Store.open(at: CommandLine.arguments[1])
      var newest = try await store.entries().last?.node ?? 2
      say("open \(newest)")
      while true {
        var changes: [StoreChange] = []
        for _ in 0...next(&random, below: 5) {
          newest += 1 + next(&random, below: 3)
          changes.append(.append(entry(newest)))
        }
        changes.append(.setting("newest", .number(newest)))
        if next(&random, below: 5) == 0 { changes.append(.secret("newest", Text(newest))) }
        if next(&random, below: 10) == 0 { changes.append(.snapshot(snapshot(newest))) }
        try await store.write(changes)
        say("\(newest)")
      }
    } catch {
      say("error: \(error)")
      exit(1)
    }
  }

  /// The entry of a node: the same in every run, so that the tests know it.
  static func entry(_ node: Int) -> JournalEntry {
    JournalEntry(
      node: node, parent: 1, branch: node % 7 + 1, branchCount: 8,
      moment: Moment(timeMilliseconds: Int64(node), random: UInt64(node)),
      value: [
        "node": .number(node), "text": .string(Text(String(repeating: "x", count: node % 900))),
      ])
  }

  private static func snapshot(_ newest: Int) -> TreeSnapshot {
    let form: Value = [
      "nodes": .number(newest + 1), "branches": 8, "leaves": [], "summary": .number(newest),
    ]
    guard let snapshot = TreeSnapshot(encoded: form) else {
      preconditionFailure("this form is a snapshot's")
    }
    return snapshot
  }

  private static func next(_ random: inout UInt64, below bound: Int) -> Int {
    random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(random >> 33) % bound
  }

  /// At once: what is still in a buffer when the program is killed was never said.
  private static func say(_ line: String) {
    FileHandle.standardOutput.write(Data((line + "\n").utf8))
  }
}
