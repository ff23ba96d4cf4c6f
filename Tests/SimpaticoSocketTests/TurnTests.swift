import NIOCore
import NIOPosix
import Testing

@testable import SimpaticoSocket

/// What the sockets of one event loop share.
@Suite(.timeLimit(.minutes(2))) struct TurnTests {
  @Test(arguments: [1, 500, 5000])
  func roomThatAMessageTookServesTheNextOne(_ byteCount: Int) async throws {
    // Nothing else may use the server's loop.
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let loopback = try await Loopback(on: group) { socket, event in
      guard case .text(var text) = event else { return }
      text.withUTF8 { socket.send(text: UnsafeRawBufferPointer($0)) }
    }
    let peer = try await RawConnection.open(
      port: loopback.server.port ?? 0, readsAnything: true,
      on: MultiThreadedEventLoopGroup.singleton)
    try await peer.sendUpgradeRequest()
    _ = await peer.receive(until: Array("\r\n\r\n".utf8))
    for number in 0..<100 {
      // Three at once, so that one message of a read follows another.
      let text = String(repeating: "x", count: byteCount) + String(number)
      let frames = [Frame.text(text), .text(text), .text(text + "!")]
      try await peer.send(frames.flatMap(\.bytes))
      let last = await peer.receive(until: Array((text + "!").utf8))
      #expect(!last.isEmpty)
    }
    let loop = group.next()
    let missCount = try await loop.submit { WebSocketTurn.of(loop).missCount }.get()
    #expect(missCount < 20)
    try await peer.channel.close().get()
    try await loopback.server.close()
    try await group.shutdownGracefully()
  }

  @Test func configurationsThatAreAlikeAreHeldOnceAndOthersStayApart() async throws {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    try await loop.submit {
      let turn = WebSocketTurn.of(loop)
      let (small, large) = (
        WebSocketConfiguration(maximumFrameBytes: 1), WebSocketConfiguration(maximumFrameBytes: 2)
      )
      let first = turn.share(small)
      #expect(turn.share(WebSocketConfiguration(maximumFrameBytes: 1)) === first)
      #expect(turn.share(large).value == large)
      #expect(first.value == small && turn.share(small).value == small)
    }.get()
  }
}
