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

  /// On the connection's event loop. When none is left all have been given back.
  private func didClose(_ id: ObjectIdentifier) {
    state.withLock { $0.open[id]?.lease }?.value.end()
    files.giveBack()
    state.withLock { _ = $0.open.removeValue(forKey: id) }
  }

  /// Begins a connection's lease, which ends with it; false where the connection is to be closed at
  /// once: it is one too many, or gone already, or the listener is leaving. On its event loop.
  func begin(_ lease: ConnectionLease, for channel: any Channel, isSecure: Bool) -> Bool {
    // One that nobody holds would never end.
    hold(lease, for: channel) && lease.begin(isSecure: isSecure)
  }

  private func hold(_ lease: ConnectionLease, for channel: any Channel) -> Bool {
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
    for (channel, lease) in leave().setUp {
      channel.eventLoop.execute {
        guard !lease.value.isWebSocket else { return }
        channel.pipeline.syncOperations.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
      }
    }
  }

  /// Closes all of them at once, and answers how many they are.
  func closeAll() -> Int {
    let (setUp, count) = leave()
    for (channel, lease) in setUp {
      channel.eventLoop.execute {
        lease.value.mayFinish = false
        channel.close(promise: nil)
      }
    }
    return count
  }

  private typealias SetUp = (channel: any Channel, lease: NIOLoopBound<ConnectionLease>)

  /// Those that are set up, and how many there are with the others, which are turned away as soon
  /// as they are to be.
  private func leave() -> (setUp: [SetUp], count: Int) {
    state.withLock { state in
      state.isLeaving = true
      let setUp = state.open.values.compactMap { connection in
        connection.lease.map { (connection.channel, $0) }
      }
      return (setUp, state.open.count)
    }
  }
}
