import SimpaticoProtocol
import SimpaticoTree

extension SimpaticoClient {
  /// All contacts, those that are blocked included, by fingerprint.
  public var contacts: [Contact] {
    get async { await read { $0.contacts } }
  }

  /// A contact by its fingerprint, or nil.
  public func contact(_ id: Contact.ID) async -> Contact? {
    await read { view in
      (try? view.conversation(id, evenIfBlocked: true)).flatMap { Contact(view.residue($0)) }
    }
  }

  /// Sends a text: now, or when both are there. When this answers, it will not be lost.
  ///
  /// - Throws: ``ClientError/textEmpty``, ``ClientError/textTooLong(bytes:limit:)``,
  ///   ``ClientError/unknownContact(_:)``, ``ClientError/refused(_:)``, ``ClientError/closed``.
  @discardableResult
  public func send(_ text: String, to contact: Contact.ID) async throws(ClientError) -> Message {
    if text.isEmpty { throw .textEmpty }
    let spelled = Text(text)
    let bytes = JSON.print(.string(spelled)).count - 2
    let limit = await textLimit
    if bytes > limit { throw .textTooLong(bytes: bytes, limit: limit) }
    let outcome = try await tell(ChatCommand.write(spelled)) { view throws(ClientError) in
      try view.conversation(contact)
    }
    guard let node = outcome.nodes.first,
      let residue = try? outcome.view.party.tree.residue(of: node),
      let count = residue[ChatField.count]?.integer
    else { throw .closed }
    let place = Place.key(count - 1)
    guard
      let message = Message(
        place: place, residue[ChatField.messages]?[place], contact: contact)
    else { throw .closed }
    return message
  }

  /// The bytes of a text, as JSON spells it, that fit into one message.
  public var textLimit: Int {
    get async { await read { $0.home[ChatField.maximumTextBytes]?.integer ?? 0 } }
  }

  /// The newest messages with a contact, in order.
  ///
  /// - Parameters:
  ///   - contact: whom they were said with; one that is not known has no messages.
  ///   - before: only those before this one, for reading back; nil for the newest.
  ///   - limit: how many at most.
  public func messages(
    with contact: Contact.ID, before: Message.ID? = nil, limit: Int = 100
  ) async -> [Message] {
    await read { $0.messages(with: contact, before: before, limit: limit) }
  }

  /// The messages with a contact that came after one, in order.
  ///
  /// - Parameters:
  ///   - contact: whom they were said with; one that is not known has no messages.
  ///   - after: the message before them, which may be deleted by now.
  ///   - limit: how many at most.
  public func messages(
    with contact: Contact.ID, after: Message.ID, limit: Int = 100
  ) async -> [Message] {
    await read { $0.messages(with: contact, after: after, limit: limit) }
  }

  /// The first message of a contact's that the person has not read, or nil.
  public func firstUnread(of contact: Contact.ID) async -> Message.ID? {
    await read { $0.firstUnread(of: contact) }
  }

  /// Says that the person has read what a contact wrote so far; the contact learns it.
  public func markRead(_ contact: Contact.ID) async throws(ClientError) {
    try await tell(ChatCommand.read, of: contact)
  }

  /// Says that the person has read what a contact wrote up to a message; the contact learns it.
  ///
  /// - Throws: ``ClientError/refused(_:)`` where the contact has written more by now, which is not
  ///   read by that.
  public func markRead(
    _ contact: Contact.ID, upTo last: Message.ID
  ) async throws(ClientError) {
    try await tell(ChatCommand.read) { view throws(ClientError) in
      guard view.messages(with: contact, after: last, limit: .max).allSatisfy(\.isRead) else {
        throw .refused("more was written, and is not read yet")
      }
      return try view.conversation(contact, evenIfBlocked: true)
    }
  }

  /// Tries a message that has failed once more.
  public func retry(_ message: Message) async throws(ClientError) {
    try await tell(ChatCommand.retry(place: Place.key(message.id)), of: message.contact)
  }

  /// Deletes a message on this side, also from the file. An own one that has not arrived is sent no
  /// more; the contact learns nothing. Costs what the file holds.
  public func delete(_ message: Message) async throws(ClientError) {
    try await tell(ChatCommand.deleteMessage(place: Place.key(message.id)), of: message.contact)
  }

  /// Changes a contact's name or notes; nil leaves what is there. Nobody learns of it.
  ///
  /// - Throws: ``ClientError/tooLong(_:limit:)`` for a name of more than 64 characters or notes of
  ///   more than 4096, ``ClientError/unknownContact(_:)``, ``ClientError/closed``.
  public func annotate(
    _ contact: Contact.ID, name: String? = nil, notes: String? = nil
  ) async throws(ClientError) {
    if let name { try ClientLimit.name.check(name) }
    if let notes { try ClientLimit.notes.check(notes) }
    try await tell(
      ChatCommand.annotate(name: name.map { Text($0) }, notes: notes.map { Text($0) }),
      of: contact)
  }

  /// Has nothing to do with a contact any more: nothing of theirs is opened, and they are not told.
  public func block(_ contact: Contact.ID) async throws(ClientError) {
    try await tell(ChatCommand.block, of: contact)
  }

  /// Takes a block back.
  public func unblock(_ contact: Contact.ID) async throws(ClientError) {
    try await tell(ChatCommand.unblock, of: contact)
  }

  /// Forgets a contact and what was said, also in the file, whose history for a recording begins
  /// anew. Costs what the file holds.
  public func remove(_ contact: Contact.ID) async throws(ClientError) {
    try await tell(ChatCommand.remove, of: contact)
  }

  private func tell(_ message: Value, of contact: Contact.ID) async throws(ClientError) {
    try await tell(message) { view throws(ClientError) in
      try view.conversation(contact, evenIfBlocked: true)
    }
  }
}
