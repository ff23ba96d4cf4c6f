import Synchronization

/// The events that somebody who listens has not taken yet. When they have become too many, one that
/// says so takes the place of them all.
final class Listener: Sendable {
  static let eventsAtMost = 4096

  private struct State {
    var events: [ClientEvent] = []
    /// How many of them are taken.
    var taken = 0
    var waiters: [CheckedContinuation<ClientEvent?, Never>] = []
    var isFinished = false

    mutating func pop() -> ClientEvent? {
      guard taken < events.count else { return nil }
      let event = events[taken]
      taken += 1
      if taken == events.count { (events, taken) = ([], 0) }
      return event
    }

    mutating func push(_ event: ClientEvent) {
      if events.count - taken == Listener.eventsAtMost { (events, taken) = ([.missed], 0) }
      if taken == Listener.eventsAtMost {
        events.removeFirst(taken)
        taken = 0
      }
      events.append(event)
    }
  }

  private let state = Mutex(State())

  func take(_ event: ClientEvent) {
    let waiter = state.withLock { state -> CheckedContinuation<ClientEvent?, Never>? in
      if state.isFinished { return nil }
      if !state.waiters.isEmpty { return state.waiters.removeFirst() }
      state.push(event)
      return nil
    }
    waiter?.resume(returning: event)
  }

  /// The next event; nil when there are no more, and when none is waited for any longer.
  func next() async -> ClientEvent? {
    await withCheckedContinuation { continuation in
      let answer = state.withLock { state -> ClientEvent?? in
        if let event = state.pop() { return event }
        if state.isFinished { return .some(nil) }
        state.waiters.append(continuation)
        return nil
      }
      if let answer { continuation.resume(returning: answer) }
    }
  }

  /// What has come is still handed out.
  func finish() {
    let waiters = state.withLock { state in
      state.isFinished = true
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter.resume(returning: nil) }
  }
}
