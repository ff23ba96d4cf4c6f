import NIOCore
import NIOEmbedded
import Testing

@testable import SimpaticoSocket

/// One end on a channel in memory, whose clock is turned by hand.
final class EndpointBench {
  let channel: EmbeddedChannel
  var events: [SocketEvent] = []
  private(set) var socket: WebSocket?

  /// - Parameter loop: The event loop, which ends of several connections may share.
  init(
    loop: EmbeddedEventLoop = EmbeddedEventLoop(), role: WebSocketRole = .server,
    configuration: WebSocketConfiguration = .init(),
    acceptsBinary: Bool = false, act: @escaping (WebSocket, SocketEvent) -> Void = { _, _ in },
    answer: @escaping (WebSocket, WebSocketViolation) -> WebSocketCloseReason? = { _, _ in nil }
  ) throws {
    channel = EmbeddedChannel(loop: loop)
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    socket = try WebSocketChannelHandler.install(
      on: channel, role: role, configuration: configuration
    ) { _ in
      let record = { [unowned self] (event: SocketEvent) in events.append(event) }
      return acceptsBinary
        ? BinaryRecorder(record: record, act: act, answer: answer)
        : Recorder(record: record, act: act, answer: answer)
    }
  }

  func receive(_ frames: Frame...) throws {
    receive(bytes: frames.flatMap(\.bytes)[...])
    try channel.throwIfErrorCaught()
  }

  func receive(bytes: ArraySlice<UInt8>) {
    channel.pipeline.fireChannelRead(ByteBuffer(bytes: bytes))
    channel.pipeline.fireChannelReadComplete()
    channel.embeddedEventLoop.run()
  }

  /// Everything that was sent since the last call.
  func sent() throws -> [UInt8] {
    channel.embeddedEventLoop.run()
    var bytes: [UInt8] = []
    while let buffer = try channel.readOutbound(as: ByteBuffer.self) {
      bytes += Array(buffer.readableBytesView)
    }
    return bytes
  }

  func advance(milliseconds: Int64) {
    channel.embeddedEventLoop.advanceTime(by: .milliseconds(milliseconds))
  }

  func lose() throws {
    _ = try channel.finish(acceptAlreadyClosed: true)
    channel.embeddedEventLoop.run()
  }
}

/// Counts how often the channel is asked to read.
final class ReadCounter: ChannelOutboundHandler {
  typealias OutboundIn = ByteBuffer
  private(set) var count = 0

  func read(context: ChannelHandlerContext) {
    count += 1
    context.read()
  }
}
