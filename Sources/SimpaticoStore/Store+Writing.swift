import GRDB
public import SimpaticoTree
import Synchronization

extension Store {
  /// Writes changes in order and in one transaction: all of them or, where one fails, none. Returns
  /// at once.
  ///
  /// `whenDone` is called on the store's queue once the changes are on the disk, or with what was
  /// wrong. Calls that follow one another are written in that order. Once a part of the history
  /// could not be written, all further parts fail for the same reason, also those that were on
  /// their way and small enough: a journal has no gaps. Costs the size of the changes and one wait
  /// for the disk.
  public func write(
    _ changes: [StoreChange],
    whenDone: @escaping @Sendable (Result<Void, StoreError>) -> Void
  ) {
    database.asyncWriteWithoutTransaction { [self] database in
      whenDone(Result { () throws(StoreError) in try performWithoutGap(changes, database) })
    }
  }

  /// Writes changes in order and in one transaction, as above, and answers once they are on the
  /// disk. Whoever cancels the task does not stop what is being written.
  public func write(_ changes: [StoreChange]) async throws(StoreError) {
    let result: Result<Void, StoreError> = await withCheckedContinuation { continuation in
      write(changes) { continuation.resume(returning: $0) }
    }
    try result.get()
  }

  /// Adds entries to the end of the journal, all of them or none. Fails with `outOfOrder` where a
  /// node is not newer than the one before it.
  public func append(_ entries: [JournalEntry]) async throws(StoreError) {
    try await write(entries.map { .append($0) })
  }

  /// Puts a snapshot in the place of the one before. The journal stays as it is.
  public func write(_ snapshot: TreeSnapshot) async throws(StoreError) {
    try await write([.snapshot(snapshot)])
  }

  /// Removes all that is stored: identity, journal, snapshot, secrets and settings. The file stays,
  /// empty and locked.
  public func forgetEverything() async throws(StoreError) {
    try await read { [self] database in
      try database.inTransaction(.immediate) {
        for table in ["entry", "snapshot", "identity", "secret", "setting"] {
          try database.execute(sql: "DELETE FROM \(table)")
        }
        return .commit
      }
      progress.withLock { $0 = Progress() }
      Self.rewrite(database)
      Self.emptyLog(database)
    }
  }

  // MARK: On the queue

  private func performWithoutGap(
    _ changes: [StoreChange], _ database: Database
  ) throws(StoreError) {
    let isHistory = changes.contains(where: \.isHistory)
    if isHistory, let gap = progress.withLock({ $0.gap }) { throw gap }
    do {
      try perform(changes, database)
    } catch {
      let error = StoreError(error, path: path)
      // What was refused for its own sake was never a part of the history.
      switch error {
      case .outOfOrder, .badName: break
      default: if isHistory { progress.withLock { $0.gap = error } }
      }
      throw error
    }
  }

  private func perform(_ changes: [StoreChange], _ database: Database) throws {
    var next = progress.withLock { $0 }
    var isPrivate = false
    var isForgotten = false
    try database.inTransaction(.immediate) {
      for change in changes {
        switch change {
        case .append(let entry): try append(entry, &next, database)
        case .snapshot(let snapshot):
          try replace(snapshot, database)
          next = try Progress(database)
        case .forgetHistory(let snapshot):
          isForgotten = true
          try database.execute(
            sql: "DELETE FROM entry WHERE node < ?", arguments: [snapshot.nodeCount])
          try database.execute(sql: "DELETE FROM snapshot")
          try replace(snapshot, database)
          next = try Progress(database)
          next.newest = max(next.newest, snapshot.nodeCount - 1)
        case .identity(let text):
          isPrivate = true
          try database.execute(
            sql: "INSERT OR REPLACE INTO identity (number, content) VALUES (1, ?)",
            arguments: [Stored.content(.string(text))])
        case .secret(let name, let text):
          isPrivate = true
          try set(.secret, name, to: text.map { .string($0) }, database)
        case .setting(let name, let value): try set(.setting, name, to: value, database)
        }
      }
      return .commit
    }
    progress.withLock { $0 = next }
    if isForgotten { Self.rewrite(database) }
    if isPrivate || isForgotten { Self.emptyLog(database) }
  }

  private func append(
    _ entry: JournalEntry, _ next: inout Progress, _ database: Database
  ) throws {
    guard entry.node > next.newest else { throw StoreError.outOfOrder(node: entry.node) }
    let content = Stored.content(entry.encoded)
    try database.cachedStatement(
      sql: "INSERT INTO entry (node, branch, content) VALUES (?, ?, ?)"
    ).execute(arguments: [entry.node, entry.branch, content])
    next.newest = entry.node
    next.growth.entries += 1
    next.growth.bytes += content.utf8.count
  }

  /// The snapshot that the history begins with stays: the one that is older than the whole journal.
  private func replace(_ snapshot: TreeSnapshot, _ database: Database) throws {
    try database.execute(
      sql: """
        DELETE FROM snapshot
        WHERE nodeCount > (SELECT coalesce(min(node), -1) FROM entry)
        """)
    try database.execute(
      sql: "INSERT OR REPLACE INTO snapshot (nodeCount, content) VALUES (?, ?)",
      arguments: [snapshot.nodeCount, Stored.content(snapshot.encoded)])
  }

  private func set(
    _ table: Stored.Table, _ name: Text, to value: Value?, _ database: Database
  ) throws {
    let name = try Stored.name(name)
    if let value {
      try database.execute(
        sql: "INSERT OR REPLACE INTO \(table) (name, content) VALUES (?, ?)",
        arguments: [name, Stored.content(Stored.spelled(value))])
    } else {
      try database.execute(sql: "DELETE FROM \(table) WHERE name = ?", arguments: [name])
    }
  }

  /// Makes the file small, and leaves nothing between its rows: what was removed is overwritten
  /// already, but rows that were moved to other pages may have left copies. Where there is no room
  /// for it, the next one does it.
  private static func rewrite(_ database: Database) {
    _ = try? database.execute(sql: "VACUUM")
  }

  /// Moves what was written from the log into the file, and cuts the log: what was overwritten in
  /// the file is not to be found in the log either. It is for tidiness alone: where it fails, the
  /// next one does it.
  private static func emptyLog(_ database: Database) {
    _ = try? database.checkpoint(.truncate)
  }
}
