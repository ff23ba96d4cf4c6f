import Testing

@testable import SimpaticoTree

/// What is written reads as it was, and what was read is written as it reads.
@Suite struct FlatFormRoundTrip {
  /// How two trees differ in anything that the flat form keeps.
  static func difference(_ first: CombineTree, _ second: CombineTree) throws -> String? {
    let counts = firstDifference(
      second.tree.brokenInvariant(),
      differ("the nodes", first.tree.nodeCount, second.tree.nodeCount),
      differ("the branches", first.tree.branchCount, second.tree.branchCount))
    if let counts { return counts }
    for id in 0..<first.tree.nodeCount {
      let (one, other) = (try first.tree.node(id), try second.tree.node(id))
      let trace = (one.input.trace, other.input.trace)
      let broken = firstDifference(
        differ("the value of \(id)", bare(one.input.value), bare(other.input.value)),
        differ("the residue of \(id)", bare(one.residue), bare(other.residue)),
        differ("the parent of \(id)", one.parent, other.parent),
        differ("the branch of \(id)", one.branch, other.branch),
        differ("the effects of \(id)", trace.0.effects, trace.1.effects),
        differ("the cascade of \(id)", trace.0.cascade, trace.1.cascade))
      if let broken { return broken }
    }
    return nil
  }

  /// Without handles at any depth.
  static func bare(_ value: Value) -> Plain { bare(Plain(value)) }

  static func bare(_ plain: Plain) -> Plain {
    switch plain {
    case .array(let elements): .array(elements.map { bare($0) })
    case .object(let fields):
      .object(fields.filter { !$0.key.hasPrefix("_") }.mapValues { bare($0) })
    default: plain
    }
  }

  /// A random tree whose values are no numbers, for those would read as parents.
  static func tree(_ random: inout CaseRandom, scripts: Bool) throws -> CombineTree {
    let table: Plain = .object(["script": .handler("script"), "alias": .handler("script")])
    var root = random.object().fields ?? [:]
    if scripts { root["handlers"] = table }
    var tree = CombineTree(
      root: (scripts ? bare(.object(root)) : .object(root)).value,
      combiner: FlatFormTests.combiner)
    for _ in 0..<20 {
      let parent = random.below(tree.tree.nodeCount)
      let residue = Plain(try tree.residue(of: parent))
      var value = random.edit(of: residue)
      if scripts {
        if random.chance(percent: 40) { value = random.message(residue: residue, depth: 2) }
        value = bare(value)
      }
      if value.kind != .number { _ = try? tree.add(value.value, to: parent) }
    }
    return tree
  }

  @Test func readingWhatWasWrittenGivesTheSameTree() {
    Cases.holds(150) { random in
      let tree = try Self.tree(&random, scripts: false)
      return try Self.difference(tree, FlatForm.read(FlatForm.write(tree)))
    }
  }

  @Test func readingRunsTheHandlersAgainWithTheSameResult() {
    var effects = 0
    Cases.holds(120) { random in
      let tree = try Self.tree(&random, scripts: true)
      tree.tree.forEachNode { _, node in effects += node.input.trace.effects.count }
      let again = try FlatForm.read(FlatForm.write(tree), combiner: FlatFormTests.combiner)
      return try Self.difference(tree, again)
    }
    Cases.tried("effects", effects, atLeast: 100)
  }

  @Test func writingWhatWasReadGivesTheSameTreeAndThenTheSameBytes() {
    Cases.holds(150) { random in
      var elements: [Plain] = [random.object()]
      var nodes = 1
      while nodes < 15 {
        if random.chance(percent: 40) { elements.append(.number(Double(random.below(nodes)))) }
        elements.append(Self.additive(random.object(depth: 1)))
        nodes += 1
      }
      elements[0] = Self.additive(elements[0])
      let tree = try FlatForm.read(Plain.array(elements).value)
      let written = try FlatForm.write(tree)
      let again = try FlatForm.read(written)
      return try firstDifference(
        differ("the nodes", tree.tree.nodeCount, nodes),
        Self.difference(tree, again),
        differ("the form", JSON.print(FlatForm.write(again)), JSON.print(written)))
    }
  }

  /// Any object, made such that all of its like can be combined: every field is an array.
  private static func additive(_ plain: Plain) -> Plain {
    .object((plain.fields ?? [:]).mapValues { .array([$0]) })
  }

  @Test func whatIsWrittenSurvivesJSON() {
    Cases.holds(150) { random in
      let tree = try Self.tree(&random, scripts: true)
      let printed = JSON.print(try FlatForm.write(tree))
      let read = try JSON.parse(printed)
      return try Self.difference(tree, FlatForm.read(read, combiner: FlatFormTests.combiner))
    }
  }
}
