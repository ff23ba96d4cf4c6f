import Synchronization

/// Hands each event to everybody who listens. A listener that does not keep up is told that it has
/// missed some, and what they told of can be asked for.
final class Broadcast: Sendable {
  private struct State {
    var listeners: [Weak] = []
    var isFinished = false
  }

  /// Whoever listens no more has let go of it.
  private struct Weak {
    weak var listener: Listener?
  }

  private let state = Mutex(State())

  func listen() -> AsyncStream<ClientEvent> {
    let listener = Listener()
    let isFinished = state.withLock { state in
      state.listeners.removeAll { $0.listener == nil }
      if !state.isFinished { state.listeners.append(Weak(listener: listener)) }
      return state.isFinished
    }
    if isFinished { listener.finish() }
    return AsyncStream {
      await listener.next()
    } onCancel: {
      listener.finish()
    }
  }

  func send(_ event: ClientEvent) {
    let listeners = state.withLock { $0.listeners.compactMap(\.listener) }
    for listener in listeners { listener.take(event) }
  }

  func finish() {
    let listeners = state.withLock { state in
      state.isFinished = true
      defer { state.listeners = [] }
      return state.listeners.compactMap(\.listener)
    }
    for listener in listeners { listener.finish() }
  }
}
