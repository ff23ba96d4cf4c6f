#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The file under the database: who can read it, from its first moment on.
enum StoreFile {
  /// Makes an empty file that only its owner can read, where there is none; otherwise looks whether
  /// it can be written.
  ///
  /// An existing one is never opened here: closing it again would end the locks that this process
  /// holds on it (POSIX, `fcntl`).
  static func create(_ file: String) throws(StoreError) {
    let descriptor = open(file, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
    if descriptor < 0 {
      guard errno == EEXIST else {
        throw .cannotOpen(path: file, reason: String(cString: strerror(errno)))
      }
      if access(file, R_OK | W_OK) == 0 { return }
      throw .readOnly(path: file)
    }
    close(descriptor)
    // The name has to survive a crash as well, and it stands in the folder.
    let slash = file.lastIndex(of: "/").map { file[..<$0] } ?? ""
    let names = open(slash.isEmpty ? "/" : String(slash), O_RDONLY | O_CLOEXEC)
    if names >= 0 {
      fsync(names)
      close(names)
    }
  }

  /// Takes the file, and the log beside it, from everybody but their owner.
  static func restrict(_ file: String) {
    for name in [file, file + "-wal"] { chmod(name, 0o600) }
  }
}
