/// Sixteen entries of a ledger, or as many as there are yet. A value with copy-on-write.
struct LedgerPage<Element: Sendable>: @unchecked Sendable {
  static var size: Int { 16 }

  private var storage: Storage?

  /// The page without entries; allocates nothing.
  init() { storage = nil }

  @inline(__always)
  var count: Int { storage?.count ?? 0 }

  /// The entries of a page that has some; valid as long as the page is held.
  @inline(__always)
  var entries: UnsafeMutablePointer<Element> { storage.unsafelyUnwrapped.entries }

  /// Adds an entry, for which there is room.
  @inline(__always)
  mutating func append(_ element: consuming Element) {
    makeUnique()
    storage.unsafelyUnwrapped.append(element)
  }

  /// Lets `body` change an entry in its place.
  @inline(__always)
  mutating func change(_ index: Int, _ body: (inout Element) -> Void) {
    makeUnique()
    body(&entries[index])
  }

  @inline(__always)
  private mutating func makeUnique() {
    if !isKnownUniquelyReferenced(&storage) {
      storage = storage.map { $0.copy() } ?? Storage.make()
    }
  }

  /// Entries behind their count.
  private final class Storage: ManagedBuffer<Int, Element> {
    @inline(__always)
    var count: Int { withUnsafeMutablePointerToHeader { $0.pointee } }
    @inline(__always)
    var entries: UnsafeMutablePointer<Element> { withUnsafeMutablePointerToElements { $0 } }

    static func make() -> Storage {
      unsafeDowncast(Storage.create(minimumCapacity: size) { _ in 0 }, to: Storage.self)
    }

    deinit {
      for index in 0..<count { (entries + index).deinitialize(count: 1) }
    }

    @inline(__always)
    func append(_ element: consuming Element) {
      (entries + count).initialize(to: element)
      withUnsafeMutablePointerToHeader { $0.pointee &+= 1 }
    }

    @inline(never)
    func copy() -> Storage {
      let copy = Storage.make()
      for index in 0..<count { copy.append(entries[index]) }
      return copy
    }
  }
}
