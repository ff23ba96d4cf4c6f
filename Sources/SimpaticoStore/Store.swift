import Dispatch
import GRDB
import SimpaticoTree
import Synchronization

/// What a client keeps between its runs: its identity, its journal, the newest snapshot, secrets
/// and settings, in one SQLite file.
///
/// - *Durable*: a change is on the disk when it is acknowledged; after a crash or a `kill -9` at
///   any moment every acknowledged change is there, and of the others each batch wholly or not at
///   all.
/// - *Private*: the file and those that SQLite puts beside it are readable by their owner alone
///   from the moment they exist, and what is removed is overwritten. The content is not encrypted:
///   what must be is encrypted before it comes here.
/// - *Alone*: an open store holds a lock on its file that no other process, and no other store of
///   this one, passes. It ends with the store or with its process.
/// - *Never in the way*: all work is done in order on a queue of the store's own. Functions that
///   take `whenDone` return at once and may be called on an event loop.
///
/// The journal is the history, and grows until its beginning is forgotten. A snapshot says up to
/// which node it holds; what the journal has after it is what `load` answers beside it.
public final class Store: Sendable {
  /// How much the journal has grown since the newest snapshot, for deciding when the next is due.
  public struct Growth: Sendable, Equatable {
    /// Entries that are not in the newest snapshot.
    public internal(set) var entries = 0
    /// The size of these entries, as they are stored.
    public internal(set) var bytes = 0
    /// The size of the newest snapshot, as it is stored; 0 where there is none.
    public internal(set) var snapshotBytes = 0
    /// The size of the file when the newest snapshot was written, or when it was opened.
    public internal(set) var fileBytes = 0

    /// Whether the journal has grown by as much as a snapshot is large, and by 64 KiB at least.
    ///
    /// Snapshots that are written when they are due cost O(1) amortised for each byte of the
    /// journal, and opening a store costs O(1) for each byte of what is alive.
    public var isSnapshotDue: Bool { bytes >= max(snapshotBytes, 1 << 16) }
  }

  /// The file's path.
  public let path: String
  let database: DatabaseQueue
  let progress: Mutex<Progress>

  /// What is known of the journal without looking.
  struct Progress {
    var growth = Growth()
    var newest: NodeID = -1
    /// Why a part of the history could not be written. What follows would build on what is not
    /// there, so nothing of it is taken until the file is opened anew.
    var gap: StoreError?
  }

  init(path: String, database: DatabaseQueue, progress: Progress) {
    self.path = path
    self.database = database
    self.progress = Mutex(progress)
  }

  /// How much the journal has grown since the newest snapshot. Constant; never waits for the disk.
  public var growth: Growth { progress.withLock { $0.growth } }

  /// Opens the file, or makes it where there is none, and takes its lock. See `StoreError` for what
  /// can be wrong. Costs what is in the journal after the newest snapshot.
  ///
  /// A file of an earlier release is brought up to date first, wholly or not at all. A file that is
  /// none of ours is not touched.
  ///
  /// - Parameters:
  ///   - path: where the file is, or is to be; its folder must be there.
  ///   - maximumBytes: how large the file may become; nil leaves that to the disk.
  public static func open(
    at path: String, maximumBytes: Int? = nil
  ) async throws(StoreError) -> Store {
    try await onQueue { () throws(StoreError) -> Store in
      do {
        return try opened(at: path, maximumBytes: maximumBytes)
      } catch {
        throw StoreError(error, path: path)
      }
    }
  }

  /// Ends the store after everything that was asked of it before, and gives up the lock. What is
  /// asked later fails with `closed`.
  public func close() async throws(StoreError) {
    try await Self.onQueue { [path, database] () throws(StoreError) in
      do {
        try database.close()
      } catch {
        throw StoreError(error, path: path)
      }
    }
  }

  private static func onQueue<Answer: Sendable>(
    _ body: @escaping @Sendable () throws(StoreError) -> Answer
  ) async throws(StoreError) -> Answer {
    let result: Result<Answer, StoreError> = await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        continuation.resume(returning: Result { () throws(StoreError) in try body() })
      }
    }
    return try result.get()
  }

  // MARK: Access

  /// Lets `body` at the database, after all that was asked for before. Not cancelled with the task:
  /// whoever waits learns what became of it.
  func read<Answer: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Answer
  ) async throws(StoreError) -> Answer {
    let result: Result<Answer, StoreError> = await withCheckedContinuation { continuation in
      database.asyncWriteWithoutTransaction { [path] database in
        continuation.resume(
          returning: Result { try body(database) }.mapError { StoreError($0, path: path) })
      }
    }
    return try result.get()
  }
}
