import Testing

@testable import SimpaticoTree

/// The flat form against a model that reads it step by step, mistakes included.
@Suite struct FlatFormLaws {
  /// What an array reads as: a tree's model, or why it is none.
  private static func read(_ elements: [Plain]) throws(FlatFormError) -> PlainHistory {
    guard let first = elements.first else { throw .empty }
    var model: PlainHistory
    do throws(CombineError) {
      model = try PlainHistory(root: first.read, combiner: PlainCombiner())
    } catch {
      throw .cannotAdd(position: 0, .combine(error))
    }
    var parent: Int?
    for (position, element) in elements.enumerated().dropFirst() {
      if let number = element.number {
        if position + 1 == elements.count { throw .trailingParent(position: position) }
        guard parent == nil, number == number.rounded(), number.magnitude < 1000 else {
          throw .badParent(position: position, number)
        }
        let id = Int(number)
        if id >= 0 ? id >= model.nodes.count : -id >= model.rows.count {
          throw .badParent(position: position, number)
        }
        parent = id < 0 ? model.rows[-id].leaf : id
        continue
      }
      do throws(TreeError) {
        _ = try model.add(element.read, to: parent ?? model.nodes.count - 1, at: Moment())
      } catch {
        throw .cannotAdd(position: position, error)
      }
      parent = nil
    }
    return model
  }

  private static func parent(_ random: inout CaseRandom, nodes: Int) -> Plain {
    if random.chance(percent: 4) { return .number(random.pick([0.5, 1e300, -1e300, 99, -0.0])) }
    return .number(Double(random.below(nodes + nodes / 2 + 1) - nodes / 3))
  }

  @Test func anyArrayIsReadAsTheModelReadsIt() {
    var answers: [String: Int] = [:]
    Cases.holds(1500) { random in
      var elements: [Plain] = []
      var nodes = 0
      for _ in 0..<(random.chance(percent: 2) ? 0 : 1 + random.below(12)) {
        if nodes > 0, random.chance(percent: 25) {
          elements.append(Self.parent(&random, nodes: nodes))
          if random.chance(percent: 5) { continue }
        }
        elements.append(
          random.chance(percent: 95) ? random.object(depth: 1).listed : random.plain())
        nodes += 1
      }
      let expected = Attempt { () throws(FlatFormError) in
        try Self.read(elements).nodes.map(\.residue)
      }
      var model: PlainHistory?
      if expected.value != nil { model = try Self.read(elements) }
      let value = Plain.array(elements).value
      let actual = Attempt { () throws(FlatFormError) in
        try Self.residues(FlatForm.read(value, combiner: Combiner()))
      }
      answers[actual.value == nil ? "refused" : "read", default: 0] += 1
      guard let model, let tree = try? FlatForm.read(value) else {
        return differ("\(elements)", actual, expected)
      }
      return firstDifference(
        differ("\(elements)", actual, expected),
        differ("the text", try TextForm.write(tree.tree).description, try model.text()),
        tree.tree.brokenInvariant())
    }
    Cases.tried("readable forms", answers["read", default: 0], atLeast: 200)
    Cases.tried("refused forms", answers["refused", default: 0], atLeast: 200)
  }

  private static func residues(_ tree: CombineTree) -> [Plain] {
    var residues: [Plain] = []
    tree.tree.forEachNode { _, node in residues.append(Plain(node.residue)) }
    return residues
  }

  /// Writing a value twice is writing it once, and reading takes back what writing did to any value
  /// whose references stand in tables.
  @Test func decodingUndoesEncoding() {
    Cases.holds(2000) { random in
      var fields = random.object().fields ?? [:]
      fields["handlers"] = .object(["a": .handler("script"), "b": .handler("more than 14 bytes")])
      let value = FlatFormRoundTrip.bare(.object(["inner": .object(fields), "x": random.plain()]))
      let encoded = FlatForm.encode(value.value)
      return firstDifference(
        differ("\(value) decoded", Plain(FlatForm.decode(encoded)), value),
        differ("\(value) encoded", Plain(encoded), value.spelled),
        differ("\(value) encoded twice", FlatForm.encode(encoded), encoded),
        differ("\(value) printed and read", try JSON.parse(JSON.print(encoded)), encoded))
    }
  }

  @Test func noHandleIsEverWrittenOrRead() {
    Cases.holds(2000) { random in
      let value = random.plain(depth: 4).value
      for (what, result) in [
        ("encoded", FlatForm.encode(value)), ("decoded", FlatForm.decode(value)),
      ] where Plain(result) != FlatFormRoundTrip.bare(Plain(result)) {
        return "\(Plain(value)) \(what) holds a handle"
      }
      return nil
    }
  }
}

extension Plain {
  /// As it comes from outside, where nothing spells a reference.
  fileprivate var read: Plain { FlatFormRoundTrip.bare(self) }

  /// Every field a list, so that any two of its like can be combined.
  fileprivate var listed: Plain { .object((fields ?? [:]).mapValues { .array([$0]) }) }
}
