/// The sixteen bytes that every `Value` and every `Text` is.
///
/// One byte of it, the tag, tells the kind by its upper half. So what a cell is can be read without
/// touching what it refers to, and copying one costs at most one retain.
///
/// - A plain cell holds everything in place: a number's bits in its word, or up to 14 bytes of text
///   in both, packed big-endian and padded with zeros, so that comparing words compares text.
/// - A shared cell refers to the root of an array or object that is not empty, or to a run of bytes
///   in a `TextBuffer`; its word holds their length, their offset there and the tag.
@usableFromInline
struct Cell {
  @usableFromInline
  enum Slot {
    case plain(UInt32, UInt16, UInt8)
    case shared(AnyObject)
  }

  @usableFromInline
  var word: UInt64
  @usableFromInline
  var slot: Slot

  @inlinable @inline(__always)
  init(_ word: UInt64, _ slot: Slot) {
    self.word = word
    self.slot = slot
  }

  @inlinable @inline(__always)
  static func plain(_ word: UInt64, _ second: UInt32, _ third: UInt16, _ tag: UInt8) -> Cell {
    Cell(word, .plain(second, third, tag))
  }

  @inline(__always)
  static func shared(
    _ object: AnyObject, length: UInt32 = 0, offset: UInt16 = 0, tag: UInt8
  ) -> Cell {
    Cell(
      UInt64(tag) &<< 56 | UInt64(offset) &<< 32 | UInt64(length), .shared(object))
  }

  /// A kind in the upper half; in the lower half a short text's length, or 15 for a long text.
  enum Tag {
    static let text: UInt8 = 0x00
    static let longText: UInt8 = 0x0F
    static let handler: UInt8 = 0x10
    static let longHandler: UInt8 = 0x1F
    static let null: UInt8 = 0x20
    static let bool: UInt8 = 0x30
    static let number: UInt8 = 0x40
    static let delete: UInt8 = 0x50
    static let array: UInt8 = 0x60
    static let object: UInt8 = 0x70
    static let kindMask: UInt8 = 0xF0
  }

  /// An array or an object: plain where it is empty and has no root.
  @inline(__always)
  static func tree(_ root: AnyObject?, tag: UInt8) -> Cell {
    if let root { return .shared(root, tag: tag) }
    return .plain(0, 0, 0, tag)
  }

  @inline(__always)
  var tag: UInt8 {
    switch slot {
    case .plain(_, _, let tag): tag
    case .shared: UInt8(truncatingIfNeeded: word &>> 56)
    }
  }

  /// Of a shared cell of text: the number of bytes.
  @inline(__always)
  var length: Int { Int(UInt32(truncatingIfNeeded: word)) }

  /// Of a shared cell of text: where the bytes begin in their buffer.
  @inline(__always)
  var offset: Int { Int(UInt16(truncatingIfNeeded: word &>> 32)) }

  /// The second word of a short text: its later bytes above, its length below. Texts of equal
  /// first words compare as these words do.
  @inline(__always)
  static func tail(_ second: UInt32, _ third: UInt16, _ count: UInt8) -> UInt64 {
    UInt64(second) &<< 24 | UInt64(third) &<< 8 | UInt64(count)
  }
}
