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
    #expect(bench.events == [.open, .cut(.slowConsumer), ending])
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
    #expect(bench.events == [.open])
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
    let dam = Dam()
    let reads = ReadCounter()
    try bench.channel.pipeline.syncOperations.addHandlers([dam, reads], position: .first)
    bench.channel.pipeline.read()
    #expect(reads.count == 1)
    bench.channel.isWritable = false
    bench.channel.pipeline.read()
    bench.channel.pipeline.read()
    #expect(reads.count == 1)
    bench.channel.isWritable = true
    bench.channel.pipeline.fireChannelWritabilityChanged()
    bench.channel.embeddedEventLoop.run()
    #expect(reads.count == 2)
  }

  @Test func closingEndsThePause() throws {
    let bench = try EndpointBench()
    let reads = ReadCounter()
    try bench.channel.pipeline.syncOperations.addHandler(reads, position: .first)
    bench.channel.isWritable = false
    bench.channel.pipeline.read()
    #expect(reads.count == 0)
    bench.socket?.close()
    #expect(reads.count == 1)
  }

  @Test func pauseCanBeTurnedOff() throws {
    let bench = try EndpointBench(configuration: .init(pausesReadingWhileUnwritable: false))
    let reads = ReadCounter()
    try bench.channel.pipeline.syncOperations.addHandler(reads, position: .first)
    bench.channel.isWritable = false
    bench.channel.pipeline.read()
    #expect(reads.count == 1)
  }
}

/// Keeps what is written, as a network does whose other end does not read.
private final class Dam: ChannelOutboundHandler {
  typealias OutboundIn = ByteBuffer
  private(set) var bytes: [UInt8] = []
  private var promises: [EventLoopPromise<Void>] = []

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    bytes += Array(unwrapOutboundIn(data).readableBytesView)
    if let promise { promises.append(promise) }
  }

  func close(
    context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?
  ) {
    for waiting in promises { waiting.fail(ChannelError.ioOnClosedChannel) }
    promises = []
    context.close(mode: mode, promise: promise)
  }
}
