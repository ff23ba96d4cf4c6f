import NIOCore
import SimpaticoSocket

/// What a WebSocket makes of bytes depends on the bytes and not on how the network cuts them; what
/// it delivers is valid and within its limits; after the first broken rule, or the peer's close
/// frame, nothing more comes of it; and what this side writes, the other side reads.
enum FrameLaw {
  private static let limits = WebSocketConfiguration(
    maximumFrameBytes: 300, maximumMessageBytes: 500, maximumFragmentCount: 4)

  /// The first byte chooses the end that reads and whether binary is taken; the second one, how the
  /// rest is cut.
  static func broken(by bytes: UnsafeBufferPointer<UInt8>) -> String? {
    var stream = ByteStream(bytes)
    let choice = stream.byte()
    let pieceLength = Int(stream.byte() % 16) + 1
    let role: WebSocketRole = choice & 1 == 0 ? .server : .client
    let takesBinary = choice & 2 != 0
    let input = Array(stream.rest())
    let whole = actions(role, takesBinary, input, pieceLength: max(1, input.count))
    let cut = actions(role, takesBinary, input, pieceLength: pieceLength)
    if whole != cut { return "\(whole) of a whole, and \(cut) of pieces of \(pieceLength)" }
    for (index, action) in whole.enumerated() {
      if let broken = brokenBy(action, takesBinary: takesBinary) { return broken }
      if isLast(action), index != whole.count - 1 { return "more actions after \(action)" }
    }
    return brokenByWriting(input, to: role)
  }

  private static func actions(
    _ role: WebSocketRole, _ takesBinary: Bool, _ bytes: [UInt8], pieceLength: Int
  ) -> [WebSocketMessageAssembler.Action] {
    var assembler = WebSocketMessageAssembler(
      role: role, limits: .init(limits), acceptsBinary: takesBinary)
    var actions: [WebSocketMessageAssembler.Action] = []
    var start = 0
    while start < bytes.count {
      let end = min(bytes.count, start + pieceLength)
      var piece = ByteBuffer(bytes: bytes[start..<end])
      // Room that was used before, as a channel lends it.
      var room = ByteBuffer(bytes: [0xFF, 0xFE, 0xFD])
      assembler.lend(&room)
      while let action = assembler.receive(&piece) { actions.append(action) }
      if piece.readableBytes > 0 {
        actions.append(.peerClosed(code: nil, reason: "bytes were left over"))
      }
      start = end
    }
    return actions
  }

  private static func isLast(_ action: WebSocketMessageAssembler.Action) -> Bool {
    switch action {
    case .fail, .peerClosed: true
    case .deliverText, .deliverBinary, .answerPing: false
    }
  }

  private static func brokenBy(
    _ action: WebSocketMessageAssembler.Action, takesBinary: Bool
  ) -> String? {
    switch action {
    case .deliverText(let text):
      if String(validating: text.readableBytesView, as: UTF8.self) == nil {
        return "delivered a text that is not UTF-8"
      }
      return text.readableBytes > limits.maximumMessageBytes ? "delivered too long a text" : nil
    case .deliverBinary(let data):
      if !takesBinary { return "delivered binary to somebody who takes none" }
      return data.readableBytes > limits.maximumMessageBytes ? "delivered too much" : nil
    case .answerPing(let payload):
      return payload.readableBytes > 125 ? "answers a ping of \(payload.readableBytes)" : nil
    case .peerClosed(let code, _):
      guard let code else { return nil }
      return WebSocketCloseCode(rawValue: code) == nil ? "took the close code \(code)" : nil
    case .fail: return nil
    }
  }

  /// A message goes out as it is and comes in at the other end as it was, whichever way it is
  /// written.
  private static func brokenByWriting(_ bytes: [UInt8], to role: WebSocketRole) -> String? {
    let message = Array(bytes.prefix(limits.maximumFrameBytes))
    let mask = role == .server ? WebSocketMask(networkOrder: 0x8123_4567) : nil
    var outbox = WebSocketOutbox()
    _ = outbox.append(.binary, ByteBuffer(bytes: message), mask: mask)
    message.withUnsafeBytes { outbox.append(.binary, copying: $0, mask: mask) }
    guard let written = outbox.take()?.bytes else { return "nothing was written" }
    let read = actions(role, true, Array(written.readableBytesView), pieceLength: 7)
    let wanted = WebSocketMessageAssembler.Action.deliverBinary(ByteBuffer(bytes: message))
    return read == [wanted, wanted] ? nil : "wrote \(message) and read \(read)"
  }
}
