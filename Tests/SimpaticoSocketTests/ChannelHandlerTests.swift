import NIOCore
import NIOEmbedded
import Testing

@testable import SimpaticoSocket

@Suite struct ChannelHandlerTests {
  @Test func textIsDeliveredAndSentUnmaskedByAServer() throws {
    let bench = try EndpointBench(act: { socket, event in
      if case .text(let text) = event { socket.send(text: text + "!") }
    })
    try bench.receive(.text("Hello"))
    #expect(bench.events == [.open, .text("Hello")])
    #expect(try bench.sent() == Frame.text("Hello!").unmasked.bytes)
  }

  @Test func clientMasksWithAFreshKeyEachTime() throws {
    let bench = try EndpointBench(role: .client)
    bench.socket?.send(text: "Hello")
    bench.socket?.send(text: "Hello")
    let sent = try bench.sent()
    #expect(sent.count == 22)
    let keys = [Array(sent[2..<6]), Array(sent[13..<17])]
    #expect(keys[0] != keys[1])
    for (frame, mask) in zip([Array(sent[..<11]), Array(sent[11...])], keys) {
      #expect(frame == Frame(opcode: 1, payload: Array("Hello".utf8), mask: mask).bytes)
    }
  }

  @Test func sentBufferIsLeftAsItWas() throws {
    for role in [WebSocketRole.client, .server] {
      let bench = try EndpointBench(role: role)
      let text = ByteBuffer(string: "the same text for many sockets")
      bench.socket?.send(text: text)
      #expect(text == ByteBuffer(string: "the same text for many sockets"))
    }
  }

  @Test func writesOfATurnAreFlushedTogether() throws {
    let counter = WriteCounter()
    let bench = try EndpointBench(act: { socket, event in
      if case .text(let text) = event { socket.send(text: text) }
    })
    try bench.channel.pipeline.syncOperations.addHandler(counter, position: .first)
    try bench.receive(.text("a"), .text("b"), .text("c"))
    #expect(counter.flushes == 1)
    #expect(counter.writes == 1)
    bench.socket?.send(text: "d")
    bench.socket?.send(text: "e")
    #expect(
      try bench.sent() == ["a", "b", "c", "d", "e"].flatMap { Frame.text($0).unmasked.bytes })
    #expect(counter.flushes == 2)
    #expect(counter.writes == 2)
  }

  @Test func whatManySendToOneInATurnIsOneWrite() throws {
    let loop = EmbeddedEventLoop()
    let counter = WriteCounter()
    let destination = try EndpointBench(loop: loop)
    try destination.channel.pipeline.syncOperations.addHandler(counter, position: .first)
    let senders = try (0..<3).map { _ in
      try EndpointBench(
        loop: loop,
        act: { _, event in
          if case .text(let text) = event { destination.socket?.send(text: text) }
        })
    }
    // Reads of one turn come one after another, and tasks behind them.
    for (number, sender) in senders.enumerated() {
      let frames = Frame.text("a\(number)").bytes + Frame.text("b\(number)").bytes
      sender.channel.pipeline.fireChannelRead(ByteBuffer(bytes: frames))
      sender.channel.pipeline.fireChannelReadComplete()
    }
    let texts = ["a0", "b0", "a1", "b1", "a2", "b2"]
    #expect(try destination.sent() == texts.flatMap { Frame.text($0).unmasked.bytes })
    #expect(counter.writes == 1)
    #expect(counter.flushes == 1)
  }

  @Test func peersCloseIsEchoedAndTheServerHangsUp() throws {
    let bench = try EndpointBench()
    try bench.receive(.close(4001, "bye"), .text("too late"))
    #expect(try bench.sent() == Frame.close(4001).unmasked.bytes)
    #expect(!bench.channel.isActive)
    #expect(bench.events == [.open, .closed(4001, "bye")])
  }

  @Test func clientLeavesTheHangUpToTheServer() throws {
    let bench = try EndpointBench(role: .client)
    try bench.receive(Frame.close(1000).unmasked)
    #expect(bench.channel.isActive)
    bench.advance(milliseconds: 5_000)
    #expect(!bench.channel.isActive)
    #expect(bench.events == [.open, .closed(1000, "")])
  }

  @Test func closeIsSentOnceAndNothingAfterIt() throws {
    let bench = try EndpointBench()
    bench.socket?.close(code: .goingAway, reason: "night")
    bench.socket?.close()
    bench.socket?.send(text: "too late")
    try bench.receive(.text("unheard"), .ping("unanswered"))
    #expect(try bench.sent() == Frame.close(1001, "night").unmasked.bytes)
    #expect(bench.socket?.bufferedByteCount == 0)
    try bench.receive(.close(1001))
    #expect(!bench.channel.isActive)
    #expect(bench.events == [.open, .closed(1001, "")])
  }

  @Test func closeInTheBurstThatBringsThePeersCloseIsStillSent() throws {
    let bench = try EndpointBench(act: { socket, event in
      if case .text = event { socket.close(code: .normal, reason: "mine") }
    })
    try bench.receive(.text("a"), .close(1001))
    #expect(try bench.sent() == Frame.close(1000, "mine").unmasked.bytes)
    #expect(!bench.channel.isActive)
    #expect(bench.events == [.open, .text("a"), .closed(1001, "")])
  }

  @Test func unansweredCloseEndsAtItsDeadline() throws {
    let bench = try EndpointBench(configuration: .init(closeTimeoutMilliseconds: 700))
    bench.socket?.close()
    bench.advance(milliseconds: 699)
    #expect(bench.channel.isActive)
    bench.advance(milliseconds: 1)
    #expect(!bench.channel.isActive)
    let explanation = "the connection ended before the peer's close frame came"
    #expect(bench.events.last == .closed(1006, explanation))
  }

  @Test func violationIsToldAnsweredAndEndsTheConnection() throws {
    let bench = try EndpointBench()
    try bench.receive(Frame(opcode: 2, payload: [1]), .text("unheard"))
    let expected = Frame.close(1003, "only text is accepted").unmasked.bytes
    #expect(try bench.sent() == expected)
    #expect(
      bench.events == [
        .open, .violation(.binaryMessage), .closed(1006, "only text is accepted"),
      ])
  }

  @Test func delegateMayHaveTheLastWordAfterAViolation() throws {
    let bench = try EndpointBench(answer: { socket, _ in
      socket.send(text: "refused")
      return WebSocketCloseReason(code: .policyViolation, text: "no")
    })
    try bench.receive(.text("a").unmasked)
    #expect(
      try bench.sent()
        == Frame.text("refused").unmasked.bytes + Frame.close(1008, "no").unmasked.bytes)
  }

  @Test func violationWhileClosingIsNotTold() throws {
    let bench = try EndpointBench()
    bench.socket?.close()
    try bench.receive(Frame(opcode: 3))
    #expect(try bench.sent() == Frame.close(1000).unmasked.bytes)
    #expect(bench.events == [.open, .closed(1006, "unknown opcode 3")])
  }

  @Test func lossIsReportedOnceAsAbnormal() throws {
    let bench = try EndpointBench()
    try bench.lose()
    #expect(
      bench.events == [.open, .closed(1006, "the connection was lost without a close frame")])
    bench.socket?.send(text: "too late")
    bench.socket?.close()
    #expect(bench.socket?.bufferedByteCount == 0)
  }

  @Test func floodOfPingsGetsABoundedNumberOfPongsAndTheLastOne() throws {
    let bench = try EndpointBench()
    let pings = (1...1000).flatMap { Frame.ping("\($0)").bytes }
    try bench.channel.writeInbound(ByteBuffer(bytes: pings))
    let answered = (1...16).map(String.init) + ["1000"]
    let pongs = answered.flatMap {
      Frame(opcode: 10, payload: Array($0.utf8), mask: nil).bytes
    }
    #expect(try bench.sent() == pongs)
    #expect(bench.socket?.bufferedByteCount == 0)
  }

  @Test func quiescingServerSaysThatItGoesAway() throws {
    let bench = try EndpointBench()
    bench.channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
    #expect(try bench.sent() == Frame.close(1001).unmasked.bytes)
  }

  @Test func peerThatHalfClosesIsHungUpOn() throws {
    let bench = try EndpointBench()
    bench.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
    bench.channel.embeddedEventLoop.run()
    #expect(!bench.channel.isActive)
    #expect(bench.events.count == 2)
  }

  @Test func longPayloadIsWrittenBehindItsHeaderAndInOrder() throws {
    let bench = try EndpointBench()
    let long = String(repeating: "x", count: 70_000)
    bench.socket?.send(text: "a")
    bench.socket?.send(text: ByteBuffer(string: long))
    bench.socket?.send(text: "b")
    let expected = ["a", long, "b"].flatMap { Frame.text($0).unmasked.bytes }
    #expect(try bench.sent() == expected)
    #expect(bench.socket?.bufferedByteCount == 0)
  }

  @Test(
    arguments: [WebSocketRole.server, .client],
    [(0, 0), (0, 125), (125, 125), (125, 126), (126, 126), (65_535, 65_536), (66_000, 66_000)])
  func textThatIsSpeltInPlaceIsAFrameLikeAnyOther(
    _ role: WebSocketRole, _ sizes: (length: Int, capacity: Int)
  ) throws {
    let bench = try EndpointBench(role: role)
    let text = String(repeating: "x", count: sizes.length)
    bench.socket?.send(text: "before")
    let isSent = bench.socket?.send(textOfAtMost: sizes.capacity) { memory in
      #expect(memory.count >= sizes.capacity)
      memory.copyBytes(from: text.utf8)
      return sizes.length
    }
    #expect(isSent == true)
    let isTooLong = bench.socket?.send(textOfAtMost: 10) { _ in nil }
    #expect(isTooLong == false)
    // As much as the memory holds, also where it is more than was asked for.
    var most = 0
    _ = bench.socket?.send(textOfAtMost: 1) { memory in
      most = min(memory.count, 70_000)
      memory.copyBytes(from: repeatElement(UInt8(ascii: "y"), count: most))
      return most
    }
    bench.socket?.send(text: "behind")
    let texts = ["before", text, String(repeating: "y", count: most), "behind"]
    let sent = try bench.sent()
    let unmasked = role == .server ? sent : Frame.unmasking(sent)
    let areTheFrames = unmasked == texts.flatMap { Frame.text($0).unmasked.bytes }
    #expect(areTheFrames)
    #expect(bench.socket?.bufferedByteCount == 0)
    #expect(bench.socket?.bufferedMessageCount == 0)
  }

  @Test func muchDoesNotWaitForTheEndOfTheTurn() throws {
    let bench = try EndpointBench()
    for _ in 0..<100 { bench.socket?.send(binary: ByteBuffer(repeating: 1, count: 1000)) }
    var byteCount = 0
    while let buffer = try bench.channel.readOutbound(as: ByteBuffer.self) {
      byteCount += buffer.readableBytes
    }
    #expect(((64 << 10) - 1014...64 << 10).contains(byteCount))
    #expect(bench.socket?.bufferedByteCount == 100 * 1004 - byteCount)
    #expect(try bench.sent().count == 100 * 1004 - byteCount)
  }

  @Test func messageThatNobodySendsAnyMoreIsNotCounted() throws {
    let bench = try EndpointBench()
    bench.socket?.send(text: "too late")
    #expect(bench.socket?.bufferedMessageCount == 1)
    try bench.lose()
    #expect(bench.socket?.bufferedMessageCount == 0)
    #expect(bench.socket?.bufferedByteCount == 0)
  }

  @Test func closedSocketReleasesItsDelegate() throws {
    weak var delegate: Recorder?
    let channel = EmbeddedChannel()
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    let socket = try WebSocketChannelHandler.install(
      on: channel, role: .server, configuration: .init()
    ) { _ in
      let recorder = Recorder(record: { _ in })
      delegate = recorder
      return recorder
    }
    #expect(delegate != nil)
    _ = try channel.finish()
    channel.embeddedEventLoop.run()
    #expect(delegate == nil)
    #expect(socket.bufferedByteCount == 0)
  }
}

private final class WriteCounter: ChannelOutboundHandler {
  typealias OutboundIn = ByteBuffer
  private(set) var writes = 0
  private(set) var flushes = 0

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    writes += 1
    context.write(data, promise: promise)
  }

  func flush(context: ChannelHandlerContext) {
    flushes += 1
    context.flush()
  }
}
