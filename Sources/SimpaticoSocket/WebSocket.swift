public import NIOCore
import Synchronization

/// One end of an open WebSocket connection (RFC 6455).
///
/// Everything may be called from any thread. On ``eventLoop`` a call does its work at once; from
/// elsewhere it costs a hop to that loop. Calls from one thread keep their order.
///
/// Events go to the ``WebSocketDelegate``. A socket that nobody holds any more stays open: the
/// connection itself holds it.
public final class WebSocket: Sendable {
  /// The event loop of the connection; the delegate is called here.
  public let eventLoop: any EventLoop

  private let role: WebSocketRole
  private let channel: any Channel
  private let handler: NIOLoopBound<WebSocketChannelHandler>
  private let outbound = Atomic<Int>(0)

  /// Must be called on the channel's event loop.
  init(channel: any Channel, role: WebSocketRole, handler: WebSocketChannelHandler) {
    self.role = role
    self.channel = channel
    self.eventLoop = channel.eventLoop
    self.handler = NIOLoopBound(handler, eventLoop: channel.eventLoop)
  }

  /// Sends a text message without copying its bytes; a client copies them to mask them.
  ///
  /// Messages sent while a burst of received messages is being delivered are flushed together at
  /// the end of the burst, all others at once. Once the socket is closing this does nothing.
  ///
  /// - Parameter text: The message. It must be UTF-8, as everything that a delegate receives is;
  ///   otherwise the peer will close the connection with 1007.
  public func send(text: ByteBuffer) {
    // Counted before the hop, so that a sender on another thread sees what it has piled up.
    countOutbound(text)
    if eventLoop.inEventLoop {
      sendOnEventLoop(text)
    } else {
      eventLoop.execute { self.sendOnEventLoop(text) }
    }
  }

  private func sendOnEventLoop(_ text: ByteBuffer) {
    if !handler.value.send(text: text) { discountOutbound(text) }
  }

  /// Sends a text message. Cost: one copy of the text; otherwise as ``send(text:)-(ByteBuffer)``.
  public func send(text: String) {
    send(text: ByteBuffer(string: text))
  }

  /// Begins the closing handshake (RFC 6455, 7.1.2): sends a close frame after all messages sent
  /// so far, and takes no more messages in either direction. Later calls do nothing.
  ///
  /// - Parameters:
  ///   - code: What the peer is told.
  ///   - reason: A text for the peer's log, cut to 123 bytes of UTF-8.
  public func close(code: WebSocketCloseCode = .normal, reason: String = "") {
    let closeReason = WebSocketCloseReason(code: code, text: reason)
    if eventLoop.inEventLoop {
      handler.value.close(closeReason)
    } else {
      eventLoop.execute { self.handler.value.close(closeReason) }
    }
  }

  /// False while so much waits to be sent that a polite sender pauses.
  ///
  /// Sending stays possible until ``WebSocketConfiguration/maximumOutboundBytes`` wait.
  public var isWritable: Bool { channel.isWritable }

  /// How many bytes of frames have been given to this socket and not yet to the operating system.
  public var bufferedByteCount: Int { outbound.load(ordering: .relaxed) }

  /// Completes when the connection is gone.
  public var closeFuture: EventLoopFuture<Void> { channel.closeFuture }

  /// Adds a frame with this payload to ``bufferedByteCount``.
  func countOutbound(_ payload: ByteBuffer) {
    outbound.add(frameBytes(payload), ordering: .relaxed)
  }

  /// Takes a frame that has left or was dropped out of ``bufferedByteCount``.
  func discountOutbound(_ payload: ByteBuffer) {
    outbound.subtract(frameBytes(payload), ordering: .relaxed)
  }

  private func frameBytes(_ payload: ByteBuffer) -> Int {
    let payloadBytes = payload.readableBytes
    return payloadBytes
      + WebSocketFrameHeader.byteCount(payloadBytes: payloadBytes, isMasked: role == .client)
  }
}
