import Testing

@testable import SimpaticoTree

/// Patterns answer nothing, or exactly what was not met.
@Suite struct PatternTests {
  private struct Row: CustomTestStringConvertible, Sendable {
    let pattern: Value
    let value: Value?
    let failures: Value?

    init(_ pattern: Value, _ value: Value?, _ failures: Value?) {
      self.pattern = pattern
      self.value = value
      self.failures = failures
    }

    var testDescription: String {
      "\(JSON.print(pattern)) of \(value.map { JSON.print($0).description } ?? "nothing")"
    }
  }

  private static let rows: [Row] = [
    // Kinds.
    Row(["num"], 0.1, nil), Row(["num"], "a", ["num"]), Row(["num"], nil, ["num"]),
    Row(["int"], 1, nil), Row(["int"], 0.1, ["int"]), Row(["int"], 1e300, nil),
    Row(["str"], "", nil), Row(["str"], 1, ["str"]), Row(["bool"], false, nil),
    Row(["bool"], 0, ["bool"]), Row(["arr"], [1, 2, 3], nil), Row(["arr"], ["a": 1], ["arr"]),
    Row(["obj"], ["a": 1], nil), Row(["obj"], [], ["obj"]), Row(["num"], .null, ["num"]),
    Row(["undef"], nil, nil), Row(["undef"], .null, ["undef"]), Row([], nil, nil),
    // The case of names does not matter; several may fail.
    Row(["NUM", "Between", 0, 3], 4, ["between", 0, 3]),
    Row(["num", "between", 5, 10], "abc", ["num", "between", 5, 10]),
    Row(["num", "between", 0, 10], "abc", ["num"]),
    // Sizes: numbers themselves, scalars of strings, entries of containers.
    Row(["num", "between", 0, 3], 0, nil), Row(["num", "between", 0, 3], 3, nil),
    Row(["num", "between", 0, 3], 3.01, ["between", 0, 3]),
    Row(["str", "between", 1, 3], "aé€", nil),
    Row(["str", "between", 1, 3], "", ["between", 1, 3]),
    Row(["str", "size", 1], "😀", nil), Row(["str", "size", 3], "ab", ["size", 3]),
    Row(["arr", "size", 2], [1, 2], nil), Row(["obj", "between", 1, 1], ["a": 1], nil),
    Row(["between", 0, 9], .bool(true), ["between", 0, 9]),
    // Optional: nothing passes, a bad value does not.
    Row(["optional"], nil, nil), Row(["optional", "num"], nil, nil),
    Row(["optional", "num"], "a", ["num"]), Row(["optional", "num", "between", 0, 3], 2, nil),
    Row(["optional", "num", "between", 0, 3], "a", ["num"]),
    Row(["optional", "between", 0, 3], 4, ["between", 0, 3]),
    Row(["optional", "num"], .null, ["num"]),
    // Choices.
    Row(["pick", 1, "a", "b"], "b", nil), Row(["pick", 1, ["a", "b"]], "b", nil),
    Row(["str", "pick", 1, "a", "b"], "c", ["pick", 1, ["a", "b"]]),
    Row(["pick", 2, 1, 2, 3], [3, 1], nil), Row(["pick", 2, 1, 2], [1, 1], ["pick", 2, [1, 2]]),
    Row(["pick", 2, 1, 2], [1], ["pick", 2, [1, 2]]),
    Row(["pick", 2, 1, 2], 1, ["pick", 2, [1, 2]]),
    Row(["pick", 1, "a"], nil, ["pick", 1, ["a"]]),
    // Alphabets.
    Row(["hex"], "09afAF", nil), Row(["hex"], "", nil), Row(["hex"], "0g", ["hex"]),
    Row(["hex"], 10, ["hex"]), Row(["base64url"], "aZ09-_", nil),
    Row(["base64url"], "a+", ["base64url"]), Row(["base64url"], "a=", ["base64url"]),
    // Literals.
    Row("dec", "dec", nil), Row("dec", "inc", ["equals", "dec"]), Row(1, 2, ["equals", 1]),
    Row(1, nil, ["equals", 1]), Row(true, 1, ["equals", true]), Row(["equals", [1]], [1], nil),
    Row(["equals", "dec"], "inc", ["equals", "dec"]),
    // Objects.
    Row([:], ["everything": "passes"], nil), Row([:], 5, nil), Row([:], nil, nil),
    Row(.null, ["everything": "fails"], [:]), Row(.null, nil, [:]),
    Row(["a": ["str"]], "no object", ["a": ["str"]]), Row(["a": ["str"]], nil, ["a": ["str"]]),
    Row(["a": ["num"]], ["a": 1, "b": 2], nil), Row(["a": ["num"]], [:], ["a": ["num"]]),
    Row(["a": .null], ["a": .null], nil), Row(["a": .null], ["a": 1], ["a": ["equals", .null]]),
    Row(["a": ["num"], "b": ["num"]], ["a": 1, "b": ""], ["b": ["num"]]),
    Row(["a": ["num"], "b": ["c": ["num"]]], ["a": 1, "b": ["c": ""]], ["b": ["c": ["num"]]]),
    Row(["b": ["c": ["num"]]], ["b": 1], ["b": ["c": ["num"]]]),
    Row(["handler": "dec", "b": ["optional", "num", "between", 0, 10]], ["handler": "dec"], nil),
  ]

  @Test(arguments: rows)
  private func failuresAreExactlyWhatWasNotMet(row: Row) throws {
    #expect(try Pattern(row.pattern).failures(of: row.value) == row.failures)
  }

  @Test(arguments: rows)
  private func failuresAreThemselvesAPatternThatFails(row: Row) throws {
    guard let failures = row.failures, !row.pattern.isNull else { return }
    #expect(try Pattern(failures).failures(of: row.value) == failures)
  }

  @Test func manyFieldsFailTogether() throws {
    let fruit: Value = ["str", "pick", 1, "apple", "orange", "banana"]
    let pattern = try Pattern([
      "a": ["num", "between", 0, 10], "b": ["str"], "c": ["optional", "str", "between", 0, 10],
      "d": ["e": ["num", "between", 0, 10], "f": ["optional", "str", "between", 3, 8]], "g": fruit,
    ])
    #expect(pattern.failures(of: ["a": 5, "b": "", "d": ["e": 3], "g": "apple"]) == nil)
    #expect(
      pattern.failures(of: ["a": 5, "b": "", "d": ["e": 11, "f": "abcd"], "g": "pear"]) == [
        "d": ["e": ["between", 0, 10]], "g": ["pick", 1, ["apple", "orange", "banana"]],
      ])
  }

  @Test(
    arguments: [
      (["nim"], .unknownPredicate, "nim", ""), ([1], .notAName, "1", ""),
      (["num", .null], .notAName, "null", ""),
      (["num", "between", 0], .missingArgument, "between", ""),
      (["a": ["b": ["Size"]]], .missingArgument, "Size", "a.b"),
      (["pick"], .missingArgument, "pick", ""),
      (["pick", 1], .missingArgument, "pick", ""), (["pick", 3, 1, 2], .badArgument, "pick", ""),
      (["pick", 0, 1], .badArgument, "pick", ""), (["pick", 1, []], .badArgument, "pick", ""),
      (["between", 3, 0], .badArgument, "between", ""), (["size", "3"], .badArgument, "size", ""),
      (["a": ["equals"]], .missingArgument, "equals", "a"),
    ] as [(Value, PatternError.Kind, Text, Text)])
  func badPatternIsRefusedWhenItIsMade(
    pattern: Value, kind: PatternError.Kind, predicate: Text, path: Text
  ) {
    #expect(throws: PatternError(kind: kind, predicate: predicate, path: path)) {
      try Pattern(pattern)
    }
  }

  @Test func errorSaysWhatAndWhere() {
    let error = PatternError(kind: .missingArgument, predicate: "size", path: "a.b")
    #expect(error.description == "'size' lacks an argument in the pattern of 'a.b'")
  }

  @Test(
    arguments: [
      (["a": ["num"]], ["a": 1, "state2": "VERIFIED"], ["a": 1]),
      (["a": ["b": ["num"]]], ["a": ["b": 1, "c": 2], "d": 3], ["a": ["b": 1]]),
      (["a": ["b": ["num"]]], ["a": ["b": 1]], ["a": ["b": 1]]),
      (["a": ["obj"]], ["a": ["b": 1, "c": 2]], ["a": ["b": 1, "c": 2]]),
      (["a": ["num"], "b": ["optional", "num"]], ["a": 1, "c": 2], ["a": 1]),
      (["a": "x", "b": "y"], ["c": 1], [:]), ([:], ["a": 1], [:]), (["num"], ["a": 1], ["a": 1]),
      (["a": ["b": 1]], ["a": 5], ["a": 5]), (["a": 1], "text", "text"),
    ] as [(Value, Value, Value)])
  func restrictedKeepsNamedFieldsOnly(pattern: Value, value: Value, kept: Value) throws {
    #expect(try Pattern(pattern).restricted(value) == kept)
  }
}
