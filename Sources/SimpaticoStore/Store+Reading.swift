import GRDB
public import SimpaticoTree

extension Store {
  /// What a tree is rebuilt from.
  public struct Saved: Sendable, Equatable {
    /// The newest snapshot.
    public let snapshot: TreeSnapshot?
    /// What the journal has after it, in order.
    public let entries: [JournalEntry]
  }

  /// The newest snapshot and what the journal has after it. Linear in both.
  public func load() async throws(StoreError) -> Saved {
    try await read { [path] database in
      let row = try Row.fetchOne(
        database, sql: "SELECT nodeCount, content FROM snapshot ORDER BY nodeCount DESC LIMIT 1")
      var snapshot: TreeSnapshot?
      if let row {
        snapshot = Stored.value(of: row).flatMap { TreeSnapshot(encoded: $0) }
        guard let snapshot, snapshot.nodeCount == row["nodeCount"] else {
          throw StoreError.damaged(path: path, part: "the snapshot")
        }
      }
      let rows = try Row.fetchCursor(
        database, sql: "SELECT node, content FROM entry WHERE node >= ? ORDER BY node",
        arguments: [snapshot?.nodeCount ?? 0])
      return Saved(snapshot: snapshot, entries: try Self.entries(rows, path))
    }
  }

  /// The history, for a recording: the snapshot that it begins with, where its beginning was
  /// forgotten, and the whole journal. Linear.
  public func history() async throws(StoreError) -> Saved {
    try await read { [path] database in
      let row = try Row.fetchOne(
        database,
        sql: """
          SELECT nodeCount, content FROM snapshot
          WHERE nodeCount <= (SELECT coalesce(min(node), nodeCount) FROM entry)
          ORDER BY nodeCount LIMIT 1
          """)
      let snapshot = row.flatMap { Stored.value(of: $0) }.flatMap { TreeSnapshot(encoded: $0) }
      if row != nil, snapshot == nil {
        throw StoreError.damaged(path: path, part: "the snapshot")
      }
      let rows = try Row.fetchCursor(
        database, sql: "SELECT node, content FROM entry ORDER BY node")
      return Saved(snapshot: snapshot, entries: try Self.entries(rows, path))
    }
  }

  /// The whole journal, in order. Linear.
  public func entries() async throws(StoreError) -> [JournalEntry] {
    try await read { [path] database in
      try Self.entries(
        Row.fetchCursor(database, sql: "SELECT node, content FROM entry ORDER BY node"), path)
    }
  }

  /// A page of a branch's history: its newest entries before a node, in order. O(log n) and linear
  /// in the page.
  ///
  /// - Parameters:
  ///   - branch: the branch; one that the journal does not have has an empty history.
  ///   - before: the first node of the page that follows; nil for the newest page.
  ///   - limit: how many entries at most; negative counts as none.
  public func entries(
    ofBranch branch: BranchID, before: NodeID? = nil, limit: Int
  ) async throws(StoreError) -> [JournalEntry] {
    try await read { [path] database in
      let rows = try Row.fetchCursor(
        database,
        sql: """
          SELECT node, content FROM entry WHERE branch = ? AND node < ?
          ORDER BY node DESC LIMIT ?
          """, arguments: [branch, before ?? Int.max, max(0, limit)])
      return try Self.entries(rows, path).reversed()
    }
  }

  private static func entries(_ rows: RowCursor, _ path: String) throws -> [JournalEntry] {
    var entries: [JournalEntry] = []
    while let row = try rows.next() {
      let node: Int = row["node"]
      let entry = Stored.value(of: row).flatMap { JournalEntry(encoded: $0) }
      guard let entry, entry.node == node else {
        throw StoreError.damaged(path: path, part: "the entry of node \(node)")
      }
      entries.append(entry)
    }
    return entries
  }
}
