import Testing

@testable import SimpaticoTree

/// Laws of `combine` that need no model: each is stated by `combine` itself.
@Suite struct CombineAlgebra {
  let combiner = Combiner()

  func attempt(_ left: Plain?, _ right: Plain?) -> Attempt<Plain, CombineError> {
    Attempt { () throws(CombineError) in
      Plain(try combiner.combine(left?.value, right?.value))
    }
  }

  @Test func nullZeroesWhateverTheValueHolds() {
    Cases.holds(1500) { random in
      let value = random.plain(deletes: false)
      let zero: Plain =
        switch value {
        case .bool(let flag): .bool(!flag)
        case .number: .number(0)
        case .string: .string("")
        case .array: .array([])
        case .object: .object([:])
        default: .null
        }
      return firstDifference(
        differ("\(value) zeroed", attempt(value, .null), .success(zero)),
        differ(
          "it, zeroed in a field", attempt(.object(["f": value]), .object(["f": .null])),
          .success(.object(["f": zero]))))
    }
  }

  /// Whatever was there, nothing is left; and nothing is what combining starts anew from.
  @Test func deleteIsTheZeroOfCombine() {
    Cases.holds(1500) { random in
      let (value, next) = (random.plain(), random.plain(deletes: false))
      return firstDifference(
        differ("\(value) deleted", attempt(value, .delete), .success(.null)),
        differ(
          "a field deleted", attempt(.object(["f": value]), .object(["f": .delete])),
          .success(.object([:]))),
        differ("the next after it", attempt(.delete, next), .success(next)))
    }
  }

  @Test func whatIsNoArrayIsAppendedToOne() {
    Cases.holds(1500) { random in
      let elements = (0..<random.below(70)).map { _ in random.plain(depth: 1, deletes: false) }
      let added = random.plain(deletes: false)
      if added.kind == .array || added.kind == .null { return nil }
      return differ(
        "\(elements) with \(added)", attempt(.array(elements), added),
        .success(.array(elements + [added])))
    }
  }

  /// Objects that are no messages merge field by field: each field as if it were alone.
  @Test func everyFieldCombinesAsIfItWereAlone() {
    var merged = 0
    Cases.holds(1500) { random in
      let left = random.object(deletes: false)
      guard let right = random.edit(of: left).fields, let fields = left.fields else { return nil }
      guard let result = attempt(left, .object(right)).value else { return nil }
      merged += 1
      for key in Set(fields.keys).union(right.keys) {
        let alone =
          switch right[key] {
          case .delete: nil as Plain?
          case let edit: attempt(fields[key], edit).value
          }
        if let broken = differ("field \(key) of \(left) with \(right)", result[key], alone) {
          return broken
        }
      }
      return nil
    }
    Cases.tried("merges", merged, atLeast: 500)
  }

  /// Equal values combine to equal bytes, whatever was done to come to them.
  @Test func theResultDoesNotDependOnHowTheValuesWereMade() {
    Cases.holds(600) { random in
      let left = random.object(deletes: false)
      let edit = random.edit(of: left)
      var detour = left.value
      let extra = (0..<random.below(40)).map { (Text("extra \($0)"), Value.number($0)) }
      detour = try combiner.combine(detour, .object(Object(extra)))
      detour = try combiner.combine(detour, .object(Object(extra.map { ($0.0, .delete) })))
      if detour != left.value { return "the detour of \(left) leads elsewhere" }
      let direct = Attempt { () throws(CombineError) in
        JSON.print(try combiner.combine(left.value, edit.value))
      }
      let indirect = Attempt { () throws(CombineError) in
        JSON.print(try combiner.combine(detour, edit.value))
      }
      return differ("\(left) with \(edit)", indirect, direct)
    }
  }

  @Test func aRuleThatAnswersNothingChangesNothing() {
    let silent = Combiner(rules: { _, _ in nil })
    Cases.holds(1500) { random in
      let left = random.plain(deletes: false)
      let right = random.edit(of: left)
      let actual = Attempt { () throws(CombineError) in
        Plain(try silent.combine(left.value, right.value))
      }
      return differ("\(left) with \(right)", actual, attempt(left, right))
    }
  }

  /// The answer of a rule stands wherever two scalars meet, at any depth, and nowhere else.
  @Test func aRuleDecidesScalarsAtAnyDepth() {
    let greatest = Combiner(rules: { left, right in
      guard let a = left.number, let b = right.number else { return nil }
      return .number(max(a, b))
    })
    Cases.holds(1500) { random in
      let depth = random.below(5)
      let (a, b) = (random.double(), random.double())
      func wrapped(_ number: Double) -> Value {
        (0..<depth).reduce(.number(number)) { inner, level in [Text("level \(level)"): inner] }
      }
      let result = try greatest.combine(wrapped(a), wrapped(b))
      let both = try greatest.combine([wrapped(a)], [wrapped(b)])
      return firstDifference(
        differ("\(a) with \(b)", result, wrapped(max(a, b))),
        differ("elements of arrays", both, [wrapped(a), wrapped(b)]))
    }
  }
}
