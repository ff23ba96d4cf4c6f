import Foundation
import SimpaticoTree

@testable import SimpaticoProtocol

extension QRCode {
  /// A text as an invitation has it: 121 bytes.
  static let link =
    "https://relay.example.org/chat#invite=Zm9vYmFyYmF6cXV4LV9aRzl2WW1GeVltRjZjWFY0LV8."
    + "MTIzNDU2Nzg5MGFi.c2VjcmV0LW9mLTEyOC1iaX"

  /// The code of a text whose version or mask may be given.
  static func make(
    _ text: String, _ correction: Correction, version: Int? = nil, mask: Int? = nil
  ) throws -> QRCode {
    try QRCode(text: Text(text), correction: correction, version: version, mask: mask)
  }

  /// Row by row, four modules a digit; the first row's bits are filled up with zeros on the left.
  var hexadecimalRows: [String] {
    (0..<size).map { y in
      let bits =
        String(repeating: "0", count: 3 - (size + 3) % 4)
        + (0..<size).map { x in
          self[x, y] ? "1" : "0"
        }.joined()
      return stride(from: 0, to: bits.count, by: 4).map { start in
        let digit = bits.dropFirst(start).prefix(4)
        return String(Int(digit, radix: 2) ?? 0, radix: 16)
      }.joined()
    }
  }
}

/// A seeded source of texts (SplitMix64). `SIMPATICO_TEST_SEED` tries others than the usual ones.
struct SeededRandom: RandomNumberGenerator, CustomStringConvertible {
  let seed: UInt64
  private var state: UInt64

  init() {
    seed =
      ProcessInfo.processInfo.environment["SIMPATICO_TEST_SEED"].flatMap { UInt64($0) } ?? 1
    state = seed
  }

  init(seed: UInt64) {
    self.seed = seed
    state = seed
  }

  var description: String { "SIMPATICO_TEST_SEED=\(seed)" }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// What texts are made of: what each mode can spell, and what needs several bytes.
  enum Alphabet: Int, CaseIterable {
    case digits, alphanumeric, ascii, unicode

    var letters: [String] {
      switch self {
      case .digits: (0...9).map { "\($0)" }
      case .alphanumeric: "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:".map { "\($0)" }
      case .ascii: (0x20...0x7E).map { "\(Character(UnicodeScalar(UInt8($0))))" }
      case .unicode: ["a", " ", "ä", "ß", "é", "世", "界", "я", "ש", "👋", "\u{301}"]
      }
    }
  }

  /// A text of so many bytes. It is in the mode of its alphabet, whatever chance says.
  mutating func text(_ alphabet: Alphabet, bytes: Int) -> String {
    let letters = alphabet.letters
    // A mark that no denser mode has: nothing is marked where there is no room for it.
    var text =
      switch alphabet {
      case .digits: ""
      case .alphanumeric: ":"
      case .ascii: "a"
      case .unicode: "ü"
      }
    while text.utf8.count < bytes {
      let letter = letters.randomElement(using: &self) ?? ""
      if text.utf8.count + letter.utf8.count <= bytes { text += letter }
    }
    return text
  }
}
