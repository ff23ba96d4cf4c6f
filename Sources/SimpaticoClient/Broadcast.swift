import Synchronization

/// Hands each event to everybody who listens. A listener that does not keep up loses the oldest
/// events and nothing else: what they told of can be asked for.
final class Broadcast: Sendable {
  static let bufferedEvents = 4096

  private struct State {
    var listeners: [Int: AsyncStream<ClientEvent>.Continuation] = [:]
    var next = 0
    var isFinished = false
  }

  private let state = Mutex(State())

  func listen() -> AsyncStream<ClientEvent> {
    let (stream, continuation) = AsyncStream.makeStream(
      of: ClientEvent.self, bufferingPolicy: .bufferingNewest(Broadcast.bufferedEvents))
    let number: Int? = state.withLock { state in
      if state.isFinished { return nil }
      state.next += 1
      state.listeners[state.next] = continuation
      return state.next
    }
    guard let number else {
      continuation.finish()
      return stream
    }
    continuation.onTermination = { [weak self] _ in
      self?.state.withLock { _ = $0.listeners.removeValue(forKey: number) }
    }
    return stream
  }

  func send(_ event: ClientEvent) {
    let listeners = state.withLock { Array($0.listeners.values) }
    for listener in listeners { listener.yield(event) }
  }

  func finish() {
    let listeners = state.withLock { state in
      state.isFinished = true
      defer { state.listeners = [:] }
      return Array(state.listeners.values)
    }
    for listener in listeners { listener.finish() }
  }
}
