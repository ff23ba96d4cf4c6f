import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import SimpaticoSocket

/// A connection that speaks WebSocket on one path and plain HTTP, by Hummingbird, on all others.
struct UpgradableChannel: HTTPChannelHandler {
  typealias PlainHTTP = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

  /// A connection whose first request has not decided yet what it becomes.
  struct Value: ServerChildChannelValue {
    let channel: any Channel
    let outcome: EventLoopFuture<WebSocketUpgradeResult<PlainHTTP>>
  }

  let responder: Responder
  let upgrade: WebSocketServerUpgrade

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
    upgrade.configure(channel) { channel in
      channel.eventLoop.makeCompletedFuture {
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: false))
        try pipeline.addHandler(
          HTTPConnectionStateHandler(idleTimeout: .seconds(60), logger: logger))
        return try NIOAsyncChannel(
          wrappingChannelSynchronously: channel,
          configuration: .init(isOutboundHalfClosureEnabled: true))
      }
    }.map { Value(channel: channel, outcome: $0) }
  }

  func handle(value: Value, logger: Logger) async {
    do {
      switch try await value.outcome.get() {
      case .upgraded, .refused: try await value.channel.closeFuture.get()
      case .plainHTTP(let channel): await handleHTTP(asyncChannel: channel, logger: logger)
      }
    } catch {
      // The connection ended before its first request; there is nobody to answer.
      value.channel.close(promise: nil)
    }
  }
}
