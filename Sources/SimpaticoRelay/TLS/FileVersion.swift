import Foundation

/// What shows that a file was replaced, written, or given to others to read. Links are followed, as
/// by those who renew certificates.
struct FileVersion: Equatable {
  private var device: Int
  private var inode: Int
  private var size: Int
  private var modified: Date
  private var owner: Int
  private var group: Int
  private var mode: Int

  /// Nil where there is no file, or none that may be looked at.
  init?(_ path: String) {
    let resolved = URL(filePath: path).resolvingSymlinksInPath().path
    guard let found = try? FileManager.default.attributesOfItem(atPath: resolved) else {
      return nil
    }
    func number(_ key: FileAttributeKey) -> Int { (found[key] as? NSNumber)?.intValue ?? 0 }
    device = number(.systemNumber)
    inode = number(.systemFileNumber)
    size = number(.size)
    modified = found[.modificationDate] as? Date ?? .distantPast
    owner = number(.ownerAccountID)
    group = number(.groupOwnerAccountID)
    mode = number(.posixPermissions)
  }
}
