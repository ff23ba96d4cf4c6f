/// The bytes of long texts, which never change once a text refers to them.
///
/// A buffer holds one text, or several short ones of one document, so that they cost a single
/// allocation. `sharedLimit` bounds what a text can keep alive beside itself.
final class TextBuffer: ManagedBuffer<Int, UInt8> {
  /// Buffers that several texts share are at most so large, in bytes; longer texts do not share.
  static let sharedLimit = 512

  /// The bytes; valid as long as the buffer is held.
  @inline(__always)
  var bytes: UnsafeMutablePointer<UInt8> { withUnsafeMutablePointerToElements { $0 } }

  /// Eight bytes, the first one highest.
  @inline(__always)
  func word(at offset: Int) -> UInt64 {
    UInt64(
      bigEndian: UnsafeRawPointer(bytes).loadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  static func make(room: Int) -> TextBuffer {
    unsafeDowncast(
      TextBuffer.create(minimumCapacity: room) { _ in room }, to: TextBuffer.self)
  }

  /// The buffer that a cell of a long text refers to.
  @inline(__always)
  static func of(_ object: AnyObject) -> TextBuffer {
    unsafeDowncast(object, to: TextBuffer.self)
  }

  /// A cell of a buffer of its own. A text of 4 GiB or more is a programming error.
  static func cell(copying bytes: UnsafeBufferPointer<UInt8>, tag: UInt8) -> Cell {
    let buffer = make(room: bytes.count)
    if let source = bytes.baseAddress {
      buffer.bytes.copy(from: source, count: bytes.count)
    }
    return .shared(buffer, length: UInt32(bytes.count), tag: tag)
  }
}
