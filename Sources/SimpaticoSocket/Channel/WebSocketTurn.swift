import NIOCore
import NIOPosix

/// What the sockets of one event loop share, so that a turn of the loop costs little: one task that
/// flushes all of them at its end, and buffers that pass from one to the next.
///
/// It lives on its event loop. Sockets at rest hold none of the buffers.
final class WebSocketTurn {
  /// So many buffers are kept for the next turn, of at most so many bytes each and in all.
  private static let spareBuffersAtMost = 1024
  private static let spareBufferBytesAtMost = 64 << 10
  private static let spareBytesAtMost = 8 << 20
  private static let receivedBytesAtMost = 64 << 10

  /// Calls sockets after some time.
  let alarms: WebSocketAlarms

  private let eventLoop: any EventLoop
  // Only ever reached on the event loop and from one place at a time.
  @exclusivity(unchecked)
  private var unflushed: [WebSocketChannelHandler] = []
  @exclusivity(unchecked)
  private var flushing: [WebSocketChannelHandler] = []
  @exclusivity(unchecked)
  private var isScheduled = false
  @exclusivity(unchecked)
  private var spare: [ByteBuffer] = []
  @exclusivity(unchecked)
  private var spareBytes = 0
  /// How often there was no spare buffer.
  private(set) var missCount = 0
  @exclusivity(unchecked)
  private var received: ByteBuffer?
  private var configuration: WebSocketSharedConfiguration?

  private init(on eventLoop: any EventLoop) {
    self.eventLoop = eventLoop
    alarms = WebSocketAlarms(on: eventLoop)
  }

  /// The turns of the loops of this thread; other than in tests there is one. Only ever reached
  /// from its thread.
  private final class Turns: @unchecked Sendable {
    var byLoop: [ObjectIdentifier: WebSocketTurn] = [:]
  }

  private static let turns = ThreadSpecificVariable<Turns>()

  /// What is shared on an event loop. Must be called on it.
  static func of(_ eventLoop: any EventLoop) -> WebSocketTurn {
    eventLoop.preconditionInEventLoop()
    let known = turns.currentValue ?? Turns()
    turns.currentValue = known
    if let turn = known.byLoop[ObjectIdentifier(eventLoop)] { return turn }
    let turn = WebSocketTurn(on: eventLoop)
    known.byLoop[ObjectIdentifier(eventLoop)] = turn
    return turn
  }

  /// A configuration as the sockets of this loop hold it together; those of one server are alike.
  func share(_ configuration: WebSocketConfiguration) -> WebSocketSharedConfiguration {
    if let shared = self.configuration, shared.value == configuration { return shared }
    let shared = WebSocketSharedConfiguration(configuration)
    self.configuration = shared
    return shared
  }

  /// Flushes a socket at the end of the turn, together with all others. Tasks of a loop run behind
  /// all reads of the same turn, so that a peer to which many others send gets one write for all
  /// of them.
  func flushAtEnd(_ handler: WebSocketChannelHandler) {
    unflushed.append(handler)
    if isScheduled { return }
    isScheduled = true
    eventLoop.assumeIsolated().execute { self.flush() }
  }

  private func flush() {
    isScheduled = false
    swap(&unflushed, &flushing)
    for handler in flushing { handler.flushAtEndOfTurn() }
    flushing.removeAll(keepingCapacity: true)
  }

  /// An empty buffer, which may have room already.
  func takeBuffer() -> ByteBuffer {
    guard let buffer = spare.popLast() else {
      missCount += 1
      return ByteBuffer()
    }
    spareBytes -= buffer.capacity
    return buffer
  }

  /// An empty buffer to receive into, with room for much.
  func takeReceiveBuffer() -> ByteBuffer {
    eventLoop.assertInEventLoop()
    if var buffer = received {
      received = nil
      // Whoever has kept it has it for good.
      if buffer.modifyIfUniquelyOwned({ $0.clear() }) != nil { return buffer }
    }
    return ByteBufferAllocator().buffer(capacity: Self.receivedBytesAtMost)
  }

  /// Takes a buffer that was received, for the next time; the channel may still hold it until then.
  func keepReceived(_ buffer: ByteBuffer) {
    if buffer.capacity == Self.receivedBytesAtMost { received = buffer }
  }

  /// Takes a buffer back that its holder needs no more, and leaves an empty one. Where somebody
  /// else still holds it, only the room is lost.
  func giveBack(_ buffer: inout ByteBuffer) {
    defer { buffer = ByteBuffer() }
    guard buffer.capacity <= Self.spareBufferBytesAtMost, spare.count < Self.spareBuffersAtMost,
      spareBytes + buffer.capacity <= Self.spareBytesAtMost
    else { return }
    // Looked at in the caller's place, for a copy would be a second holder.
    guard buffer.modifyIfUniquelyOwned({ $0.clear() }) != nil else { return }
    spareBytes += buffer.capacity
    spare.append(buffer)
  }
}

/// Lets all connections of an event loop receive into the same room.
///
/// A channel of NIO keeps the first buffer that it receives into for as long as it lives, so that
/// one is small. Later ones it keeps only where they could do for the next time, or where it reads
/// several times in a row: this allocator says that they could not, and wants
/// `maxMessagesPerRead` to be 1. A connection at rest so holds no room of its own.
///
/// A channel asks it on its event loop only. It is no `NIOLoopBound`, with which it would be too
/// long to lie in the channel, and take an allocation of each.
struct WebSocketReceiveAllocator: RecvByteBufferAllocator, @unchecked Sendable {
  private static let firstBytes = 32

  private let turn: WebSocketTurn
  private var hasReceived = false

  /// Must be made on the event loop.
  init(on eventLoop: any EventLoop) {
    turn = WebSocketTurn.of(eventLoop)
  }

  func buffer(allocator: ByteBufferAllocator) -> ByteBuffer {
    hasReceived ? turn.takeReceiveBuffer() : allocator.buffer(capacity: Self.firstBytes)
  }

  mutating func record(actualReadBytes: Int) -> Bool {
    hasReceived = true
    return true
  }
}
