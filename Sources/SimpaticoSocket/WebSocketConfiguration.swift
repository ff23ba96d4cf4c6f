/// The limits and deadlines of one endpoint, server or client.
///
/// Every limit holds for one connection; whatever breaks one ends that connection and no other.
public struct WebSocketConfiguration: Sendable, Hashable {
  /// The longest data frame that is taken, in bytes of payload; a longer one ends the connection
  /// with 1009.
  public var maximumFrameBytes: Int

  /// The longest message that is taken, all its fragments together, in bytes of payload; a longer
  /// one ends the connection with 1009. Memory for a message follows the bytes that have arrived,
  /// never the length that was announced.
  public var maximumMessageBytes: Int

  /// The most frames one message may consist of; more end the connection with 1009.
  public var maximumFragmentCount: Int

  /// How many bytes of frames may wait to be sent, those included that other threads have handed
  /// over to the event loop. A peer that reads so slowly that more than this accumulates is cut
  /// with 4008 (``WebSocketCut/slowConsumer``). It must be larger than the largest message that is
  /// sent.
  public var maximumOutboundBytes: Int

  /// How many messages may wait to be sent; more cut the peer as more bytes do.
  public var maximumOutboundMessages: Int

  /// Whether nothing more is read from a peer while ``WebSocket/isWritable`` is false.
  ///
  /// Without it, a peer that sends and does not read makes an owner who answers each message pile
  /// up its answers, until the peer is cut; with it, the peer must read before it can go on
  /// sending. What others send to that peer is limited by ``maximumOutboundBytes`` either way.
  public var pausesReadingWhileUnwritable: Bool

  /// How long nothing may arrive from a peer, in milliseconds, before it is sent a ping; nil for
  /// no pings. The ping may come up to a quarter later.
  public var idlePingMilliseconds: Int64?

  /// How long a peer may take to answer such a ping, or to send anything else, before it is cut
  /// with 1001 (``WebSocketCut/unresponsive``).
  public var pongTimeoutMilliseconds: Int64

  /// How long a closing handshake may take before the connection is dropped.
  public var closeTimeoutMilliseconds: Int64

  /// How long the opening handshake may take: on a server from the accepted connection to the
  /// end of the first request's head, on a client from the first attempt to connect to the
  /// response.
  public var handshakeTimeoutMilliseconds: Int64

  /// The most bytes that the head of an HTTP request or response may have. Above it a request is
  /// answered with 431. It holds for every request of the connection, also for plain HTTP ones.
  public var maximumHeaderBytes: Int

  /// Makes a configuration; the defaults suit messages of up to a mebibyte.
  public init(
    maximumFrameBytes: Int = 1 << 20,
    maximumMessageBytes: Int = 1 << 20,
    maximumFragmentCount: Int = 1024,
    maximumOutboundBytes: Int = 4 << 20,
    maximumOutboundMessages: Int = 16_384,
    pausesReadingWhileUnwritable: Bool = true,
    idlePingMilliseconds: Int64? = 30_000,
    pongTimeoutMilliseconds: Int64 = 20_000,
    closeTimeoutMilliseconds: Int64 = 5_000,
    handshakeTimeoutMilliseconds: Int64 = 10_000,
    maximumHeaderBytes: Int = 16 << 10
  ) {
    self.maximumFrameBytes = maximumFrameBytes
    self.maximumMessageBytes = maximumMessageBytes
    self.maximumFragmentCount = maximumFragmentCount
    self.maximumOutboundBytes = maximumOutboundBytes
    self.maximumOutboundMessages = maximumOutboundMessages
    self.pausesReadingWhileUnwritable = pausesReadingWhileUnwritable
    self.idlePingMilliseconds = idlePingMilliseconds
    self.pongTimeoutMilliseconds = pongTimeoutMilliseconds
    self.closeTimeoutMilliseconds = closeTimeoutMilliseconds
    self.handshakeTimeoutMilliseconds = handshakeTimeoutMilliseconds
    self.maximumHeaderBytes = maximumHeaderBytes
  }
}

/// A configuration that many connections hold together, each in one word.
package final class WebSocketSharedConfiguration: Sendable {
  package let value: WebSocketConfiguration

  package init(_ value: WebSocketConfiguration) {
    self.value = value
  }
}
