import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOHTTPCompression

/// Compresses what never changes, once, at the start.
enum Compressor {
  /// The bytes as gzip (RFC 1952), or nil where that is not smaller.
  static func gzip(_ bytes: ByteBuffer) throws -> ByteBuffer? {
    if bytes.readableBytes == 0 { return nil }
    // The compressor of swift-nio-extras is a channel handler; here it works without a network.
    let channel = EmbeddedChannel(handler: HTTPResponseCompressor())
    var request = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/")
    request.headers.add(name: "Accept-Encoding", value: "gzip")
    try channel.writeInbound(HTTPServerRequestPart.head(request))
    try channel.writeInbound(HTTPServerRequestPart.end(nil))
    let head = HTTPResponseHead(version: .http1_1, status: .ok)
    try channel.writeOutbound(HTTPServerResponsePart.head(head))
    try channel.writeOutbound(HTTPServerResponsePart.body(.byteBuffer(bytes)))
    try channel.writeOutbound(HTTPServerResponsePart.end(nil))
    var compressed = ByteBuffer()
    while let part = try channel.readOutbound(as: HTTPServerResponsePart.self) {
      if case .body(.byteBuffer(var body)) = part { compressed.writeBuffer(&body) }
    }
    _ = try channel.finish(acceptAlreadyClosed: true)
    return compressed.readableBytes < bytes.readableBytes ? compressed : nil
  }
}
