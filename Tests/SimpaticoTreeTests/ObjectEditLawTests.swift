import Testing

@testable import SimpaticoTree

/// Editing one field in its place, and finding one by its order, against a dictionary.
@Suite struct ObjectEditLaws {
  private struct Refused: Error {}

  private static func fields(_ random: inout CaseRandom) -> [String: Int] {
    let count = random.pick([0, 1, 3, 15, 16, 17, 40, 300])
    return (0..<count).reduce(into: [:]) { $0["key \($1 * 7 % 500)"] = $1 }
  }

  private static func object(_ fields: [String: Int]) -> Object {
    Object(fields.map { (Text($0), .number($1)) })
  }

  /// Where the edit throws, the field keeps what the edit left in it, null where it left nothing,
  /// and nothing else is changed, here or in a copy.
  @Test func aRefusedEditKeepsItsFieldAndChangesNoOther() {
    Cases.holds(600) { random in
      let model = Self.fields(&random)
      var object = Self.object(model)
      let copy = object
      let name = "key \(random.below(500))"
      let key = Text(name)
      let left: Value? = random.pick([nil, 5, "left", [1]])
      let changes = random.chance(percent: 50)
      do throws(Refused) {
        try object.edit(key) { (slot) throws(Refused) in
          if changes { slot = left }
          throw Refused()
        }
        return "the error of the edit is lost"
      } catch {}
      var expected = model.mapValues { Value.number($0) }
      if changes, expected[name] != nil { expected[name] = left ?? .null }
      return firstDifference(
        object.brokenInvariant(),
        differ("the copy", copy, Self.object(model)),
        differ(
          "the object without \(key)", object.without(key),
          Object(expected.map { (Text($0), $1) }).without(key)),
        differ(
          "the field \(key)", model[name] == nil ? nil : object[key],
          model[name] == nil ? nil : expected[name]))
    }
  }

  @Test func anEditIsAReadAndAWrite() {
    Cases.holds(600) { random in
      let model = Self.fields(&random)
      var edited = Self.object(model)
      var written = edited
      for _ in 0..<20 {
        let key = Text("key \(random.below(500))")
        let new: Value? = random.chance(percent: 30) ? nil : .number(random.below(9))
        var seen: Value? = .delete
        edited.edit(key) { slot in
          seen = slot
          slot = new
        }
        if let broken = differ("what the edit of \(key) sees", seen, written[key]) { return broken }
        written[key] = new
        if let broken = differ("after \(key)", edited, written) { return broken }
      }
      return edited.brokenInvariant()
    }
  }

  @Test func theFirstKeyNotBeforeABoundIsFound() {
    Cases.holds(600) { random in
      let model = Self.fields(&random)
      let object = Self.object(model)
      let keys = model.keys.map { Text($0) }.sorted()
      for _ in 0..<10 {
        let bound = random.pick([Text("key \(random.below(500))"), "", "key", "kez", "a"])
        let broken = differ(
          "the first key not before \(bound)", object.firstKey(notBefore: bound),
          keys.first { $0 >= bound })
        if let broken { return broken }
      }
      return firstDifference(
        differ("the keys", object.keys, keys),
        differ("the positions", (0..<object.count).map { object.field(at: $0).key }, keys))
    }
  }
}

extension Object {
  fileprivate func without(_ key: Text) -> Object {
    var rest = self
    rest[key] = nil
    return rest
  }
}
