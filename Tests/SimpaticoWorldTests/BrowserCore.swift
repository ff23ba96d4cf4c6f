import Foundation
import SimpaticoTree

/// The committed core for the browser, run by Node.
enum BrowserCore {
  private static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static let node: String? = {
    let folders = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
    return folders.map { $0 + "/node" }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }()

  /// The hash of an answer, as `Tests/Page/answers.mjs` computes it.
  static func hash(_ answer: [UInt8]) -> String {
    [2_166_136_261, 1].map { (start: UInt32) in
      var state = start
      for byte in answer { state = (state ^ UInt32(byte)) &* 16_777_619 }
      let digits = String(state, radix: 16)
      return String(repeating: "0", count: 8 - digits.count) + digits
    }.joined()
  }

  /// The hashes of the answers to all commands, of which each session's go to a fresh core.
  static func answers(to sessions: [[[UInt8]]]) throws -> [String] {
    let lines = sessions.flatMap { ["new"] + $0.map { "call " + Data($0).base64EncodedString() } }
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (input, output) = (folder.appending(path: "input"), folder.appending(path: "output"))
    try Data(lines.joined(separator: "\n").utf8).write(to: input)
    try Data().write(to: output)
    let process = Process()
    process.executableURL = URL(filePath: node ?? "")
    process.arguments = [root.appending(path: "Tests/Page/answers.mjs").path]
    process.standardInput = try FileHandle(forReadingFrom: input)
    process.standardOutput = try FileHandle(forWritingTo: output)
    try process.run()
    process.waitUntilExit()
    let answers = try String(decoding: Data(contentsOf: output), as: UTF8.self)
    return answers.split(separator: "\n").map(String.init)
  }
}
