@testable import SimpaticoTree

extension CaseRandom {
  /// Keys that fit inside a `Text`, that do not, that are no ASCII, and one of a handle.
  private static let keys = [
    "a", "b", "c", "ab", "é", "ä😀", "a key of more than fourteen bytes", "_h",
  ]
  private static let strings = [
    "", "x", "fourteen bytes", "more than fourteen bytes", "é😀", "true",
  ]
  private static let numbers = [0, 1, -1, 0.5, 3, 1e300, -1e300, 9_007_199_254_740_992]

  mutating func key() -> String { pick(CaseRandom.keys) }
  mutating func text() -> Text { Text(pick(CaseRandom.strings)) }

  /// A value of any kind but a handler reference, markers included if asked for.
  mutating func plain(depth: Int = 3, deletes: Bool = true) -> Plain {
    switch below(depth > 0 ? 12 : 6) {
    case 0: return .null
    case 1: return .bool(chance(percent: 50))
    case 2: return .number(pick(CaseRandom.numbers))
    case 3, 4: return .string(pick(CaseRandom.strings))
    case 5: return deletes ? .delete : .number(Double(below(100)))
    case 6, 7, 8:
      return .array((0..<below(4)).map { _ in plain(depth: depth - 1, deletes: deletes) })
    default: return object(depth: depth - 1, deletes: deletes)
    }
  }

  mutating func object(depth: Int = 2, deletes: Bool = true) -> Plain {
    var fields: [String: Plain] = [:]
    for _ in 0..<below(5) { fields[key()] = plain(depth: depth, deletes: deletes) }
    return .object(fields)
  }

  /// A value that mostly can be combined with `left`, so that merges are tried, not only refusals.
  mutating func edit(of left: Plain?, depth: Int = 3) -> Plain {
    if chance(percent: 3) { return plain(depth: depth) }
    if chance(percent: 6) { return .null }
    switch left {
    case nil, .null, .delete: return plain(depth: depth)
    case .bool: return .bool(chance(percent: 50))
    case .number: return .number(pick(CaseRandom.numbers))
    case .string: return .string(pick(CaseRandom.strings))
    case .handler: return .handler(chance(percent: 50) ? "script" : "quiet")
    case .array: return plain(depth: depth)
    case .object(let fields):
      var changed: [String: Plain] = [:]
      for _ in 0..<(1 + below(3)) {
        let key = fields.isEmpty || chance(percent: 30) ? self.key() : pick(sortedKeys(fields))
        if key == "handlers" { continue }
        changed[key] = chance(percent: 12) ? .delete : edit(of: fields[key], depth: depth - 1)
      }
      return .object(changed)
    }
  }

  /// A message to one of the names in `Script.table`, or seldom to a name that is not there.
  mutating func message(residue: Plain, depth: Int = 3) -> Plain {
    let names = ["script", "script", "script", "script", "alias", "quiet", "single"]
    let odd = ["ghost", "broken", "nobody"]
    let name = chance(percent: 2) ? pick(odd) : pick(names)
    let steps = (0..<below(depth > 0 ? 4 : 2)).map { _ in step(residue: residue, depth: depth) }
    return .object(["handler": .string(name), "do": .array(steps)])
  }

  private mutating func step(residue: Plain, depth: Int) -> Plain {
    switch below(12) {
    case 0: return .object(["effect": plain(depth: 1)])
    case 1: return .object(["post": .number(Double(below(3))), "message": plain(depth: 1)])
    case 2: return .object(["context": .string("told \(below(3))")])
    case 3: return .object(["count": .string("counted")])
    case 4:
      return chance(percent: 15)
        ? .object(["refuse": .string("no")]) : .object(["effect": .string("yes")])
    case 5, 6, 7:
      return .object(["merge": edit(of: residue.fields.map { .object($0) }, depth: 2)])
    default:
      let inner: Plain =
        depth > 0 ? message(residue: residue, depth: depth - 1) : .object(["leaf": .number(1)])
      return .object(["merge": inner])
    }
  }
}
