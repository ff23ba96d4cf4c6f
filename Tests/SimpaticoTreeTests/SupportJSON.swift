import Foundation

@testable import SimpaticoTree

extension CaseRandom {
  /// Debug builds try fewer cases, so that the whole run stays short.
  static func effort(_ cases: Int) -> Int {
    #if DEBUG
      max(1, cases / 20)
    #else
      cases
    #endif
  }

  /// Any finite double: of all bit patterns, or of few digits.
  mutating func double() -> Double {
    switch below(4) {
    case 0: return Double(Int64(bitPattern: next()) >> Int64(below(64)))
    case 1: return Double(below(2_000_000) - 1_000_000) / [1, 10, 100, 1_000, 65_536][below(5)]
    default:
      let double = Double(bitPattern: next())
      return double.isFinite ? double : 0
    }
  }

  mutating func text(longest: Int = 24) -> Text {
    let scalars: [Unicode.Scalar] = [
      "a", "b", "z", " ", "\"", "\\", "/", "\n", "\u{0}", "\u{1F}", "\u{7F}", "é", "\u{2028}", "€",
      "\u{FFFF}", "😀", "0", "{", "]", ",",
    ]
    var string = chance(percent: 20) ? String(repeating: "x", count: below(40)) : ""
    for _ in 0..<below(longest) {
      string.unicodeScalars.append(chance(percent: 70) ? "k" : pick(scalars))
    }
    return Text(string)
  }

  /// Any value that JSON can hold.
  mutating func json(depth: Int = 4) -> Value {
    switch below(depth > 0 ? 9 : 5) {
    case 0: return .null
    case 1: return .bool(chance(percent: 50))
    case 2: return .number(double())
    case 3, 4: return .string(text())
    case 5, 6:
      let count = chance(percent: 3) ? below(100) : below(6)
      return .array((0..<count).map { _ in json(depth: depth - 1) })
    default:
      let count = chance(percent: 3) ? below(100) : below(6)
      return .object(Object((0..<count).map { _ in (text(longest: 6), json(depth: depth - 1)) }))
    }
  }

  /// JSON of a value with spaces, needless escapes and keys in any order.
  mutating func spelling(_ value: Value) -> String {
    let space = chance(percent: 20) ? pick([" ", "\n\t", "  \r\n"]) : ""
    switch value.content {
    case .array(let elements):
      let inside = elements.elements.map { spelling($0) }
      return space + "[" + space + inside.joined(separator: ",") + "]" + space
    case .object(let fields):
      let inside = fields.keys.shuffled(using: &self).map { key in
        spelling(.string(key)) + ":" + spelling(fields[key] ?? .null)
      }
      return space + "{" + inside.joined(separator: "," + space) + space + "}" + space
    case .string(let text):
      let escaped = text.description.utf16.map { unit in
        let isPlain = unit >= 0x20 && unit < 0x7F && unit != 0x22 && unit != 0x5C
        if isPlain, !chance(percent: 10) { return String(UnicodeScalar(UInt8(unit))) }
        return "\\u" + String(0x10000 + Int(unit), radix: 16).dropFirst()
      }
      return space + "\"" + escaped.joined() + "\"" + space
    case .null, .bool, .number, .delete, .handler:
      return space + JSON.print(value).description + space
    }
  }
}

/// The same numbers, including the sign of zero, which `==` does not tell.
func sameBits(_ left: Double, _ right: Double) -> Bool { left.bitPattern == right.bitPattern }
