import SimpaticoTree
import Testing

@Suite struct OrderLaws {
  @Test func placesAreThoseOfAStableSort() {
    var random = SystemRandomNumberGenerator()
    for count in 0...200 {
      let keys = (0..<count).map { _ in Int.random(in: -8...8, using: &random) }
      let expected = keys.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }
      #expect(Order.of(keys) == expected, "\(keys)")
      #expect(Order.sorted(keys) == keys.sorted(), "\(keys)")
    }
  }
}
