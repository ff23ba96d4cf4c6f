import SimpaticoProtocol
import SimpaticoTree

/// A client's tree as people read it. A value: it stays as it was.
struct ClientView: Sendable {
  let party: Party
  let vault: Vault

  var homeBranch: BranchID { party.home ?? 0 }
  var home: Value { party.home.map { residue($0) } ?? .null }

  var contacts: [Contact] {
    (branches(ChatField.contacts) + branches(ChatField.blocked)).compactMap { Contact(residue($0)) }
  }

  var invitations: [Invitation] {
    branches(ChatField.invitations).sorted().compactMap { Invitation(residue($0)) }
  }

  /// The branch of a contact that is not blocked, or also of one that is.
  func conversation(
    _ contact: Contact.ID, evenIfBlocked: Bool = false
  ) throws(ClientError) -> BranchID {
    let key = ClientIndex.key(Text(contact))
    let summary = party.tree.summary
    let place =
      summary[ChatField.contacts]?[key]
      ?? (evenIfBlocked ? summary[ChatField.blocked]?[key] : nil)
    guard let branch = place?[ChatField.branch]?.integer else { throw .unknownContact(contact) }
    return branch
  }

  func invitation(_ id: Invitation.ID) throws(ClientError) -> BranchID {
    let (host, name) = Invitation.parts(of: id)
    let branch = ClientIndex.invitation(
      Text(name), of: host.map { Text($0) }, party.tree.summary)
    guard let branch else { throw .unknownInvitation(id) }
    return branch
  }

  /// The newest messages before a place, in order.
  func messages(with contact: Contact.ID, before: Message.ID?, limit: Int) -> [Message] {
    guard let entries = entries(with: contact) else { return [] }
    let positions = ChatPage.positions(of: entries, before: before, limit: limit)
    return messages(entries, positions, contact)
  }

  /// The messages after a place, in order.
  func messages(with contact: Contact.ID, after: Message.ID, limit: Int) -> [Message] {
    guard let entries = entries(with: contact) else { return [] }
    let start = ChatPage.positions(of: entries, before: after + 1, limit: 0).upperBound
    let end = start + min(max(0, limit), entries.count - start)
    return messages(entries, start..<end, contact)
  }

  /// The place of the contact's first message that is not read.
  func firstUnread(of contact: Contact.ID) -> Message.ID? {
    guard let branch = try? conversation(contact, evenIfBlocked: true),
      let entries = entries(with: contact)
    else { return nil }
    var unread = residue(branch)[ChatField.unread]?.integer ?? 0
    var first: Message.ID?
    for position in (0..<entries.count).reversed() where unread > 0 {
      guard let message = messages(entries, position..<(position + 1), contact).first,
        !message.isRead
      else { continue }
      first = message.id
      unread -= 1
    }
    return first
  }

  private func entries(with contact: Contact.ID) -> Object? {
    guard let branch = try? conversation(contact, evenIfBlocked: true) else { return nil }
    return residue(branch)[ChatField.messages]?.object
  }

  private func messages(
    _ entries: Object, _ positions: Range<Int>, _ contact: Contact.ID
  ) -> [Message] {
    positions.compactMap { position in
      let (place, entry) = entries.field(at: position)
      return Message(place: place, entry, contact: contact)
    }
  }

  func residue(_ branch: BranchID) -> Value {
    (try? party.tree.residue(ofBranch: branch)) ?? .null
  }

  private func branches(_ index: Text) -> [BranchID] {
    var branches: [BranchID] = []
    party.tree.summary[index]?.object?.forEach { _, place in
      if let branch = place[ChatField.branch]?.integer ?? place.integer { branches.append(branch) }
    }
    return branches
  }
}

extension ClientView {
  /// What a node tells people.
  static func events(of id: NodeID, in party: Party) -> [ClientEvent] {
    guard let node = try? party.tree.node(id), Party.isLasting(node.residue) else { return [] }
    let after = node.residue
    let before = node.parent.flatMap { try? party.tree.residue(of: $0) } ?? .null
    if let contact = Contact(after) {
      var events: [ClientEvent] = []
      if Contact(before) != contact { events.append(.contact(contact)) }
      let standing = contact.standing
      for place in ChatChange.messages(from: before, to: after, input: node.input.value) {
        let entry = after[ChatField.messages]?[place]
        if entry == nil, standing == .known || standing == .blocked, let id = Int(place.description)
        {
          events.append(.deleted(id, contact.id))
        }
        guard let message = Message(place: place, entry, contact: contact.id) else { continue }
        let isNew = before[ChatField.messages]?[place] == nil
        events.append(isNew ? .message(message) : .delivery(message))
      }
      return events
    }
    if let invitation = Invitation(after) {
      return Invitation(before) == invitation ? [] : [.invitation(invitation)]
    }
    if after[ChatField.session] != nil {
      let session = Session(after)
      return before[ChatField.session] != nil && Session(before) == session
        ? [] : [.session(session)]
    }
    return []
  }
}
