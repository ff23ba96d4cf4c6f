/// A persistent, append-only list whose early entries can be dropped while indices stay valid.
///
/// What is kept from before the horizon moves into a sorted side list, so that memory follows what
/// is kept and not how long the ledger has lived. Copies are O(1); `append` is amortised O(1);
/// reading is O(log n).
struct Ledger<Element: Sendable>: Sendable {
  private var recent = Vector<Element>()
  private var recentStart = 0
  private var survivors: [(index: Int, element: Element)] = []

  /// The index that the next entry will have.
  var count: Int { recentStart + recent.count }

  /// Entries that are held.
  var retainedCount: Int { survivors.count + recent.count }

  mutating func append(_ element: Element) { recent.append(element) }

  /// The entry, or nil where it was dropped or never was.
  subscript(index: Int) -> Element? { read(index) { $0.pointee } }

  /// Calls `body` with an entry in its place; nil where it was dropped or never was.
  func read<Answer>(_ index: Int, _ body: (UnsafePointer<Element>) -> Answer) -> Answer? {
    if index >= recentStart {
      return index < count ? recent.read(index - recentStart, body) : nil
    }
    let place = search(index)
    guard place < survivors.count, survivors[place].index == index else { return nil }
    return withUnsafePointer(to: survivors[place].element, body)
  }

  /// Replaces an entry that is held.
  mutating func replace(_ index: Int, with element: Element) {
    if index >= recentStart {
      recent[index - recentStart] = element
    } else {
      survivors[search(index)].element = element
    }
  }

  /// Drops every entry before `horizon` for which `isKept` answers false. Linear in what is held.
  mutating func drop(before horizon: Int, keeping isKept: (Int, Element) -> Bool) {
    survivors.removeAll { $0.index < horizon && !isKept($0.index, $0.element) }
    let horizon = min(max(horizon, recentStart), count)
    var rest = Vector<Element>()
    for index in recentStart..<count {
      let element = recent[index - recentStart]
      if index >= horizon {
        rest.append(element)
      } else if isKept(index, element) {
        survivors.append((index, element))
      }
    }
    recent = rest
    recentStart = horizon
  }

  /// Calls `body` with each entry that is held, in order of index. Linear.
  func forEach<Failure: Error>(_ body: (Int, Element) throws(Failure) -> Void) throws(Failure) {
    for entry in survivors { try body(entry.index, entry.element) }
    var index = recentStart
    try recent.forEach { (element) throws(Failure) in
      try body(index, element)
      index += 1
    }
  }

  private func search(_ index: Int) -> Int {
    var low = 0
    var high = survivors.count
    while low < high {
      let middle = (low + high) / 2
      if survivors[middle].index < index { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
