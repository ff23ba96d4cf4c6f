import SimpaticoTree

/// Trees that are looked at without a world: what a relay or a client has written down, or tells
/// while it goes on. They grow at their end only.
struct RecordedTrees: Sendable {
  /// One tree, with the name of the party whose it was.
  struct Member: Sendable {
    let name: Text
    /// What kind of party it was, for people.
    let role: Text
    /// Grows at its end only.
    var tree: CombineTree
    /// The ids that nodes and branches of a transcript have where they come from.
    private var nodes = Numbering()
    private var branches = Numbering()

    init(name: Text, role: Text, tree: CombineTree) {
      self.name = name
      self.role = role
      self.tree = tree
    }

    /// A tree of which a transcript tells, from its root on.
    init(name: Text, role: Text, root: Transcript.Entry) {
      self.init(name: name, role: role, tree: CombineTree(root: root.value))
      nodes.add(root.node)
      branches.add(root.branch)
    }

    /// Adds a node of a transcript, or passes over one that is here.
    ///
    /// Ids are given anew, without gaps. What comes after a node that was dropped begins a row of
    /// its own, next to those of other connections. Answers false where the node does not fit.
    mutating func append(_ entry: Transcript.Entry) -> Bool {
      if entry.node <= nodes.last { return true }
      let branch = branches.place(of: entry.branch)
      var placed = entry
      placed.node = tree.nodeCount
      placed.branch = branch ?? tree.branchCount
      placed.parent = nodes.place(of: entry.parent) ?? min(1, placed.node - 1)
      guard tree.append(placed) else { return false }
      nodes.add(entry.node)
      if branch == nil { branches.add(entry.branch) }
      return true
    }
  }

  private(set) var members: [Member]
  private(set) var timeline: Timeline
  /// What went over the network, in order of sending.
  private(set) var messages: [RecordedMessage] = []
  /// The digests after every 512th node of all.
  private var digests = Vector<Record>()

  /// Nodes become steps by their time, then by party, then in order.
  init(_ members: [Member]) {
    self.members = members
    timeline = Timeline(partyCount: members.count)
    note()
  }

  /// Replaces a tree by one that has grown. What is new becomes steps, after all that there are.
  mutating func update(_ party: Int, _ member: Member) {
    members[party] = member
    note()
  }

  /// Adds what went over the network. Answers the place of the first that fits no node, or nil.
  mutating func add(messages list: Vector<Value>) -> Int? {
    for index in 0..<list.count {
      guard let message = RecordedMessage(list[index], in: self) else { return index }
      messages.append(message)
    }
    return nil
  }

  private mutating func note() {
    timeline.note(recorded: members.map { $0.tree })
    var digest = digest(ofAdditions: digests.count * RecordedTrees.spacing)
    while (digests.count + 1) * RecordedTrees.spacing <= timeline.additionCount {
      let start = digests.count * RecordedTrees.spacing
      for place in start..<start + RecordedTrees.spacing { update(&digest, place) }
      digests.append(DigestMark(digest))
    }
  }

  private static let spacing = 512

  private final class DigestMark: Record, @unchecked Sendable {
    let digest: Digest

    init(_ digest: Digest) { self.digest = digest }
  }

  /// Tells equal recordings apart from different ones: all nodes up to a step, in order.
  func digest(at step: Int) -> Text {
    digest(ofAdditions: timeline.additionCount(after: step)).hexadecimal
  }

  private func digest(ofAdditions count: Int) -> Digest {
    let mark = min(count / RecordedTrees.spacing, digests.count)
    var digest =
      mark == 0 ? Digest() : unsafeDowncast(digests[mark - 1], to: DigestMark.self).digest
    for place in mark * RecordedTrees.spacing..<max(mark * RecordedTrees.spacing, count) {
      update(&digest, place)
    }
    return digest
  }

  private func update(_ digest: inout Digest, _ place: Int) {
    let addition = timeline.addition(place)
    guard let node = NodeView(members[addition.party].tree, addition.node) else { return }
    digest.update(Int64(addition.party))
    digest.update(Int64(node.parent ?? -1))
    digest.update(node.time)
    digest.update(node.value)
  }
}

/// Ids from elsewhere, in the order in which they came: the place of each is its id here.
private struct Numbering: Sendable {
  private var ids = Vector<Int>()
  /// The places of the ids, in the order of the ids; empty while that is the order of the places.
  private var order: [Int] = []

  /// The id that came last; less than all where none did.
  var last: Int { ids.isEmpty ? -1 : ids[ids.count - 1] }

  /// The place of an id, or nil. O(log n).
  func place(of id: Int) -> Int? {
    let rank = rank(of: id)
    guard rank < ids.count, self.id(rank) == id else { return nil }
    return order.isEmpty ? rank : order[rank]
  }

  /// O(1) for an id that is larger than all before it, and until a smaller one comes.
  mutating func add(_ id: Int) {
    let rank = rank(of: id)
    if order.isEmpty, rank < ids.count { order = Array(0..<ids.count) }
    if rank < ids.count || !order.isEmpty { order.insert(ids.count, at: rank) }
    ids.append(id)
  }

  private func id(_ rank: Int) -> Int { ids[order.isEmpty ? rank : order[rank]] }

  private func rank(of id: Int) -> Int {
    var low = 0
    var high = ids.count
    while low < high {
      let middle = (low + high) / 2
      if self.id(middle) < id { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

extension Timeline {
  /// Notes the nodes of trees that are not noted yet, one by one in the order of their times; those
  /// that come late stand at the end.
  fileprivate mutating func note(recorded trees: [CombineTree]) {
    var clock = step(last).clock
    while true {
      var best: (party: Int, time: Int64)? = nil
      for (party, tree) in trees.enumerated() {
        let next = parties[party].steps.count
        guard next < tree.nodeCount else { continue }
        // What was dropped comes as early as it can.
        let time = NodeView(tree, next)?.time ?? clock
        if best.map({ time < $0.time }) ?? true { best = (party, time) }
      }
      guard let (party, time) = best else { return }
      clock = max(clock, time)
      let next = parties[party].steps.count
      // What several parties were before anything happened is no step of its own.
      let isSetup = trees.count > 1 && time == 0 && NodeView(trees[party], next)?.branch == 0
      if next > 0, !(isSetup && last == 0) {
        noteStep(at: clock, cause: EventID.start.causing(UInt64(party)).causing(UInt64(next)))
      }
      add(nodesOf: trees[party], party, step: last, upTo: next + 1)
    }
  }
}
