import NIOCore
import Synchronization

/// Counts the files that connections have, from being accepted until they are closed, whatever is
/// done with them in between. One for all listeners; may be used from any thread.
final class AcceptedFiles: Sendable {
  private struct State {
    var count = 0
    /// Those that have something to accept and were told to wait.
    var waiting: [any Channel] = []
  }

  private let limit: Int
  private let state = Mutex(State())

  init(limit: Int) { self.limit = limit }

  /// A connection was accepted.
  func take() { state.withLock { $0.count += 1 } }

  /// A connection was closed. Who waits reads again, and is asked again then.
  func giveBack() {
    let woken = state.withLock { state in
      state.count -= 1
      guard state.count < limit, !state.waiting.isEmpty else { return [any Channel]() }
      defer { state.waiting = [] }
      return state.waiting
    }
    for listener in woken { listener.read() }
  }

  /// Whether a listener may accept more; one that may not is made to read when it may.
  func mayTake(_ listener: any Channel) -> Bool {
    state.withLock { state in
      if state.count < limit { return true }
      state.waiting.append(listener)
      return false
    }
  }
}

/// Stands before a listening socket, takes in what is accepted there (`OpenConnections`), and
/// leaves connections waiting in the system while all files that they may have are taken. What is
/// accepted here is judged, and closed, on other event loops, which may be late.
///
/// A read accepts a few (NIO's `maxMessagesPerRead`), so the limit may be passed by as many.
final class AcceptGate: ChannelDuplexHandler {
  typealias InboundIn = any Channel
  typealias InboundOut = any Channel
  typealias OutboundIn = any Channel

  private let connections: OpenConnections

  init(_ connections: OpenConnections) { self.connections = connections }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    connections.accept(unwrapInboundIn(data))
    context.fireChannelRead(data)
  }

  func read(context: ChannelHandlerContext) {
    if connections.mayAccept(context.channel) { context.read() }
  }
}
