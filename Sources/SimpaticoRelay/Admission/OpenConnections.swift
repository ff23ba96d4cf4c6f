import NIOCore
import Synchronization

/// The connections of a listener, from being accepted until they are closed, whatever is done with
/// them in between. May be used from any thread.
///
/// Each is watched once, for all that is to be done at its end: whoever watches a connection takes
/// memory for as long as it lives.
final class OpenConnections: Sendable {
  private struct Connection {
    let channel: any Channel
    /// What it is counted for; nil until it is being set up.
    var lease: NIOLoopBound<ConnectionLease>?
  }

  private struct State {
    var open: [ObjectIdentifier: Connection] = [:]
    var isLeaving = false
  }

  private let files: AcceptedFiles
  private let state = Mutex(State())

  init(_ files: AcceptedFiles) { self.files = files }

  var isEmpty: Bool { state.withLock { $0.open.isEmpty } }

  /// Whether a listener may accept more; one that may not is made to read when it may.
  func mayAccept(_ listener: any Channel) -> Bool { files.mayTake(listener) }

  /// Takes in a connection that was accepted.
  func accept(_ channel: any Channel) {
    let id = ObjectIdentifier(channel)
    files.take()
    state.withLock { $0.open[id] = Connection(channel: channel) }
    channel.closeFuture.whenComplete { _ in self.didClose(id) }
  }

  private func didClose(_ id: ObjectIdentifier) {
    let connection = state.withLock { $0.open.removeValue(forKey: id) }
    connection?.lease?.value.end()
    files.giveBack()
  }

  /// Keeps a connection's lease, which ends with it; false where the listener is leaving, or the
  /// connection is gone already. On the connection's event loop.
  func hold(_ lease: ConnectionLease, for channel: any Channel) -> Bool {
    let bound = NIOLoopBound(lease, eventLoop: channel.eventLoop)
    return state.withLock { state in
      let id = ObjectIdentifier(channel)
      guard !state.isLeaving, state.open[id] != nil else { return false }
      state.open[id]?.lease = bound
      return true
    }
  }

  /// Closes those that are no WebSockets as soon as they wait for nothing. From now on no more are
  /// set up.
  func quiesce() {
    for (channel, lease) in leave() {
      channel.eventLoop.execute {
        guard !lease.value.isWebSocket else { return }
        channel.pipeline.syncOperations.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
      }
    }
  }

  /// Closes all of them at once, and answers how many they are.
  func closeAll() -> Int {
    let open = leave()
    for (channel, lease) in open {
      channel.eventLoop.execute {
        lease.value.mayFinish = false
        channel.close(promise: nil)
      }
    }
    return open.count
  }

  /// Those that are set up; the others are turned away as soon as they are to be.
  private func leave() -> [(channel: any Channel, lease: NIOLoopBound<ConnectionLease>)] {
    state.withLock { state in
      state.isLeaving = true
      return state.open.values.compactMap { connection in
        connection.lease.map { (connection.channel, $0) }
      }
    }
  }
}
