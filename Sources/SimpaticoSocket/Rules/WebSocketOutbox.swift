import NIOCore

/// Frames that wait for the end of the event loop's turn, as the bytes that go out.
///
/// Sans-IO: it encodes, the caller writes. Short frames are gathered in one buffer, so that a
/// burst of them costs one write; the payload of a long one stays where it is and is written
/// behind its header, unless it must be masked, which needs a copy anyway.
struct WebSocketOutbox {
  /// What a stretch of bytes consists of, for the moment when it has left.
  struct Load: Equatable {
    var byteCount = 0
    var messageCount = 0
    var pongCount = 0
    var hasClose = false
  }

  /// When so many bytes wait there is no use in waiting for more.
  static let flushByteCount = 64 << 10

  /// Up to this many bytes a payload is copied next to its header: the copy costs less than a
  /// second entry in the list that the operating system is given.
  private static let longestCopiedPayload = 4096

  private var bytes = ByteBuffer()
  private var load = Load()

  /// How many bytes are waiting.
  var byteCount: Int { load.byteCount }

  /// Appends a frame that is a whole message or a control frame.
  ///
  /// - Returns: The payload if it is to be written right behind what ``take()`` answers, which
  ///   must be done before the next frame is appended.
  mutating func append(
    _ kind: WebSocketFrameKind, _ payload: ByteBuffer, mask: WebSocketMask?
  ) -> ByteBuffer? {
    let header = WebSocketFrameHeader(
      isFinal: true, kind: kind, length: payload.readableBytes, mask: mask)
    load.byteCount += header.byteCount + header.length
    switch kind {
    case .text, .binary: load.messageCount += 1
    case .pong: load.pongCount += 1
    case .close: load.hasClose = true
    case .ping, .continuation: break
    }
    let isCopied = mask != nil || header.length <= Self.longestCopiedPayload
    let needed = header.byteCount + (isCopied ? header.length : 0)
    if bytes.writableBytes < needed {
      // Exact for one frame; where there are more, there are many.
      bytes.reserveCapacity(minimumWritableBytes: max(needed, 3 * bytes.readableBytes))
    }
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
  mutating func take() -> (bytes: ByteBuffer, load: Load)? {
    guard load.byteCount > 0 else { return nil }
    defer {
      bytes = ByteBuffer()
      load = Load()
    }
    return (bytes, load)
  }
}
