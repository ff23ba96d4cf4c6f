import GRDB
import SimpaticoTree

extension Store {
  /// "SIMP" in ASCII: what SQLite's header names as the program that a file belongs to.
  static let applicationID = 0x5349_4D50

  /// The steps from an empty file to what this release knows. A step that was once released is
  /// never changed: a new one is added.
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1") { database in
      try database.execute(
        sql: """
          CREATE TABLE entry (
            node INTEGER PRIMARY KEY, branch INTEGER NOT NULL, content TEXT NOT NULL
          ) STRICT;
          CREATE INDEX entryOfBranch ON entry (branch, node);
          CREATE TABLE snapshot (nodeCount INTEGER PRIMARY KEY, content TEXT NOT NULL) STRICT;
          CREATE TABLE identity (
            number INTEGER PRIMARY KEY CHECK (number = 1), content TEXT NOT NULL
          ) STRICT;
          CREATE TABLE secret (name TEXT PRIMARY KEY, content TEXT NOT NULL) STRICT;
          CREATE TABLE setting (name TEXT PRIMARY KEY, content TEXT NOT NULL) STRICT;
          PRAGMA application_id = \(applicationID);
          """)
    }
    return migrator
  }

  /// Opens a store on this thread.
  static func opened(at path: String, maximumBytes: Int?) throws -> Store {
    // No other meaning than that of a path: neither `:memory:` nor a URI.
    let file = path.hasPrefix("/") ? path : "./" + path
    try StoreFile.create(file)
    var configuration = Configuration()
    configuration.label = "SimpaticoStore"
    configuration.prepareDatabase { try prepare($0, file) }
    let database: DatabaseQueue
    do {
      database = try DatabaseQueue(path: file, configuration: configuration)
      try database.inDatabase { database in
        // A lock in this mode is kept until the connection ends. The name goes into the file before
        // anything else does: whatever ends this start, the next one knows the file.
        try database.inTransaction(.exclusive) {
          if try owner(of: database) != applicationID {
            try database.execute(sql: "PRAGMA application_id = \(applicationID)")
          }
          return .commit
        }
        if try migrator.hasBeenSuperseded(database) { throw StoreError.newerVersion(path: path) }
      }
    } catch let error as StoreError {
      throw error
    } catch {
      throw StoreError(error, path: path)
    }
    try migrator.migrate(database)
    StoreFile.restrict(file)
    let progress = try database.inDatabase { database in
      if let maximumBytes { try limit(database, to: maximumBytes) }
      return try Progress(database)
    }
    return Store(path: path, database: database, progress: progress)
  }

  /// What every connection is told first. Before the file is known to be ours or empty, nothing is
  /// written to it.
  private static func prepare(_ database: Database, _ file: String) throws {
    try database.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
    let owner = try owner(of: database)
    if owner != applicationID {
      let objects = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master") ?? 0
      guard owner == 0, objects == 0 else { throw StoreError.notAStore(path: file) }
    }
    let mode = try String.fetchOne(database, sql: "PRAGMA journal_mode = WAL")
    guard mode == "wal" else {
      throw StoreError.cannotOpen(path: file, reason: "its disk does not allow a write-ahead log")
    }
    try database.execute(
      sql: """
        PRAGMA synchronous = FULL;
        PRAGMA fullfsync = ON;
        PRAGMA checkpoint_fullfsync = ON;
        PRAGMA secure_delete = ON;
        PRAGMA trusted_schema = OFF;
        """)
  }

  private static func owner(of database: Database) throws -> Int {
    try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
  }

  private static func limit(_ database: Database, to bytes: Int) throws {
    let size = try Int.fetchOne(database, sql: "PRAGMA page_size") ?? 4096
    try database.execute(sql: "PRAGMA max_page_count = \(max(1, bytes / size))")
  }

  /// Whether the file's structure is sound, in SQLite's words: `ok`, or what is wrong. Linear.
  package func integrity() async throws(StoreError) -> String {
    try await read { try String.fetchOne($0, sql: "PRAGMA integrity_check") ?? "" }
  }
}

extension Store.Progress {
  /// Looks at what the journal has after the newest snapshot.
  init(_ database: Database) throws {
    let snapshot = try Row.fetchOne(
      database,
      sql: """
        SELECT nodeCount, length(CAST(content AS BLOB)) AS bytes
        FROM snapshot ORDER BY nodeCount DESC LIMIT 1
        """)
    let held: Int = snapshot?["nodeCount"] ?? 0
    growth.snapshotBytes = snapshot?["bytes"] ?? 0
    let rest = try Row.fetchOne(
      database,
      sql: """
        SELECT count(*) AS entries, coalesce(sum(length(CAST(content AS BLOB))), 0) AS bytes
        FROM entry WHERE node >= ?
        """, arguments: [held])
    growth.entries = rest?["entries"] ?? 0
    growth.bytes = rest?["bytes"] ?? 0
    let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
    growth.fileBytes = pages * (try Int.fetchOne(database, sql: "PRAGMA page_size") ?? 0)
    newest = try Int.fetchOne(database, sql: "SELECT max(node) FROM entry") ?? held - 1
  }
}
