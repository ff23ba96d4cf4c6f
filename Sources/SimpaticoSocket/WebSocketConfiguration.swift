/// The limits and deadlines of one endpoint. All byte counts are payload bytes, unmasked.
public struct WebSocketConfiguration: Sendable, Hashable {
  /// The longest data frame that is taken; a longer one ends the connection with 1009.
  public var maximumFrameBytes: Int

  /// The longest message that is taken, all its fragments together; a longer one ends the
  /// connection with 1009. Memory for a message follows the bytes that have arrived, never the
  /// length that was announced.
  public var maximumMessageBytes: Int

  /// The most frames one message may consist of; more end the connection with 1009.
  public var maximumFragmentCount: Int

  /// How many bytes of frames may wait to be sent, those included that other threads have handed
  /// over to the event loop. A peer that reads so slowly that more than this accumulates is cut
  /// without a close frame, which could not reach it anyway. It must be larger than the largest
  /// message that is sent.
  public var maximumOutboundBytes: Int

  /// How long a closing handshake may take before the connection is dropped.
  public var closeTimeoutMilliseconds: Int64

  /// How long the opening handshake may take: on a server from the accepted connection to the
  /// end of the first request's head, on a client from the first attempt to connect to the
  /// response.
  public var handshakeTimeoutMilliseconds: Int64

  /// The most bytes that the head of an HTTP request or response may have. Above it a request is
  /// answered with 431. It holds for every request of the connection, also for plain HTTP ones.
  public var maximumHeaderBytes: Int

  /// Makes a configuration; the defaults suit text messages of up to a mebibyte.
  public init(
    maximumFrameBytes: Int = 1 << 20,
    maximumMessageBytes: Int = 1 << 20,
    maximumFragmentCount: Int = 1024,
    maximumOutboundBytes: Int = 4 << 20,
    closeTimeoutMilliseconds: Int64 = 5_000,
    handshakeTimeoutMilliseconds: Int64 = 10_000,
    maximumHeaderBytes: Int = 16 << 10
  ) {
    self.maximumFrameBytes = maximumFrameBytes
    self.maximumMessageBytes = maximumMessageBytes
    self.maximumFragmentCount = maximumFragmentCount
    self.maximumOutboundBytes = maximumOutboundBytes
    self.closeTimeoutMilliseconds = closeTimeoutMilliseconds
    self.handshakeTimeoutMilliseconds = handshakeTimeoutMilliseconds
    self.maximumHeaderBytes = maximumHeaderBytes
  }
}
