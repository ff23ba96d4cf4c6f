import SimpaticoTree

/// The summary of a client's tree: where its branches are, by what they are about.
///
/// `{home, connection?, contacts: {fingerprint: {branch, publicKeyPem}}, blocked, invitations: {id:
/// branch}, hosts: {fingerprint: {branch, publicKeyPem?}}}`, where `connection` is the verified one
/// and `hosts` are those whose answer a guest waits for. O(log n) for each add that changes it.
enum ClientIndex {
  static let summarize: CombineTree.Summarize = { summary, change in
    switch Kind(of: change.after) {
    case nil: break
    case .home?: noteHome(&summary, change)
    case .conversation?: noteConversation(&summary, change)
    case .invitation?: noteInvitation(&summary, change)
    }
  }

  /// Only lasting branches are looked at, so that a journal of them makes the same summary again.
  private static func noteHome(_ summary: inout Value, _ change: CombineTree.Change) {
    let isOnline = SessionPhase(change.after[ChatField.session]) == .online
    let connection = isOnline ? change.after[ChatField.link] : nil
    if summary[ChatField.home] != nil, summary[ChatField.connection] == connection { return }
    edit(&summary) { fields in
      fields[ChatField.home] = .number(change.branch)
      fields[ChatField.connection] = connection
    }
  }

  private static func noteConversation(_ summary: inout Value, _ change: CombineTree.Change) {
    let standing = Standing(change.after[ChatField.standing])
    if standing == Standing(change.before[ChatField.standing]) { return }
    guard let contact = change.after[ChatField.contact],
      let key = contact[Field.publicKeySig]?.string
    else { return }
    let place: Value = .object([
      ChatField.branch: .number(change.branch),
      Field.publicKeyPem: contact[Field.publicKeyPem] ?? .null,
    ])
    edit(&summary) { fields in
      put(standing == .known ? place : nil, at: key, in: ChatField.contacts, &fields)
      put(standing == .blocked ? place : nil, at: key, in: ChatField.blocked, &fields)
    }
  }

  private static func noteInvitation(_ summary: inout Value, _ change: CombineTree.Change) {
    let residue = change.after
    if let name = residue[ChatField.invitation]?.string,
      summary[ChatField.invitations]?[name] == nil
    {
      edit(&summary) { put(.number(change.branch), at: name, in: ChatField.invitations, &$0) }
    }
    guard !Invitation.isHost(residue), let host = residue[ChatField.host]?.string else { return }
    let isPending = Invitation.phase(residue)?.isPending ?? false
    let known = summary[ChatField.hosts]?[host]
    if isPending {
      let key = residue[ChatField.hostPublicKeyPem]
      if known?[ChatField.branch]?.integer == change.branch, known?[Field.publicKeyPem] == key {
        return
      }
      var place: Object = [ChatField.branch: .number(change.branch)]
      place[Field.publicKeyPem] = key
      edit(&summary) { put(.object(place), at: host, in: ChatField.hosts, &$0) }
    } else if known?[ChatField.branch]?.integer == change.branch {
      edit(&summary) { put(nil, at: host, in: ChatField.hosts, &$0) }
    }
  }

  /// Changes the summary in place: it is held once meanwhile.
  private static func edit(_ summary: inout Value, _ body: (inout Object) -> Void) {
    var fields = summary.object ?? Object()
    summary = .null
    body(&fields)
    summary = .object(fields)
  }

  private static func put(
    _ value: Value?, at key: Text, in index: Text, _ fields: inout Object
  ) {
    var entries = fields[index]?.object ?? Object()
    fields[index] = nil
    entries[key] = value
    if !entries.isEmpty { fields[index] = .object(entries) }
  }
}
