#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What shows that a file was replaced, written, or given to others to read. Links are followed, as
/// by those who renew certificates.
struct FileVersion: Equatable {
  private var device: UInt64
  private var inode: UInt64
  private var size: Int64
  /// Seconds and nanoseconds of the last change of its contents, and of its owner or its mode.
  private var times: [Int]

  /// Nil where there is no file, or none that may be looked at.
  init?(_ path: String) {
    var found = stat()
    guard stat(path, &found) == 0 else { return nil }
    device = UInt64(truncatingIfNeeded: found.st_dev)
    inode = UInt64(truncatingIfNeeded: found.st_ino)
    size = Int64(found.st_size)
    #if canImport(Darwin)
      let moments = [found.st_mtimespec, found.st_ctimespec]
    #else
      let moments = [found.st_mtim, found.st_ctim]
    #endif
    times = moments.flatMap { [Int($0.tv_sec), Int($0.tv_nsec)] }
  }
}
