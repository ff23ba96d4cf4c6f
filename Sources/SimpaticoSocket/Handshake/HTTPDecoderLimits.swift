import NIOHTTP1

extension WebSocketConfiguration {
  /// The limits for NIO's HTTP decoders.
  var decoderLimits: NIOHTTPDecoderLimitConfiguration {
    var limits = NIOHTTPDecoderLimitConfiguration()
    limits.maxHeaderFieldSize = maximumHeaderBytes
    limits.maxHeaderListSize = maximumHeaderBytes
    limits.maxHeaderFieldCount = 128
    return limits
  }
}
