import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket

/// A server that answers the first request with fixed text, for clients to be tested against.
struct SilentServer: Sendable {
  let channel: any Channel
  let group: MultiThreadedEventLoopGroup

  var url: String { "ws://127.0.0.1:\(channel.localAddress?.port ?? 0)/ws" }

  /// - Parameters:
  ///   - answer: The head of the answer without the empty line; nil for no answer at all. A right
  ///     `Sec-WebSocket-Accept` is added to a 101 that has none.
  ///   - trailer: What follows the head at once.
  ///   - split: After how many bytes the answer pauses, so that it arrives in two pieces.
  ///   - hangUp: When the connection is closed.
  static func open(
    answer: String?, trailer: [UInt8] = [], split: Int = 0, hangUp: HangUp = .never
  ) async throws -> SilentServer {
    let group = MultiThreadedEventLoopGroup.singleton
    let channel = try await ServerBootstrap(group: group)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let answerer = Answerer(answer: answer, trailer: trailer, split: split, hangUp: hangUp)
          try channel.pipeline.syncOperations.addHandler(answerer)
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    return SilentServer(channel: channel, group: group)
  }

  enum HangUp: Sendable {
    case never
    case afterTheAnswer
    /// When the client sends something after the answer.
    case onTheNextInput
  }

  private final class Answerer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    private let answer: String?
    private let trailer: [UInt8]
    private let split: Int
    private let hangUp: HangUp
    private var request = ""
    private var hasAnswered = false

    init(answer: String?, trailer: [UInt8], split: Int, hangUp: HangUp) {
      self.answer = answer
      self.trailer = trailer
      self.split = split
      self.hangUp = hangUp
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      if hasAnswered {
        if hangUp == .onTheNextInput { context.close(promise: nil) }
        return
      }
      request += String(buffer: unwrapInboundIn(data))
      guard request.hasSuffix("\r\n\r\n"), let answer else { return }
      hasAnswered = true
      acceptHeader(context: context).whenSuccess { accept in
        let needsAccept =
          answer.hasPrefix("HTTP/1.1 101") && !answer.contains("Sec-WebSocket-Accept")
        var buffer = ByteBuffer(string: answer)
        if needsAccept { buffer.writeString("Sec-WebSocket-Accept: \(accept)\r\n") }
        buffer.writeString("\r\n")
        buffer.writeBytes(self.trailer)
        guard self.split > 0, let first = buffer.readSlice(length: self.split) else {
          return self.write(buffer, context: context)
        }
        context.writeAndFlush(self.wrapOutboundOut(first), promise: nil)
        let rest = buffer
        context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(1)) {
          self.write(rest, context: context)
        }
      }
    }

    /// The end of the answer.
    private func write(_ buffer: ByteBuffer, context: ChannelHandlerContext) {
      context.writeAndFlush(wrapOutboundOut(buffer)).assumeIsolated().whenComplete { _ in
        if self.hangUp == .afterTheAnswer { context.close(promise: nil) }
      }
    }

    private func acceptHeader(
      context: ChannelHandlerContext
    ) -> EventLoopFuture<String>.Isolated {
      let lines = request.split(separator: "\r\n").map { $0.split(separator: ": ") }
      let key = lines.first { $0.first == "Sec-WebSocket-Key" }?.last ?? ""
      let headers: HTTPHeaders = [
        "Sec-WebSocket-Key": String(key), "Sec-WebSocket-Version": "13",
      ]
      let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/", headers: headers)
      let upgrader = NIOWebSocketServerUpgrader(
        shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture([:]) },
        upgradePipelineHandler: { channel, _ in channel.eventLoop.makeSucceededVoidFuture() })
      return upgrader.buildUpgradeResponse(
        channel: context.channel, upgradeRequest: head, initialResponseHeaders: [:]
      ).map { $0.first(name: "Sec-WebSocket-Accept") ?? "" }.assumeIsolated()
    }
  }
}
