/// A stack that the JSON reader keeps its unfinished work on; allocates nothing until something is
/// pushed.
struct JSONStack<Element>: ~Copyable {
  private(set) var base: UnsafeMutablePointer<Element>?
  private(set) var count = 0
  private var room = 0

  init() { base = nil }

  deinit {
    base?.deinitialize(count: count)
    base?.deallocate()
  }

  @inline(__always)
  mutating func push(_ element: consuming Element) {
    if count == room { grow(by: 1) }
    (base.unsafelyUnwrapped + count).initialize(to: element)
    count &+= 1
  }

  /// Takes the last element away. The stack is not empty.
  @inline(__always)
  mutating func pop() -> Element {
    count &-= 1
    return (base.unsafelyUnwrapped + count).move()
  }

  /// Forgets the elements from `start` on, which the caller has moved elsewhere.
  @inline(__always)
  mutating func forget(from start: Int) { count = start }

  /// Drops the elements from `start` on.
  mutating func drop(from start: Int) {
    if count > start { (base.unsafelyUnwrapped + start).deinitialize(count: count - start) }
    count = start
  }

  /// Where the elements from `start` on lie; valid until the next push.
  @inline(__always)
  func elements(from start: Int) -> UnsafeMutablePointer<Element> {
    base.unsafelyUnwrapped + start
  }

  /// Makes room for more elements.
  @inline(__always)
  mutating func reserve(_ more: Int) {
    if room &- count < more { grow(by: more) }
  }

  @inline(never)
  private mutating func grow(by more: Int) {
    let room = max(32, room * 2, count + more)
    let grown = UnsafeMutablePointer<Element>.allocate(capacity: room)
    if let base {
      grown.moveInitialize(from: base, count: count)
      base.deallocate()
    }
    base = grown
    self.room = room
  }
}
