/// One node of a `Vector`: up to 32 elements at level 0, up to 32 children above.
///
/// Every child but the last is full, so an element's place follows from its index alone. A node is
/// changed only by a `Vector` that holds the one reference to it and to all its ancestors.
@usableFromInline
final class VectorNode<Element: Sendable>:
  ManagedBuffer<VectorNode<Element>.Header, Element>
{
  @usableFromInline
  struct Header {
    /// Elements stored in this very node; 0 above level 0.
    @usableFromInline
    var count: Int
    /// How many elements fit without another allocation; `ManagedBuffer.capacity` would ask the
    /// allocator.
    @usableFromInline
    var room: Int
    @usableFromInline
    var level: Int
    /// Elements in the whole subtree.
    @usableFromInline
    var total: Int
    @usableFromInline
    var children: [VectorNode<Element>]

    @inlinable
    init(count: Int, room: Int, level: Int, total: Int, children: [VectorNode<Element>]) {
      self.count = count
      self.room = room
      self.level = level
      self.total = total
      self.children = children
    }
  }

  @inlinable
  static var bits: Int { 5 }
  @inlinable
  static var width: Int { 32 }

  // The header is reached by its address: as a property, every access to it is checked for overlaps
  // at run time, which costs more than the access.
  @inlinable
  var level: Int { withUnsafeMutablePointerToHeader { $0.pointee.level } }
  @inlinable
  var total: Int { withUnsafeMutablePointerToHeader { $0.pointee.total } }
  @inlinable
  var isFull: Bool {
    withUnsafeMutablePointerToHeader {
      $0.pointee.total == 1 << (VectorNode.bits * ($0.pointee.level + 1))
    }
  }
  /// Elements stored in this very node.
  @inlinable
  var count: Int { withUnsafeMutablePointerToHeader { $0.pointee.count } }
  @inlinable
  var children: [VectorNode<Element>] { withUnsafeMutablePointerToHeader { $0.pointee.children } }

  @inlinable
  static func allocate(room: Int) -> VectorNode {
    let buffer = VectorNode.create(minimumCapacity: room) { _ in
      Header(count: 0, room: room, level: 0, total: 0, children: [])
    }
    return unsafeDowncast(buffer, to: VectorNode.self)
  }

  @inlinable
  static func leaf(_ elements: [Element]) -> VectorNode {
    let node = allocate(room: elements.count)
    node.withUnsafeMutablePointers { header, slots in
      for index in 0..<elements.count { (slots + index).initialize(to: elements[index]) }
      header.pointee.count = elements.count
      header.pointee.total = elements.count
    }
    return node
  }

  @inlinable
  static func inner(_ children: [VectorNode], level: Int) -> VectorNode {
    let node = allocate(room: 0)
    node.withUnsafeMutablePointerToHeader { header in
      header.pointee.level = level
      header.pointee.children = children
      for child in children { header.pointee.total += child.total }
    }
    return node
  }

  /// A new right edge of the given height that holds one element.
  @inlinable
  static func path(to element: Element, level: Int) -> VectorNode {
    if level == 0 {
      let node = allocate(room: width)
      _ = node.append(element)
      return node
    }
    return inner([path(to: element, level: level - 1)], level: level)
  }

  @inlinable
  deinit {
    withUnsafeMutablePointers { header, slots in
      _ = slots.deinitialize(count: header.pointee.count)
    }
  }

  @inlinable
  static func makeUnique(_ node: inout VectorNode?) {
    if !isKnownUniquelyReferenced(&node) { node = node.unsafelyUnwrapped.copy(room: nil) }
  }

  @inlinable
  func copy(room: Int?) -> VectorNode {
    withUnsafeMutablePointers { header, slots in
      let count = header.pointee.count
      let node = VectorNode.allocate(room: room ?? min(VectorNode.width, count + 4))
      node.withUnsafeMutablePointers { target, targetSlots in
        let kept = target.pointee.room
        target.pointee = header.pointee
        target.pointee.room = kept
        targetSlots.initialize(from: slots, count: count)
      }
      return node
    }
  }

  @inlinable
  func element(at index: Int) -> Element { read(index) { $0.pointee } }

  /// Calls `body` with an element in its place, so that a part of it can be copied alone.
  @inlinable
  func read<Answer>(_ index: Int, _ body: (UnsafePointer<Element>) -> Answer) -> Answer {
    var node = Unmanaged.passUnretained(self)
    while true {
      let level = node._withUnsafeGuaranteedRef { $0.level }
      if level == 0 { break }
      let slot = index >> (VectorNode.bits * level) & (VectorNode.width - 1)
      node = node._withUnsafeGuaranteedRef {
        $0.withUnsafeMutablePointerToHeader {
          Unmanaged.passUnretained($0.pointee.children[slot])
        }
      }
    }
    let slot = index & (VectorNode.width - 1)
    return node._withUnsafeGuaranteedRef { leaf in
      leaf.withUnsafeMutablePointerToElements { body(UnsafePointer($0 + slot)) }
    }
  }

  /// The place of an element, to be changed by the caller; `self` is uniquely held.
  @inlinable
  func slot(at index: Int) -> UnsafeMutablePointer<Element> {
    withUnsafeMutablePointers { header, slots in
      if header.pointee.level == 0 { return slots + (index & (VectorNode.width - 1)) }
      let slot = index >> (VectorNode.bits * header.pointee.level) & (VectorNode.width - 1)
      VectorNode.makeUnique(&header.pointee.children[slot])
      return header.pointee.children[slot].slot(at: index)
    }
  }

  @inlinable
  static func makeUnique(_ node: inout VectorNode) {
    if !isKnownUniquelyReferenced(&node) { node = node.copy(room: nil) }
  }

  /// Appends in place; `self` is uniquely held and not full. Answers a replacement when this node
  /// had no room.
  @inlinable
  func append(_ element: Element) -> VectorNode? {
    withUnsafeMutablePointers { header, slots in
      if header.pointee.level == 0 {
        if header.pointee.count == header.pointee.room {
          let room = min(VectorNode.width, max(4, header.pointee.count * 2))
          let grown = copy(room: room)
          _ = grown.append(element)
          return grown
        }
        (slots + header.pointee.count).initialize(to: element)
        header.pointee.count += 1
      } else {
        let last = header.pointee.children.count - 1
        if header.pointee.children[last].isFull {
          header.pointee.children.append(.path(to: element, level: header.pointee.level - 1))
        } else {
          VectorNode.makeUnique(&header.pointee.children[last])
          if let grown = header.pointee.children[last].append(element) {
            header.pointee.children[last] = grown
          }
        }
      }
      header.pointee.total += 1
      return nil
    }
  }

  @inlinable
  func forEach<Failure: Error>(_ body: (Element) throws(Failure) -> Void) throws(Failure) {
    if level == 0 {
      for index in 0..<count {
        try body(withUnsafeMutablePointerToElements { $0[index] })
      }
    } else {
      for child in children { try child.forEach(body) }
    }
  }
}
