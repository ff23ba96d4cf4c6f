/// Numbers by ids: a hash table without a hash function, because ids are well mixed, and without a
/// seed, because nothing iterates over it.
struct IDTable: Sendable {
  private var ids: [UInt64]
  private var numbers: [Int]
  private var count = 0

  init(capacity: Int = 16) {
    var size = 32
    while size < capacity * 2 { size *= 2 }
    ids = Array(repeating: 0, count: size)
    numbers = Array(repeating: -1, count: size)
  }

  /// The number of an id; the first one that was set stays. O(1).
  subscript(id: EventID) -> Int? {
    let place = place(of: id)
    return numbers[place] < 0 ? nil : numbers[place]
  }

  /// Sets the number, which is not negative, of an id that has none yet.
  mutating func insert(_ id: EventID, _ number: Int) {
    if count * 2 >= ids.count { grow() }
    let place = place(of: id)
    if numbers[place] >= 0 { return }
    ids[place] = id.bits
    numbers[place] = number
    count += 1
  }

  private func place(of id: EventID) -> Int {
    let mask = ids.count - 1
    var place = Int(truncatingIfNeeded: id.bits) & mask
    while numbers[place] >= 0, ids[place] != id.bits { place = (place + 1) & mask }
    return place
  }

  private mutating func grow() {
    var larger = IDTable(capacity: ids.count)
    for place in ids.indices where numbers[place] >= 0 {
      larger.insert(EventID(bits: ids[place]), numbers[place])
    }
    self = larger
  }
}
