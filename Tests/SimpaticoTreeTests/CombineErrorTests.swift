import Testing

@testable import SimpaticoTree

/// What `combine` refuses, and what it says about it.
@Suite struct CombineErrors {
  let combiner = Combiner()

  @Test func everyOtherPairOfKindsIsAMismatch() {
    let values: [Value] = [true, 1, "x", ["a": 1], .handler("log")]
    for left in values {
      for right in values + [[1]] where left.kind != right.kind {
        #expect(
          throws: CombineError.mismatch(path: "", left: left.kind, right: right.kind),
          "\(left.kind) with \(right.kind)"
        ) { try combiner.combine(left, right) }
      }
    }
  }

  @Test func aMismatchNamesItsPath() {
    #expect(throws: CombineError.mismatch(path: "a.b.c", left: .number, right: .string)) {
      try combiner.combine(["a": ["b": ["c": 1]]], ["a": ["b": ["c": "x"]]])
    }
    #expect(throws: CombineError.mismatch(path: "list", left: .object, right: .array)) {
      try combiner.combine(["list": [:]], ["list": [1]])
    }
  }

  @Test func aScalarRuleDecidesBeforeTheStandingRules() throws {
    let combiner = Combiner(rules: { left, right in
      if let a = left.number, let b = right.number { return .number(max(a, b)) }
      if let a = left.string, let b = right.string { return .string(a + b) }
      if left.number != nil, right.string == "reset" { return 0 }
      return nil
    })
    #expect(try combiner.combine(["high": 5], ["high": 3]) == ["high": 5])
    #expect(try combiner.combine(["high": 5], ["high": 8]) == ["high": 8])
    #expect(try combiner.combine(["text": "a"], ["text": "b"]) == ["text": "ab"])
    #expect(try combiner.combine(["high": 5], ["high": "reset"]) == ["high": 0])
    #expect(try combiner.combine(["on": true], ["on": false]) == ["on": false])
    #expect(throws: CombineError.mismatch(path: "high", left: .number, right: .bool)) {
      try combiner.combine(["high": 5], ["high": true])
    }
  }

  @Test func aScalarRuleIsNotAskedAboutAbsenceZeroesArraysAndTwoObjects() throws {
    let combiner = Combiner(rules: { left, right in
      Issue.record("asked about \(left.kind) with \(right.kind)")
      return nil
    })
    _ = try combiner.combine(
      ["list": [1], "object": ["x": 1], "zero": 3, "gone": 4],
      ["list": 2, "object": ["y": 2], "zero": .null, "gone": .delete, "new": 5])
  }

  @Test func theDepthLimitIsExact() throws {
    for limit in [0, 1, 2, 5, 30] {
      let combiner = Combiner(depthLimit: limit)
      for wrap in [array, object] {
        #expect(try combiner.combine(nil, nested(limit, wrap)) == nested(limit, wrap))
        #expect(throws: CombineError.tooDeep) {
          try combiner.combine(nil, nested(limit + 1, wrap))
        }
      }
      let deep = nested(limit, object)
      #expect(try Plain(combiner.combine(deep, deep)).nesting == limit)
      let deeper = nested(limit + 1, object)
      #expect(throws: CombineError.tooDeep) { try combiner.combine(deeper, deeper) }
    }
  }

  @Test func aScalarIsALevelOfItsOwn() throws {
    let combiner = Combiner(depthLimit: 1)
    #expect(try combiner.combine([:], ["a": 1]) == ["a": 1])
    #expect(throws: CombineError.tooDeep) {
      try combiner.combine(["a": ["b": 1]], ["a": ["c": 1]])
    }
  }

  @Test func aMarkerDoesNotHideWhatIsTooDeep() {
    let combiner = Combiner(depthLimit: 4)
    let deep = nested(9, object)
    #expect(throws: CombineError.tooDeep) { try combiner.combine([:], ["a": .delete, "b": deep]) }
    #expect(throws: CombineError.tooDeep) { try combiner.combine([], [.delete, deep]) }
  }

  @Test func noResidueIsDeeperThanTheLimit() {
    let combiner = Combiner(depthLimit: 3)
    let model = PlainCombiner(depthLimit: 3)
    Cases.holds(3000) { random in
      let drawn = (random.plain(deletes: false), random.plain(depth: 5))
      guard let left = try? model.combine(nil, drawn.0) else { return nil }
      let right = random.chance(percent: 50) ? random.edit(of: left, depth: 5) : drawn.1
      let actual = Attempt { () throws(CombineError) in
        Plain(try combiner.combine(left.value, right.value))
      }
      let expected = Attempt { () throws(CombineError) in try model.combine(left, right) }
      if let nesting = actual.value?.nesting, nesting > 3 {
        return "\(left) with \(right) nests \(nesting) deep"
      }
      return differ("\(left) with \(right)", actual, expected)
    }
  }

  @Test func depthOfThousandsIsAnErrorAndNoCrash() {
    let deep = nested(2000, object)
    #expect(throws: CombineError.tooDeep) { try combiner.combine(nil, deep) }
    #expect(throws: CombineError.tooDeep) { try combiner.combine(deep, deep) }
    #expect(throws: CombineError.tooDeep) { try combiner.combine([], nested(2000, array)) }
  }

  private func array(_ inner: Value) -> Value { [inner] }
  private func object(_ inner: Value) -> Value { ["a": inner] }

  private func nested(_ depth: Int, _ wrap: (Value) -> Value) -> Value {
    (0..<depth).reduce(1 as Value) { value, _ in wrap(value) }
  }
}
