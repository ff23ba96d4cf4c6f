import Foundation

/// The program of `Tests/Support/StoreWriter`, at work on a file.
final class Writer {
  private let process = Process()
  private let output = Pipe()
  private var buffer = Data()

  init(_ file: String, seed: Int, unprivileged: Bool = false) throws {
    process.executableURL = Bundle.module.bundleURL.deletingLastPathComponent()
      .appending(path: "StoreWriter")
    process.arguments = [file, "\(seed)"] + (unprivileged ? ["unprivileged"] : [])
    process.standardOutput = output
    try process.run()
    // The only end that is left, so that the pipe ends with the program.
    try output.fileHandleForWriting.close()
  }

  /// The next whole line that it has said, or nil where it says nothing more.
  func line() -> String? {
    while true {
      if let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
        let line = String(decoding: buffer[..<end], as: UTF8.self)
        buffer = Data(buffer[(end + 1)...])
        return line
      }
      let more = output.fileHandleForReading.availableData
      if more.isEmpty { return nil }
      buffer.append(more)
    }
  }

  /// Ends it as `kill -9` does; answers what it had still said.
  func kill() -> [String] {
    Foundation.kill(process.processIdentifier, SIGKILL)
    var lines: [String] = []
    while let line = line() { lines.append(line) }
    process.waitUntilExit()
    return lines
  }
}
