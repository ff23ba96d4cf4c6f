import Testing

@testable import SimpaticoTree

/// `Object` against a sorted dictionary.
@Suite struct ObjectTests {
  /// Few enough keys that they come again, of both storages, and some that differ late.
  private static func key(_ random: inout CaseRandom, of many: Int) -> String {
    let number = String(random.below(many))
    return random.chance(percent: 30) ? "a key that is not short " + number : number
  }

  private static func broken(_ object: Object, _ model: [String: Int]) -> String? {
    if let broken = object.brokenInvariant() { return broken }
    let expected = model.sorted { $0.key < $1.key }
    if object.count != expected.count { return "\(object.count) fields, not \(expected.count)" }
    var position = 0
    var broken: String?
    object.forEach { key, value in
      let wanted = expected[position]
      if key != Text(wanted.key) || value.integer != wanted.value { broken = "'\(key)' is wrong" }
      position += 1
    }
    return broken
  }

  private static func edit(
    _ object: inout Object, _ model: inout [String: Int], _ random: inout CaseRandom, many: Int,
    removals: Int
  ) {
    let key = key(&random, of: many)
    if random.chance(percent: removals) {
      object[Text(key)] = nil
      model[key] = nil
    } else {
      let value = random.below(1_000)
      object[Text(key)] = .number(value)
      model[key] = value
    }
  }

  @Test(arguments: [8, 40, 400, 3_000])
  func randomEditsDoWhatADictionaryDoes(many: Int) {
    Cases.holds(many > 400 ? 2 : 40, weight: max(1, many / 30)) { random in
      var object = Object()
      var model: [String: Int] = [:]
      for phase in [20, 80, 50, 95] {
        for _ in 0..<many {
          Self.edit(&object, &model, &random, many: many, removals: phase)
        }
        if let broken = Self.broken(object, model) { return broken }
        for _ in 0..<20 {
          let key = Self.key(&random, of: many)
          if object[Text(key)]?.integer != model[key] { return "'\(key)' is not found right" }
        }
      }
      return nil
    }
  }

  @Test func keysInAnyOrderAreFound() {
    let ascending = Array(0..<2_000)
    for order in [ascending, ascending.reversed(), ascending.map { $0 * 617 % 2_000 }] {
      var object = Object()
      for number in order { object[Text(number)] = .number(number) }
      #expect(object.brokenInvariant() == nil)
      #expect(order.allSatisfy { object[Text($0)]?.integer == $0 })
      for number in order { object[Text(number)] = nil }
      #expect(object.isEmpty)
    }
  }

  @Test func oldVersionsStayAsTheyWere() {
    Cases.holds(30) { random in
      var object = Object()
      var model: [String: Int] = [:]
      var versions: [(Object, [String: Int])] = []
      for _ in 0..<300 {
        if random.chance(percent: 10) { versions.append((object, model)) }
        if random.chance(percent: 3), !versions.isEmpty {
          (object, model) = random.pick(versions)
        }
        Self.edit(&object, &model, &random, many: 120, removals: 40)
      }
      versions.append((object, model))
      for (object, model) in versions {
        if let broken = Self.broken(object, model) { return broken }
      }
      return nil
    }
  }

  @Test func equalityIsThatOfFieldsWhateverTheHistory() {
    Cases.holds(100) { random in
      let fields = (0..<random.below(60)).map { (Text($0), Value.number($0)) }
      let left = Object(fields)
      var right = Object(fields.shuffled(using: &random))
      for extra in 100..<140 { right[Text(extra)] = 1 }
      for extra in 100..<140 { right[Text(extra)] = nil }
      if left != right { return "equal fields are not equal" }
      guard let (key, _) = fields.randomElement(using: &random) else { return nil }
      right[key] = "other"
      if left == right { return "a changed field is not seen" }
      right[key] = nil
      return left == right ? "a missing field is not seen" : nil
    }
  }

  @Test func fieldAtPositionGoesInKeyOrder() {
    var object = Object()
    for number in 0..<500 { object[Text(number)] = .number(number) }
    let keys = (0..<500).map { Text($0) }.sorted()
    for position in 0..<500 { #expect(object.field(at: position).key == keys[position]) }
    #expect(object.keys == keys)
  }

  private struct Refused: Error {}

  @Test func refusedEditLeavesTheObjectAsItWas() {
    for count in [0, 1, 5, 16, 17, 300] {
      var object = Object((0..<count).map { (Text($0), .number($0)) })
      let before = object
      for key: Text in ["0", "3", "no such field"] {
        #expect(throws: Refused.self) {
          try object.edit(key) { (_) throws(Refused) in throw Refused() }
        }
      }
      #expect(object == before)
      #expect(object.brokenInvariant() == nil)
    }
  }

  @Test func editSeesTheFieldAndWhatItLeavesCounts() {
    var object: Object = ["a": 1]
    object.edit("a") { value in
      #expect(value == 1)
      value = 2
    }
    object.edit("b") { value in
      #expect(value == nil)
      value = 3
    }
    object.edit("a") { $0 = nil }
    #expect(object == ["b": 3])
  }

  @Test func builtAtOnceEqualsBuiltFieldByField() {
    for count in [1, 2, 15, 16, 17, 31, 32, 33, 255, 256, 257, 272, 273, 1_000, 5_000] {
      let keys = (0..<count).map { Text($0) }.sorted()
      let root = ObjectNode.building(count: count) { index, key, value in
        key.initialize(to: keys[index])
        value.initialize(to: .string(keys[index]))
      }
      var object = Object(root: root)
      #expect(object.brokenInvariant() == nil)
      #expect(object == Object(keys.map { ($0, .string($0)) }))
      for key in keys { object[key] = nil }
      #expect(object.isEmpty)
    }
  }
}
