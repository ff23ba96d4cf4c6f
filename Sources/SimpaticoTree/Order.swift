/// Sorting by numbers. One function for all: the standard library's `sort` is compiled anew for
/// each kind of element, which the browser's core cannot afford.
package enum Order {
  /// The places of numbers in ascending order; those of equal ones keep theirs. O(n log n).
  @inline(never)
  package static func of(_ keys: [Int]) -> [Int] {
    var places = Array(0..<keys.count)
    var merged = places
    var width = 1
    while width < keys.count {
      var start = 0
      while start < keys.count {
        let (middle, end) = (min(start + width, keys.count), min(start + 2 * width, keys.count))
        var (left, right) = (start, middle)
        for place in start..<end {
          if right == end || left < middle && keys[places[left]] <= keys[places[right]] {
            merged[place] = places[left]
            left += 1
          } else {
            merged[place] = places[right]
            right += 1
          }
        }
        start = end
      }
      swap(&places, &merged)
      width *= 2
    }
    return places
  }

  /// Numbers in ascending order. O(n log n).
  package static func sorted(_ numbers: [Int]) -> [Int] { of(numbers).map { numbers[$0] } }
}
