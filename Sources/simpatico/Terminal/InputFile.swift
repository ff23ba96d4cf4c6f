import Foundation

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What commands read: files, which may be pipes, and standard input.
enum InputFile {
  /// The bytes of a file; one more than `limit` at most, so that its reader can tell what is too
  /// long.
  static func read(_ path: String, limit: Int) throws(Failure) -> Data {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw unreadable(path) }
    defer { close(file) }
    return try read(file, path, limit)
  }

  /// The same, of standard input where the path is “-”.
  static func readOrInput(_ path: String, limit: Int) throws(Failure) -> Data {
    path == "-"
      ? try read(STDIN_FILENO, name(path), limit) : try read(path, limit: limit)
  }

  /// How people are told of it.
  static func name(_ path: String) -> String { path == "-" ? "standard input" : path }

  private static func read(_ file: Int32, _ name: String, _ limit: Int) throws(Failure) -> Data {
    var data = Data()
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while data.count <= limit {
      let count = readBytes(file, &buffer, min(buffer.count, limit + 1 - data.count))
      if count == 0 { break }
      if count > 0 {
        data += buffer[..<count]
      } else if errno != EINTR {
        throw unreadable(name)
      }
    }
    return data
  }

  private static func unreadable(_ name: String) -> Failure {
    Failure("cannot read \(name): \(String(cString: strerror(errno)))")
  }
}

/// POSIX `read`, whose name `InputFile.read` hides.
private func readBytes(_ file: Int32, _ bytes: UnsafeMutableRawPointer, _ count: Int) -> Int {
  read(file, bytes, count)
}
