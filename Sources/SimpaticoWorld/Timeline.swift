import SimpaticoProtocol
import SimpaticoTree

/// What a timeline holds many of. One class, so that one kind of vector serves for all of them:
/// each further kind would be compiled once more into the core for the browser.
class Record: @unchecked Sendable {}

/// Something that went over a simulated network, from where to where and when.
final class Message: Record, @unchecked Sendable {
  /// What became of it.
  enum Fate: UInt8, Sendable {
    case pending, arrived, ignored, lost
  }

  let event: EventID
  let kind: Event.Kind
  /// Who sent it, and by which node; nil where nobody of the cast did.
  let sender: (party: Int, node: NodeID)?
  let receiver: Int
  let sentAt: Int64
  let sentStep: Int
  // These are set before others see the message.
  fileprivate(set) var arrivesAt: Int64
  fileprivate(set) var arrivedStep: Int?
  /// The node that came of it.
  fileprivate(set) var node: NodeID?
  fileprivate(set) var fate = Fate.pending
  /// What edits did to it, as a set of `Touch`.
  fileprivate(set) var touches: UInt8 = 0

  /// A message that the world's present event has sent.
  fileprivate init(_ event: Event, in world: World, step: Int) {
    self.event = event.id
    kind = event.kind
    sender = world.sender(of: event)
    receiver = world.receiver(of: event)
    sentAt = world.clock
    sentStep = step
    arrivesAt = event.at
  }

  fileprivate init(copying other: Message) {
    event = other.event
    kind = other.kind
    sender = other.sender
    receiver = other.receiver
    sentAt = other.sentAt
    sentStep = other.sentStep
    arrivesAt = other.arrivesAt
    arrivedStep = other.arrivedStep
    node = other.node
    fate = other.fate
    touches = other.touches
  }
}

/// What an edit did to a message.
enum Touch: UInt8 {
  case delayed, corrupted, replaced, replayed, injected

  var bit: UInt8 { 1 << rawValue }

  /// How they are called, in the order of the cases.
  static let names: StaticString = "delayed corrupted replaced replayed injected"
}

/// What one step of a universe was.
final class Step: Record, @unchecked Sendable {
  /// What happened; nil at the start, and where an edit let nothing happen.
  let event: Event?
  /// What was done to the world; nil where it went its own way.
  let edit: Edit?
  /// What caused everything that the step brought.
  let cause: EventID
  let clock: Int64

  init(event: Event?, edit: Edit?, cause: EventID, clock: Int64) {
    self.event = event
    self.edit = edit
    self.cause = cause
    self.clock = clock
  }
}

/// The nodes of one branch.
private final class Row: Record, @unchecked Sendable {
  let nodes: Vector<NodeID>

  init(_ nodes: Vector<NodeID>) { self.nodes = nodes }
}

/// All that happened in a universe in order, kept beside its world so that any moment can be found
/// and any part of it looked at without folding anything.
///
/// Noting a step costs what the step brought, besides a look at what is pending. A copy shares all
/// history.
struct Timeline: Sendable {
  /// A party's nodes by step and by row.
  struct Rows: Sendable {
    /// The step in which each node was added.
    fileprivate(set) var steps = Vector<Int>()
    private var rows = Vector<Record>()
    fileprivate(set) var layout = TreeLayout.Shape()
    /// Trees that the party had before its process was killed, the newest last: what no journal
    /// kept is found there only, and the rest as it was.
    private(set) var earlier: [CombineTree] = []

    /// A node as it was when it was added.
    func view(_ node: NodeID, _ tree: CombineTree) -> NodeView? {
      for tree in earlier {
        if let view = NodeView(tree, node) { return view }
      }
      return NodeView(tree, node)
    }

    fileprivate mutating func keep(_ tree: CombineTree) { earlier.append(tree) }

    var branchCount: Int { rows.count }

    /// The ids of a branch's nodes.
    func nodes(of branch: BranchID) -> Vector<NodeID> {
      unsafeDowncast(rows[branch], to: Row.self).nodes
    }

    fileprivate mutating func add(_ node: NodeID, to branch: BranchID) {
      while rows.count <= branch { rows.append(Row(Vector())) }
      var nodes = nodes(of: branch)
      nodes.append(node)
      rows[branch] = Row(nodes)
    }
  }

  /// A node, where all nodes of all parties stand in one order.
  struct Addition {
    let step: Int
    let party: Int
    let node: NodeID
  }

  private var steps = Vector<Record>()
  private(set) var parties: [Rows]
  /// Party and node in one number, as `add` puts them together.
  private var additions = Vector<Int>()
  private var messages = Vector<Record>()
  /// Messages in the order in which they arrived, or were lost.
  private var arrivals = Vector<Int>()
  private var inFlight: [(event: EventID, message: Int)] = []
  private var sequence: Int64 = 0

  /// The timeline of parties that have no nodes yet, at its start.
  init(partyCount: Int) {
    parties = Array(repeating: Rows(), count: partyCount)
    steps.append(Step(event: nil, edit: nil, cause: .start, clock: 0))
  }

  init(trees: [CombineTree]) {
    self.init(partyCount: trees.count)
    for party in trees.indices { add(nodesOf: trees[party], party, step: 0) }
  }

  /// The step that was noted last.
  var last: Int { steps.count - 1 }
  /// How many nodes all parties have.
  var additionCount: Int { additions.count }
  /// How many messages were sent.
  var messageCount: Int { messages.count }
  /// How many messages have arrived, or were lost.
  var arrivalCount: Int { arrivals.count }

  func step(_ index: Int) -> Step { unsafeDowncast(steps[index], to: Step.self) }

  func message(_ index: Int) -> Message { unsafeDowncast(messages[index], to: Message.self) }

  /// The index of the message that arrived, or was lost, at a place in the order of that.
  func arrival(_ place: Int) -> Int { arrivals[place] }

  /// The node at a place in the order of all nodes.
  func addition(_ place: Int) -> Addition {
    let (party, node) = (additions[place] & Timeline.partyMask, additions[place] >> 7)
    return Addition(step: parties[party].steps[node], party: party, node: node)
  }

  /// The step in which a node was added.
  func step(of node: NodeID, _ party: Int) -> Int { parties[party].steps[node] }

  private static let partyMask = 127

  /// Notes nodes that a tree has and that were not noted yet, those before `end` at most.
  mutating func add(
    nodesOf tree: CombineTree, _ party: Int, step: Int, upTo end: NodeID = .max
  ) {
    var node = parties[party].steps.count
    let count = min(tree.nodeCount, end)
    while node < count {
      parties[party].steps.append(step)
      additions.append(node << 7 | party)
      if let entry = NodeView(tree, node) {
        parties[party].add(node, to: entry.branch)
        parties[party].layout.add(entry)
      }
      node += 1
    }
  }

  /// Notes a step that the world has just made. `before` are the parties before it, where the step
  /// may have killed a process.
  mutating func note(_ step: Step, of world: World, before: [Party]) {
    steps.append(step)
    for (index, party) in before.enumerated()
    where party.tree.retainedNodeCount > world.parties[index].tree.retainedNodeCount {
      parties[index].keep(party.tree)
    }
    for party in world.parties.indices {
      add(nodesOf: world.parties[party].tree, party, step: last)
    }
    noteArrival(of: step, in: world)
    noteSent(in: world)
    for gone in world.events.removed { settle(gone.id, .lost, world, node: nil) }
    if let edit = step.edit { noteTouches(of: edit, in: world) }
  }

  /// Notes a step of a recording, in which nothing is known but the nodes.
  mutating func noteStep(at clock: Int64, cause: EventID) {
    steps.append(Step(event: nil, edit: nil, cause: cause, clock: clock))
  }

  private mutating func noteArrival(of step: Step, in world: World) {
    guard let event = step.event, event.route != nil else { return }
    let receiver = world.receiver(of: event)
    let rows = parties[receiver]
    var node: NodeID? = nil
    var next = rows.steps.count - 1
    while next >= 0, rows.steps[next] == last {
      let view = NodeView(world.parties[receiver].tree, next)
      if node == nil || view?.handler != nil { node = next }
      next -= 1
    }
    settle(event.id, node == nil ? .ignored : .arrived, world, node: node)
  }

  private mutating func settle(
    _ event: EventID, _ fate: Message.Fate, _ world: World, node: NodeID?
  ) {
    guard let place = inFlight.firstIndex(where: { $0.event == event }) else { return }
    let index = inFlight[place].message
    inFlight.remove(at: place)
    let message = Message(copying: message(index))
    message.fate = fate
    message.arrivedStep = last
    message.arrivesAt = world.clock
    message.node = node
    messages[index] = message
    arrivals.append(index)
  }

  private mutating func noteSent(in world: World) {
    var sent: [Event] = []
    let first = sequence
    world.events.forEach { if $0.sequence >= first, $0.route != nil { sent.append($0) } }
    for event in world.events.removed where event.sequence >= first && event.route != nil {
      sent.append(event)
    }
    sequence = world.events.nextSequence
    while !sent.isEmpty {
      var first = 0
      for index in sent.indices where sent[index].sequence < sent[first].sequence { first = index }
      let event = sent.remove(at: first)
      inFlight.append((event.id, messages.count))
      messages.append(Message(event, in: world, step: last))
    }
  }

  private mutating func noteTouches(of edit: Edit, in world: World) {
    switch edit {
    case .delay(let id, _): touch(id, .delayed)
    case .corrupt(let id): touch(id, .corrupted)
    case .replace(let id, _): touch(id, .replaced)
    case .replay: if let id = inFlight.last?.event { touch(id, .replayed) }
    case .inject: if let id = inFlight.last?.event { touch(id, .injected) }
    case .take, .drop, .refuse, .fail, .close, .cut, .stall, .resume, .insert,
      .act:
      break
    }
    for (event, index) in inFlight {
      guard let found = world.events.find(event)?.event else { continue }
      let before = message(index)
      if before.arrivesAt == found.at { continue }
      let message = Message(copying: before)
      message.arrivesAt = found.at
      messages[index] = message
    }
  }

  private mutating func touch(_ id: EventID, _ touch: Touch) {
    guard let place = inFlight.first(where: { $0.event == id }) else { return }
    let message = Message(copying: message(place.message))
    message.touches |= touch.bit
    messages[place.message] = message
  }
}

extension Timeline {
  /// How many nodes a party had after a step. O(log n) look-ups.
  func nodeCount(of party: Int, after step: Int) -> Int {
    count(below: parties[party].steps.count) { parties[party].steps[$0] <= step }
  }

  /// How many branches a party had after a step. O(log n) look-ups.
  func branchCount(of party: Int, after step: Int) -> Int {
    let rows = parties[party]
    return count(below: rows.branchCount) { branch in
      let nodes = rows.nodes(of: branch)
      return nodes.isEmpty || rows.steps[nodes[0]] <= step
    }
  }

  /// How many of a branch's nodes there were after a step. O(log n) look-ups.
  func nodeCount(ofBranch branch: BranchID, of party: Int, after step: Int) -> Int {
    let rows = parties[party]
    let nodes = rows.nodes(of: branch)
    return count(below: nodes.count) { rows.steps[nodes[$0]] <= step }
  }

  /// How many of all nodes there were after a step. O(log n) look-ups.
  func additionCount(after step: Int) -> Int {
    count(below: additions.count) { addition($0).step <= step }
  }

  /// How many indices, of which all that satisfy the condition come first, satisfy it.
  func count(below end: Int, where holds: (Int) -> Bool) -> Int {
    var low = 0
    var high = end
    while low < high {
      let middle = (low + high) / 2
      if holds(middle) { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// What names a node in every universe in which it is added: its cause, its party, and how many
  /// nodes of that party the same step had brought before it.
  func key(ofNode node: NodeID, party: Int) -> EventID {
    let rows = parties[party]
    let step = rows.steps[node]
    var ordinal = node
    if step > 0 {
      ordinal = 0
      while node - ordinal > 0, rows.steps[node - ordinal - 1] == step { ordinal += 1 }
    }
    return self.step(step).cause.causing(UInt64(party)).causing(UInt64(ordinal))
  }

  /// The message of an event, the newest first. Linear.
  func index(ofMessage event: EventID) -> Int? {
    if let place = inFlight.first(where: { $0.event == event }) { return place.message }
    return (0..<messages.count).reversed().first { message($0).event == event }
  }
}

extension World {
  /// The party that an event reaches.
  func receiver(of event: Event) -> Int {
    switch event.kind {
    case .begin(let client): return client + 1
    case .deed(let index): return settings.script.map { $0[index].client + 1 } ?? 0
    case .result(let party, _, _), .timer(let party, _, _): return party
    case .arrival, .frame, .news, .closing:
      guard let (socket, end) = event.route else { return 0 }
      return socketLog[socket][end]?.party ?? 0
    }
  }

  /// Who has just sent what an event brings: the leaf of the branch at the other end. Nil where the
  /// network itself did.
  func sender(of event: Event) -> (party: Int, node: NodeID)? {
    switch event.kind {
    case .begin, .deed, .result, .timer: return nil
    case .news(_, _, let message) where message != EffectResult.opened: return nil
    case .closing(_, _, CloseCode.abnormal, _, false): return nil
    case .arrival, .frame, .news, .closing:
      guard let (socket, end) = event.route, let other = socketLog[socket][end.other],
        let leaf = try? parties[other.party].tree.tree.leaf(of: other.branch)
      else { return nil }
      return (other.party, leaf)
    }
  }
}
