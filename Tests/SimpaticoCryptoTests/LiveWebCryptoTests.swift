import Foundation
import SimpaticoCrypto
import Testing

/// Fresh keys and fresh boxes, exchanged with WebCrypto as Node has it while the test runs.
@Suite(
  "Live cross-check with WebCrypto",
  .enabled(if: Node.path != nil, "there is no node on PATH: the live cross-check did not run"))
struct LiveWebCryptoTests {
  private let suite = ClassicSuite()
  private let messages = ["", "15 bytes long..", "16 bytes long...", "Grüße, 世界, 👋"]
    .map { Array($0.utf8) }

  private struct Question: Encodable {
    var publicKeyPEM: String
    var privateKeyPEM: String?
    var messages: [String]?
    var boxes: [String]?
  }

  private struct Sealed: Decodable {
    let publicKeyPEM: String
    let privateKeyPEM: String
    let fingerprint: String
    let peerFingerprint: String
    let boxes: [String]
  }

  private struct Opened: Decodable {
    let messages: [String]
  }

  private func ask<Answer: Decodable>(_ question: Question, as: Answer.Type) throws -> Answer {
    let answer = try Node.run(
      Vectors.path("generate/live.mjs"), input: JSONEncoder().encode(question))
    return try JSONDecoder().decode(Answer.self, from: answer)
  }

  @Test func eachSideOpensWhatTheOtherSealed() throws {
    let own = suite.generateKeyPair()
    let sealed = try ask(
      Question(publicKeyPEM: own.publicKeyPEM, messages: messages.map(Hex.encode)),
      as: Sealed.self)
    #expect(sealed.peerFingerprint == own.fingerprint)
    #expect(try suite.fingerprint(ofPublicKeyPEM: sealed.publicKeyPEM) == sealed.fingerprint)

    let peer = try ClassicSuite.PublicKey(pem: sealed.publicKeyPEM)
    let opened = try sealed.boxes.map { try suite.open(Hex.decode($0), by: own, from: peer) }
    #expect(opened == messages)

    let boxes = try messages.map { try Hex.encode(suite.seal($0, from: own, to: peer)) }
    let answer = try ask(
      Question(
        publicKeyPEM: own.publicKeyPEM, privateKeyPEM: sealed.privateKeyPEM, boxes: boxes),
      as: Opened.self)
    #expect(try answer.messages.map { try Hex.decode($0) } == messages)
  }
}

/// The JavaScript runtime of this machine, if it has one.
enum Node {
  struct Failure: Error {
    let status: Int32
  }

  static let path: String? = {
    let folders = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
    return folders.map { "\($0)/node" }.first {
      FileManager.default.isExecutableFile(atPath: $0)
    }
  }()

  /// Runs a script to its end: `input` on its standard input, its standard output as the result.
  /// What it writes to standard error appears among the test's own output.
  static func run(_ script: String, input: Data) throws -> Data {
    let process = Process()
    let standardInput = Pipe()
    let standardOutput = Pipe()
    process.executableURL = URL(filePath: path ?? "node")
    process.arguments = [script]
    process.standardInput = standardInput
    process.standardOutput = standardOutput
    try process.run()
    // A few kilobytes: they fit into the pipe whether or not the script reads yet.
    try standardInput.fileHandleForWriting.write(contentsOf: input)
    try standardInput.fileHandleForWriting.close()
    let output = try standardOutput.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failure(status: process.terminationStatus)
    }
    return output
  }
}
