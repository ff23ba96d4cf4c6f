import GRDB
public import SimpaticoTree

/// Why a store could not be opened, read or written. Its description says what to do about it, and
/// never holds what is stored.
public enum StoreError: Error, Equatable, Sendable {
  /// The file is not there and cannot be made, or cannot be opened.
  case cannotOpen(path: String, reason: String)
  /// Another process, or another store of this one, has the file open.
  case locked(path: String)
  /// The file is there and is something else.
  case notAStore(path: String)
  /// The file was written by a later release, whose data this one does not know.
  case newerVersion(path: String)
  /// The file, or the part that is named, does not hold what was once written.
  case damaged(path: String, part: String)
  /// There is no room left on the disk, or within the limit that was set. Nothing was written.
  case full(path: String)
  /// The file, or its directory, does not allow writing.
  case readOnly(path: String)
  /// The entry's node is not newer than all nodes of the journal. Nothing was written.
  case outOfOrder(node: NodeID)
  /// A name is empty, longer than 256 bytes, or holds a zero byte. Nothing was written.
  case badName(Text)
  /// The store was closed.
  case closed
  /// SQLite failed otherwise, with this result code: https://www.sqlite.org/rescode.html
  case failed(path: String, code: Int, reason: String)
}

extension StoreError: CustomStringConvertible {
  /// One sentence that names the file, what was wrong and what to do.
  public var description: String {
    switch self {
    case .cannotOpen(let path, let reason): "cannot open \(path): \(reason)"
    case .locked(let path):
      "\(path) is in use: end the other program that has it open, or choose another file"
    case .notAStore(let path):
      "\(path) is not a file of Simpatico and was left as it is: choose another file"
    case .newerVersion(let path):
      "\(path) was written by a newer release of Simpatico: update this one"
    case .damaged(let path, let part):
      "\(path) is damaged (\(part)): restore it from a copy, or choose another file"
    case .full(let path): "there is no room left to write \(path): free some, and try again"
    case .readOnly(let path):
      "\(path) cannot be written: allow writing it and its directory, or choose another file"
    case .outOfOrder(let node):
      "node \(node) is not newer than those that are in the journal"
    case .badName(let name):
      "'\(name.scalarCount > 64 ? "…" : name.description)' is no name: one has 1 to 256 bytes"
    case .closed: "the store was closed"
    case .failed(let path, let code, let reason): "\(path): \(reason) (SQLite \(code))"
    }
  }
}

extension StoreError {
  /// What an error of the database comes to.
  init(_ error: any Error, path: String) {
    switch error {
    case let error as StoreError: self = error
    case let error as DatabaseError: self = Self.from(error, path: path)
    default: self = .failed(path: path, code: 1, reason: "\(error)")
    }
  }

  private static func from(_ error: DatabaseError, path: String) -> StoreError {
    let reason = error.message ?? "no reason given"
    return switch error.resultCode {
    case .SQLITE_BUSY, .SQLITE_LOCKED: .locked(path: path)
    case .SQLITE_NOTADB: .notAStore(path: path)
    case .SQLITE_CORRUPT: .damaged(path: path, part: reason)
    case .SQLITE_FULL: .full(path: path)
    case .SQLITE_READONLY: .readOnly(path: path)
    case .SQLITE_CANTOPEN: .cannotOpen(path: path, reason: reason)
    case .SQLITE_MISUSE: .closed
    default:
      .failed(path: path, code: Int(error.extendedResultCode.rawValue), reason: reason)
    }
  }
}
