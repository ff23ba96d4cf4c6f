import SimpaticoTree
import Testing

/// The examples of the article "The model".
@Suite struct ArticleExamplesTheModel {
  @Test func values() throws {
    let order: Value = ["item": "tea", "cups": 2, "milk": false]
    #expect(order["cups"]?.integer == 2)
    #expect(order["sugar"] == nil)
    #expect(JSON.print(order) == #"{"cups":2,"item":"tea","milk":false}"#)
    #expect(try JSON.parse(#"{"item": "tea", "milk": false, "cups": 2}"#) == order)
  }

  @Test func combining() throws {
    let combiner = Combiner()
    #expect(try combiner.combine(2, 3) == 5)
    #expect(try combiner.combine("old", "new") == "new")
    #expect(try combiner.combine([1, 2], [3]) == [1, 2, 3])
    #expect(try combiner.combine([1, 2], "three") == [1, 2, "three"])

    let cart: Value = ["owner": "alice", "total": ["cups": 2, "cents": 500]]
    let bought = try combiner.combine(cart, ["total": ["cups": 1, "cents": 250]])
    #expect(bought == ["owner": "alice", "total": ["cups": 3, "cents": 750]])

    #expect(try combiner.combine(nil, ["cups": 1]) == ["cups": 1])
    #expect(try combiner.combine(["cups": 3], ["cups": .null]) == ["cups": 0])
    #expect(try combiner.combine(["milk": true], ["milk": .null]) == ["milk": false])
    #expect(try combiner.combine(["cups": 3, "milk": true], ["cups": .delete]) == ["milk": true])

    #expect(throws: CombineError.mismatch(path: "total.cups", left: .number, right: .string)) {
      try combiner.combine(cart, ["total": ["cups": "many"]])
    }
  }

  @Test func nodesResiduesAndBranches() throws {
    var tree = CombineTree(root: ["sum": 0])
    let b = try tree.add(["sum": 1], to: 0).node
    let c = try tree.add(["sum": 2], to: b).node
    let d = try tree.add(["sum": 10], to: b)
    #expect(try tree.residue(of: c) == ["sum": 3])
    #expect(try tree.residue(of: d.node) == ["sum": 11])

    #expect(d.branch == 1)
    #expect(try TextForm.write(tree.tree) == "- a b c :r(a,b,c)\nB d :r(a,b,d)\n")
    #expect(try FlatForm.write(tree) == [["sum": 0], ["sum": 1], ["sum": 2], 1, ["sum": 10]])

    var fork = tree
    try fork.add(["sum": 100], toLeafOf: 0)
    #expect(fork.tree.nodeCount == 5)
    #expect(tree.tree.nodeCount == 4)
  }

  @Test func handlers() throws {
    let double = Handler("double") { (residue, _, _) throws(Refusal) in
      guard let sum = residue["sum"] else { throw .because("there is no sum to double") }
      return [.combine(["sum": sum])]
    }
    var ledger = CombineTree(combiner: Combiner(library: HandlerLibrary([double])))
    try ledger.add(double.installed(), to: 0)
    try ledger.add(["sum": 4], toLeafOf: 0)
    try ledger.add(["handler": "double"], toLeafOf: 0)
    #expect(try ledger.residue(ofBranch: 0)["sum"] == 8)
  }

  @Test func effectsAreValues() throws {
    let greet = Handler("greet") { (_, message, context) throws(Refusal) in
      [
        .combine(["greeted": 1]),
        .effect(["effect": "say", "id": context.requestID(), "to": message["name"] ?? "you"]),
      ]
    }
    var hall = CombineTree(combiner: Combiner(library: HandlerLibrary([greet])))
    try hall.add(greet.installed(), to: 0)
    let added = try hall.add(["handler": "greet", "name": "bob"], toLeafOf: 0)
    #expect(added.trace.effects.count == 1)
    #expect(added.trace.effects[0]["to"] == "bob")
  }

  @Test func treesOfYourOwnTypes() throws {
    var lengths = Stree<String, Int>(root: "a", residue: 1) { $0 + $1.count }
    let word = try lengths.add("word", to: 0)
    #expect(try lengths.residue(of: word) == 5)
  }
}
