import Synchronization

/// Hands what many tasks give to one that takes it, in order. Who gives waits for the taker, so
/// that nothing piles up before one that is slow.
final class Handover<Element: Sendable>: Sendable {
  private typealias Giver = CheckedContinuation<Void, Never>
  private typealias Taker = CheckedContinuation<Element?, Never>

  private struct State {
    var given: [(element: Element, giver: Giver?)] = []
    var taker: Taker?
    var isFinished = false
  }

  private let state = Mutex(State())

  /// Gives something, and waits until it is taken or nothing is taken any more.
  ///
  /// - Parameter ahead: how many may wait to be taken for the giver not to wait itself.
  func give(_ element: Element, ahead: Int = 0) async {
    await withCheckedContinuation { giver in
      let (taker, waits) = state.withLock { state -> (Taker?, Bool) in
        if state.isFinished { return (nil, false) }
        if let taker = state.taker {
          state.taker = nil
          return (taker, false)
        }
        let waits = state.given.count >= ahead
        state.given.append((element, waits ? giver : nil))
        return (nil, waits)
      }
      taker?.resume(returning: element)
      if !waits { giver.resume() }
    }
  }

  /// The next that was given, once there is one.
  func take() async -> Element? {
    await withCheckedContinuation { taker in
      let next = state.withLock { state -> (element: Element, giver: Giver?)? in
        if !state.given.isEmpty { return state.given.removeFirst() }
        state.taker = taker
        return nil
      }
      guard let next else { return }
      next.giver?.resume()
      taker.resume(returning: next.element)
    }
  }

  /// Nothing is taken any more: nobody waits for that.
  func finish() {
    let given = state.withLock { state in
      state.isFinished = true
      defer { state.given = [] }
      return state.given
    }
    for (_, giver) in given { giver?.resume() }
  }
}
