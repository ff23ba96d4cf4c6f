/// A persistent, append-only list whose early entries can be dropped while indices stay valid.
///
/// Entries fill pages of sixteen. The newest page is at hand, full ones hang in a `Vector`. What is
/// kept from before the horizon moves into a sorted side list, so that memory follows what is kept
/// and not how long the ledger has lived. Copies are O(1); the first change of a copy copies one
/// page at most; `append` is amortised O(1); reading is O(log n).
struct Ledger<Element: Sendable>: Sendable {
  private typealias Page = LedgerPage<Element>

  /// An entry that stands in no page. No tuple, whose layout a list looks up at run time.
  private struct Survivor {
    let index: Int
    var element: Element
  }

  private var survivors: [Survivor] = []
  /// The index of the first entry that stands in a page.
  private var firstPaged = 0
  private var full = Vector<Page>()
  private var newest = Page()
  /// The index of the first entry of the newest page.
  private var newestStart = 0

  /// The index that the next entry will have.
  var count: Int { newestStart &+ newest.count }

  /// Entries that are held.
  var retainedCount: Int { survivors.count + count - firstPaged }

  mutating func append(_ element: consuming Element) {
    if newest.count == Page.size {
      full.append(newest)
      newestStart &+= Page.size
      newest = Page()
    }
    newest.append(element)
  }

  /// The entry, or nil where it was dropped or never was.
  subscript(index: Int) -> Element? { read(index) { $0.pointee } }

  /// Calls `body` with an entry in its place; nil where it was dropped or never was.
  @inline(__always)
  func read<Answer>(_ index: Int, _ body: (UnsafePointer<Element>) -> Answer) -> Answer? {
    if index >= newestStart {
      if index &- newestStart >= newest.count { return nil }
      return body(newest.entries + (index &- newestStart))
    }
    if index >= firstPaged {
      let place = index &- firstPaged
      return full.read(place / Page.size) { page in
        body(page.pointee.entries + place % Page.size)
      }
    }
    let place = search(index)
    guard place < survivors.count, survivors[place].index == index else { return nil }
    return withUnsafePointer(to: survivors[place].element, body)
  }

  /// Lets `body` change an entry that is held.
  @inline(__always)
  mutating func change(_ index: Int, _ body: (inout Element) -> Void) {
    if index >= newestStart {
      newest.change(index &- newestStart, body)
    } else if index >= firstPaged {
      let place = index &- firstPaged
      full.change(place / Page.size) { page in page.change(place % Page.size, body) }
    } else {
      body(&survivors[search(index)].element)
    }
  }

  /// Drops every entry before `horizon` for which `isKept` answers false. Costs as below.
  mutating func drop(before horizon: Int, keeping isKept: (Int, Element) -> Bool) {
    drop(before: horizon) { isKept($0, $1.pointee) ? $1.pointee : nil }
  }

  /// Drops every entry before `horizon` but what `kept` answers in its place. Linear in the entries
  /// before it, and in the pages of the others.
  mutating func drop(
    before horizon: Int, replacing kept: (Int, UnsafePointer<Element>) -> Element?
  ) {
    var rest = Ledger()
    func keep(_ index: Int, _ entry: UnsafePointer<Element>) {
      guard let element = index < horizon ? kept(index, entry) : entry.pointee else { return }
      rest.survivors.append(Survivor(index: index, element: element))
    }
    for survivor in survivors {
      withUnsafePointer(to: survivor.element) { keep(survivor.index, $0) }
    }
    // Pages stay as they are. Of the one that the horizon is in, the rest joins the survivors.
    let dropped = min(max(horizon, firstPaged), count) - firstPaged
    let pageCount = (dropped + Page.size - 1) / Page.size
    for number in 0..<pageCount {
      let page = number < full.count ? full[number] : newest
      let start = firstPaged + number * Page.size
      for place in 0..<page.count { keep(start + place, page.entries + place) }
    }
    if pageCount > full.count {
      rest.firstPaged = count
      rest.newestStart = count
    } else {
      for number in pageCount..<full.count { rest.full.append(full[number]) }
      rest.firstPaged = firstPaged + pageCount * Page.size
      rest.newest = newest
      rest.newestStart = newestStart
    }
    self = rest
  }

  /// Gives out the indices up to `index` without entries: they read as if they had been dropped.
  /// All of them together cost O(1) amortised for each entry that is held.
  mutating func skip(to index: Int) {
    if index <= count { return }
    var kept = survivors
    survivors = []  // so that the list is held once and grows in place
    forEachPaged { index, element in kept.append(Survivor(index: index, element: element)) }
    survivors = kept
    firstPaged = index
    newestStart = index
    full = Vector()
    newest = Page()
  }

  /// The index of the first entry that is held and for which `isAfter` answers true, or nil where
  /// there is none. The entries for which it does come last. O(log² n).
  func firstIndex(where isAfter: (Element) -> Bool) -> Int? {
    var low = 0
    var high = retainedCount
    while low < high {
      let middle = (low + high) / 2
      if read(heldIndex(middle), { isAfter($0.pointee) }) ?? true {
        high = middle
      } else {
        low = middle + 1
      }
    }
    return low < retainedCount ? heldIndex(low) : nil
  }

  /// The index of the entry that has so many held ones before it.
  private func heldIndex(_ place: Int) -> Int {
    place < survivors.count ? survivors[place].index : firstPaged + place - survivors.count
  }

  /// Calls `body` with each entry that is held, in order of index. Linear.
  func forEach<Failure: Error>(_ body: (Int, Element) throws(Failure) -> Void) throws(Failure) {
    for survivor in survivors { try body(survivor.index, survivor.element) }
    try forEachPaged(body)
  }

  private func forEachPaged<Failure: Error>(
    _ body: (Int, Element) throws(Failure) -> Void
  ) throws(Failure) {
    var index = firstPaged
    for number in 0...full.count {
      let page = number < full.count ? full[number] : newest
      for place in 0..<page.count { try body(index + place, page.entries[place]) }
      index += page.count
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
