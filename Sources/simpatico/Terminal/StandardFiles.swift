import Dispatch
import Foundation

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Standard input, output and error of the process.
enum StandardFiles {
  /// Keeps the numbers of files that the process was started without (`>&-`): a database or a
  /// socket that got one of them would be written into. Reading and writing fail as before.
  static func reserve() {
    for file in STDIN_FILENO...STDERR_FILENO where fcntl(file, F_GETFD) < 0 {
      // The lowest free number is what an open file gets.
      _ = open("/dev/null", file == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }

  /// Writes all of a text to standard output, whatever is buffered elsewhere.
  static func write(_ text: String) throws(Failure) {
    guard write(text, to: STDOUT_FILENO) else {
      throw Failure("cannot write to standard output: \(String(cString: strerror(errno)))")
    }
  }

  /// Tells whoever looks on; what a program reads goes to standard output. There is nobody to tell
  /// that it cannot be written.
  static func warn(_ text: String) { _ = write(text + "\n", to: STDERR_FILENO) }

  /// Answers whether all was written; `errno` tells why not.
  static func write(_ text: String, to file: Int32) -> Bool {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { writeBytes(file, $0.baseAddress, $0.count) }
      if count >= 0 {
        bytes = bytes.dropFirst(count)
      } else if errno == EAGAIN {
        // Who shares the file with this process has made it so.
        var place = pollfd(fd: file, events: Int16(POLLOUT), revents: 0)
        _ = poll(&place, 1, -1)
      } else if errno != EINTR {
        return false
      }
    }
    return true
  }

  /// The bytes of standard input, as they come. No more is read before what was read is taken.
  static func input() -> AsyncStream<[UInt8]> {
    // Of its own, since reading waits.
    let queue = DispatchQueue(label: "standard input")
    return AsyncStream {
      await withCheckedContinuation { continuation in
        queue.async { continuation.resume(returning: readBytes()) }
      }
    }
  }

  private static func readBytes() -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(STDIN_FILENO, &buffer, buffer.count)
      if count > 0 { return Array(buffer[..<count]) }
      if count == 0 || errno != EINTR { return nil }
    }
  }
}

/// POSIX `write`, whose name `StandardFiles.write` hides.
private func writeBytes(_ file: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  write(file, bytes, count)
}

/// Prints a line at once, so that whoever reads a pipe need not wait for more.
func printLine(_ line: String) throws(Failure) { try StandardFiles.write(line + "\n") }
