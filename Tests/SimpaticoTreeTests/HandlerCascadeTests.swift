import Testing

@testable import SimpaticoTree

/// What handlers set off in turn.
@Suite struct HandlerCascade {
  let combiner = Combiner(library: Script.library)
  let residue = Plain.object(["handlers": Script.table])

  /// The message that makes a script of steps.
  static func script(_ steps: Value...) -> Value { ["handler": "script", "do": .array(steps)] }

  /// A chain of `length` messages, each set off by the one before.
  static func chain(_ length: Int) -> Value {
    (1..<length).reduce(script(["merge": ["end": true]])) { inner, _ in script(["merge": inner]) }
  }

  @Test func cascadesAreRecordedDepthFirst() throws {
    let leafA: Value = ["handler": "quiet", "name": "a.a"]
    let leafB: Value = ["handler": "quiet", "name": "b.a"]
    let first = Self.script(["effect": "a"], ["merge": leafA], ["effect": "after a.a"])
    let second = Self.script(["merge": leafB], ["effect": "b"])
    var trace = Combiner.Trace()
    _ = try combiner.combine(
      residue.value,
      Self.script(["effect": "start"], ["merge": first], ["merge": second], ["effect": "end"]),
      at: Combiner.Place(), trace: &trace)
    #expect(trace.cascade == [first, leafA, second, leafB])
    #expect(trace.effects == ["start", "a", "after a.a", "b", "end"])
  }

  @Test func aHandlerSeesWhatEarlierOutcomesHaveMade() throws {
    let count = Self.script(["count": "fields"])
    let after = try combiner.combine(
      residue.value, Self.script(["merge": ["x": 1]], ["merge": count], ["merge": count]))
    // First `handlers` and `x`, then also `fields`: 2 + 3.
    #expect(after["fields"] == 5)
  }

  @Test func scriptsDoWhatTheModelDoes() {
    var kinds: [String: Int] = [:]
    Cases.holds(2000) { random in
      let start = random.object(deletes: false).fields ?? [:]
      let left = Plain.object(
        start.merging(["handlers": Script.table, "inner": residue]) { $1 })
      let message = random.message(residue: left)
      let right = random.chance(percent: 25) ? .object(["inner": message]) : message
      var run = PlainRun(
        node: random.below(9), branch: random.below(9),
        moment: Moment(timeMilliseconds: Int64(random.below(99)), random: random.next() % 99),
        summary: .number(5))
      let place = Combiner.Place(
        moment: run.moment, node: run.node, branch: run.branch, summary: 5)
      var trace = Combiner.Trace()
      let actual = Attempt { () throws(CombineError) in
        Plain(try combiner.combine(left.value, right.value, at: place, trace: &trace))
      }
      let expected = Attempt { () throws(CombineError) in
        try Script.plain.combine(left, right, &run)
      }
      let kind = actual.value == nil ? "failure" : run.cascade.isEmpty ? "single" : "cascade"
      kinds[kind, default: 0] += 1
      if actual.value == nil { run = PlainRun() }
      return firstDifference(
        differ("\(left) with \(right)", actual, expected),
        differ("the cascade", trace.cascade.map { Plain($0) }, run.cascade),
        differ("the effects", trace.effects.map { Plain($0) }, run.effects),
        differ("the posts", trace.posts.map { Plain([.number($0.branch), $0.message]) }, run.posts))
    }
    for kind in ["failure", "single", "cascade"] {
      Cases.tried(kind, kinds[kind, default: 0], atLeast: 100)
    }
  }

  @Test func theCascadeLimitIsExact() throws {
    for limit in [1, 2, 3, 10, 64] {
      let combiner = Combiner(library: Script.library, cascadeLimit: limit)
      var trace = Combiner.Trace()
      let after = try combiner.combine(
        residue.value, Self.chain(limit), at: Combiner.Place(), trace: &trace)
      #expect(after["end"] == true)
      #expect(trace.cascade.count == limit - 1)
      #expect(throws: CombineError.cascadeTooLong(handler: "script")) {
        try combiner.combine(residue.value, Self.chain(limit + 1))
      }
    }
  }

  @Test func theCascadeLimitCountsSiblingsToo() {
    let combiner = Combiner(library: Script.library, cascadeLimit: 5)
    let steps = (0..<6).map { _ in ["merge": ["handler": "quiet"]] as Value }
    #expect(throws: CombineError.cascadeTooLong(handler: "quiet")) {
      try combiner.combine(residue.value, ["handler": "script", "do": .array(steps)])
    }
  }

  @Test func theCascadeLimitStaysBetweenOneAndSixtyFour() {
    #expect(Combiner(cascadeLimit: 0).cascadeLimit == 1)
    #expect(Combiner(cascadeLimit: -5).cascadeLimit == 1)
    #expect(Combiner(cascadeLimit: 1000).cascadeLimit == 64)
  }

  @Test func aHandlerThatCallsItselfIsStopped() {
    let loop = Handler("loop") { (_, message, _) throws(Refusal) in [.combine(message)] }
    let combiner = Combiner(library: HandlerLibrary([loop]))
    #expect(throws: CombineError.cascadeTooLong(handler: "loop")) {
      try combiner.combine(loop.installed(), ["handler": "loop"])
    }
  }

  @Test func aHandlerMayReplaceAHandlerForTheRestOfItsCascade() throws {
    let replace: Value = ["merge": ["handlers": ["alias": .handler("quiet")]]]
    let count: Value = ["handler": "alias", "do": [["merge": ["n": 1]]]]
    let after = try combiner.combine(
      residue.value, Self.script(["merge": count], replace, ["merge": count]))
    #expect(after["n"] == 1)
  }

  @Test func anOutcomeMayRemoveThePlaceOfItsHandler() throws {
    let before: Value = ["inner": residue.value, "kept": 1]
    let after = try combiner.combine(before, ["inner": Self.script(["merge": .delete])])
    #expect(after == ["kept": 1])
  }

  @Test func aFailedCombineLeavesTheTraceAsItWas() throws {
    var trace = Combiner.Trace()
    _ = try combiner.combine(
      residue.value, Self.script(["effect": 1], ["merge": ["handler": "quiet"]]),
      at: Combiner.Place(), trace: &trace)
    let refusing = Self.script(["effect": 2], ["merge": Self.script(["refuse": "no"])])
    #expect(throws: CombineError.refused(handler: "script", .because("no"))) {
      try combiner.combine(residue.value, refusing, at: Combiner.Place(), trace: &trace)
    }
    #expect(trace.effects == [1])
    #expect(trace.cascade == [["handler": "quiet"]])
  }
}
