import SimpaticoTree
import Testing

enum Door {
  static let start: Value = ["phase": "LOCKED", "wrong": 0]

  /// Somebody entered four digits.
  static func enter() throws -> Handler {
    Handler("enter", pattern: try Pattern(["digits": ["str", "size", 4]])) {
      (residue, message, context) throws(Refusal) in
      if residue["phase"] != "LOCKED" { throw .because("the door takes no code now") }
      let id = context.requestID()
      return [
        .combine(["phase": "CHECKING", "request": id]),
        .effect(["effect": "check", "id": id, "digits": message["digits"] ?? ""]),
      ]
    }
  }

  /// The digits have been checked.
  static func checked() throws -> Handler {
    Handler("checked", pattern: try Pattern(["id": ["int"], "isRight": ["bool"]])) {
      (residue, message, context) throws(Refusal) in
      try expect(message, residue)
      if message["isRight"] == true {
        let id = context.requestID()
        return [
          .combine(["request": .delete]),
          .combine(["phase": "OPEN", "wrong": .null, "request": id]),
          .effect(["effect": "wait", "id": id, "milliseconds": 5000]),
        ]
      }
      let isThird = residue["wrong"] == 2
      return [
        .combine(["phase": isThird ? "ALARM" : "LOCKED", "wrong": 1, "request": .delete])
      ]
    }
  }

  /// The door has been open long enough.
  static func elapsed() throws -> Handler {
    Handler("elapsed", pattern: try Pattern(["id": ["int"]])) {
      (residue, message, _) throws(Refusal) in
      try expect(message, residue)
      return [.combine(["phase": "LOCKED", "request": .delete])]
    }
  }

  /// A result counts only where somebody waits for it.
  private static func expect(_ message: Value, _ residue: Value) throws(Refusal) {
    if residue["request"] != message["id"] { throw .because("nobody waits for this result") }
  }
}

/// The examples of the article "Modelling a protocol".
@Suite struct ArticleExamplesModellingAProtocol {
  func emptyHouse() throws -> (tree: CombineTree, start: NodeID) {
    let handlers = [try Door.enter(), try Door.checked(), try Door.elapsed()]
    var tree = CombineTree(
      root: Door.start, combiner: Combiner(library: HandlerLibrary(handlers)))
    let installed = try tree.add(contentsOf: handlers.map { $0.installed() }, to: 0)
    let start = installed.last?.node ?? 0
    try tree.add(["cap": "visits start before this"], to: start)
    return (tree, start)
  }

  /// Adds an input, and the results of the effects that can be had at once. Answers the last node.
  func play(_ input: Value, to node: NodeID, in tree: inout CombineTree) throws(TreeError)
    -> NodeID
  {
    let added = try tree.add(input, to: node)
    var last = added.node
    for effect in added.trace.effects where effect["effect"] == "check" {
      let result: Value = [
        "handler": "checked", "id": effect["id"] ?? .null,
        "isRight": .bool(effect["digits"] == "4711"),
      ]
      last = try play(result, to: last, in: &tree)
    }
    return last
  }

  func enter(_ digits: Text) -> Value { ["handler": "enter", "digits": .string(digits)] }

  @Test func branchingIntoErrorModes() throws {
    var (tree, start) = try emptyHouse()
    let open = try play(enter("4711"), to: start, in: &tree)
    #expect(try tree.residue(of: open - 1)["phase"] == "CHECKING")
    #expect(try tree.residue(of: open)["phase"] == "OPEN")

    let checking = open - 1
    let id = try tree.residue(of: checking)["request"] ?? .null
    let answers: [Value] = [
      ["handler": "checked", "id": id, "isRight": true],
      ["handler": "checked", "id": id, "isRight": false],
      ["handler": "checked", "id": 1, "isRight": true],
      enter("1234"),
    ]
    let phases = answers.map { answer -> Value? in
      guard let added = try? tree.add(answer, to: checking) else { return nil }
      return (try? tree.residue(of: added.node))?["phase"]
    }
    #expect(phases == ["OPEN", "LOCKED", nil, nil])

    holdInvariant(tree)
  }

  private func holdInvariant(_ tree: CombineTree) {
    var open = 0
    tree.tree.forEachNode { _, node in
      if node.residue["phase"] == "OPEN" {
        open += 1
        #expect(node.residue["request"] != nil)
      }
    }
    #expect(open == 2)
  }

  /// A universe in which `input` came after `node`, followed by what was entered later on the way
  /// to `leaf`, as far as it is still possible.
  func universe(
    with input: Value, after node: NodeID, before leaf: NodeID, in tree: inout CombineTree
  ) throws -> (leaf: NodeID, refused: [Value]) {
    let later = try tree.tree.path(to: leaf).filter { $0 > node }
    var last = try play(input, to: node, in: &tree)
    var refused: [Value] = []
    for id in later {
      let value = try tree.tree.node(id).input.value
      if value["handler"] != "enter" { continue }
      do {
        last = try play(value, to: last, in: &tree)
      } catch {
        refused.append(value)
      }
    }
    return (last, refused)
  }

  @Test func insertingIntoThePast() throws {
    var (tree, start) = try emptyHouse()
    let first = try play(enter("4710"), to: start, in: &tree)
    let second = try play(enter("4712"), to: first, in: &tree)
    let inside = try play(enter("4711"), to: second, in: &tree)
    let other = try universe(with: enter("0000"), after: second, before: inside, in: &tree)
    #expect(try tree.residue(of: inside)["phase"] == "OPEN")
    #expect(try tree.residue(of: other.leaf)["phase"] == "ALARM")
    #expect(other.refused == [enter("4711")])
  }

  @Test func compaction() throws {
    var (tree, start) = try emptyHouse()
    for _ in 0..<1000 {
      let open = try play(enter("4711"), to: start, in: &tree)
      let id = try tree.residue(of: open)["request"] ?? .null
      let end = try tree.add(["handler": "elapsed", "id": id], to: open)
      try tree.retire(end.branch)
    }
    let visiting = try play(enter("4711"), to: start, in: &tree)
    tree.compact(before: tree.tree.nodeCount)
    #expect(tree.tree.nodeCount == 3007)
    #expect(tree.tree.retainedNodeCount == 6)
    #expect(try tree.residue(of: visiting)["phase"] == "OPEN")
  }
}
