/// A stack that the JSON reader keeps its unfinished work on. It starts in memory that is lent to
/// it, if any, and allocates only when that is full.
struct JSONStack<Element>: ~Copyable {
  private(set) var base: UnsafeMutablePointer<Element>?
  private(set) var count = 0
  private var room = 0
  private var isLent = false

  init() { base = nil }

  /// A stack in memory that outlives it.
  init(lent memory: UnsafeMutableBufferPointer<Element>) {
    base = memory.baseAddress
    room = memory.count
    isLent = true
  }

  deinit {
    base?.deinitialize(count: count)
    if !isLent { base?.deallocate() }
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
  @inline(__always)
  mutating func drop(from start: Int) {
    // One by one, because the runtime's loop calls a function for every element.
    while count > start {
      count &-= 1
      (base.unsafelyUnwrapped + count).deinitialize(count: 1)
    }
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
      grown.take(from: base, count: count)
      if !isLent { base.deallocate() }
    }
    base = grown
    isLent = false
    self.room = room
  }
}
