import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// A connection that fetches pages, answered by Hummingbird.
struct PlainHTTP: HTTPChannelHandler {
  /// What Hummingbird reads requests from, and writes answers to.
  struct Value: ServerChildChannelValue {
    let asyncChannel: NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>
    var channel: any Channel { asyncChannel.channel }
  }

  let responder: Responder
  let isSecure: Bool

  init(_ router: some HTTPResponder<PageContext>, isSecure: Bool, logger: Logger) {
    self.isSecure = isSecure
    responder = { request, writer, channel in
      let context = PageContext(source: .init(channel: channel, logger: logger))
      let response: Response
      do {
        response = try await router.respond(to: request, context: context)
      } catch let error as any HTTPResponseError {
        response = try error.response(from: request, context: context)
      }
      try await writer.write(response: response.head, body: response.body)
    }
  }

  /// Adds the handlers behind HTTP's decoder and encoder, which are there.
  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
    setup(channel: channel, idleTimeout: .seconds(60), logger: logger)
  }

  /// The same for connections that may wait so long between two requests.
  func setup(
    channel: any Channel, idleTimeout: Duration, logger: Logger
  ) -> EventLoopFuture<Value> {
    channel.eventLoop.makeCompletedFuture {
      let pipeline = channel.pipeline.syncOperations
      try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: isSecure))
      // Bytes that are no whole head yet do not count as activity.
      try pipeline.addHandler(
        HTTPConnectionStateHandler(idleTimeout: idleTimeout, logger: logger))
      return Value(
        asyncChannel: try NIOAsyncChannel(
          wrappingChannelSynchronously: channel,
          configuration: .init(isOutboundHalfClosureEnabled: true)))
    }
  }

  func handle(value: Value, logger: Logger) async {
    await handleHTTP(asyncChannel: value.asyncChannel, logger: logger)
  }
}
