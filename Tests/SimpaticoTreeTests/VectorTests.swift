import Testing

@testable import SimpaticoTree

/// `Vector` against an array.
@Suite struct VectorTests {
  private static func broken(_ vector: Vector<Int>, _ model: [Int]) -> String? {
    if vector.count != model.count { return "\(vector.count) elements, not \(model.count)" }
    if vector.isEmpty != model.isEmpty || vector.last != model.last { return "the end is wrong" }
    if vector.elements != model { return "the elements differ" }
    for index in model.indices where vector[index] != model[index] {
      return "element \(index) is wrong"
    }
    return nil
  }

  @Test(arguments: [5, 33, 1_100])
  func randomEditsDoWhatAnArrayDoesAndOldVersionsStay(steps: Int) {
    Cases.holds(steps > 100 ? 8 : 200, weight: max(1, steps / 30)) { random in
      var vector = Vector<Int>()
      var model: [Int] = []
      var versions: [(Vector<Int>, [Int])] = []
      for step in 0..<steps {
        if random.chance(percent: 5) { versions.append((vector, model)) }
        if random.chance(percent: 1), !versions.isEmpty {
          (vector, model) = random.pick(versions)
        }
        if random.chance(percent: 30), !model.isEmpty {
          let index = random.below(model.count)
          vector[index] = step
          model[index] = step
        } else if random.chance(percent: 5), let (other, elements) = versions.last {
          vector.append(contentsOf: other)
          model += elements
        } else {
          vector.append(step)
          model.append(step)
        }
        if model.count > 20_000 { break }
      }
      versions.append((vector, model))
      for (vector, model) in versions.suffix(12) {
        if let broken = Self.broken(vector, model) { return broken }
      }
      return nil
    }
  }

  @Test func anyNumberOfElementsIsHeld() {
    for count in [0, 1, 31, 32, 33, 64, 1_023, 1_024, 1_025, 1_057, 32_768, 32_769] {
      let elements = Array(0..<count)
      var made = Vector(elements)
      let slots = UnsafeMutablePointer<Int>.allocate(capacity: max(count, 1))
      for index in 0..<count { (slots + index).initialize(to: index) }
      var built = Vector(root: VectorNode.moving(slots, count: count))
      slots.deallocate()
      #expect(made.elements == elements && built.elements == elements)
      for next in count..<count + 40 {
        made.append(next)
        built.append(next)
      }
      #expect(Self.broken(made, Array(0..<count + 40)) == nil)
      #expect(Self.broken(built, Array(0..<count + 40)) == nil)
    }
  }
}
