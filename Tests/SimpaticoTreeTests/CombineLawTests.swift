import Testing

@testable import SimpaticoTree

/// The laws of `combine`, on random values and against the model.
@Suite struct CombineLaws {
  let combiner = Combiner()
  let model = PlainCombiner()

  /// What the library makes of a pair, in the model's words.
  func attempt(_ left: Plain?, _ right: Plain?) -> Attempt<Plain, CombineError> {
    Attempt { () throws(CombineError) in
      Plain(try combiner.combine(left?.value, right?.value))
    }
  }

  @Test func anyPairCombinesAsInTheModel() {
    Cases.holds(6000) { random in
      let left = random.plain(deletes: false)
      let right = random.chance(percent: 15) ? random.plain() : random.edit(of: left)
      let expected = Attempt { () throws(CombineError) in try model.combine(left, right) }
      return differ("\(left) with \(right)", attempt(left, right), expected)
    }
  }

  @Test func longSequencesOfEditsFoldAsInTheModel() {
    Cases.holds(150) { random in
      var value: Value = [:]
      var plain: Plain = .object([:])
      for _ in 0..<60 {
        let edit = random.edit(of: plain)
        let expected = Attempt { () throws(CombineError) in try model.combine(plain, edit) }
        let actual = Attempt { () throws(CombineError) in try combiner.combine(value, edit.value) }
        if let next = actual.value { value = next }
        if let next = expected.value { plain = next }
        if let broken = differ("\(edit)", Plain(value), plain) { return broken }
      }
      return nil
    }
  }

  @Test func absentOrNullLeftGivesTheRight() {
    Cases.holds(2000) { random in
      let right = random.plain(deletes: false)
      return firstDifference(
        differ("absent with it", attempt(nil, right), .success(right)),
        differ("null with it", attempt(.null, right), .success(right)))
    }
  }

  @Test func absentRightGivesTheLeft() {
    Cases.holds(2000) { random in
      let left = random.plain()
      return differ("it with absent", attempt(left, nil), .success(left))
    }
  }

  @Test func emptyObjectAndEmptyArrayAreIdentitiesOfTheirKind() {
    Cases.holds(2000) { random in
      let object = random.object(deletes: false)
      let array = Plain.array((0..<random.below(4)).map { _ in random.plain(deletes: false) })
      return firstDifference(
        differ("object with {}", attempt(object, .object([:])), .success(object)),
        differ("{} with object", attempt(.object([:]), object), .success(object)),
        differ("array with []", attempt(array, .array([])), .success(array)),
        differ("[] with array", attempt(.array([]), array), .success(array)))
    }
  }

  @Test func nullZeroesByKind() throws {
    #expect(try combiner.combine([1, 2], .null) == [])
    #expect(try combiner.combine(["a": 1], .null) == [:])
    #expect(try combiner.combine(7, .null) == 0)
    #expect(try combiner.combine("text", .null) == "")
    #expect(try combiner.combine(true, .null) == false)
    #expect(try combiner.combine(false, .null) == true)
    #expect(try combiner.combine(.null, .null) == .null)
    #expect(try combiner.combine(["a": ["b": 3]], ["a": ["b": .null]]) == ["a": ["b": 0]])
    #expect(throws: CombineError.mismatch(path: "f", left: .handler, right: .null)) {
      try combiner.combine(["f": .handler("log")], ["f": .null])
    }
  }

  @Test func aBoolIsToggledByNullAgainAndAgain() throws {
    var value: Value = ["on": true]
    for round in 1...6 {
      value = try combiner.combine(value, ["on": .null])
      #expect(value["on"]?.bool == (round % 2 == 0))
    }
  }

  @Test func arraysConcatenateAndAnythingElseIsAppended() throws {
    #expect(try combiner.combine([1], [2, 3]) == [1, 2, 3])
    #expect(try combiner.combine([1], [[2]]) == [1, [2]])
    #expect(try combiner.combine([1], 2) == [1, 2])
    #expect(try combiner.combine([1], "two") == [1, "two"])
    #expect(try combiner.combine([1], false) == [1, false])
    #expect(try combiner.combine([1], ["a": 2]) == [1, ["a": 2]])
    #expect(try combiner.combine([1], .handler("log")) == [1, .handler("log")])
    #expect(try combiner.combine(["a": [1]], ["a": 2]) == ["a": [1, 2]])
  }

  @Test func arrayLengthsAddUp() {
    Cases.holds(300) { random in
      let first = (0..<random.below(80)).map { Plain.number(Double($0)) }
      let second = (0..<random.below(80)).map { _ in random.plain(depth: 1, deletes: false) }
      return differ(
        "the sum", attempt(.array(first), .array(second)), .success(.array(first + second)))
    }
  }

  @Test func numbersAdd() throws {
    #expect(try combiner.combine(1, 2) == 3)
    #expect(try combiner.combine(0.5, -0.25) == 0.25)
    #expect(try combiner.combine(9_007_199_254_740_991, 1) == 9_007_199_254_740_992)
  }

  @Test func aSumThatIsNotFiniteIsRefused() {
    let most = Value.number(Double.greatestFiniteMagnitude)
    #expect(throws: CombineError.notFinite(path: "")) { try combiner.combine(most, most) }
    #expect(throws: CombineError.notFinite(path: "a.b")) {
      try combiner.combine(["a": ["b": most]], ["a": ["b": most]])
    }
    #expect(throws: CombineError.notFinite(path: "")) { try combiner.combine(1, .number(.nan)) }
    #expect(throws: CombineError.notFinite(path: "")) {
      try combiner.combine(.number(.infinity), .number(-.infinity))
    }
  }

  @Test func stringsBoolsAndHandlersReplace() throws {
    #expect(try combiner.combine("a", "b") == "b")
    #expect(try combiner.combine("a", "a text of more than fourteen bytes").string?.count == 34)
    #expect(try combiner.combine("a text of more than fourteen bytes", "") == "")
    #expect(try combiner.combine(true, true) == true)
    #expect(try combiner.combine(true, false) == false)
    #expect(try combiner.combine(.handler("a"), .handler("b")) == .handler("b"))
  }

  @Test func objectsMergeDeeply() throws {
    let left: Value = ["a": ["b": ["c": 1, "kept": "x"]], "also": true]
    let right: Value = ["a": ["b": ["c": 2, "new": [1]]], "more": .null]
    #expect(
      try combiner.combine(left, right) == [
        "a": ["b": ["c": 3, "kept": "x", "new": [1]]], "also": true, "more": .null,
      ])
  }

  /// Kept counterexamples: grouped to the right, null is gone before it meets what it would zero.
  @Test func combineIsNotAssociative() throws {
    let triples: [(Value, Value, Value, toTheLeft: Value, toTheRight: Value)] = [
      (2, .null, 3, toTheLeft: 3, toTheRight: 5),
      ([1], .null, [2], toTheLeft: [2], toTheRight: [1, 2]),
      (["a": 1], ["a": .delete], ["a": 2], toTheLeft: ["a": 2], toTheRight: ["a": 3]),
    ]
    for (first, second, third, toTheLeft, toTheRight) in triples {
      let left = try combiner.combine(try combiner.combine(first, second), third)
      let right = try combiner.combine(first, try combiner.combine(second, third))
      #expect(left == toTheLeft)
      #expect(right == toTheRight)
    }
  }
}
