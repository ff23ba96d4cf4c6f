import Testing

@testable import SimpaticoTree

/// The laws of `CombineTree`, against a model that folds every path from the root.
@Suite struct TreeLaws {
  @Test func residueEqualsFoldOfPath() {
    var refused = 0
    Cases.holds(150) { random in
      var pair = try TreePair(&random)
      for _ in 0..<14 {
        let count = pair.tree.tree.nodeCount
        if let broken = pair.grow(&random) { return broken }
        if pair.tree.tree.nodeCount == count { refused += 1 }
      }
      return try pair.difference()
    }
    Cases.tried("refused adds", refused, atLeast: 50)
  }

  @Test func aRefusedAddAddsNothingAtAll() {
    Cases.holds(60) { random in
      var pair = try TreePair(&random)
      for _ in 0..<12 {
        let before = pair
        if let broken = pair.grow(&random) { return broken }
        // Where nothing was added, everything that can be asked is still as the old model says.
        if pair.tree.tree.nodeCount == before.tree.tree.nodeCount {
          let unchanged = TreePair(tree: pair.tree, of: before)
          if let broken = try unchanged.difference() { return broken }
        }
      }
      return nil
    }
  }

  /// A step that says it is no change has its parent's very residue; one that is a change may have.
  @Test func aStepThatIsNoChangeLeavesTheResidue() {
    var (passages, changes) = (0, 0)
    Cases.holds(150) { random in
      var tree = try TreePair(&random).tree
      for _ in 0..<14 {
        let parent = random.below(tree.nodeCount)
        let before = try tree.residue(of: parent)
        let value =
          random.chance(percent: 60)
          ? random.message(residue: Plain(before), depth: 2) : random.edit(of: Plain(before))
        guard let added = try? tree.add(value.value, to: parent) else { continue }
        let after = try tree.residue(of: added.node)
        if added.isChange {
          changes += 1
        } else {
          passages += 1
          if after != before { return "\(value) changed \(before) to \(after) and did not say so" }
        }
      }
      return nil
    }
    Cases.tried("steps that are no change", passages, atLeast: 30)
    Cases.tried("steps that are one", changes, atLeast: 500)
  }

  @Test func forksAreIndependent() {
    Cases.holds(40) { random in
      var pairs = [try TreePair(&random)]
      for _ in 0..<30 {
        let index = random.below(pairs.count)
        if random.chance(percent: 20) { pairs.append(pairs[index]) }
        if let broken = pairs[index].grow(&random) { return broken }
      }
      for pair in pairs {
        if let broken = try pair.difference() { return broken }
      }
      return nil
    }
  }

  @Test func addingManyAddsAllOrNone() {
    var counts = (all: 0, none: 0)
    Cases.holds(300) { random in
      var tree = CombineTree(root: ["n": 0, "s": "text"], summarize: PlainTree.summarize)
      try tree.add(["n": 1], to: 0)
      let values: [Value] = (0..<(1 + random.below(6))).map { _ in
        random.chance(percent: 12) ? ["s": 1] : ["n": .number(random.below(9))]
      }
      let parent = random.below(2)
      var oneByOne = tree
      var last = parent
      var expected = Attempt<Int, TreeError>.success(values.count)
      for value in values {
        let step = Attempt { () throws(TreeError) in try oneByOne.add(value, to: last).node }
        if case .failure(let error) = step { expected = .failure(error) }
        guard let node = step.value else { break }
        last = node
      }
      let before = tree
      let actual = Attempt { () throws(TreeError) in
        try tree.add(contentsOf: values, to: parent).count
      }
      let reference = expected.value == nil ? before : oneByOne
      if expected.value == nil { counts.none += 1 } else { counts.all += 1 }
      return firstDifference(
        differ("the answer", actual, expected),
        differ("the nodes", tree.tree.nodeCount, reference.tree.nodeCount),
        differ("the branches", tree.tree.branchCount, reference.tree.branchCount),
        differ("the residues", tree.tree.residues, reference.tree.residues),
        differ("the summary", tree.summary, reference.summary),
        tree.tree.brokenInvariant())
    }
    Cases.tried("adding all", counts.all, atLeast: 50)
    Cases.tried("adding none", counts.none, atLeast: 50)
  }

  /// `{handler: "ask", count, then}` asks for `count` effects, then combines the messages `then`.
  static let ask = Handler("ask") { (_, message, context) throws(Refusal) in
    let count = message["count"]?.integer ?? 0
    let asked = (0..<count).map { Outcome.effect(["id": context.requestID($0)]) }
    return asked + (message["then"]?.array?.elements ?? []).map { .combine($0) }
  }

  static func question(_ random: inout CaseRandom, depth: Int = 3) -> Value {
    let then = (0..<(depth > 0 ? random.below(4) : 0)).map { _ in
      question(&random, depth: depth - 1)
    }
    return ["handler": "ask", "count": .number(random.below(17)), "then": .array(then)]
  }

  @Test func requestIDsAreUniqueInATree() {
    let combiner = Combiner(library: HandlerLibrary([Self.ask]))
    Cases.holds(60) { random in
      var tree = CombineTree(root: Self.ask.installed(), combiner: combiner)
      var ids: [Int] = []
      for _ in 0..<20 {
        let added = try tree.add(
          Self.question(&random), to: random.below(tree.tree.nodeCount))
        ids += added.trace.effects.compactMap { $0["id"]?.integer }
      }
      return firstDifference(
        differ("the number of ids", Set(ids).count, ids.count),
        differ("their order", ids, ids.sorted()))
    }
  }

  @Test func aReplayAsksForTheSame() {
    Cases.holds(60) { random in
      var pair = try TreePair(&random)
      for _ in 0..<12 { _ = pair.grow(&random) }
      let root = try pair.tree.tree.node(0)
      var replay = CombineTree(
        root: root.input.value, combiner: pair.tree.combiner, summarize: PlainTree.summarize)
      for id in 1..<max(1, pair.tree.tree.nodeCount) {
        let node = try pair.tree.tree.node(id)
        let added = try replay.add(
          node.input.value, to: node.parent ?? 0, at: node.input.moment)
        let broken = firstDifference(
          differ("the node", added.node, id),
          differ("the branch", added.branch, node.branch),
          differ("the effects", added.trace.effects, node.input.trace.effects),
          differ("the cascade", added.trace.cascade, node.input.trace.cascade))
        if let broken { return broken }
      }
      return firstDifference(
        differ("the summary", replay.summary, pair.tree.summary),
        differ("the residues", replay.tree.residues, pair.tree.tree.residues))
    }
  }
}

extension TreePair {
  /// A tree beside what another pair's model says.
  init(tree: CombineTree, of other: TreePair) {
    self = other
    self.tree = tree
  }
}
