/// The sixteen bytes that every `Value` and every `Text` is.
///
/// The last payload byte, the tag, tells the kind by its upper half. So what a cell is can be read
/// without touching what it refers to, and copying one costs at most one retain.
///
/// - `plain` holds everything in place: a number's bits, or up to 14 bytes of text, packed
///   big-endian and padded with zeros, so that comparing words compares text.
/// - `shared` refers to a node of an array or object (nil where it is empty) or to a run of bytes
///   in a `TextBuffer`: its length and its offset there.
enum Cell {
  case plain(UInt64, UInt32, UInt16, UInt8)
  case shared(AnyObject?, UInt32, UInt16, UInt8)

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

  @inline(__always)
  var tag: UInt8 {
    switch self {
    case .plain(_, _, _, let tag): tag
    case .shared(_, _, _, let tag): tag
    }
  }

  /// The first word of what is held in place.
  @inline(__always)
  var word: UInt64 {
    switch self {
    case .plain(let word, _, _, _): word
    case .shared: 0
    }
  }

  /// The second word of a short text: its later bytes above, its length below. Texts of equal
  /// first words compare as these words do.
  @inline(__always)
  static func tail(_ second: UInt32, _ third: UInt16, _ count: UInt8) -> UInt64 {
    UInt64(second) &<< 24 | UInt64(third) &<< 8 | UInt64(count)
  }
}
