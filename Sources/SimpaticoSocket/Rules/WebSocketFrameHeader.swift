import NIOCore

/// Which end of the connection an endpoint is. Clients mask what they send, servers do not
/// (RFC 6455, 5.1).
package enum WebSocketRole: Sendable {
  case client
  case server
}

/// The opcodes that have a meaning (RFC 6455, 5.2).
package enum WebSocketFrameKind: UInt8, Sendable {
  case continuation = 0x0
  case text = 0x1
  case binary = 0x2
  case close = 0x8
  case ping = 0x9
  case pong = 0xA

  var isControl: Bool { rawValue & 0x8 != 0 }
}

/// What stands before a frame's payload.
struct WebSocketFrameHeader: Equatable, Sendable {
  var isFinal: Bool
  var kind: WebSocketFrameKind
  /// The length of the payload, in bytes.
  var length: Int
  /// The mask, on frames of a client.
  var mask: WebSocketMask?

  /// How many bytes a header takes on the wire at most.
  static let longestByteCount = 14

  /// How many bytes the header takes on the wire.
  var byteCount: Int {
    let lengthBytes = length <= 125 ? 0 : length <= 0xFFFF ? 2 : 8
    return 2 + lengthBytes + (mask == nil ? 0 : 4)
  }

  /// Writes the header as it stands on the wire, its length in the shortest form (5.2).
  func write(to buffer: inout ByteBuffer) {
    buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: byteCount) { write(to: $0) }
  }

  /// The same at the start of memory that suffices. Answers how many bytes it takes.
  @discardableResult
  func write(to bytes: UnsafeMutableRawBufferPointer) -> Int {
    let byteCount = byteCount
    bytes[0] = (isFinal ? 0x80 : 0) | kind.rawValue
    let maskBit: UInt8 = mask == nil ? 0 : 0x80
    switch length {
    case ...125:
      bytes[1] = maskBit | UInt8(length)
    case ...0xFFFF:
      bytes[1] = maskBit | 126
      bytes.storeBytes(of: UInt16(length).bigEndian, toByteOffset: 2, as: UInt16.self)
    default:
      bytes[1] = maskBit | 127
      bytes.storeBytes(of: UInt64(length).bigEndian, toByteOffset: 2, as: UInt64.self)
    }
    if let mask {
      let key = mask.networkOrder.bigEndian
      bytes.storeBytes(of: key, toByteOffset: byteCount - 4, as: UInt32.self)
    }
    return byteCount
  }
}

/// Reads the header of one frame and enforces every rule that needs no knowledge of
/// earlier frames (RFC 6455, 5.1, 5.2, 5.5). It says no at the first byte that breaks a rule.
///
/// NIO's own decoder, which leaves room for extensions, does not report reserved bits, a wrong
/// mask or a length in a longer form than needed, and reports what it does only when the whole
/// payload has been buffered. So headers are read here.
///
///     opening ─► length and mask bit ─┬─► extended length ─┬─► masking key ─► complete
///                                     └────────────────────┘        (or at once without a mask)
struct WebSocketFrameHeaderParser: Sendable {
  enum Outcome: Equatable {
    case needsMore
    case complete(WebSocketFrameHeader)
    case violation(WebSocketViolation)
  }

  /// What is known after the first byte.
  private struct Opening {
    let isFinal: Bool
    let kind: WebSocketFrameKind
  }

  /// Small, because every connection has one.
  private enum State {
    case opening
    case length(Opening)
    case extendedLength(Opening, form: LengthForm, bytesLeft: UInt8, value: UInt64)
    case maskingKey(Opening, length: Int, bytesLeft: UInt8, value: UInt32)
  }

  /// How the length is written when it does not fit into the second byte.
  private enum LengthForm {
    case word
    case quadWord

    var byteCount: UInt8 { self == .word ? 2 : 8 }
    /// A smaller length must be written in a shorter form.
    var smallestValue: UInt64 { self == .word ? 126 : 65536 }
  }

  private let role: WebSocketRole
  private var state = State.opening

  /// - Parameter role: The end that reads; its peer's frames must be masked if it is the server.
  init(role: WebSocketRole) {
    self.role = role
  }

  /// Takes bytes from the front of `input` until a header is complete, a rule is broken or there
  /// are none left. After a header is complete, the next byte begins another one.
  mutating func receive(_ input: inout ByteBuffer) -> Outcome {
    if case .opening = state, let header = commonHeader(&input) { return .complete(header) }
    while let byte = input.readInteger(as: UInt8.self) {
      let outcome = receive(byte)
      guard case .needsMore = outcome else { return outcome }
    }
    return .needsMore
  }

  /// Reads a header at once that is whole, keeps every rule and belongs to a frame of at most
  /// 65,535 bytes of data, as nearly all do; consumes nothing otherwise.
  private func commonHeader(_ input: inout ByteBuffer) -> WebSocketFrameHeader? {
    let isMasked = role == .server
    let header = input.withUnsafeReadableBytes { bytes -> (WebSocketFrameHeader, Int)? in
      guard bytes.count >= 8, bytes[0] & 0x7F <= WebSocketFrameKind.binary.rawValue,
        let kind = WebSocketFrameKind(rawValue: bytes[0] & 0x0F),
        bytes[1] & 0x80 == (isMasked ? 0x80 : 0)
      else { return nil }
      var length = Int(bytes[1] & 0x7F)
      var offset = 2
      if length == 126 {
        length = Int(bytes[2]) << 8 | Int(bytes[3])
        offset = 4
      }
      guard length <= 125 && offset == 2 || length > 125 && offset == 4 else { return nil }
      var header = WebSocketFrameHeader(
        isFinal: bytes[0] & 0x80 != 0, kind: kind, length: length, mask: nil)
      if isMasked {
        let key = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
        header.mask = WebSocketMask(networkOrder: UInt32(bigEndian: key))
        offset += 4
      }
      return (header, offset)
    }
    guard let header else { return nil }
    input.moveReaderIndex(forwardBy: header.1)
    return header.0
  }

  private mutating func receive(_ byte: UInt8) -> Outcome {
    switch state {
    case .opening:
      return receiveOpening(byte)
    case .length(let opening):
      return receiveLength(byte, opening)
    case .extendedLength(let opening, let form, let bytesLeft, let value):
      let value = value << 8 | UInt64(byte)
      guard bytesLeft == 1 else {
        state = .extendedLength(opening, form: form, bytesLeft: bytesLeft - 1, value: value)
        return .needsMore
      }
      return finishLength(opening, form: form, value: value)
    case .maskingKey(let opening, let length, let bytesLeft, let value):
      let value = value << 8 | UInt32(byte)
      guard bytesLeft == 1 else {
        state = .maskingKey(opening, length: length, bytesLeft: bytesLeft - 1, value: value)
        return .needsMore
      }
      return complete(opening, length: length, mask: WebSocketMask(networkOrder: value))
    }
  }

  private mutating func receiveOpening(_ byte: UInt8) -> Outcome {
    guard byte & 0x70 == 0 else { return .violation(.reservedBits) }
    guard let kind = WebSocketFrameKind(rawValue: byte & 0x0F) else {
      return .violation(.unknownOpcode(byte & 0x0F))
    }
    let isFinal = byte & 0x80 != 0
    guard isFinal || !kind.isControl else { return .violation(.fragmentedControlFrame) }
    state = .length(Opening(isFinal: isFinal, kind: kind))
    return .needsMore
  }

  private mutating func receiveLength(_ byte: UInt8, _ opening: Opening) -> Outcome {
    let isMasked = byte & 0x80 != 0
    switch (role, isMasked) {
    case (.server, false): return .violation(.unmaskedFrame)
    case (.client, true): return .violation(.maskedFrame)
    case (.server, true), (.client, false): break
    }
    let length = byte & 0x7F
    guard length <= 125 || !opening.kind.isControl else {
      return .violation(.oversizedControlFrame)
    }
    guard length > 125 else { return finish(opening, length: Int(length)) }
    let form = length == 126 ? LengthForm.word : .quadWord
    state = .extendedLength(opening, form: form, bytesLeft: form.byteCount, value: 0)
    return .needsMore
  }

  private mutating func finishLength(
    _ opening: Opening, form: LengthForm, value: UInt64
  ) -> Outcome {
    guard value >= form.smallestValue else { return .violation(.nonMinimalLength) }
    guard let length = Int(exactly: value) else { return .violation(.lengthOutOfRange) }
    return finish(opening, length: length)
  }

  private mutating func finish(_ opening: Opening, length: Int) -> Outcome {
    switch role {
    case .server:
      state = .maskingKey(opening, length: length, bytesLeft: 4, value: 0)
      return .needsMore
    case .client:
      return complete(opening, length: length, mask: nil)
    }
  }

  private mutating func complete(
    _ opening: Opening, length: Int, mask: WebSocketMask?
  ) -> Outcome {
    state = .opening
    return .complete(
      WebSocketFrameHeader(
        isFinal: opening.isFinal, kind: opening.kind, length: length, mask: mask))
  }
}
