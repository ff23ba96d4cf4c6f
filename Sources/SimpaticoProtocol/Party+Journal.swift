public import SimpaticoTree

// What lasts longer than a process. The owner keeps the entries of each reaction before it performs
// the effects, and after a restart gives them back to a new party of the same kind.
extension Party {
  /// What a journal is to keep of a reaction: its nodes on lasting branches, in order.
  public func journal(of reaction: Reaction) -> [JournalEntry] {
    var entries: [JournalEntry] = []
    for node in reaction.nodes {
      guard let residue = try? tree.residue(of: node), Party.isLasting(residue),
        let entry = try? tree.journalEntry(of: node)
      else { continue }
      entries.append(entry)
    }
    return entries
  }

  /// All branches that last, and have not ended, in the order in which they began. Linear in the
  /// branches.
  public var lastingBranches: [BranchID] {
    (0..<tree.branchCount).filter { branch in
      guard let row = try? tree.tree.branch(branch), !row.isRetired,
        let residue = try? tree.residue(ofBranch: branch)
      else { return false }
      return Party.isLasting(residue)
    }
  }

  /// The branch of the person, once there is one.
  public var home: BranchID? { tree.summary[ChatField.home]?.integer }

  /// Starts a lasting branch of its own accord: the home, before anything else.
  public mutating func start(_ settings: Value, at moment: Moment) -> Reaction {
    var reaction = Reaction()
    do throws(TreeError) {
      let branch = try open(settings, at: moment)
      let node = try tree.tree.leaf(of: branch)
      reaction.note(node..<node + 1)
      reaction.isChange = true
    } catch {
      reaction.refusals = [(0, error)]
    }
    return reaction
  }

  /// Takes back what a journal kept: the same nodes, with the same residues. Performs nothing.
  ///
  /// Only for a party to which nothing has happened. Fails, and says at which node, where the
  /// journal is not one of such a party.
  public mutating func restore(
    _ snapshot: TreeSnapshot?, _ journal: [JournalEntry]
  ) throws(JournalError) {
    if let snapshot { try tree.restore(snapshot, base: base) }
    for entry in journal { try tree.replay(entry) }
  }

  /// Gives out the ids that an earlier process of this party had given, also those that no journal
  /// kept: for a world, in which every id stands for one thing.
  package mutating func skipIDs(of earlier: Party) { tree.skipIDs(of: earlier.tree) }

  /// What `restore` goes on from, without the journal up to here.
  public func snapshot() throws(TreeError) -> TreeSnapshot {
    try tree.snapshot(of: lastingBranches, base: base)
  }

  /// Tells all lasting branches that the process has begun anew: what was under way begins again.
  /// The home comes last, since the others only prepare.
  public mutating func resume(privateKey: Value, at moment: Moment) -> Reaction {
    let message = ChatCommand.resume(privateKey: privateKey)
    var reaction = Reaction()
    for branch in lastingBranches where branch != home {
      reaction.append(receive(message, on: branch, at: moment))
    }
    if let home { reaction.append(receive(message, on: home, at: moment)) }
    return reaction
  }
}

extension Party.Reaction {
  mutating func append(_ other: Party.Reaction) {
    effects += other.effects
    refusals += other.refusals
    if !other.nodes.isEmpty { note(other.nodes) }
    violation = violation ?? other.violation
    isChange = isChange || other.isChange
  }
}
