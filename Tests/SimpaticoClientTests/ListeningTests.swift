import SimpaticoProtocol
import Testing

@testable import SimpaticoClient

/// Events for those who take them late, or not at all.
@Suite(.timeLimit(.minutes(1))) struct Listening {
  private let broadcast = Broadcast()

  private func send(_ numbers: Range<Int>) {
    for number in numbers { broadcast.send(.deleted(number, "somebody")) }
  }

  private func events(_ numbers: Range<Int>) -> [ClientEvent] {
    numbers.map { .deleted($0, "somebody") }
  }

  private func all(_ stream: AsyncStream<ClientEvent>) async -> [ClientEvent] {
    await stream.reduce(into: []) { $0.append($1) }
  }

  @Test func eventsWaitForWhoListens() async {
    let (one, other) = (broadcast.listen(), broadcast.listen())
    send(0..<Listener.eventsAtMost)
    broadcast.finish()
    #expect(await all(one) == events(0..<Listener.eventsAtMost))
    #expect(await all(other) == events(0..<Listener.eventsAtMost))
    #expect(await all(broadcast.listen()) == [])
  }

  @Test func whoFallsBehindIsToldSo() async {
    let stream = broadcast.listen()
    let limit = Listener.eventsAtMost
    send(0..<(limit + 2))
    broadcast.finish()
    #expect(await all(stream) == [.missed] + events(limit..<(limit + 2)))
  }

  @Test func whatWasTakenMakesRoom() async {
    let stream = broadcast.listen()
    let limit = Listener.eventsAtMost
    var iterator = stream.makeAsyncIterator()
    var taken: [ClientEvent?] = []
    send(0..<limit)
    for number in 0..<(2 * limit) {
      taken.append(await iterator.next())
      send((limit + number)..<(limit + number + 1))
    }
    #expect(taken == events(0..<(2 * limit)))
  }

  @Test func whoWaitsIsToldAtOnce() async {
    let stream = broadcast.listen()
    async let first = stream.first { _ in true }
    send(7..<8)
    #expect(await first == .deleted(7, "somebody"))
  }

  @Test func whoseTaskIsCancelledWaitsNoLonger() async {
    let stream = broadcast.listen()
    let waiting = Task { await all(stream) }
    waiting.cancel()
    #expect(await waiting.value == [])
  }
}
