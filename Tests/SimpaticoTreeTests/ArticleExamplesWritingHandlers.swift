import SimpaticoTree
import Testing

/// The examples of the article "Writing handlers".
@Suite struct ArticleExamplesWritingHandlers {
  @Test func patternsOutcomesAndRefusals() throws {
    let deposit = Handler(
      "deposit", pattern: try Pattern(["cents": ["int", "between", 1, 100_000]]),
      example: ["handler": "deposit", "cents": 500]
    ) { (_, message, _) throws(Refusal) in
      [.combine(["balance": message["cents"] ?? 0])]
    }

    let library = HandlerLibrary([deposit])
    var account = CombineTree(root: ["balance": 0], combiner: Combiner(library: library))
    try account.add(deposit.installed(), to: 0)
    try account.add(["handler": "deposit", "cents": 500], toLeafOf: 0)
    #expect(try account.residue(ofBranch: 0)["balance"] == 500)

    let failures: Value = ["cents": ["between", 1, 100_000]]
    #expect(throws: TreeError.combine(.refused(handler: "deposit", .pattern(failures: failures)))) {
      try account.add(["handler": "deposit", "cents": 0], toLeafOf: 0)
    }
    #expect(account.tree.nodeCount == 3)
  }

  @Test func testingAHandler() throws {
    let withdraw = Handler(
      "withdraw", pattern: try Pattern(["cents": ["int", "between", 1, 100_000]])
    ) { (residue, message, _) throws(Refusal) in
      let cents = message["cents"]?.integer ?? 0
      let balance = residue["balance"]?.integer ?? 0
      if cents > balance { throw .because("only " + Text(balance) + " cents are there") }
      return [.combine(["balance": .number(-cents)])]
    }

    let combiner = Combiner(library: HandlerLibrary([withdraw]))
    let residue = try combiner.combine(withdraw.installed(), ["balance": 70])
    var trace = Combiner.Trace()
    let after = try combiner.combine(
      residue, ["handler": "withdraw", "cents": 30], at: Combiner.Place(), trace: &trace)
    #expect(after["balance"] == 40)
    #expect(trace.effects.isEmpty)
    let refusal = Refusal.because("only 70 cents are there")
    #expect(throws: CombineError.refused(handler: "withdraw", refusal)) {
      try combiner.combine(residue, ["handler": "withdraw", "cents": 80])
    }
  }

  @Test func effectsCascadesAndReplacements() throws {
    let deposit = Handler(
      "deposit", pattern: try Pattern(["cents": ["int", "between", 1, 100_000]]),
      example: ["handler": "deposit", "cents": 500]
    ) { (_, message, _) throws(Refusal) in
      [.combine(["balance": message["cents"] ?? 0])]
    }

    let withdraw = Handler(
      "withdraw", pattern: try Pattern(["cents": ["int", "between", 1, 100_000]])
    ) { (residue, message, _) throws(Refusal) in
      let cents = message["cents"]?.integer ?? 0
      let balance = residue["balance"]?.integer ?? 0
      if cents > balance { throw .because("only " + Text(balance) + " cents are there") }
      return [.combine(["balance": .number(-cents)])]
    }

    let pay = Handler("pay") { (_, message, context) throws(Refusal) in
      let id = context.requestID()
      return [
        .combine(["waitsFor": id, "since": .number(Double(context.moment.timeMilliseconds))]),
        .effect(["effect": "transfer", "id": id, "cents": message["cents"] ?? 0]),
      ]
    }
    let paid = Handler("paid") { (residue, message, _) throws(Refusal) in
      if residue["waitsFor"] != message["id"] { throw .because("nothing waits for this") }
      return [.combine(["waitsFor": .delete, "since": .delete])]
    }

    let move = Handler("move") { (_, message, _) throws(Refusal) in
      [
        .combine(["handler": "withdraw", "cents": message["cents"] ?? 0]),
        .combine(["savings": message["cents"] ?? 0]),
      ]
    }

    let generous = Handler("generous") { (_, _, _) throws(Refusal) in
      [.combine(["balance": 1_000_000])]
    }

    let handlers = [deposit, withdraw, pay, paid, move, generous]
    var tree = CombineTree(
      root: ["balance": 70], combiner: Combiner(library: HandlerLibrary(handlers)))
    for handler in handlers.prefix(5) { try tree.add(handler.installed(), toLeafOf: 0) }

    let noon = Moment(timeMilliseconds: 43_200_000)
    let asked = try tree.add(["handler": "pay", "cents": 40], toLeafOf: 0, at: noon)
    for effect in asked.trace.effects {
      // Here the host performs the effect; its result comes back some time later.
      try tree.add(["handler": "paid", "id": effect["id"] ?? .null], toLeafOf: 0)
    }
    #expect(try tree.residue(of: asked.node)["since"] == 43_200_000)
    #expect(try tree.residue(ofBranch: 0)["waitsFor"] == nil)

    let moved = try tree.add(["handler": "move", "cents": 30], toLeafOf: 0)
    #expect(moved.trace.cascade == [["handler": "withdraw", "cents": 30]])
    #expect(try tree.residue(ofBranch: 0)["savings"] == 30)

    try tree.add(generous.installed(as: "deposit"), toLeafOf: 0)
    try tree.add(["handler": "deposit", "cents": 1], toLeafOf: 0)
    #expect(try tree.residue(ofBranch: 0)["balance"] == 1_000_040)
  }

  func deliver(_ first: CombineTree.Added, in tree: inout CombineTree) throws(TreeError) {
    var waiting = first.trace.posts
    var delivered = 0
    while delivered < waiting.count, delivered < 100 {
      let post = waiting[delivered]
      delivered += 1
      let added = try tree.add(post.message, toLeafOf: post.branch)
      waiting += added.trace.posts
    }
  }

  @Test func postsAndSummaries() throws {
    let tell = Handler("tell", pattern: try Pattern(["to": ["int"], "note": ["str"]])) {
      (_, message, _) throws(Refusal) in
      let note: Value = ["handler": "take", "note": message["note"] ?? ""]
      return [.post(to: message["to"]?.integer ?? 0, note)]
    }
    let take = Handler("take", pattern: try Pattern(["note": ["str"]])) {
      (_, message, _) throws(Refusal) in
      [.combine(["notes": message["note"] ?? ""])]
    }

    var notes = CombineTree(
      root: ["notes": []], combiner: Combiner(library: HandlerLibrary([tell, take])),
      summarize: { summary, change in
        let count = Value.number(change.after["notes"]?.array?.count ?? 0)
        var counts = summary.object ?? Object()
        counts[Text(change.branch)] = count
        summary = .object(counts)
      })
    try notes.add(contentsOf: [tell.installed(), take.installed(), ["cap": "trunk"]], to: 0)
    let alice = try notes.add(["name": "alice"], to: 2).branch
    let bob = try notes.add(["name": "bob"], to: 2).branch
    let told = try notes.add(
      ["handler": "tell", "to": .number(bob), "note": "hello"], toLeafOf: alice)
    try deliver(told, in: &notes)
    #expect(try notes.residue(ofBranch: bob)["notes"] == ["hello"])
    #expect(notes.summary == ["0": 0, "1": 0, "2": 1])
  }

  @Test func messagesOfKnownKeys() throws {
    let transfer: Form = ["effect": "transfer", "id": nil, "cents": nil]
    let effect = transfer.filled(7, 40)
    #expect(effect == ["effect": "transfer", "id": 7, "cents": 40])
  }
}
