import Testing

@testable import SimpaticoTree

/// The laws of patterns, on random patterns and values and against a model that reads the pattern
/// anew each time.
@Suite struct PatternLaws {
  private static let strings = ["", "09af", "AF", "zZ-_", "a+", "é😀", "num", "more than 14 bytes"]

  /// A small value, of which many meet many conditions.
  private static func value(_ random: inout CaseRandom, depth: Int = 2) -> Plain {
    switch random.below(depth > 0 ? 9 : 6) {
    case 0: return .null
    case 1: return .bool(random.chance(percent: 50))
    case 2, 3: return .number(random.pick([0, 1, 2, 3, 0.5, -1, 1e300, 9_007_199_254_740_992]))
    case 4, 5: return .string(random.pick(strings))
    case 6: return .array((0..<random.below(4)).map { _ in value(&random, depth: depth - 1) })
    default:
      let fields = (0..<random.below(4)).map { _ in
        (random.pick(["a", "b", "c", "d"]), value(&random, depth: depth - 1))
      }
      return .object(Dictionary(fields) { $1 })
    }
  }

  private static func pattern(_ random: inout CaseRandom, depth: Int = 2) -> Plain {
    switch random.below(depth > 0 ? 10 : 5) {
    case 0: return value(&random, depth: 0)
    case 1..<5: return .array((0..<random.below(3)).flatMap { _ in predicate(&random) })
    default:
      let fields = (0..<random.below(4)).map { _ in
        (random.pick(["a", "b", "c", "e"]), pattern(&random, depth: depth - 1))
      }
      return .object(Dictionary(fields) { $1 })
    }
  }

  private static func predicate(_ random: inout CaseRandom) -> [Plain] {
    let names = [
      "num", "int", "str", "bool", "arr", "obj", "undef", "hex", "base64url", "optional", "NUM",
      "Hex",
    ]
    let bounds: [Double] = [0, 0.5, 1, 2, 3]
    switch random.below(12) {
    case 0: return [.string("between"), .number(0), .number(random.pick(bounds))]
    case 1:
      return [.string("Between"), .number(random.pick(bounds)), .number(random.pick(bounds))]
    case 2: return [.string("size"), .number(random.pick(bounds))]
    case 3: return [.string("equals"), value(&random)]
    case 4:
      let options = (0..<(1 + random.below(3))).map { _ in value(&random, depth: 1) }
      return [.string("pick"), .number(Double(1 + random.below(2)))] + options
    case 5: return random.chance(percent: 10) ? [value(&random)] : [.string("num")]
    default: return [.string(random.pick(names))]
    }
  }

  /// What a pattern is refused with, or what a value fails.
  private static func failures(
    _ pattern: Plain, of value: Plain?
  ) -> Attempt<Plain?, PatternError> {
    Attempt { () throws(PatternError) in
      try Pattern(pattern.value).failures(of: value?.value).map { Plain($0) }
    }
  }

  @Test func failuresAreExactlyWhatWasNotMet() {
    var answers: [String: Int] = [:]
    Cases.holds(3000) { random in
      let pattern = Self.pattern(&random)
      let value = random.chance(percent: 6) ? nil : Self.value(&random)
      let expected = Attempt { () throws(PatternError) in
        try PlainPattern.failures(pattern, of: value)
      }
      let actual = Self.failures(pattern, of: value)
      switch actual {
      case .success(nil): answers["passing", default: 0] += 1
      case .success: answers["failing", default: 0] += 1
      case .failure: answers["bad patterns", default: 0] += 1
      }
      return differ("\(pattern) of \(value.map { "\($0)" } ?? "nothing")", actual, expected)
    }
    for answer in ["passing", "failing", "bad patterns"] {
      Cases.tried(answer, answers[answer, default: 0], atLeast: 100)
    }
  }

  /// The answer is itself a pattern, and the value fails it in the same way.
  @Test func failuresAreAPatternThatTheValueFails() {
    Cases.holds(3000) { random in
      let pattern = Self.pattern(&random)
      let value = Self.value(&random)
      guard pattern != .null, let failures = Self.failures(pattern, of: value).value ?? nil else {
        return nil
      }
      return differ("\(failures) of \(value)", Self.failures(failures, of: value).value, failures)
    }
  }

  @Test func restrictedKeepsExactlyTheNamedFields() {
    var shorter = 0
    Cases.holds(3000) { random in
      let (plain, value) = (Self.pattern(&random), Self.value(&random))
      guard let pattern = try? Pattern(plain.value) else { return nil }
      let restricted = pattern.restricted(value.value)
      if restricted != value.value { shorter += 1 }
      return firstDifference(
        differ(
          "\(value) by \(plain)", Plain(restricted), PlainPattern.restricted(value, by: plain)),
        differ("again", pattern.restricted(restricted), restricted),
        restricted.object?.brokenInvariant())
    }
    Cases.tried("fields that are not named", shorter, atLeast: 200)
  }

  /// Dropping what is not named changes no answer, but where a size or a whole object is judged,
  /// which the pattern then has not named field by field.
  @Test func aMessageOfNamedFieldsPassesAsTheWholeOneDoes() {
    Cases.holds(3000) { random in
      let fields = ["a", "b", "c"].map { key in
        (key, Plain.array((0..<random.below(3)).flatMap { _ in Self.predicate(&random) }))
      }
      let plain = Plain.object(Dictionary(uniqueKeysWithValues: fields))
      guard let pattern = try? Pattern(plain.value) else { return nil }
      let value = Plain.object(["a", "b", "d"].reduce(into: [:]) { $0[$1] = Self.value(&random) })
      return differ(
        "\(value) by \(plain)", pattern.failures(of: pattern.restricted(value.value)),
        pattern.failures(of: value.value))
    }
  }
}
