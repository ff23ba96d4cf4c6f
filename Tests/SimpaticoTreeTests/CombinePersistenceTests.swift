import Testing

@testable import SimpaticoTree

/// A value is a value: nothing that is done with it changes it, not even where storage is shared.
@Suite struct CombinePersistence {
  let combiner = Combiner()
  let model = PlainCombiner()

  @Test func aFailedCombineChangesNothing() {
    var failures = 0
    Cases.holds(3000) { random in
      let plain = random.object(depth: 3, deletes: false)
      let value = plain.value
      let right = Plain.object([
        "a": random.edit(of: plain["a"]), "b": random.plain(), "zz": random.plain(),
      ])
      if (try? combiner.combine(value, right.value)) == nil { failures += 1 }
      return differ("the left value", Plain(value), plain)
    }
    Cases.tried("failures", failures, atLeast: 100)
  }

  /// Many versions of one value are kept while random ones of them are edited further.
  @Test func oldVersionsNeverChange() {
    Cases.holds(25) { random in
      let wide = Dictionary(uniqueKeysWithValues: (0..<60).map { ("key \($0)", Plain.number(1)) })
      var versions: [(value: Value, plain: Plain)] = []
      for start in [random.object(deletes: false), .object(wide)] {
        versions.append((start.value, start))
      }
      for _ in 0..<50 {
        let (value, plain) = random.pick(versions)
        let edit = random.chance(percent: 50) ? wideEdit(&random) : random.edit(of: plain)
        guard let next = try? combiner.combine(value, edit.value) else { continue }
        versions.append((next, try model.combine(plain, edit)))
      }
      for (index, version) in versions.enumerated() {
        if let broken = differ("version \(index)", Plain(version.value), version.plain) {
          return broken
        }
      }
      return nil
    }
  }

  /// Fields that come and go in an object of several nodes, on two levels.
  private func wideEdit(_ random: inout CaseRandom) -> Plain {
    var fields: [String: Plain] = [:]
    for _ in 0..<(1 + random.below(12)) {
      let change: Plain = random.chance(percent: 40) ? .delete : .number(Double(random.below(9)))
      fields["key \(random.below(80))"] = change
    }
    let inner = Plain.object(["list": .array([.number(1)]), "fields": .object(fields)])
    fields["inner"] = random.chance(percent: 10) ? .delete : inner
    return .object(fields)
  }

  @Test func aValueCanBeCombinedWithItself() {
    Cases.holds(1500) { random in
      let plain = random.plain(deletes: false)
      let value = plain.value
      let actual = Attempt { () throws(CombineError) in
        Plain(try combiner.combine(value, value))
      }
      let expected = Attempt { () throws(CombineError) in try model.combine(plain, plain) }
      return differ("twice \(plain)", actual, expected) ?? differ("it", Plain(value), plain)
    }
  }

  @Test func aPartOfAValueCanBeItsEdit() throws {
    let list = Value.array((0..<100).map { .number($0) })
    let value: Value = ["list": list, "copy": list]
    var doubled = try combiner.combine(value, ["list": list])
    doubled = try combiner.combine(doubled, ["list": doubled["list"] ?? .null])
    #expect(doubled["list"]?.array?.count == 400)
    #expect(doubled["copy"]?.array?.count == 100)
    #expect(list.array?.count == 100)
  }
}
