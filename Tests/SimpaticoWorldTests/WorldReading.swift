import SimpaticoProtocol
import SimpaticoTree

@testable import SimpaticoWorld

/// What tests read off a chat's world.
extension World {
  func client(_ client: Int) -> Party { parties[client + 1] }

  func home(of client: Int) -> Value {
    let party = self.client(client)
    return party.home.flatMap { try? party.tree.residue(ofBranch: $0) } ?? .null
  }

  func session(of client: Int) -> SessionPhase? { SessionPhase(home(of: client)["session"]) }

  /// The residues of a client's branches of a kind; nil for connections.
  func residues(of client: Int, kind: Text?) -> [Value] {
    self.client(client).tree.tree.residues.filter {
      $0["kind"]?.string == kind && (kind != nil || $0[Field.connection] != nil)
    }
  }

  func invitations(of client: Int) -> [InvitationPhase?] {
    residues(of: client, kind: "invitation").map { InvitationPhase($0[ChatField.phase]) }
  }

  /// The residue of the conversation with a contact; null where there is none.
  func chat(of client: Int, with other: Int) -> Value {
    conversation(of: client, with: other).flatMap {
      try? self.client(client).tree.residue(ofBranch: $0)
    } ?? .null
  }

  /// The phases of a client's own messages, in the order of writing.
  func phases(of client: Int, to other: Int) -> [DeliveryPhase] {
    var phases: [DeliveryPhase] = []
    chat(of: client, with: other)[ChatField.messages]?.object?.forEach { _, entry in
      if entry[ChatField.own]?.bool == true, let phase = DeliveryPhase(entry[ChatField.phase]) {
        phases.append(phase)
      }
    }
    return phases
  }

  /// Envelopes that all connections of a client have dropped.
  func dropped(by client: Int) -> Int {
    residues(of: client, kind: nil).reduce(0) { $0 + ($1[ChatField.dropped]?.integer ?? 0) }
  }

  /// How a client's connections have ended, in order.
  func closeCodes(of client: Int) -> [Int] {
    residues(of: client, kind: nil).compactMap { $0[Field.closing]?["code"]?.integer }
  }

  func contacts(of client: Int) -> Int {
    self.client(client).tree.summary[ChatField.contacts]?.object?.count ?? 0
  }

  /// All texts that either has of the other, and whether all of them have arrived.
  func isCalm(_ one: Int, _ other: Int) -> Bool {
    (phases(of: one, to: other) + phases(of: other, to: one)).allSatisfy {
      $0 == .delivered || $0 == .read
    }
  }
}

extension Value {
  /// The number of a field, or 0.
  func count(_ field: Text) -> Int { self[field]?.integer ?? 0 }
}
