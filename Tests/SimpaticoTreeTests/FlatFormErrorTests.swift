import Testing

@testable import SimpaticoTree

/// What is not a flat form is refused, with the position of the first wrong element.
@Suite struct FlatFormErrors {
  /// That reading fails with an error whose sentence is `text`.
  func expect(
    _ flat: Value, _ error: FlatFormError, _ text: Text,
    location: SourceLocation = #_sourceLocation
  ) {
    #expect(throws: error, sourceLocation: location) {
      try FlatForm.read(flat, combiner: FlatFormTests.combiner)
    }
    #expect(error.text == text, sourceLocation: location)
  }

  @Test func whatIsNoArray() {
    expect(["a": 1], .notAnArray(.object), "a tree's flat form is an array, not object")
    expect("text", .notAnArray(.string), "a tree's flat form is an array, not string")
    for value: Value in [.null, true, 1, .delete, .handler("log")] {
      #expect(throws: FlatFormError.notAnArray(value.kind)) { try FlatForm.read(value) }
    }
  }

  @Test func whatIsEmpty() {
    expect([], .empty, "the array is empty: it needs at least the root's value")
  }

  @Test func aParentThatIsNoEarlierNode() {
    expect(
      [[:], 5, [:]], .badParent(position: 1, 5), "element 1: 5 is not the id of an earlier node")
    expect(
      [[:], 1, [:]], .badParent(position: 1, 1), "element 1: 1 is not the id of an earlier node")
    expect(
      [[:], [:], 0.5, [:]], .badParent(position: 2, 0.5),
      "element 2: 0.5 is not the id of an earlier node")
    expect(
      [[:], 1e300, [:]], .badParent(position: 1, 1e300),
      "element 1: 1e+300 is not the id of an earlier node")
    expect(
      [[:], -1, [:]], .badParent(position: 1, -1), "element 1: -1 is not the id of an earlier node")
  }

  @Test func aParentBeyondEveryInteger() {
    let limits: [Double] = [
      .infinity, -.infinity, 9.3e18, -9.3e18, 9_223_372_036_854_775_808,
      -9_223_372_036_854_775_808, 4_294_967_296, -4_294_967_296, 9_007_199_254_740_992,
    ]
    for number in limits {
      #expect(throws: FlatFormError.badParent(position: 2, number)) {
        try FlatForm.read([[:], [:], .number(number), [:]])
      }
    }
    let notANumber = #expect(throws: FlatFormError.self) {
      try FlatForm.read([[:], .number(.nan), [:]])
    }
    guard case .badParent(position: 1, _)? = notANumber else {
      Issue.record("\(String(describing: notANumber))")
      return
    }
  }

  @Test func twoParentsInARow() {
    expect(
      [[:], [:], 0, 1, [:]], .badParent(position: 3, 1),
      "element 3: 1 is not the id of an earlier node")
  }

  @Test func aParentThatNothingFollows() {
    expect(
      [[:], 0], .trailingParent(position: 1),
      "element 1: a parent id must be followed by a value")
    expect(
      [[:], [:], 0, 1], .trailingParent(position: 3),
      "element 3: a parent id must be followed by a value")
    expect(
      [[:], 77], .trailingParent(position: 1),
      "element 1: a parent id must be followed by a value")
  }

  @Test func aValueThatCannotBeCombined() {
    expect(
      [["a": ["b": 1]], ["a": ["c": 1]], ["a": ["b": "x"]]],
      .cannotAdd(position: 2, .combine(.mismatch(path: "a.b", left: .number, right: .string))),
      "element 2: cannot combine number with string at 'a.b'")
    expect(
      [5, [:]],
      .cannotAdd(position: 1, .combine(.mismatch(path: "", left: .number, right: .object))),
      "element 1: cannot combine number with object")
    expect(
      [["a": 1e308], 0, ["a": 1e308]], .cannotAdd(position: 2, .combine(.notFinite(path: "a"))),
      "element 2: the sum is not a finite number at 'a'")
  }

  @Test func anUnknownHandlerAndAMissingOne() {
    let table: Value = ["handlers": ["say": "script"]]
    expect(
      [table, ["handler": "nobody"]],
      .cannotAdd(position: 1, .combine(.unknownHandler("nobody"))),
      "element 1: unknown handler 'nobody'")
    let lost: Value = ["deep": ["handlers": ["lost": "gone"]]]
    let text: Text = "unknown handler 'gone': a residue's table names it, but there is none"
    expect(
      [table, 0, lost], .cannotAdd(position: 2, .combine(.missingHandler("gone"))),
      "element 2: " + text)
    expect(
      [lost, ["a": 1]], .cannotAdd(position: 0, .combine(.missingHandler("gone"))),
      "element 0: " + text)
  }

  @Test func aRefusal() {
    let table: Value = ["handlers": ["say": "script"]]
    expect(
      [table, ["handler": "say", "do": [["refuse": "no"]]]],
      .cannotAdd(position: 1, .combine(.refused(handler: "say", .because("no")))),
      "element 1: 'say' refused: no")
  }

  @Test func whatIsTooDeep() {
    let deep = (0..<300).reduce(1 as Value) { value, _ in ["a": value] }
    expect(
      [deep], .cannotAdd(position: 0, .combine(.tooDeep)),
      "element 0: values are nested too deeply")
    expect(
      [[:], deep], .cannotAdd(position: 1, .combine(.tooDeep)),
      "element 1: values are nested too deeply")
    #expect(throws: FlatFormError.cannotAdd(position: 0, .combine(.tooDeep))) {
      try FlatForm.read([["a": ["b": 1]]], combiner: Combiner(depthLimit: 1))
    }
  }

  @Test func noArrayOfAnyValuesTraps() {
    var read = 0
    Cases.holds(3000) { random in
      let count = 1 + random.below(8)
      let elements: [Plain] = (0..<count).map { _ in
        if random.chance(percent: 40) { return .number(Double(random.below(9) - 3)) }
        return random.chance(percent: 50) ? random.object() : random.plain()
      }
      guard let tree = try? FlatForm.read(Plain.array(elements).value) else { return nil }
      read += 1
      return tree.tree.brokenInvariant()
    }
    Cases.tried("readable forms", read, atLeast: 300)
  }
}
