public import NIOCore
import Synchronization

/// One end of an open WebSocket connection (RFC 6455).
///
/// Everything may be called from any thread. On ``eventLoop`` a call does its work at once; from
/// elsewhere it costs a hop to that loop. Calls from one thread keep their order.
///
/// What is sent leaves at the end of the event loop's turn, together with everything else that was
/// sent to the same peer until then: a hundred messages of one turn cost one write. The owner need
/// not, and cannot, flush.
///
/// Events go to the ``WebSocketDelegate``. A socket that nobody holds any more stays open: the
/// connection itself holds it.
public final class WebSocket: Sendable {
  /// The event loop of the connection; the delegate is called here.
  public let eventLoop: any EventLoop

  let channel: any Channel
  private let handler: NIOLoopBound<WebSocketChannelHandler>

  /// What other threads have handed over and the event loop has not taken yet.
  private let handedOverBytes = Atomic<Int>(0)
  private let handedOverMessages = Atomic<Int>(0)
  /// What the event loop has taken; only the event loop changes it.
  private let queuedBytes = Atomic<Int>(0)
  private let queuedMessages = Atomic<Int>(0)
  private let hasNothingStuck = Atomic(true)

  /// Must be called on the channel's event loop.
  init(channel: any Channel, handler: WebSocketChannelHandler) {
    self.channel = channel
    self.eventLoop = channel.eventLoop
    self.handler = NIOLoopBound(handler, eventLoop: channel.eventLoop)
  }

  /// Sends a text message. Once the socket is closing this does nothing.
  ///
  /// - Parameter text: The message. It must be UTF-8, as everything that a delegate receives is;
  ///   otherwise the peer will close the connection with 1007.
  /// - Complexity: A long message is not copied, except by a client, which must mask it.
  public func send(text: ByteBuffer) {
    send(.text, text)
  }

  /// Sends a text message whose bytes stay the caller's; otherwise as ``send(text:)-(ByteBuffer)``.
  ///
  /// - Complexity: One copy of the message, and on ``eventLoop`` mostly no allocation.
  public func send(text: UnsafeRawBufferPointer) {
    if eventLoop.inEventLoop {
      handler.value.send(.text, copying: text)
    } else {
      send(.text, ByteBuffer(bytes: text))
    }
  }

  /// Sends a text message that `spell` writes into memory; otherwise as
  /// ``send(text:)-(ByteBuffer)``. False, and nothing sent, only where `spell` answers nil.
  ///
  /// - Parameters:
  ///   - capacity: How many bytes of memory `spell` gets at least.
  ///   - spell: Writes the message and answers how many bytes it takes; nil where the memory is too
  ///     small.
  /// - Complexity: On ``eventLoop`` of a server no copy of the message, and mostly no allocation.
  public func send(
    textOfAtMost capacity: Int, _ spell: (UnsafeMutableRawBufferPointer) -> Int?
  ) -> Bool {
    if eventLoop.inEventLoop, handler.value.role == .server {
      return handler.value.send(.text, ofAtMost: capacity, spell)
    }
    var text = ByteBuffer()
    var length: Int?
    text.writeWithUnsafeMutableBytes(minimumWritableBytes: capacity) { memory in
      length = spell(memory)
      return length ?? 0
    }
    if length != nil { send(.text, text) }
    return length != nil
  }

  /// Sends a text message. Cost: one copy of the text; otherwise as ``send(text:)-(ByteBuffer)``.
  public func send(text: String) {
    send(.text, ByteBuffer(string: text))
  }

  /// Sends a binary message; otherwise as ``send(text:)-(ByteBuffer)``.
  public func send(binary data: ByteBuffer) {
    send(.binary, data)
  }

  private func send(_ kind: WebSocketFrameKind, _ payload: ByteBuffer) {
    if eventLoop.inEventLoop {
      handler.value.send(kind, payload)
    } else {
      // Counted before the hop, so that a sender on another thread sees what it has piled up.
      let byteCount = payload.readableBytes
      handedOverBytes.add(byteCount, ordering: .relaxed)
      handedOverMessages.add(1, ordering: .relaxed)
      eventLoop.execute {
        self.handedOverBytes.subtract(byteCount, ordering: .relaxed)
        self.handedOverMessages.subtract(1, ordering: .relaxed)
        self.handler.value.send(kind, payload)
      }
    }
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

  /// False while the peer reads more slowly than it is sent to: the operating system takes nothing
  /// more, and what is sent waits here. A polite sender pauses.
  ///
  /// Sending stays possible until ``WebSocketConfiguration/maximumOutboundBytes`` wait.
  public internal(set) var isWritable: Bool {
    get { hasNothingStuck.load(ordering: .relaxed) }
    set { hasNothingStuck.store(newValue, ordering: .relaxed) }
  }

  /// How many bytes have been given to this socket and not yet to the operating system. Frames
  /// that left together are counted until the last of them has left.
  public var bufferedByteCount: Int {
    handedOverBytes.load(ordering: .relaxed) + queuedBytes.load(ordering: .relaxed)
  }

  /// How many messages have been given to this socket and not yet to the operating system,
  /// counted as ``bufferedByteCount`` is.
  public var bufferedMessageCount: Int {
    handedOverMessages.load(ordering: .relaxed) + queuedMessages.load(ordering: .relaxed)
  }

  /// The address of the peer, or of the proxy before it; nil if there is none.
  public var remoteAddress: SocketAddress? { channel.remoteAddress }

  /// Completes when the connection is gone.
  public var closeFuture: EventLoopFuture<Void> { channel.closeFuture }

  /// Changes the count of what the event loop has taken and not yet seen leave. Must be called on
  /// the event loop, which is why two steps suffice.
  func countQueued(bytes: Int, messages: Int) {
    queuedBytes.store(queuedBytes.load(ordering: .relaxed) + bytes, ordering: .relaxed)
    queuedMessages.store(queuedMessages.load(ordering: .relaxed) + messages, ordering: .relaxed)
  }
}
