/// A persistent sequence: copies share their elements, and a change copies only the path to what it
/// touched.
///
/// A 32-way radix tree that grows at its right edge (the bit-mapped vector trie of Clojure's
/// `PersistentVector`, without a separate tail). `append` is amortised O(1) when the value is not
/// shared and copies at most one node a level when it is; reading and replacing one element are
/// O(log₃₂ n); a copy is one retain.
public struct Vector<Element: Sendable>: @unchecked Sendable {
  @usableFromInline
  var root: VectorNode<Element>?

  /// The empty vector; allocates nothing.
  @inlinable
  public init() { root = nil }

  @inlinable
  init(root: VectorNode<Element>?) { self.root = root }

  /// Copies the elements of an array. Linear.
  @inlinable
  public init(_ elements: [Element]) {
    root = nil
    if elements.count <= VectorNode<Element>.width {
      if !elements.isEmpty { root = VectorNode.leaf(elements) }
    } else {
      for element in elements { append(element) }
    }
  }

  /// The number of elements. Constant.
  @inlinable
  public var count: Int { root?.total ?? 0 }

  /// Whether there are no elements.
  @inlinable
  public var isEmpty: Bool { root == nil }

  /// The element at an index. O(log₃₂ n). An index out of range is a programming error.
  @inlinable
  public subscript(index: Int) -> Element {
    get {
      precondition(index >= 0 && index < count, "Vector index out of range")
      return root.unsafelyUnwrapped.element(at: index)
    }
    set { change(index) { $0 = newValue } }
  }

  /// Lets `body` change an element in its place. O(log₃₂ n), and a copy of what is shared on the
  /// way.
  @inlinable @inline(__always)
  mutating func change(_ index: Int, _ body: (inout Element) -> Void) {
    precondition(index >= 0 && index < count, "Vector index out of range")
    VectorNode.makeUnique(&root)
    body(&root.unsafelyUnwrapped.slot(at: index).pointee)
  }

  /// Calls `body` with an element in its place, so that a part of it can be copied alone.
  @inlinable
  func read<Answer>(_ index: Int, _ body: (UnsafePointer<Element>) -> Answer) -> Answer {
    precondition(index >= 0 && index < count, "Vector index out of range")
    return root.unsafelyUnwrapped.read(index, body)
  }

  /// Adds an element at the end. Amortised O(1); one node a level is copied where others share it.
  @inlinable @inline(never)
  public mutating func append(_ element: Element) {
    guard root != nil else {
      root = VectorNode.leaf([element])
      return
    }
    VectorNode.makeUnique(&root)
    let node = root.unsafelyUnwrapped
    if node.isFull {
      root = VectorNode.inner([node, .path(to: element, level: node.level)], level: node.level + 1)
    } else if let grown = node.append(element) {
      root = grown
    }
  }

  /// Adds every element of another vector, in order. Linear in the other's count.
  @inlinable
  public mutating func append(contentsOf other: Vector) {
    if isEmpty {
      self = other
    } else {
      other.forEach { append($0) }
    }
  }

  /// Calls `body` with each element in order. Linear, without an index computation an element.
  @inlinable
  public func forEach<Failure: Error>(
    _ body: (Element) throws(Failure) -> Void
  ) throws(Failure) {
    if let root { try root.forEach(body) }
  }

  /// The last element, or nil when empty.
  @inlinable
  public var last: Element? { isEmpty ? nil : self[count - 1] }

  /// The elements as an array. Linear.
  @inlinable
  public var elements: [Element] {
    var result: [Element] = []
    result.reserveCapacity(count)
    forEach { result.append($0) }
    return result
  }

  /// Whether both are the very same storage, which implies equal elements. Constant.
  @inlinable
  func isIdentical(to other: Vector) -> Bool { root === other.root }
}
