import Testing

@testable import SimpaticoTree

/// `Ledger` against an array whose dropped entries are nil.
@Suite struct LedgerTests {
  static func difference(_ ledger: Ledger<Int>, _ model: [Int?]) -> String? {
    for index in -2..<(model.count + 3) {
      let expected = model.indices.contains(index) ? model[index] : nil
      if let broken = differ("entry \(index)", ledger[index], expected) { return broken }
    }
    var visited: [Int] = []
    var indices: [Int] = []
    ledger.forEach { index, element in
      indices.append(index)
      visited.append(element)
    }
    return firstDifference(
      differ("the count", ledger.count, model.count),
      differ("the held count", ledger.retainedCount, model.compactMap { $0 }.count),
      differ("the visited entries", visited, model.compactMap { $0 }),
      differ("the visited indices", indices, model.indices.filter { model[$0] != nil }))
  }

  @Test func anyHistoryLeavesWhatTheArrayHolds() {
    Cases.holds(400) { random in
      var pairs: [(ledger: Ledger<Int>, model: [Int?])] = [(Ledger(), [])]
      for _ in 0..<60 {
        let index = random.below(pairs.count)
        switch random.below(20) {
        case 0: if pairs.count < 4 { pairs.append(pairs[index]) }
        case 1, 2:
          let horizon = random.below(pairs[index].model.count + 6) - 3
          let divisor = 1 + random.below(5)
          pairs[index].ledger.drop(before: horizon) { _, element in element % divisor == 0 }
          for place in pairs[index].model.indices where place < horizon {
            if let element = pairs[index].model[place], element % divisor != 0 {
              pairs[index].model[place] = nil
            }
          }
        case 3, 4, 5:
          let held = pairs[index].model.indices.filter { pairs[index].model[$0] != nil }
          if held.isEmpty { continue }
          let place = random.pick(held)
          let element = random.below(1000)
          pairs[index].ledger.change(place) { $0 = element }
          pairs[index].model[place] = element
        case 6:
          let target = pairs[index].model.count + random.below(40) - 10
          pairs[index].ledger.skip(to: target)
          while pairs[index].model.count < target { pairs[index].model.append(nil) }
        default:
          for _ in 0..<(1 + random.below(5)) {
            let element = random.below(1000)
            pairs[index].ledger.append(element)
            pairs[index].model.append(element)
          }
        }
      }
      for (ledger, model) in pairs {
        if let broken = Self.difference(ledger, model) { return broken }
      }
      return nil
    }
  }

  @Test func theFirstOfThoseThatComeLastIsFound() {
    Cases.holds(100) { random in
      var ledger = Ledger<Int>()
      var held: [Int] = []
      while ledger.count < 60 {
        if random.chance(percent: 20) {
          ledger.skip(to: ledger.count + random.below(10))
        } else {
          held.append(ledger.count)
          ledger.append(ledger.count)
        }
      }
      ledger.drop(before: 20) { index, _ in index % 3 == 0 }
      held.removeAll { $0 < 20 && $0 % 3 != 0 }
      for bound in [Int.min, Int.max] + Array(0..<70) {
        let found = ledger.firstIndex { $0 > bound }
        if let broken = differ("the first after \(bound)", found, held.first { $0 > bound }) {
          return broken
        }
      }
      return nil
    }
  }

  @Test func everyEntryIsShownToTheChoiceWithItsIndex() {
    var ledger = Ledger<Int>()
    for element in 0..<100 { ledger.append(element * 3) }
    ledger.drop(before: 50) { index, element in
      #expect(element == index * 3)
      return index % 10 == 0
    }
    #expect(ledger.retainedCount == 55)
    var asked: [Int] = []
    ledger.drop(before: 60) { index, _ in
      asked.append(index)
      return false
    }
    #expect(asked == [0, 10, 20, 30, 40] + Array(50..<60))
    #expect(ledger.retainedCount == 40)
  }

  @Test func extremeIndicesAreNotThere() {
    var ledger = Ledger<Int>()
    #expect(ledger[0] == nil)
    for element in 0..<10 { ledger.append(element) }
    ledger.drop(before: 5) { index, _ in index == 2 }
    for index in [Int.min, -1, 10, Int.max] { #expect(ledger[index] == nil) }
    #expect(ledger[2] == 2)
    #expect(ledger[5] == 5)
    ledger.drop(before: Int.max) { _, _ in false }
    #expect(ledger.retainedCount == 0)
    #expect(ledger.count == 10)
    ledger.append(10)
    #expect(ledger[10] == 10)
  }
}
