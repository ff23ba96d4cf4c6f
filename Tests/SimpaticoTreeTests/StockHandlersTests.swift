import Testing

@testable import SimpaticoTree

/// `assert` and `log`.
@Suite struct StockHandlersTests {
  let combiner = Combiner(library: HandlerLibrary(StockHandlers.all))

  /// A tree with both handlers installed and some fields.
  func tree(_ fields: Value = ["count": 1, "deep": ["x": [1, 2]]]) throws -> CombineTree {
    var tree = CombineTree(combiner: combiner)
    for handler in StockHandlers.all { try tree.add(handler.installed(), toLeafOf: 0) }
    try tree.add(fields, toLeafOf: 0)
    return tree
  }

  /// What the assertion of some fields comes to.
  func assert(_ fields: Object) throws -> TreeError? {
    var tree = try tree()
    var message = fields
    message["handler"] = "assert"
    let before = tree.tree.residues
    do throws(TreeError) {
      let added = try tree.add(.object(message), toLeafOf: 0)
      #expect(added.trace.isEmpty)
      #expect(tree.tree.residues == before, "an assertion changes nothing")
      return nil
    } catch { return error }
  }

  func unequal(_ path: Text, _ expected: Value, _ actual: Value) -> TreeError {
    .combine(
      .refused(handler: "assert", .unequal(path: path, expected: expected, actual: actual)))
  }

  @Test func anotherHandleIsNotSpeltOut() throws {
    let because = CombineError.refused(handler: "assert", .because("'_socket' is another handle"))
    #expect(try assert(["_socket": 7]) == .combine(because))
  }

  @Test func whatHoldsIsAccepted() throws {
    #expect(try assert([:]) == nil)
    #expect(try assert(["count": 1]) == nil)
    #expect(try assert(["count": 1, "deep": ["x": [1, 2]]]) == nil)
  }

  @Test func whatDoesNotHoldIsRefusedAndShowsBothSides() throws {
    #expect(try assert(["count": 2]) == unequal("count", 2, 1))
    #expect(try assert(["count": "1"]) == unequal("count", "1", 1))
    #expect(try assert(["deep": ["x": [1]]]) == unequal("deep", ["x": [1]], ["x": [1, 2]]))
    #expect(
      unequal("deep", ["x": [1]], ["x": [1, 2]]).text
        == #"'assert' refused: 'deep' should be {"x":[1]} but is {"x":[1,2]}"#)
  }

  @Test func anAbsentFieldIsNotNull() throws {
    #expect(try assert(["none": 3]) == unequal("none", 3, "(absent)"))
    #expect(try assert(["none": .null]) == unequal("none", .null, "(absent)"))
  }

  @Test func theFirstDifferenceInKeyOrderIsNamed() throws {
    #expect(try assert(["deep": 1, "count": 2]) == unequal("count", 2, 1))
  }

  @Test func aFailedAssertionInACascadeAddsNothing() throws {
    let check = Handler("check") { (_, message, _) throws(Refusal) in
      [
        .combine(["count": 1]), .effect("sent"),
        .combine(["handler": "assert", "count": message["count"] ?? .null]),
      ]
    }
    let library = HandlerLibrary(StockHandlers.all + [check])
    var tree = CombineTree(root: ["count": 1], combiner: Combiner(library: library))
    try tree.add(StockHandlers.assert.installed(), to: 0)
    try tree.add(check.installed(), to: 1)
    #expect(throws: unequal("count", 3, 2)) {
      try tree.add(["handler": "check", "count": 3], to: 2)
    }
    #expect(tree.tree.nodeCount == 3)
    #expect(try tree.add(["handler": "check", "count": 2], to: 2).node == 3)
    #expect(try tree.residue(of: 3)["count"] == 2)
  }

  @Test func logIsAnEffectThatHoldsTheRestOfTheMessage() throws {
    var tree = try tree()
    let before = tree.tree.residues
    let added = try tree.add(["handler": "log", "msg": "here", "n": [1]], toLeafOf: 0)
    #expect(
      added.trace.effects == [
        [
          "effect": "log", "id": .number(added.node * 1024),
          "message": ["msg": "here", "n": [1]],
        ]
      ])
    #expect(tree.tree.residues == before, "a log changes nothing")
  }

  @Test func logIsSilentOnlyWhereDebugIsFalse() throws {
    for (debug, isSilent) in [(false as Value, true), (true, false), (0, false), (.null, false)] {
      var tree = try tree(["debug": debug])
      let added = try tree.add(["handler": "log", "msg": "here"], toLeafOf: 0)
      #expect(added.trace.effects.isEmpty == isSilent, "debug is \(debug)")
    }
  }

  @Test func everyStockHandlerAcceptsItsExample() throws {
    for handler in StockHandlers.all {
      var tree = try tree()
      let example = try #require(handler.example)
      #expect(example["handler"]?.string == handler.name)
      try tree.add(example, toLeafOf: 0)
    }
  }
}
