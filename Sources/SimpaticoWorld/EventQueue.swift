import SimpaticoProtocol
public import SimpaticoTree

/// The two ends of a simulated socket.
public enum SocketEnd: Sendable {
  case client, server

  var other: SocketEnd { self == .client ? .server : .client }
}

/// Something that will happen in a world.
public struct Event: Sendable {
  /// What can happen.
  public enum Kind: Sendable {
    /// A client begins to connect.
    case begin(client: Int)
    /// Something of the script is done.
    case deed(Int)
    /// A connection request reaches the server.
    case arrival(socket: Int)
    /// A frame reaches an end of a socket.
    case frame(socket: Int, to: SocketEnd, Text)
    /// The news that a socket is open or has a fault reaches an end.
    case news(socket: Int, to: SocketEnd, Value)
    /// The end of a connection reaches an end of a socket; `isAnswered` where a close frame is to
    /// go back.
    case closing(socket: Int, to: SocketEnd, code: Int, reason: Text, isAnswered: Bool)
    /// The result of a cipher operation.
    case result(party: Int, branch: BranchID, Value)
    case timer(party: Int, branch: BranchID, request: Value)
  }

  /// Virtual milliseconds.
  public let at: Int64
  /// Breaks ties by the order of scheduling.
  public let sequence: Int64
  /// What happens.
  public let kind: Kind

  fileprivate func isBefore(_ other: Event) -> Bool {
    at != other.at ? at < other.at : sequence < other.sequence
  }
}

/// Pending events by time, then by the order of scheduling: a binary heap. O(log n) for both ends.
///
/// It holds what is under way and not what has been, so a copy of it is bounded by the network.
struct EventQueue: Sendable {
  private var heap: [Event] = []
  private var nextSequence: Int64 = 0

  var isEmpty: Bool { heap.isEmpty }
  var first: Event? { heap.first }

  /// All pending events in order. O(n log n).
  var ordered: [Event] {
    var rest = self
    var events: [Event] = []
    while let event = rest.popFirst() { events.append(event) }
    return events
  }

  mutating func schedule(_ kind: Event.Kind, at: Int64) {
    heap.append(Event(at: at, sequence: nextSequence, kind: kind))
    nextSequence += 1
    rise(heap.count - 1)
  }

  mutating func popFirst() -> Event? { heap.isEmpty ? nil : remove(at: 0) }

  /// Removes one event for which `isGone` answers true, if there is any. Linear.
  mutating func removeFirst(where isGone: (Event.Kind) -> Bool) {
    if let index = heap.firstIndex(where: { isGone($0.kind) }) { _ = remove(at: index) }
  }

  /// Removes the events for which `isGone` answers true. Linear.
  mutating func removeAll(where isGone: (Event.Kind) -> Bool) {
    heap.removeAll { isGone($0.kind) }
    for index in stride(from: heap.count / 2, through: 0, by: -1) { sink(index) }
  }

  private mutating func remove(at index: Int) -> Event {
    heap.swapAt(index, heap.count - 1)
    let removed = heap.removeLast()
    if index < heap.count {
      sink(index)
      rise(index)
    }
    return removed
  }

  // Both move events within the buffer: reached through the array, each comparison would copy two.

  private mutating func rise(_ start: Int) {
    heap.withUnsafeMutableBufferPointer { events in
      var index = start
      while index > 0, events[index].isBefore(events[(index - 1) / 2]) {
        events.swapAt(index, (index - 1) / 2)
        index = (index - 1) / 2
      }
    }
  }

  private mutating func sink(_ start: Int) {
    heap.withUnsafeMutableBufferPointer { events in
      var index = start
      while true {
        var least = index
        for child in stride(from: 2 * index + 1, to: min(2 * index + 3, events.count), by: 1)
        where events[child].isBefore(events[least]) { least = child }
        if least == index { return }
        events.swapAt(index, least)
        index = least
      }
    }
  }
}
