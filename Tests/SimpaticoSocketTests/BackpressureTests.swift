import NIOCore
import NIOEmbedded
import Testing

@testable import SimpaticoSocket

@Suite struct BackpressureTests {
  @Test func slowConsumerIsCutOutsideOfTheSend() throws {
    let bench = try EndpointBench(configuration: .init(maximumOutboundBytes: 100))
    let dam = Dam()
    try bench.channel.pipeline.syncOperations.addHandler(dam, position: .first)
    bench.socket?.send(text: String(repeating: "x", count: 90))
    #expect(bench.socket?.bufferedByteCount == 92)
    bench.socket?.send(text: String(repeating: "x", count: 20))
    bench.socket?.send(text: "dropped")
    #expect(bench.channel.isActive)
    #expect(bench.events == [.open])
    bench.channel.embeddedEventLoop.run()
    let ending = SocketEvent.closed(1006, "too much was waiting to be sent")
    #expect(bench.events == [.open, .writable(false), .cut(.slowConsumer), ending])
    #expect(bench.socket?.bufferedByteCount == 0)
    // What was sent before stays before the close frame, which says why.
    let close = Frame.close(4008, "too much was waiting to be sent").unmasked.bytes
    #expect(Array(dam.bytes.suffix(close.count)) == close)
    #expect(dam.bytes.count == 92 + 22 + close.count)
  }

  @Test func messagesAreCountedAsWellAsBytes() throws {
    let bench = try EndpointBench(configuration: .init(maximumOutboundMessages: 3))
    try bench.channel.pipeline.syncOperations.addHandler(Dam(), position: .first)
    for _ in 0..<3 { bench.socket?.send(text: "") }
    bench.channel.embeddedEventLoop.run()
    #expect(bench.events == [.open, .writable(false)])
    #expect(bench.socket?.bufferedMessageCount == 3)
    bench.socket?.send(text: "")
    bench.channel.embeddedEventLoop.run()
    #expect(bench.events.contains(.cut(.slowConsumer)))
  }

  @Test func whatWaitsOnlyForTheEndOfTheTurnIsNotThePeersFault() throws {
    let limits = WebSocketConfiguration(
      maximumOutboundBytes: 100, maximumOutboundMessages: 2)
    let bench = try EndpointBench(configuration: limits)
    for _ in 0..<50 { bench.socket?.send(text: "0123456789") }
    #expect(try bench.sent().count == 50 * 12)
    #expect(bench.events == [.open])
  }

  @Test func peerThatDoesNotReadIsNotReadUntilItDoes() throws {
    let bench = try EndpointBench()
    let (dam, reads) = try bench.dammed()
    bench.channel.pipeline.read()
    #expect(reads.count == 1)
    try bench.sendAndRun("a")
    bench.channel.pipeline.read()
    bench.channel.pipeline.read()
    #expect(reads.count == 1)
    dam.release()
    bench.channel.embeddedEventLoop.run()
    #expect(reads.count == 2)
    #expect(bench.events == [.open, .writable(false), .writable(true)])
  }

  @Test func whatIsNotFlushedYetPausesNothing() throws {
    let bench = try EndpointBench()
    let (dam, reads) = try bench.dammed()
    dam.isOpen = true
    // So long a payload goes to the channel before the flush.
    bench.socket?.send(text: ByteBuffer(repeating: 0x61, count: 5000))
    #expect(!bench.channel.isWritable)
    bench.channel.pipeline.read()
    #expect(reads.count == 1)
    #expect(bench.socket?.isWritable == true)
    bench.channel.embeddedEventLoop.run()
    #expect(bench.events == [.open])
    #expect(bench.socket?.bufferedByteCount == 0)
  }

  @Test func closingEndsThePause() throws {
    let bench = try EndpointBench()
    let (_, reads) = try bench.dammed()
    try bench.sendAndRun("a")
    bench.channel.pipeline.read()
    #expect(reads.count == 0)
    bench.socket?.close()
    #expect(reads.count == 1)
  }

  @Test func pauseCanBeTurnedOff() throws {
    let bench = try EndpointBench(configuration: .init(pausesReadingWhileUnwritable: false))
    let (_, reads) = try bench.dammed()
    try bench.sendAndRun("a")
    #expect(bench.socket?.isWritable == false)
    bench.channel.pipeline.read()
    #expect(reads.count == 1)
  }

  @Test func onlyWhatWaitsBehindSomethingIsPromised() throws {
    let bench = try EndpointBench()
    let (dam, _) = try bench.dammed()
    dam.isOpen = true
    for _ in 0..<3 { try bench.sendAndRun("a") }
    #expect(dam.promiseCount == 0)
    dam.isOpen = false
    try bench.sendAndRun("b")
    #expect(dam.promiseCount == 0)
    try bench.sendAndRun("c")
    try bench.sendAndRun("d")
    // Nothing is written behind the first one, whose promise is that nothing's.
    #expect(dam.promiseCount == 3)
    #expect(dam.waiting.map(\.byteCount) == [3, 0, 3, 3])
    for left in [2, 1, 0] {
      #expect(bench.socket?.bufferedMessageCount == left + 1)
      dam.release(1)
      #expect(bench.socket?.bufferedMessageCount == left)
    }
    dam.isOpen = true
    try bench.sendAndRun("e")
    #expect(dam.promiseCount == 3)
    #expect(bench.socket?.bufferedByteCount == 0)
  }

  @Test func whoReadsSteadilyIsNotCutForWhatHasLeft() throws {
    let bench = try EndpointBench(configuration: .init(maximumOutboundBytes: 1000))
    let (dam, _) = try bench.dammed()
    // Never more than 900 bytes wait, and always some.
    for _ in 0..<100 {
      try bench.sendAndRun(String(repeating: "x", count: 400))
      dam.release(while: 450)
    }
    #expect(bench.events == [.open, .writable(false)])
  }

  @Test func pongsThatHaveLeftMakeRoomForOthers() throws {
    let bench = try EndpointBench()
    let (dam, _) = try bench.dammed()
    let pings = (1...20).map { Frame.ping("\($0)") }
    try bench.channel.writeInbound(ByteBuffer(bytes: pings.flatMap(\.bytes)))
    bench.channel.embeddedEventLoop.run()
    dam.release()
    bench.channel.embeddedEventLoop.run()
    // Of those beyond what may wait, the latest one is answered.
    let answered = (1...16).map(String.init) + ["20"]
    let pongs = answered.flatMap { Frame(opcode: 10, payload: Array($0.utf8), mask: nil).bytes }
    #expect(dam.bytes == pongs)
  }

  @Test func connectionThatIsLostLeavesNothingCounted() throws {
    for count in 0..<4 {
      let bench = try EndpointBench()
      _ = try bench.dammed()
      for _ in 0..<count { try bench.sendAndRun("a") }
      bench.socket?.send(text: "never flushed")
      try bench.lose()
      #expect(bench.socket?.bufferedMessageCount == 0)
      #expect(bench.socket?.bufferedByteCount == 0)
    }
  }

  /// Whatever is sent, and however the peer reads: nothing that waits is left out of the count, and
  /// nothing stays in it once all has left.
  @Test(arguments: [0x5EED_0002, 0x5EED_0003, 0x5EED_0004] as [UInt64])
  func whatWaitsIsCounted(_ seed: UInt64) throws {
    var random = SplitMix(state: seed)
    for round in 0..<100 {
      let bench = try EndpointBench()
      let (dam, _) = try bench.dammed()
      var unflushed = 0
      for step in 0..<60 {
        switch Int.random(in: 0..<5, using: &random) {
        case 0, 1:
          let length = [0, 1, 125, 4096, 4097, 70_000].randomElement(using: &random) ?? 0
          bench.socket?.send(text: ByteBuffer(repeating: 0x61, count: length))
          unflushed += 1
        case 2:
          bench.channel.embeddedEventLoop.run()
          unflushed = 0
        case 3:
          dam.release(Int.random(in: 1...3, using: &random))
        default:
          dam.isOpen.toggle()
        }
        let place = Comment(rawValue: "seed \(seed), round \(round), step \(step)")
        let counted = bench.socket?.bufferedByteCount ?? 0
        #expect(counted >= dam.waitingByteCount, place)
        let isSettled = unflushed == 0 && dam.waiting.isEmpty
        #expect(!isSettled || counted == 0, place)
        if unflushed == 0 { #expect(bench.socket?.isWritable == dam.waiting.isEmpty, place) }
      }
      bench.channel.embeddedEventLoop.run()
      dam.release()
      #expect(bench.socket?.bufferedByteCount == 0, "seed \(seed), round \(round)")
      #expect(bench.socket?.bufferedMessageCount == 0, "seed \(seed), round \(round)")
    }
  }
}

extension EndpointBench {
  /// Lets nothing out of the channel but what the dam is told to let through.
  fileprivate func dammed() throws -> (Dam, ReadCounter) {
    let (dam, reads) = (Dam(), ReadCounter())
    try channel.pipeline.syncOperations.addHandlers([dam, reads], position: .first)
    return (dam, reads)
  }

  fileprivate func sendAndRun(_ text: String) throws {
    let socket = try #require(socket)
    socket.send(text: text)
    channel.embeddedEventLoop.run()
  }
}
