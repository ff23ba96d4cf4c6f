import Foundation

/// What shows that a file was replaced, written, or given to others to read. Links are followed, as
/// by those who renew certificates.
struct FileVersion: Equatable {
  private var inode: Int?
  private var size: Int?
  private var modified: Date?
  /// Linux does not tell; there it is the time of the last change of any of these (`st_ctime`).
  private var created: Date?
  private var mode: Int?
  private var owner: Int?
  private var group: Int?

  /// Nil where there is no file, or none that may be looked at.
  init?(_ path: String) {
    let real = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    guard let found = try? FileManager.default.attributesOfItem(atPath: real) else { return nil }
    inode = found[.systemFileNumber] as? Int
    size = found[.size] as? Int
    modified = found[.modificationDate] as? Date
    created = found[.creationDate] as? Date
    mode = found[.posixPermissions] as? Int
    owner = found[.ownerAccountID] as? Int
    group = found[.groupOwnerAccountID] as? Int
  }
}
