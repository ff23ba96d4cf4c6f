import NIOCore
import Testing

@testable import SimpaticoSocket

@Suite struct MessageAssemblerTests {
  /// What the assembler makes of bytes that arrive in these pieces.
  private func actions(
    _ role: WebSocketRole, _ pieces: [ArraySlice<UInt8>]
  ) -> [WebSocketMessageAssembler.Action] {
    var assembler = WebSocketMessageAssembler(
      role: role, limits: .init(RuleCase.limits), acceptsBinary: false)
    var result: [WebSocketMessageAssembler.Action] = []
    for piece in pieces {
      var input = ByteBuffer(bytes: piece)
      while let action = assembler.receive(&input) { result.append(action) }
      #expect(input.readableBytes == 0)
    }
    return result
  }

  @Test func violationIsSeenAtTheFirstByteThatProvesIt() {
    // Unmasked text: the second byte, which lacks the mask bit, is enough.
    #expect(actions(.server, [[0x81, 0x05]]) == [.fail(.unmaskedFrame)])
    #expect(actions(.server, [[0xC1]]) == [.fail(.reservedBits)])
    #expect(actions(.server, [[0x83]]) == [.fail(.unknownOpcode(3))])
    #expect(actions(.server, [[0x09]]) == [.fail(.fragmentedControlFrame)])
    #expect(actions(.server, [[0x89, 0xFE]]) == [.fail(.oversizedControlFrame)])
    #expect(actions(.server, [[0x81, 0xFE, 0x00, 0x7D]]) == [.fail(.nonMinimalLength)])
  }

  @Test func whatFollowsTheEndIsSwallowed() {
    let rest = Frame.text("a").bytes + Frame.ping().bytes + Frame(opcode: 3).bytes
    #expect(
      actions(.server, [Frame.close(1000).bytes[...] + rest, rest[...]])
        == [.peerClosed(code: 1000, reason: "")])
    #expect(
      actions(.server, [Frame(opcode: 3).bytes[...] + rest, rest[...]]) == [
        .fail(.unknownOpcode(3))
      ])
  }

  @Test func longMessageIsUnmaskedAtEveryOffset() {
    let limits = WebSocketConfiguration(maximumFrameBytes: 70_000, maximumMessageBytes: 70_000)
    let text = String(repeating: "0123456789abcde", count: 4_500)
    let input = Frame.text(text).bytes
    for pieceSize in [1, 3, 7, 8, 9, 1021, 65_536, input.count] {
      var assembler = WebSocketMessageAssembler(
        role: .server, limits: .init(limits), acceptsBinary: false)
      var received: [WebSocketMessageAssembler.Action] = []
      for start in stride(from: 0, to: input.count, by: pieceSize) {
        var piece = ByteBuffer(bytes: input[start..<min(start + pieceSize, input.count)])
        while let action = assembler.receive(&piece) { received.append(action) }
      }
      #expect(received == [.deliverText(ByteBuffer(string: text))], "pieces of \(pieceSize)")
    }
  }

  @Test func pingsAndPongsAreCountedOnceHoweverTheyAreSplit() {
    let frames: [Frame] = [.ping("abc"), .text("a", isFinal: false), .pong("de"), .pong()]
    let input = frames.flatMap(\.bytes)
    for pieceSize in 1...input.count {
      var assembler = WebSocketMessageAssembler(
        role: .server, limits: .init(RuleCase.limits), acceptsBinary: false)
      var counts = WebSocketMessageAssembler.Heartbeats()
      for start in stride(from: 0, to: input.count, by: pieceSize) {
        var piece = ByteBuffer(bytes: input[start..<min(start + pieceSize, input.count)])
        while assembler.receive(&piece) != nil {}
        guard let some = assembler.takeHeartbeats() else { continue }
        counts.frameCount += some.frameCount
        counts.byteCount += some.byteCount
      }
      #expect(counts.frameCount == 3 && counts.byteCount == 5)
      #expect(assembler.takeHeartbeats() == nil)
    }
  }

  @Test func announcedLengthTakesNoMemory() {
    let limits = WebSocketConfiguration(
      maximumFrameBytes: 1 << 30, maximumMessageBytes: 1 << 30)
    var assembler = WebSocketMessageAssembler(
      role: .server, limits: .init(limits), acceptsBinary: false)
    var input = Frame(opcode: 1, payload: [0x61], announcedLength: 1 << 30).buffer
    #expect(assembler.receive(&input) == nil)
    let message = Mirror(reflecting: assembler).descendant("message", "some", "bytes")
    let bytes = message as? ByteBuffer
    #expect(bytes.map { $0.capacity <= 4096 } == true)
  }
}
