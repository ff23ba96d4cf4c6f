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
  /// What it is called in every universe in which it happens.
  public let id: EventID
  /// What happens.
  public let kind: Kind

  /// The same event at another time, or with other contents.
  func changed(at: Int64? = nil, kind: Kind? = nil) -> Event {
    Event(at: at ?? self.at, sequence: sequence, id: id, kind: kind ?? self.kind)
  }

  func isBefore(_ other: Event) -> Bool {
    at != other.at ? at < other.at : sequence < other.sequence
  }
}

extension Event.Kind {
  /// Which kind it is, as a number from 1, for ids.
  var tag: UInt64 {
    switch self {
    case .begin: 1
    case .arrival: 2
    case .frame: 3
    case .news: 4
    case .closing: 5
    case .result: 6
    case .timer: 7
    case .deed: 8
    }
  }
}

/// Pending events by time, then by the order of scheduling: a binary heap. O(log n) for both ends.
///
/// It holds what is under way and not what has been, so a copy of it is bounded by the network.
struct EventQueue: Sendable {
  private var heap: [Event] = []
  /// What does not happen until a stalled socket is resumed, in order of scheduling.
  private(set) var held: [Event] = []
  /// What was taken out since the present event began, other than to happen.
  private(set) var removed: [Event] = []
  private(set) var nextSequence: Int64 = 0
  /// What happens at present.
  private(set) var cause = EventID.start
  /// The ids that were given since the present event began, so that none is given twice.
  private var given: [EventID] = []

  var isEmpty: Bool { heap.isEmpty }
  var first: Event? { heap.first }

  /// All pending events in order. O(n log n).
  var ordered: [Event] {
    var rest = self
    var events: [Event] = []
    while let event = rest.popFirst() { events.append(event) }
    return events
  }

  /// Names what happens from now on, as the cause of what it schedules.
  mutating func begin(_ cause: EventID) {
    self.cause = cause
    given.removeAll(keepingCapacity: true)
    if !removed.isEmpty { removed.removeAll() }
  }

  /// Schedules an event that the present one causes. `about` tells events of one kind apart, such
  /// as by whom they are for.
  mutating func schedule(_ kind: Event.Kind, at: Int64, about: Int = 0, isHeld: Bool = false) {
    let event = Event(
      at: at, sequence: nextSequence, id: name(kind.tag << 32 | UInt64(about)), kind: kind)
    nextSequence += 1
    if isHeld { held.append(event) } else { insert(event) }
  }

  private mutating func name(_ word: UInt64) -> EventID {
    var id = cause.causing(word)
    while given.contains(id) { id = id.causing(1) }
    given.append(id)
    return id
  }

  private mutating func insert(_ event: Event) {
    heap.append(event)
    rise(heap.count - 1)
  }

  /// The pending event of an id, whether it is held or not. Linear.
  func find(_ id: EventID) -> (event: Event, isHeld: Bool)? {
    for event in heap where event.id == id { return (event, false) }
    for event in held where event.id == id { return (event, true) }
    return nil
  }

  /// Calls `body` with each pending event, in no order. Linear.
  func forEach(_ body: (Event) -> Void) {
    heap.forEach(body)
    held.forEach(body)
  }

  /// Takes an event out, to happen now. Linear.
  mutating func take(_ id: EventID) {
    if let index = heap.firstIndex(where: { $0.id == id }) { _ = remove(at: index) }
  }

  /// Takes an event out for good. Linear.
  mutating func drop(_ id: EventID) {
    if let index = heap.firstIndex(where: { $0.id == id }) { removed.append(remove(at: index)) }
    if let index = held.firstIndex(where: { $0.id == id }) {
      removed.append(held.remove(at: index))
    }
  }

  /// Puts another form of an event into its place. Linear.
  mutating func replace(_ event: Event) {
    if let index = heap.firstIndex(where: { $0.id == event.id }) {
      heap[index] = event
      sink(index)
      rise(index)
    } else if let index = held.firstIndex(where: { $0.id == event.id }) {
      held[index] = event
    }
  }

  /// Holds the events for which `isHeld` answers true. Linear.
  mutating func hold(where isHeld: (Event.Kind) -> Bool) {
    for event in ordered where isHeld(event.kind) {
      take(event.id)
      held.append(event)
    }
  }

  /// Lets the held events for which `isFree` answers true go on, not before `time`. Linear.
  mutating func release(at time: Int64, where isFree: (Event.Kind) -> Bool) {
    let free = held.filter { isFree($0.kind) }
    held.removeAll { isFree($0.kind) }
    for event in free { insert(event.changed(at: max(event.at, time))) }
  }

  mutating func popFirst() -> Event? { heap.isEmpty ? nil : remove(at: 0) }

  /// Removes one event for which `isGone` answers true, if there is any. Linear.
  mutating func removeFirst(where isGone: (Event.Kind) -> Bool) {
    if let index = heap.firstIndex(where: { isGone($0.kind) }) { _ = remove(at: index) }
  }

  /// Removes the events for which `isGone` answers true. Linear.
  mutating func removeAll(where isGone: (Event.Kind) -> Bool) {
    for event in heap where isGone(event.kind) { removed.append(event) }
    for event in held where isGone(event.kind) { removed.append(event) }
    held.removeAll { isGone($0.kind) }
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
