import NIOCore

/// Writes frames for tests, right and wrong ones alike, independently of the code under test.
struct Frame {
  var opcode: UInt8
  var payload: [UInt8] = []
  var isFinal = true
  var reservedBits: UInt8 = 0
  var mask: [UInt8]? = [0x37, 0xFA, 0x21, 0x3D]
  /// Writes the length in this many extra bytes (0, 2 or 8) instead of the fewest possible.
  var lengthBytes: Int?
  /// Announces this length instead of the payload's.
  var announcedLength: UInt64?

  var bytes: [UInt8] {
    var result = [(isFinal ? 0x80 : 0) | reservedBits << 4 | opcode]
    let length = announcedLength ?? UInt64(payload.count)
    let maskBit: UInt8 = mask == nil ? 0 : 0x80
    switch lengthBytes ?? (length <= 125 ? 0 : length <= 65535 ? 2 : 8) {
    case 0: result.append(maskBit | UInt8(length))
    case 2: result += [maskBit | 126] + Self.bigEndian(length, byteCount: 2)
    default: result += [maskBit | 127] + Self.bigEndian(length, byteCount: 8)
    }
    result += mask ?? []
    for (index, byte) in payload.enumerated() {
      result.append(byte ^ (mask?[index % 4] ?? 0))
    }
    return result
  }

  private static func bigEndian(_ value: UInt64, byteCount: Int) -> [UInt8] {
    (0..<byteCount).reversed().map { UInt8(truncatingIfNeeded: value >> (UInt64($0) * 8)) }
  }

  static func text(_ text: String, isFinal: Bool = true) -> Frame {
    Frame(opcode: 1, payload: Array(text.utf8), isFinal: isFinal)
  }

  static func continuation(_ text: String, isFinal: Bool = true) -> Frame {
    Frame(opcode: 0, payload: Array(text.utf8), isFinal: isFinal)
  }

  static func binary(_ bytes: [UInt8], isFinal: Bool = true) -> Frame {
    Frame(opcode: 2, payload: bytes, isFinal: isFinal)
  }

  static func ping(_ text: String = "") -> Frame {
    Frame(opcode: 9, payload: Array(text.utf8))
  }

  static func pong(_ text: String = "") -> Frame {
    Frame(opcode: 10, payload: Array(text.utf8))
  }

  static func close(_ code: UInt16? = nil, _ reason: String = "") -> Frame {
    guard let code else { return Frame(opcode: 8) }
    return Frame(
      opcode: 8, payload: [UInt8(code >> 8), UInt8(truncatingIfNeeded: code)] + Array(reason.utf8))
  }

  /// As a server sends it.
  var unmasked: Frame {
    var frame = self
    frame.mask = nil
    return frame
  }

  /// As the other role sends it.
  var turned: Frame {
    var frame = self
    frame.mask = mask == nil ? [0x37, 0xFA, 0x21, 0x3D] : nil
    return frame
  }

  /// Takes the masks off frames in which every payload is masked and shorter than 126 bytes; nil
  /// if they are not such frames.
  static func unmasking(_ bytes: [UInt8]) -> [UInt8]? {
    var result: [UInt8] = []
    var rest = bytes[...]
    while rest.count >= 2 {
      let start = rest.startIndex
      guard rest[start + 1] & 0x80 != 0 else { return nil }
      let short = Int(rest[start + 1] & 0x7F)
      let head = short < 126 ? 2 : short == 126 ? 4 : 10
      guard rest.count >= head + 4 else { return nil }
      let long = rest[start + 2..<start + head].reduce(0) { $0 << 8 | Int($1) }
      let length = head == 2 ? short : long
      guard rest.count >= head + 4 + length else { return nil }
      let mask = Array(rest[start + head..<start + head + 4])
      result += [rest[start], UInt8(short)] + rest[start + 2..<start + head]
      let payload = rest[start + head + 4..<start + head + 4 + length]
      result += payload.enumerated().map { $1 ^ mask[$0 % 4] }
      rest = rest[payload.endIndex...]
    }
    return rest.isEmpty ? result : nil
  }

  var buffer: ByteBuffer { ByteBuffer(bytes: bytes) }
}
