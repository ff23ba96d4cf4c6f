/// Makes the long texts of one document, several of them in one buffer.
struct JSONTexts: ~Copyable {
  private var buffer: TextBuffer?
  private var used = 0
  private var room = 0

  init() {}

  /// A text of more than 14 bytes that are known to be UTF-8. `documentLeft` bytes of the document,
  /// these included, are still to come.
  @inline(__always)
  mutating func text(
    _ bytes: UnsafePointer<UInt8>, count: Int, documentLeft: Int
  ) -> Text {
    if count > TextBuffer.sharedLimit / 2 || count <= Text.smallLimit {
      return Text(validated: UnsafeBufferPointer(start: bytes, count: count))
    }
    if room &- used < count {
      room = min(TextBuffer.sharedLimit, documentLeft)
      buffer = TextBuffer.make(room: room)
      used = 0
    }
    let buffer = buffer.unsafelyUnwrapped
    (buffer.bytes + used).copy(from: bytes, count: count)
    let offset = used
    used &+= count
    return Text(
      cell: .shared(
        buffer, length: UInt32(truncatingIfNeeded: count),
        offset: UInt16(truncatingIfNeeded: offset), tag: Cell.Tag.longText))
  }

  /// Lets go of the buffer, so that texts of different documents never share one.
  mutating func endDocument() {
    buffer = nil
    used = 0
    room = 0
  }
}
