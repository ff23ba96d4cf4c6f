import Foundation
import Testing

@testable import SimpaticoTree

/// Numbers and documents against another implementation, where it is installed.
@Suite(.enabled(if: Node.path != nil, "node is not on the PATH")) struct JSONNodeTests {
  @Test func numbersPrintAsJSONStringifyPrintsThem() throws {
    var random = CaseRandom(seed: Cases.first)
    var numbers = (0..<30_000).map { _ in random.double() }
    for exponent in -1_074...1_023 {
      let power = Double(sign: .plus, exponent: exponent, significand: 1)
      numbers += [power, power.nextUp, power.nextDown, 3 * power].filter(\.isFinite)
    }
    let lines = try Node.run(
      """
      const bits = new BigUint64Array(1), number = new Float64Array(bits.buffer)
      for (const line of lines) { bits[0] = BigInt('0x' + line); answer(JSON.stringify(number[0])) }
      """, numbers.map { String($0.bitPattern, radix: 16) })
    #expect(lines.count == numbers.count)
    for (number, line) in zip(numbers, lines) where JSON.print(.number(number)).description != line
    {
      Issue.record("SIMPATICO_TEST_SEED=\(Cases.first): \(number) should print as \(line)")
      return
    }
  }

  /// Canonical form is `JSON.stringify` of the same value with its keys in order.
  @Test func documentsPrintAsJSONStringifyPrintsThem() throws {
    var random = CaseRandom(seed: Cases.first)
    let documents = (0..<3_000).map { _ in
      Data(random.spelling(random.json()).utf8).base64EncodedString()
    }
    let lines = try Node.run(
      """
      const order = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))
      const print = value => {
        if (value === null || typeof value !== 'object') return JSON.stringify(value)
        if (Array.isArray(value)) return '[' + value.map(print).join() + ']'
        const keys = Object.keys(value).sort(order)
        return '{' + keys.map(key => JSON.stringify(key) + ':' + print(value[key])).join() + '}'
      }
      for (const line of lines) answer(print(JSON.parse(Buffer.from(line, 'base64').toString())))
      """, documents)
    #expect(lines.count == documents.count)
    for (document, line) in zip(documents, lines) {
      let bytes = [UInt8](Data(base64Encoded: document) ?? Data())
      let printed = try JSON.print(JSON.parse(bytes)).description
      if Array(printed.utf8) != Array(line.utf8) {
        Issue.record("SIMPATICO_TEST_SEED=\(Cases.first): \(printed) should be \(line)")
        return
      }
    }
  }

  /// Damaged documents are refused by both, but for what is stricter here on purpose.
  @Test func damagedDocumentsAreRefusedByBoth() throws {
    let stricter: [JSONError.Kind] = [.duplicateKey, .loneSurrogate, .numberOutOfRange, .badUTF8]
    var random = CaseRandom(seed: Cases.first)
    let documents = (0..<6_000).map { _ in
      var bytes = Array(random.spelling(random.json(depth: 2)).utf8)
      for _ in 0...random.below(2) where !bytes.isEmpty {
        let syntax = Array("{}[]\",:\\u0123456789.eE+-truefalsn \n".utf8)
        bytes[random.below(bytes.count)] = random.pick(syntax)
      }
      return Data(bytes).base64EncodedString()
    }
    let lines = try Node.run(
      """
      for (const line of lines) {
        try {
          JSON.parse(Buffer.from(line, 'base64').toString())
          answer('good')
        } catch { answer('bad') }
      }
      """, documents)
    #expect(lines.count == documents.count)
    for (document, line) in zip(documents, lines) {
      let bytes = [UInt8](Data(base64Encoded: document) ?? Data())
      var kind: JSONError.Kind?
      do throws(JSONError) { _ = try JSON.parse(bytes) } catch { kind = error.kind }
      if let kind, stricter.contains(kind) { continue }
      if (kind == nil) != (line == "good") {
        Issue.record(
          "\(String(decoding: bytes, as: UTF8.self)) is \(line), here \(String(describing: kind))")
        return
      }
    }
  }
}

/// Runs JavaScript over lines, in one process.
private enum Node {
  static let path: String? = {
    let folders = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
    return folders.map { $0 + "/node" }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }()

  /// `script` sees `lines` and calls `answer` once for each.
  static func run(_ script: String, _ lines: [String]) throws -> [String] {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let input = folder.appendingPathComponent("input")
    let output = folder.appendingPathComponent("output")
    try Data(lines.joined(separator: "\n").utf8).write(to: input)
    try Data().write(to: output)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path ?? "")
    process.arguments = [
      "-e",
      """
      const lines = require('fs').readFileSync(0, 'utf8').split('\\n'), answers = []
      const answer = line => answers.push(line)
      \(script)
      require('fs').writeSync(1, answers.join('\\n'))
      """,
    ]
    process.standardInput = try FileHandle(forReadingFrom: input)
    process.standardOutput = try FileHandle(forWritingTo: output)
    try process.run()
    process.waitUntilExit()
    let answers = try String(decoding: Data(contentsOf: output), as: UTF8.self)
    return answers.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }
}
