import SimpaticoTree

@testable import SimpaticoProtocol
@testable import SimpaticoWorld

/// The law that every change of a phase in a tree is a step of its table.
///
/// One add may take two steps with a message: what was under way is queued, and sent again.
enum PhaseSteps {
  static func complaints(_ world: World) -> [String] {
    var complaints: [String] = []
    for party in world.parties {
      party.tree.tree.forEachNode { id, node in
        guard let parent = node.parent, let before = try? party.tree.tree.node(parent),
          before.branch == node.branch
        else { return }
        for step in steps(before.residue, node.residue) {
          complaints.append("\(party.name), node \(id): \(step)")
        }
      }
    }
    return complaints
  }

  /// What is no step, between two residues of one branch.
  private static func steps(_ before: Value, _ after: Value) -> [String] {
    var wrong: [String] = []
    func check(_ field: Text, _ isStep: (Value?, Value?) -> Bool) {
      if before[field] != after[field], !isStep(before[field], after[field]) {
        wrong.append("\(field) from \(name(before[field])) to \(name(after[field]))")
      }
    }
    check(Field.connection) { from, to in
      ConnectionPhase(to).map { ConnectionPhase.leads(from: ConnectionPhase(from), to: $0) }
        ?? false
    }
    check(Field.registration) { from, to in
      RegistrationPhase(to).map { RegistrationPhase.leads(from: RegistrationPhase(from), to: $0) }
        ?? false
    }
    check(ChatField.session) { from, to in
      SessionPhase(to).map { SessionPhase.leads(from: SessionPhase(from), to: $0) } ?? false
    }
    check(ChatField.phase) { from, to in
      InvitationPhase(to).map { InvitationPhase.leads(from: InvitationPhase(from), to: $0) }
        ?? false
    }
    check(ChatField.standing) { from, to in
      Standing(to).map { Standing.leads(from: Standing(from), to: $0) } ?? false
    }
    return wrong + deliveries(before[ChatField.messages], after[ChatField.messages])
  }

  private static func deliveries(_ before: Value?, _ after: Value?) -> [String] {
    guard let after = after?.object, before?.object.map({ $0 != after }) ?? true else { return [] }
    var wrong: [String] = []
    after.forEach { place, entry in
      let (old, new) = (before?[place]?[ChatField.phase], entry[ChatField.phase])
      let from = DeliveryPhase(old)
      if old == new { return }
      guard let to = DeliveryPhase(new), isStep(from, to) else {
        return wrong.append("message \(place) from \(name(old)) to \(name(new))")
      }
    }
    return wrong
  }

  private static func isStep(_ from: DeliveryPhase?, _ to: DeliveryPhase) -> Bool {
    DeliveryPhase.leads(from: from, to: to)
      || DeliveryPhase.leads(from: from, to: .queued) && DeliveryPhase.leads(from: .queued, to: to)
  }

  private static func name(_ phase: Value?) -> Text { phase?.string ?? "its start" }
}

/// The law that a journal of the lasting branches gives the same branches again, whether it is
/// replayed as a whole or from a snapshot on.
enum JournalLaw {
  static func complaints(_ world: World, seed: UInt64) -> [String] {
    var chance = Chance(seed: seed)
    return world.parties.indices.dropFirst().flatMap { index in
      let party = world.parties[index]
      let (new, entries) = (World.Settings().party(index), journal(party))
      do {
        var whole = new
        try whole.restore(nil, entries)
        let cut = chance.next(in: 0...entries.count)
        var half = new
        try half.restore(nil, Array(entries[..<cut]))
        var rest = new
        try rest.restore(try half.snapshot(), Array(entries[cut...]))
        return [("as a whole", whole), ("from a snapshot after \(cut)", rest)].compactMap {
          how, restored in
          World.isSame(restored, party)
            ? nil : "\(party.name) is another \(how) of \(entries.count)"
        }
      } catch {
        return ["\(party.name) cannot be restored: \(error)"]
      }
    }
  }

  private static func journal(_ party: Party) -> [JournalEntry] {
    var entries: [JournalEntry] = []
    party.tree.tree.forEachNode { id, node in
      if Party.isLasting(node.residue), let entry = try? party.tree.journalEntry(of: id) {
        entries.append(entry)
      }
    }
    return entries
  }
}
