import Testing

@testable import SimpaticoTree

/// How a message finds its handler, and what the handler's outcomes do.
@Suite struct HandlerDispatch {
  /// `{handler: "add", amount}` adds the amount to the residue's `sum`.
  static let add = Handler("add") { (_, message, _) throws(Refusal) in
    [.combine(["sum": message["amount"] ?? 1])]
  }
  /// `{handler: "remove"}` removes the residue's place.
  static let remove = Handler.single("remove") { (_, _, _) throws(Refusal) in .combine(.delete) }
  /// `{handler: "say", words}` appends each word, one outcome a word.
  static let say = Handler("say") { (_, message, _) throws(Refusal) in
    (message["words"]?.array?.elements ?? []).map { .combine(["said": .array([$0])]) }
  }
  let combiner = Combiner(library: HandlerLibrary([add, say, remove]))

  /// A residue whose table holds both handlers.
  func residue(_ fields: Value) throws -> Value {
    let table = try combiner.combine(Self.add.installed(), Self.say.installed())
    return try combiner.combine(table, fields)
  }

  @Test func aMessageAtTheTopRunsItsHandler() throws {
    let before = try residue(["sum": 1])
    let after = try combiner.combine(before, ["handler": "add", "amount": 4])
    #expect(after == (try residue(["sum": 5])))
    #expect(after["handler"] == nil, "the message itself is not merged")
  }

  @Test func aMessageInsideRunsTheHandlerOfItsPlace() throws {
    let inner = try residue(["sum": 1])
    let before: Value = ["deep": ["er": inner], "sum": 100]
    let after = try combiner.combine(
      before, ["deep": ["er": ["handler": "add", "amount": 4]], "sum": 1])
    #expect(after == ["deep": ["er": try residue(["sum": 5])], "sum": 101])
  }

  @Test func aSingleOutcomeNeedsNoList() throws {
    let inner = try combiner.combine(try residue([:]), Self.remove.installed())
    let before: Value = ["deep": inner, "sum": 100]
    let after = try combiner.combine(before, ["deep": ["handler": "remove"]])
    #expect(after == ["sum": 100])
  }

  @Test func outcomesAreCombinedInOrder() throws {
    let before = try residue([:])
    let after = try combiner.combine(before, ["handler": "say", "words": ["c", "a", "b"]])
    #expect(after["said"] == ["c", "a", "b"])
  }

  @Test func messagesOfOneInputRunInOrderOfTheirKeys() throws {
    let before: Value = ["b": try residue([:]), "a": try residue([:])]
    var trace = Combiner.Trace()
    let logging = Handler("add") { (_, message, _) throws(Refusal) in
      [.effect(message["amount"] ?? .null)]
    }
    let combiner = Combiner(library: HandlerLibrary([logging]))
    _ = try combiner.combine(
      before, ["b": ["handler": "add", "amount": 2], "a": ["handler": "add", "amount": 1]],
      at: Combiner.Place(), trace: &trace)
    #expect(trace.effects == [1, 2])
    #expect(trace.cascade == [], "an input sets nothing off; only handlers do")
  }

  @Test func withoutATableAMessageIsData() throws {
    let message: Value = ["handler": "add", "amount": 4]
    #expect(try combiner.combine([:], message) == message)
    #expect(try combiner.combine(nil, message) == message)
    #expect(try combiner.combine(["handlers": 1], message)["amount"] == 4)
    #expect(try combiner.combine(["list": []], ["list": message]) == ["list": [message]])
  }

  @Test func whatIsNotNamedByAStringIsData() throws {
    let before = try residue([:])
    #expect(try combiner.combine(before, ["handler": 3])["handler"] == 3)
    #expect(try combiner.combine(before, ["x": 1])["x"] == 1)
    #expect(try combiner.combine(before, ["new": ["handler": "add"]])["new"] == ["handler": "add"])
  }

  @Test func unknownIsNotMissing() throws {
    let table: Value = ["handlers": ["add": .handler("add"), "lost": .handler("gone"), "s": "add"]]
    #expect(throws: CombineError.unknownHandler("nobody")) {
      try combiner.combine(table, ["handler": "nobody"])
    }
    #expect(throws: CombineError.unknownHandler("s")) {
      try combiner.combine(table, ["handler": "s"])
    }
    #expect(throws: CombineError.missingHandler("gone")) {
      try combiner.combine(table, ["handler": "lost"])
    }
    #expect(CombineError.unknownHandler("x").text == "unknown handler 'x'")
    #expect(
      CombineError.missingHandler("x").text
        == "unknown handler 'x': a residue's table names it, but there is none")
  }

  @Test func aTableMayUseOtherNames() throws {
    let before = try combiner.combine(Self.add.installed(as: "plus"), ["sum": 1])
    #expect(try combiner.combine(before, ["handler": "plus", "amount": 2])["sum"] == 3)
    #expect(throws: CombineError.unknownHandler("add")) {
      try combiner.combine(before, ["handler": "add"])
    }
  }

  @Test func aPatternIsCheckedBeforeTheHandlerRuns() throws {
    let pattern = try Pattern(["amount": ["num", "between", 0, 10], "unit": ["optional", "str"]])
    let strict = Handler("strict", pattern: pattern) { (_, message, _) throws(Refusal) in
      if message["amount"]?.number.map({ $0 > 10 }) ?? true { Issue.record("it ran") }
      return [.combine(["sum": message["amount"] ?? 0])]
    }
    let combiner = Combiner(library: HandlerLibrary([strict]))
    let before = strict.installed()
    #expect(try combiner.combine(before, ["handler": "strict", "amount": 10])["sum"] == 10)
    #expect(
      throws: CombineError.refused(
        handler: "strict", .pattern(failures: ["amount": ["between", 0, 10]]))
    ) { try combiner.combine(before, ["handler": "strict", "amount": 11, "unit": "cm"]) }
    #expect(
      throws: CombineError.refused(
        handler: "strict",
        .pattern(failures: ["amount": ["num", "between", 0, 10], "unit": ["str"]]))
    ) { try combiner.combine(before, ["handler": "strict", "unit": 3]) }
  }

  @Test func aRefusalNamesTheHandlerAsTheTableDoes() throws {
    let no = Handler("no") { (_, _, _) throws(Refusal) in throw .because("it is closed") }
    let combiner = Combiner(library: HandlerLibrary([no]))
    let error = CombineError.refused(handler: "door", .because("it is closed"))
    #expect(throws: error) {
      try combiner.combine(no.installed(as: "door"), ["handler": "door"])
    }
    #expect(error.text == "'door' refused: it is closed")
  }

  @Test func anOutcomeThatCannotBeCombinedNamesItsPlace() throws {
    let before: Value = ["conn": try residue(["sum": "text"])]
    #expect(throws: CombineError.mismatch(path: "conn.sum", left: .string, right: .number)) {
      try combiner.combine(before, ["conn": ["handler": "add"]])
    }
  }

  @Test func aLibraryKeepsTheNewestOfAName() {
    Cases.holds(300) { random in
      var library = HandlerLibrary()
      var names: [Text] = []
      var newest: [String: Int] = [:]
      for round in 0..<30 {
        let name = Text("handler \(random.below(12))")
        library.register(Handler(name, example: .number(round)) { (_, _, _) throws(Refusal) in [] })
        if newest.updateValue(round, forKey: name.description) == nil { names.append(name) }
      }
      let order = differ("the order", library.handlers.map(\.name), names)
      for (position, name) in names.enumerated() {
        let example = library[name]?.example?.integer
        if example != newest[name.description] || library.position(of: name) != position {
          return "\(name) is not found"
        }
      }
      return order ?? (library["absent"] == nil ? nil : "an absent handler was found")
    }
  }
}
