package import NIOCore

/// Frames that wait for the end of the event loop's turn, as the bytes that go out.
///
/// Sans-IO: it encodes, the caller writes. Short frames are gathered in one buffer, so that a
/// burst of them costs one write; the payload of a long one stays where it is and is written
/// behind its header, unless it must be masked, which needs a copy anyway.
package struct WebSocketOutbox {
  /// What a stretch of bytes consists of, for the moment when it has left.
  package struct Load: Equatable {
    var byteCount = 0
    var messageCount = 0
    /// At most `WebSocketChannelHandler.maximumUnsentPongs` wait at once.
    var pongCount: UInt8 = 0
    var hasClose = false

    static func += (load: inout Load, more: Load) {
      load.byteCount += more.byteCount
      load.messageCount += more.messageCount
      load.pongCount += more.pongCount
      load.hasClose = load.hasClose || more.hasClose
    }
  }

  /// When so many bytes wait, there is no use in waiting for more.
  static let flushByteCount = 64 << 10

  /// Whether a frame of so long a payload should not wait with what waits already.
  func isFull(for payloadLength: Int) -> Bool {
    byteCount > 0
      && byteCount + WebSocketFrameHeader.longestByteCount + payloadLength > Self.flushByteCount
  }

  /// Up to this many bytes a payload is copied next to its header: the copy costs less than a
  /// second entry in the list that the operating system is given.
  private static let longestCopiedPayload = 4096

  private var bytes = ByteBuffer()
  private var load = Load()

  /// One that holds nothing.
  package init() {}

  /// How many bytes are waiting.
  var byteCount: Int { load.byteCount }

  /// Gives it room for what comes next; to be called while nothing is waiting.
  mutating func lend(_ buffer: consuming ByteBuffer) { bytes = buffer }

  /// Appends a data frame that is a whole message, whose payload is copied whatever its length.
  package mutating func append(
    _ kind: WebSocketFrameKind, copying payload: UnsafeRawBufferPointer, mask: WebSocketMask?
  ) {
    let header = count(kind, payload.count, mask)
    makeRoom(header.byteCount + header.length)
    header.write(to: &bytes)
    if var mask {
      var payload = ByteBuffer(bytes: payload)
      _ = mask.move(header.length, from: &payload, to: &bytes)
    } else {
      bytes.writeBytes(payload)
    }
  }

  /// Appends a data frame that is a whole message and not masked, whose payload `spell` writes into
  /// memory of at least so many bytes; it answers their number. False, and nothing appended, where
  /// it answers nil.
  mutating func append(
    _ kind: WebSocketFrameKind, ofAtMost capacity: Int,
    _ spell: (UnsafeMutableRawBufferPointer) -> Int?
  ) -> Bool {
    // The header stands before the payload but is known only after it: the guess is mostly right.
    func header(_ length: Int) -> WebSocketFrameHeader {
      WebSocketFrameHeader(isFinal: true, kind: kind, length: length, mask: nil)
    }
    let start = header(capacity).byteCount
    let needed = WebSocketFrameHeader.longestByteCount + capacity
    makeRoom(needed)
    var length: Int?
    bytes.writeWithUnsafeMutableBytes(minimumWritableBytes: needed) { room in
      // Behind it there is room for a longer header than the one that was guessed.
      let end = room.count - WebSocketFrameHeader.longestByteCount + start
      let place = UnsafeMutableRawBufferPointer(rebasing: room[start..<end])
      guard let spelt = spell(place) else { return 0 }
      length = spelt
      let header = header(spelt)
      if header.byteCount != start {
        UnsafeMutableRawBufferPointer(rebasing: room[header.byteCount...])
          .copyMemory(from: UnsafeRawBufferPointer(rebasing: place[..<spelt]))
      }
      return header.write(to: room) + spelt
    }
    guard let length else { return false }
    _ = count(kind, length, nil)
    return true
  }

  private mutating func count(
    _ kind: WebSocketFrameKind, _ length: Int, _ mask: WebSocketMask?
  ) -> WebSocketFrameHeader {
    let header = WebSocketFrameHeader(isFinal: true, kind: kind, length: length, mask: mask)
    load.byteCount += header.byteCount + length
    switch kind {
    case .text, .binary: load.messageCount += 1
    case .pong: load.pongCount += 1
    case .close: load.hasClose = true
    case .ping, .continuation: break
    }
    return header
  }

  private mutating func makeRoom(_ needed: Int) {
    if bytes.writableBytes >= needed { return }
    // Exact for one frame; where there are more, there are many, but no more than are flushed.
    let waiting = bytes.readableBytes
    let more = min(3 * waiting, Self.flushByteCount - waiting)
    bytes.reserveCapacity(minimumWritableBytes: max(needed, more))
  }

  /// Appends a frame that is a whole message or a control frame.
  ///
  /// - Returns: The payload if it is to be written right behind what ``take()`` answers, which
  ///   must be done before the next frame is appended.
  package mutating func append(
    _ kind: WebSocketFrameKind, _ payload: ByteBuffer, mask: WebSocketMask?
  ) -> ByteBuffer? {
    let header = count(kind, payload.readableBytes, mask)
    let isCopied = mask != nil || header.length <= Self.longestCopiedPayload
    makeRoom(header.byteCount + (isCopied ? header.length : 0))
    header.write(to: &bytes)
    guard isCopied else { return payload }
    var payload = payload
    if var mask {
      _ = mask.move(header.length, from: &payload, to: &bytes)
    } else {
      bytes.writeBuffer(&payload)
    }
    return nil
  }

  /// Everything that is waiting, which then waits no more; nil if there is nothing.
  package mutating func take() -> (bytes: ByteBuffer, load: Load)? {
    guard load.byteCount > 0 else { return nil }
    defer {
      bytes = ByteBuffer()
      load = Load()
    }
    return (bytes, load)
  }
}
