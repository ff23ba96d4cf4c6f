import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Hangs up on whoever asks for another protocol where none is spoken: NIO's decoder would gather
/// all that comes behind such a request, and read nothing of it.
final class NoUpgradeHandler: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias OutboundOut = HTTPResponsePart

  private var isRefused = false

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if isRefused { return }
    guard case .head(let request) = unwrapInboundIn(data),
      request.method == .connect || request.headerFields[.upgrade] != nil
    else { return context.fireChannelRead(data) }
    isRefused = true
    let head = HTTPResponse(
      status: .badRequest, headerFields: [.connection: "close", .contentLength: "0"])
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil))).assumeIsolated().whenComplete { _ in
      context.close(promise: nil)
    }
  }
}
