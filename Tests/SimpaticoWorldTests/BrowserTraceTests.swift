import Foundation
import SimpaticoTree
import SimpaticoWorld
import Testing

/// One core, natively and in the browser: to any commands both give the same bytes.
@Suite(.enabled(if: BrowserCore.node != nil, "node is not on the PATH")) struct BrowserTraces {
  /// A seeded source of commands (SplitMix64).
  struct Chance: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
  }

  /// A session is a long story, and is told twice: it counts for so many ordinary cases.
  private static let weight = 20

  /// `SIMPATICO_CASES` asks for another number of cases, `SIMPATICO_TEST_SEED` for other ones.
  private static func number(_ variable: String, else usual: Int) -> Int {
    ProcessInfo.processInfo.environment[variable].flatMap { Int($0) } ?? usual
  }

  /// Holds the native answers of many sessions against the browser's, some hundred at a time.
  func compare(
    _ usual: Int, law name: String = #function, _ session: (inout Chance) -> [[UInt8]]
  ) throws {
    let (count, first) = (
      max(1, Self.number("SIMPATICO_CASES", else: usual * Self.weight) / Self.weight),
      Self.number("SIMPATICO_TEST_SEED", else: 1)
    )
    let start = ContinuousClock.now
    for batch in stride(from: first, to: first + count, by: 500) {
      let seeds = Array(batch..<min(batch + 500, first + count))
      let sessions = seeds.map { seed in
        var chance = Chance(state: UInt64(seed))
        return session(&chance)
      }
      var answers = try BrowserCore.answers(to: sessions)[...]
      try #require(answers.count == sessions.map(\.count).reduce(0, +))
      for (seed, commands) in zip(seeds, sessions) {
        var native = LabSession()
        for command in commands {
          let answer = command.withUnsafeBufferPointer { native.call($0) }
          if BrowserCore.hash(answer) == answers.popFirst() { continue }
          let asked = String(decoding: command, as: UTF8.self)
          let said = String(decoding: answer.prefix(200), as: UTF8.self)
          Issue.record(
            "SIMPATICO_TEST_SEED=\(seed) SIMPATICO_CASES=\(Self.weight): \(asked) is \(said)")
          return
        }
      }
    }
    if count != usual {
      let line = "\(count) cases of \(name) in \(ContinuousClock.now - start)\n"
      FileHandle.standardError.write(Data(line.utf8))
    }
  }

  /// Moments and nodes hold digest, residues, changes and effects: whole answers are compared.
  @Test func anySessionIsAnsweredWithTheSameBytes() throws {
    try compare(60) { chance in
      var commands: [String] = []
      for universe in 0...chance.below(2) {
        let clients = chance.below(30) == 0 ? 1 + chance.below(64) : 1 + chance.below(5)
        let seed = chance.next() >> UInt64(11 + chance.below(53))
        commands.append(
          #"{"command":"start","settings":{"seed":\#(seed),"clients":\#(clients)}}"#)
        let head = #""universe":\#(universe)"#
        for _ in 0..<chance.below(5) {
          switch chance.below(4) {
          case 0: commands.append(#"{"command":"play",\#(head)}"#)
          case 1: commands.append(#"{"command":"play","steps":\#(chance.below(60)),\#(head)}"#)
          default:
            let (party, node) = (chance.below(clients + 2), chance.below(30))
            commands.append(
              #"{"command":"detail",\#(head),"party":\#(party),"node":\#(node)}"#)
          }
        }
        commands.append(#"{"command":"play","end":true,\#(head)}"#)
      }
      return commands.map { Array($0.utf8) }
    }
  }

  /// Seeds and numbers of clients as a grid, each run until nothing more happens: the digests are
  /// in the answers.
  @Test func everySeedWithAnyNumberOfClientsIsOneTrace() throws {
    try compare(160) { chance in
      let seed = chance.below(1 << 30)
      let clients = 1 + Int(chance.state % 8)
      return [
        #"{"command":"start","settings":{"seed":\#(seed),"clients":\#(clients)}}"#,
        #"{"command":"play","universe":0,"end":true}"#,
      ].map { Array($0.utf8) }
    }
  }

  /// What is no command is refused in the same words, at the same byte.
  @Test func anyBytesAreRefusedInTheSameWords() throws {
    let pieces = [
      "{", "}", "[", "]", ":", ",", "\"", "\\", "\\u00e9", "\\ud83d\\ude00", "\\ud800", "é", "😀",
      "\u{1}", " ", "\n", "0", "-", "1.5e3", "1e400", "12345678901234567890", "true", "nul",
      "\"command\"", "\"step\"", "\"universe\"", "\"a text of more than fourteen bytes\"",
      "\"fly\"",
    ]
    try compare(100) { chance in
      (0..<20).map { _ in
        var bytes: [UInt8] = []
        if chance.below(3) == 0 { bytes = Array("{\"command\":".utf8) }
        if chance.below(20) == 0 { bytes = Array(repeating: 0x5B, count: 28 + chance.below(8)) }
        for _ in 0..<chance.below(8) { bytes += Array(pieces[chance.below(pieces.count)].utf8) }
        if chance.below(3) == 0 { bytes += Array("}".utf8) }
        if chance.below(8) == 0, !bytes.isEmpty {
          bytes[chance.below(bytes.count)] = UInt8(chance.below(256))
        }
        return bytes
      }
    }
  }

  /// The core repeats the name of a command that it does not know: read, kept and printed.
  @Test func anyTextIsRepeatedInTheSameBytes() throws {
    try compare(100) { chance in
      (0..<10).map { _ in
        let units = (0..<chance.below(30)).map { _ -> String in
          let scalar = Unicode.Scalar(
            UInt32(chance.below(chance.below(2) == 0 ? 128 : 0x11_0000)))
          let digits = String(0x10000 + chance.below(0xD800), radix: 16).dropFirst()
          guard chance.below(4) > 0, let scalar, scalar.value > 0x1F,
            scalar != "\"", scalar != "\\"
          else { return "\\u" + digits }
          return String(scalar)
        }
        return Array("{\"command\":\"\(units.joined())\"}".utf8)
      }
    }
  }
}
