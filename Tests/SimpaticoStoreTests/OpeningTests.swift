import Foundation
import GRDB
import SimpaticoTree
import Testing

@testable import SimpaticoStore

/// What can be opened, by whom, and what is said where it cannot.
@Suite struct OpeningTests {
  @Test func onlyTheOwnerCanReadTheFiles() async throws {
    let folder = try Folder()
    let store = try await Store.open(at: folder.file)
    try await store.append([Sample.entry(3)])
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted()
    #expect(names == ["client.sqlite", "client.sqlite-wal"])
    for name in names {
      #expect(Folder.mode(folder.url.appending(path: name).path) == 0o600, "\(name)")
    }
  }

  @Test func theFileIsItsOwnersAloneBeforeAnythingIsInIt() throws {
    let folder = try Folder()
    try StoreFile.create(folder.file)
    #expect(Folder.mode(folder.file) == 0o600)
    #expect(try Data(contentsOf: URL(filePath: folder.file)).isEmpty)
  }

  /// A start that is killed, or finds no room, leaves the beginning of what it would have written.
  @Test func whateverTheFirstStartHasWrittenTheNextOneGoesOn() async throws {
    let whole = try Folder()
    let store = try await Store.open(at: whole.file)
    let (file, log) = (URL(filePath: whole.file), URL(filePath: whole.file + "-wal"))
    let (main, written) = (try Data(contentsOf: file), try Data(contentsOf: log))
    #expect(written.count > 5 * 4096)
    // A frame of the log is a page and a header of 24 bytes, and they come after one of 32.
    let ends = [0, 32] + stride(from: 32 + 4096, through: written.count, by: 4096 + 24)
    for end in Set(ends + [written.count]).sorted() {
      let cut = try Folder()
      try main.write(to: URL(filePath: cut.file))
      try written.prefix(end).write(to: URL(filePath: cut.file + "-wal"))
      let store = try await Store.open(at: cut.file)
      try await store.append([Sample.entry(3)])
      #expect(try await store.entries().map(\.node) == [3], "after \(end) bytes")
      try await store.close()
    }
    try await store.close()
  }

  @Test func aFileThatOthersCouldReadIsTakenFromThem() async throws {
    let folder = try Folder()
    try folder.make(Folder.fixture("version-1.sql"))
    chmod(folder.file, 0o644)
    let store = try await Store.open(at: folder.file)
    try await store.append([Sample.entry(7)])
    #expect(Folder.mode(folder.file) == 0o600)
    #expect(Folder.mode(folder.file + "-wal") == 0o600)
  }

  @Test func aCommitWaitsForTheDisk() async throws {
    let folder = try Folder()
    let store = try await Store.open(at: folder.file)
    let pragmas = try await store.read { database in
      try ["synchronous", "journal_mode", "locking_mode", "secure_delete"].map {
        try String.fetchOne(database, sql: "PRAGMA \($0)") ?? ""
      }
    }
    #expect(pragmas == ["2", "wal", "exclusive", "1"], "2 is FULL")
  }

  @Test func theFirstReleasesFileIsReadAndGoesOn() async throws {
    let folder = try Folder()
    try folder.make(Folder.fixture("version-1.sql"))
    let store = try await Store.open(at: folder.file)
    let saved = try await store.load()
    #expect(saved.snapshot?.nodeCount == 6)
    #expect(saved.snapshot?.leaves.map(\.residue) == [["n": 3]])
    #expect(saved.snapshot?.leaves.map(\.moment.random) == [UInt64.max])
    #expect(saved.entries.map(\.value) == [["gone": .delete]])
    #expect(try await store.entries().map(\.node) == [3, 5, 6])
    #expect(try await store.identity() == "-----BEGIN PRIVATE KEY-----")
    #expect(try await store.secret("invitation 1") == "a secret")
    #expect(try await store.settings().map(\.value) == ["alice", 0.5])
    #expect(store.growth.entries == 1)
    try await store.append([Sample.entry(7)])
    #expect(try await store.load().entries.map(\.node) == [6, 7])
  }

  /// What this release makes is what its fixture says, so that the fixture is no fiction.
  @Test func theFixtureIsWhatThisReleaseMakes() async throws {
    let (made, written) = (try Folder(), try Folder())
    try await Store.open(at: made.file).close()
    try written.make(Folder.fixture("version-1.sql"))
    let schemas = try [made, written].map { folder in
      try DatabaseQueue(path: folder.file).inDatabase { database in
        try String.fetchAll(
          database,
          sql: "SELECT name || ': ' || coalesce(sql, '') FROM sqlite_master ORDER BY name")
      }
      .map { schema in
        schema.split { $0.isWhitespace || $0 == "\"" }.joined(separator: " ")
      }
    }
    #expect(schemas[0] == schemas[1])
    #expect(schemas[0].count >= 6)
  }

  @Test func aNewerFileIsRefusedAndLeftAsItIs() async throws {
    let folder = try Folder()
    try folder.make(
      Folder.fixture("version-1.sql") + "INSERT INTO grdb_migrations VALUES ('later');")
    let error = await refusal { _ = try await Store.open(at: folder.file) }
    #expect(error == .newerVersion(path: folder.file))
    #expect(error?.description.hasSuffix("newer release of Simpatico: update this one") == true)
    let count = try DatabaseQueue(path: folder.file).inDatabase {
      try Int.fetchOne($0, sql: "SELECT count(*) FROM entry")
    }
    #expect(count == 3)
  }

  @Test(arguments: [
    "CREATE TABLE other (a); INSERT INTO other VALUES (1)",
    "PRAGMA application_id = 1; CREATE TABLE entry (a)", "PRAGMA application_id = 7",
  ])
  func anotherProgramsDatabaseIsRefusedAndLeftAsItIs(sql: String) async throws {
    let folder = try Folder()
    try folder.make(sql)
    let before = try Data(contentsOf: URL(filePath: folder.file))
    let error = await refusal { _ = try await Store.open(at: folder.file) }
    #expect(error == .notAStore(path: folder.file))
    #expect(try Data(contentsOf: URL(filePath: folder.file)) == before)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["client.sqlite"])
  }

  @Test func whatIsNoDatabaseIsRefusedAndLeftAsItIs() async throws {
    let folder = try Folder()
    let before = Data(String(repeating: "not a database\n", count: 300).utf8)
    try before.write(to: URL(filePath: folder.file))
    let error = await refusal { _ = try await Store.open(at: folder.file) }
    #expect(error == .notAStore(path: folder.file))
    #expect(error?.description.contains("choose another file") == true)
    #expect(try Data(contentsOf: URL(filePath: folder.file)) == before)
  }

  @Test func anEmptyFileIsANewStore() async throws {
    let folder = try Folder()
    try Data().write(to: URL(filePath: folder.file))
    let store = try await Store.open(at: folder.file)
    try await store.append([Sample.entry(3)])
    #expect(try await store.entries().count == 1)
    #expect(Folder.mode(folder.file) == 0o600)
  }

  @Test func aPlaceWhereNoFileCanBeSaysWhy() async throws {
    let folder = try Folder()
    let missing = folder.url.appending(path: "no folder/client.sqlite").path
    let error = await refusal { _ = try await Store.open(at: missing) }
    #expect(error == .cannotOpen(path: missing, reason: "No such file or directory"))
    #expect(error?.description == "cannot open \(missing): No such file or directory")
    try Data().write(to: URL(filePath: folder.file))
    let inside = folder.file + "/client.sqlite"
    #expect(
      await refusal { _ = try await Store.open(at: inside) }
        == .cannotOpen(path: inside, reason: "Not a directory"))
    guard case .cannotOpen? = await refusal({ _ = try await Store.open(at: folder.url.path) })
    else {
      Issue.record("a folder was opened as a store")
      return
    }
    guard case .cannotOpen? = await refusal({ _ = try await Store.open(at: "") }) else {
      Issue.record("a file without a name was opened")
      return
    }
  }

  /// What another program, which is not root, says of the file.
  private func answer(_ folder: Folder) throws -> String? {
    let writer = try Writer(folder.file, seed: 1, unprivileged: true)
    defer { _ = writer.kill() }
    return writer.line()
  }

  @Test func aFolderThatAllowsNoWritingSaysSo() async throws {
    let folder = try Folder()
    chmod(folder.url.path, 0o555)
    let denied = StoreError.cannotOpen(path: folder.file, reason: "Permission denied")
    #expect(try answer(folder) == "error: \(denied)")
    chmod(folder.url.path, 0o755)
    try await Store.open(at: folder.file).close()
    chmod(folder.file, 0o666)
    chmod(folder.url.path, 0o555)
    #expect(try answer(folder) == "error: \(StoreError.readOnly(path: folder.file))")
    chmod(folder.url.path, 0o755)
  }

  @Test func aFileThatAllowsNoWritingSaysSo() async throws {
    let folder = try Folder()
    try await Store.open(at: folder.file).close()
    chmod(folder.url.path, 0o777)
    for mode: mode_t in [0o444, 0o400, 0o000] {
      chmod(folder.file, mode)
      #expect(try answer(folder) == "error: \(StoreError.readOnly(path: folder.file))")
    }
  }

  @Test func oneFileHasOneStore() async throws {
    let folder = try Folder()
    let first = try await Store.open(at: folder.file)
    for _ in 0..<3 {
      let error = await refusal { _ = try await Store.open(at: folder.file) }
      #expect(error == .locked(path: folder.file))
    }
    try await first.append([Sample.entry(3)])
    try await first.close()
    #expect(await refusal { try await first.append([Sample.entry(4)]) } == .closed)
    let second = try await Store.open(at: folder.file)
    #expect(try await second.entries().map(\.node) == [3])
  }

  @Test func aPathIsNothingButAPath() async throws {
    let folder = try Folder()
    for name in ["file:other.sqlite?mode=memory", "with space & ümläut?.sqlite"] {
      let path = folder.url.appending(path: name).path
      let store = try await Store.open(at: path)
      try await store.append([Sample.entry(3)])
      try await store.close()
      #expect(FileManager.default.fileExists(atPath: path), "\(name)")
    }
  }

  @Test func aFullDiskIsSaidAndNothingIsLost() async throws {
    let folder = try Folder()
    let store = try await Store.open(at: folder.file, maximumBytes: 200_000)
    var newest = 2
    var error: StoreError?
    while error == nil, newest < 10_000 {
      let batch = (1...5).map { Sample.entry(newest + $0, 1) }
      error = await refusal { try await store.append(batch) }
      if error == nil { newest += 5 }
    }
    #expect(error == .full(path: folder.file))
    #expect(error?.description.contains("no room left") == true)
    #expect(try await store.entries().map(\.node) == Array(3...newest))
    #expect(store.growth.entries == newest - 2)
    try await store.close()
    let larger = try await Store.open(at: folder.file)
    try await larger.append([Sample.entry(newest + 1)])
    #expect(try await larger.entries().map(\.node) == Array(3...newest + 1))
    #expect(try await larger.integrity() == "ok")
  }

  /// Writes are on their way together. Where one does not fit and a later, smaller one would, that
  /// one is not taken either: its nodes stand on those that are lost.
  @Test func nothingIsTakenBehindAGap() async throws {
    let folder = try Folder()
    let store = try await Store.open(at: folder.file, maximumBytes: 200_000)
    try await store.append([Sample.entry(3)])
    let tooLarge = (4...2_000).map { Sample.entry($0) }
    #expect(await refusal { try await store.append(tooLarge) } == .full(path: folder.file))
    let behind = await refusal { try await store.append([Sample.entry(2_001)]) }
    #expect(behind == .full(path: folder.file))
    try await store.write([.setting("name", "alice")])
    #expect(try await store.entries().map(\.node) == [3])
    try await store.close()
    let again = try await Store.open(at: folder.file)
    try await again.append([Sample.entry(2_001)])
    #expect(try await again.entries().map(\.node) == [3, 2_001])
  }

  /// What is refused for its own sake leaves no gap.
  @Test func anEntryOutOfOrderIsNoGap() async throws {
    let folder = try Folder()
    let store = try await Store.open(at: folder.file)
    try await store.append([Sample.entry(3)])
    let error = await refusal { try await store.append([Sample.entry(3)]) }
    #expect(error == .outOfOrder(node: 3))
    try await store.append([Sample.entry(4)])
    #expect(try await store.entries().map(\.node) == [3, 4])
  }

  @Test(arguments: [
    ("UPDATE entry SET content = '{}' WHERE node = 6", "the entry of node 6"),
    ("UPDATE entry SET content = '{' WHERE node = 6", "the entry of node 6"),
    ("UPDATE entry SET node = 8 WHERE node = 6", "the entry of node 8"),
    ("UPDATE snapshot SET content = 'null'", "the snapshot"),
    ("UPDATE snapshot SET nodeCount = 5", "the snapshot"),
    ("UPDATE identity SET content = '5'", "the identity"),
    ("UPDATE secret SET content = '5'", "the secret 'invitation 1'"),
    ("UPDATE setting SET content = 'alice' WHERE name = 'name'", "the setting 'name'"),
  ])
  func whatWasDamagedIsNamed(sql: String, part: String) async throws {
    let folder = try Folder()
    try folder.make(Folder.fixture("version-1.sql") + sql)
    let store = try await Store.open(at: folder.file)
    let error = await refusal {
      _ = try await store.load()
      _ = try await store.identity()
      _ = try await store.secrets()
      _ = try await store.settings()
    }
    #expect(error == .damaged(path: folder.file, part: part))
    #expect(error?.description.contains("restore it from a copy") == true)
  }

  @Test func aTornFileIsAnErrorOrIsRead() async throws {
    let folder = try Folder()
    let store = try await Store.open(at: folder.file)
    try await store.append((3..<300).map { Sample.entry($0) })
    try await store.close()
    let whole = try Data(contentsOf: URL(filePath: folder.file))
    var damaged = 0
    for offset in stride(from: 0, to: whole.count, by: 1777) {
      var bytes = whole
      for place in offset..<min(offset + 200, bytes.count) {
        bytes[place] = UInt8(truncatingIfNeeded: place &* 167 >> 3)
      }
      try bytes.write(to: URL(filePath: folder.file))
      let error = await refusal {
        let store = try await Store.open(at: folder.file)
        _ = try await store.load()
        _ = try await store.entries(ofBranch: 1, limit: 1000)
      }
      if error != nil { damaged += 1 }
    }
    #expect(damaged > 20)
  }
}

/// What SQLite says in numbers, in the store's words.
@Suite struct ErrorTests {
  @Test(arguments: [
    (ResultCode.SQLITE_BUSY, StoreError.locked(path: "f")),
    (.SQLITE_LOCKED, .locked(path: "f")), (.SQLITE_NOTADB, .notAStore(path: "f")),
    (.SQLITE_CORRUPT, .damaged(path: "f", part: "why")), (.SQLITE_FULL, .full(path: "f")),
    (.SQLITE_READONLY_DIRECTORY, .readOnly(path: "f")),
    (.SQLITE_CANTOPEN, .cannotOpen(path: "f", reason: "why")), (.SQLITE_MISUSE, .closed),
    (.SQLITE_IOERR_FSYNC, .failed(path: "f", code: 1034, reason: "why")),
  ])
  func everyCodeHasItsError(code: ResultCode, expected: StoreError) {
    let error = DatabaseError(resultCode: code, message: "why", sql: "SELECT secret")
    #expect(StoreError(error, path: "f") == expected)
    #expect(!expected.description.contains("secret"))
  }

  @Test func everyErrorSaysWhatToDo() {
    let words: [(StoreError, String)] = [
      (.readOnly(path: "f"), "allow writing it and its directory, or choose another file"),
      (.damaged(path: "f", part: "the snapshot"), "f is damaged (the snapshot): restore"),
      (.outOfOrder(node: 7), "node 7 is not newer"), (.closed, "the store was closed"),
      (.failed(path: "f", code: 10, reason: "disk I/O error"), "f: disk I/O error (SQLite 10)"),
    ]
    for (error, part) in words { #expect(error.description.contains(part)) }
  }
}
