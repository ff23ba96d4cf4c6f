import Testing

@testable import SimpaticoTree

/// The list that holds one element in place behaves as an array does.
@Suite struct FewElements {
  @Test func aFewAppendedAreThoseOfTheArray() {
    var few = Few<Int>.none
    for count in 0..<8 {
      #expect(few.array == Array(0..<count))
      var visited: [Int] = []
      few.forEach { visited.append($0) }
      #expect(visited == few.array)
      #expect(Few(few.array).array == few.array)
      few.append(count)
    }
  }
}
