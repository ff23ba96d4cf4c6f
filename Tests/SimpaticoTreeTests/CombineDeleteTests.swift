import Testing

@testable import SimpaticoTree

/// `delete` removes, and never stays behind.
@Suite struct CombineDelete {
  let combiner = Combiner()

  @Test func deleteRemovesAFieldOfAnyKind() throws {
    for field: Value in [.null, true, 1, "x", [1], ["a": 1], .handler("log")] {
      #expect(try combiner.combine(["f": field, "kept": 1], ["f": .delete]) == ["kept": 1])
    }
  }

  @Test func deleteWithoutAFieldLeavesNoTrace() throws {
    #expect(try combiner.combine([:], ["f": .delete]) == [:])
    #expect(try combiner.combine(["a": ["b": 1]], ["a": ["c": .delete]]) == ["a": ["b": 1]])
    #expect(try combiner.combine(nil, ["f": .delete]) == [:])
    #expect(try combiner.combine(1, .delete) == .null)
  }

  @Test func deletedAndAddedAgainAFieldStartsAnew() throws {
    let gone = try combiner.combine(["count": 5], ["count": .delete])
    #expect(try combiner.combine(gone, ["count": 2]) == ["count": 2])
  }

  @Test func markersInsideNewValuesVanish() throws {
    #expect(
      try combiner.combine([:], ["new": ["deep": ["x": .delete, "y": 1]]])
        == ["new": ["deep": ["y": 1]]])
    #expect(try combiner.combine([:], ["new": [1, .delete, [.delete]]]) == ["new": [1, []]])
    #expect(
      try combiner.combine(["list": [0]], ["list": [["x": .delete], .delete, 2]])
        == ["list": [0, [:], 2]])
    #expect(try combiner.combine(["list": [0]], ["list": ["x": .delete]]) == ["list": [0, [:]]])
  }

  @Test func noResidueHoldsAMarker() {
    Cases.holds(3000) { random in
      let left = random.plain(deletes: false)
      let right = random.chance(percent: 30) ? random.plain() : random.edit(of: left)
      guard let result = try? combiner.combine(left.value, right.value) else { return nil }
      return Plain(result).holdsDelete ? "\(left) with \(right) holds a marker" : nil
    }
  }

  @Test func aTreeDoesNotBeginWithAMarkerAndKeepsItsValue() throws {
    let root: Value = ["a": .delete, "b": [.delete, 1]]
    let tree = CombineTree(root: root)
    #expect(try tree.residue(of: 0) == ["b": [1]])
    #expect(try tree.tree.node(0).input.value == root)
  }

  @Test func aRuleThatAnswersDeleteRemovesTheField() throws {
    let combiner = Combiner(rules: { left, right in
      left.number != nil && right.string == "gone" ? .delete : nil
    })
    #expect(try combiner.combine(["a": 1, "b": 2], ["a": "gone"]) == ["b": 2])
    let wrapping = Combiner(rules: { left, _ in left.number == nil ? nil : ["x": .delete, "y": 1] })
    #expect(try wrapping.combine(["a": 1], ["a": 2]) == ["a": ["y": 1]])
  }
}
