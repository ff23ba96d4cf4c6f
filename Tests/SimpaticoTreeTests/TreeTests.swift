import Testing

@testable import SimpaticoTree

/// Single facts about `CombineTree` that the laws do not spell out.
@Suite struct TreeTests {
  let combiner = Combiner(library: Script.library)

  func scripted() throws -> CombineTree {
    var tree = CombineTree(
      root: ["handlers": Script.table.value], combiner: combiner,
      summarize: PlainTree.summarize)
    try tree.add(["n": 1], to: 0)
    return tree
  }

  @Test func theFirstChildExtendsAndTheSecondBranches() throws {
    var tree = CombineTree(root: ["n": 0])
    #expect(try tree.add(["n": 1], to: 0).branch == 0)
    #expect(try tree.add(["n": 1], to: 1).branch == 0)
    #expect(try tree.add(["n": 10], to: 0).branch == 1)
    #expect(try tree.add(["n": 10], to: 3).branch == 1)
    #expect(try tree.add(["n": 100], to: 1).branch == 2)
    #expect(try tree.add(["n": 1], toLeafOf: 0).node == 6)
    #expect(try tree.add(["n": 1], toLeafOf: 2).node == 7)
    #expect(tree.tree.residues == [["n": 3], ["n": 20], ["n": 102]])
    #expect(try tree.tree.path(to: 7) == [0, 1, 5, 7])
  }

  @Test func aBranchHoldsWhatTheResidueOfItsLeafHolds() throws {
    var tree = CombineTree(root: ["phase": "OPEN"])
    try tree.add(["phase": "CLOSED"], to: 0)
    let other = try tree.add(["n": 1], to: 0).branch
    #expect(tree.holds("CLOSED", at: "phase", ofBranch: 0))
    #expect(!tree.holds("OPEN", at: "phase", ofBranch: 0))
    #expect(tree.holds("OPEN", at: "phase", ofBranch: other))
    #expect(!tree.holds("OPEN", at: "n", ofBranch: other))
    #expect(!tree.holds("OPEN", at: "phase", ofBranch: other + 1))
    #expect(!tree.holds("OPEN", at: "phase", ofBranch: -1))
  }

  @Test func handlesStayInTheirUniverse() throws {
    var tree = CombineTree(root: ["_clock": 1, "n": 0, "inner": ["x": 1]])
    try tree.add(["_socket": 7, "n": 1], to: 0)
    try tree.add(["n": 1], to: 1)
    #expect(try tree.residue(of: 2)["_socket"] == 7, "the same universe goes on with its handles")
    let fork = try tree.add(["n": 10], to: 1)
    #expect(try tree.residue(of: fork.node) == ["n": 11, "inner": ["x": 1]])
    #expect(try tree.residue(of: 1)["_socket"] == 7)
    let own = try tree.add(["_socket": 8], to: fork.node)
    #expect(try tree.residue(of: own.node)["_socket"] == 8)
  }

  @Test func onlyKeysThatStartWithAnUnderscoreAreHandles() throws {
    let value: Value = ["^": 1, "_": 2, "_a": 3, "__": 4, "`": 5, "a_": 6, "Z": 7, "": 8]
    #expect(value.withoutHandles() == ["^": 1, "`": 5, "a_": 6, "Z": 7, "": 8])
    #expect(([1, 2] as Value).withoutHandles() == [1, 2])
    #expect(([:] as Value).withoutHandles() == [:])
  }

  @Test func aHandlerReplacedInABranchAffectsOnlyThatBranch() throws {
    var tree = try scripted()
    let original = try tree.add(["kept": true], to: 1)
    let replaced = try tree.add(["handlers": ["alias": .handler("quiet")]], to: 1)
    #expect(replaced.branch == 1)
    let message: Value = ["handler": "alias", "do": [["merge": ["n": 10]]]]
    let inOriginal = try tree.add(message, to: original.node)
    let inReplaced = try tree.add(message, to: replaced.node)
    #expect(try tree.residue(of: inOriginal.node)["n"] == 11)
    #expect(try tree.residue(of: inReplaced.node)["n"] == 1)
    let fresh = try tree.add(message, to: 0)
    #expect(try tree.residue(of: fresh.node)["n"] == 10)
  }

  @Test func effectsAndPostsAreReturnedAndKept() throws {
    var tree = try scripted()
    let quiet: Value = ["handler": "quiet"]
    let added = try tree.add(
      HandlerCascade.script(
        ["effect": ["effect": "open"]], ["post": 1, "message": ["x": 1]], ["merge": quiet]),
      to: 1)
    for trace in [added.trace, try tree.tree.node(added.node).input.trace] {
      #expect(trace.effects == [["effect": "open"]])
      #expect(trace.posts.map(\.branch) == [1])
      #expect(trace.posts.map(\.message) == [["x": 1]])
      #expect(trace.cascade == [quiet])
    }
    let next = try tree.add(["n": 1], to: added.node)
    #expect(try tree.tree.node(next.node).input.trace.isEmpty, "each node keeps its own")
  }

  @Test func aRefusalDeepInACascadeAddsNothing() throws {
    var tree = try scripted()
    let before = (tree.tree.nodeCount, tree.tree.branchCount, tree.summary, tree.tree.residues)
    let refusing = HandlerCascade.script(
      ["effect": "sent"], ["post": 0, "message": 1],
      ["merge": HandlerCascade.script(["merge": ["n": 5]], ["merge": ["deeper": [:]]])],
      ["merge": HandlerCascade.script(["merge": HandlerCascade.script(["refuse": "no"])])])
    for parent in [0, 1] {
      #expect(throws: TreeError.combine(.refused(handler: "script", .because("no")))) {
        try tree.add(refusing, to: parent)
      }
    }
    #expect(tree.tree.nodeCount == before.0)
    #expect(tree.tree.branchCount == before.1)
    #expect(tree.summary == before.2)
    #expect(tree.tree.residues == before.3)
    #expect(try tree.add(["n": 1], to: 1).node == before.0, "no id was used up")
  }

  @Test func handlersAreToldTheMomentThePlaceAndTheSummary() throws {
    var tree = try scripted()
    let summary = tree.summary
    let added = try tree.add(
      HandlerCascade.script(["context": "told"]), to: 0,
      at: Moment(timeMilliseconds: 1234, random: 56))
    let told: Value = [
      "node": 2, "branch": 1, "time": 1234, "random": 56, "id": .number(2 * 1024 + 3),
      "summary": summary,
    ]
    #expect(try tree.residue(of: added.node)["told"] == told)
  }

  @Test func requestIDsAreExactWhileThereAreFewerThanTwoToTheFortyThirdNodes() {
    let last = HandlerContext(Combiner.Place(node: 1 << 43 - 1), invocation: 63)
    let before = HandlerContext(Combiner.Place(node: 1 << 43 - 1), invocation: 62)
    #expect(last.requestID(15) != last.requestID(14))
    #expect(last.requestID(0) != before.requestID(15))
    #expect((last.requestID(15).number ?? 0) < 9_007_199_254_740_992)
  }

  @Test func idsThatAreNotThereAreErrors() throws {
    var tree = try scripted()
    for id in [-1, 2, 3, 1 << 40, Int.max, Int.min] {
      #expect(throws: TreeError.noSuchNode(id)) { try tree.add([:], to: id) }
      #expect(throws: TreeError.noSuchNode(id)) { try tree.add(contentsOf: [[:]], to: id) }
      #expect(throws: TreeError.noSuchNode(id)) { try tree.residue(of: id) }
    }
    for id in [-1, 1, 1 << 40, Int.max, Int.min] {
      #expect(throws: TreeError.noSuchBranch(id)) { try tree.add([:], toLeafOf: id) }
      #expect(throws: TreeError.noSuchBranch(id)) { try tree.residue(ofBranch: id) }
      #expect(throws: TreeError.noSuchBranch(id)) { try tree.retire(id) }
    }
    #expect(tree.tree.nodeCount == 2)
    #expect(TreeError.noSuchNode(-1).text == "there is no node -1")
    #expect(TreeError.noSuchBranch(7).text == "there is no branch 7")
  }

  @Test func addingNothingChangesNothing() throws {
    var tree = try scripted()
    #expect(try tree.add(contentsOf: [], to: 1).isEmpty)
    #expect(tree.tree.nodeCount == 2)
  }

  @Test func leavesThatOutliveACompactionMayForgetTheirInputs() throws {
    var tree = CombineTree(root: ["n": 0])
    try tree.add(["n": 1], to: 0)
    let quiet = try tree.add(["n": 10], to: 0, at: Moment(timeMilliseconds: 7))
    for _ in 0..<40 { try tree.add(["n": 1], toLeafOf: 0) }
    var forgetful = tree
    forgetful.compact(before: tree.nodeCount - 2, keepingInputs: false)
    tree.compact(before: tree.nodeCount - 2)
    #expect(forgetful.retainedNodeCount == tree.retainedNodeCount)
    #expect(try tree.node(quiet.node).input.value == ["n": 10])
    #expect(try forgetful.node(quiet.node).input.value == .null)
    #expect(try forgetful.node(quiet.node).input.moment.timeMilliseconds == 7)
    #expect(try forgetful.residue(ofBranch: quiet.branch) == ["n": 10])
    #expect(try forgetful.node(tree.nodeCount - 1).input.value == ["n": 1])
  }
}
