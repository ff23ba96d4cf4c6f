import SimpaticoTree

/// Trees that are looked at without a world: what a relay or a client has written down.
struct RecordedTrees: Sendable {
  /// One tree, with the name of the party whose it was.
  struct Member: Sendable {
    let name: Text
    /// What kind of party it was, for people.
    let role: Text
    let tree: CombineTree
  }

  let members: [Member]
  private(set) var timeline: Timeline

  /// Nodes become steps by their time, then by party, then in order.
  init(_ members: [Member]) {
    self.members = members
    timeline = Timeline(recording: members.map { $0.tree })
  }
}

extension Timeline {
  /// The timeline of trees whose nodes came one by one, in the order of their times.
  init(recording trees: [CombineTree]) {
    self.init(partyCount: trees.count)
    var next = trees.map { _ in 0 }
    var clock: Int64 = 0
    while true {
      var best: (party: Int, time: Int64)? = nil
      for (party, tree) in trees.enumerated() where next[party] < tree.tree.nodeCount {
        // What was dropped comes as early as it can.
        let time = NodeView(tree, next[party])?.time ?? clock
        if best.map({ time < $0.time }) ?? true { best = (party, time) }
      }
      guard let (party, time) = best else { return }
      clock = max(clock, time)
      if next[party] > 0 {
        noteStep(
          at: clock, cause: EventID.start.causing(UInt64(party)).causing(UInt64(next[party])))
      }
      next[party] += 1
      add(nodesOf: trees[party], party, step: last, upTo: next[party])
    }
  }
}
