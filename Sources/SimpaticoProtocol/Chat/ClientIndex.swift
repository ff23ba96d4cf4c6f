package import SimpaticoTree

/// The summary of a client's tree: where its branches are, by what they are about.
///
/// `{home, connection?, contacts: {person: {branch, publicKeyPem}}, blocked, invitations: {id:
/// branch}, hosted: {id: branch}, guests: {"person id": {branch, publicKeyPem?}}}`. `connection` is
/// the verified one, `hosted` are the own invitations, and `guests` those of others that wait for
/// an answer, by their host and their id, since each host gives ids of its own. `invitations` are
/// all of them, the own by their id and the others as in `guests`, where a link that is followed
/// again takes the place of its earlier following. O(log n) for each add that changes it.
package enum ClientIndex {
  /// The key of a person. A fingerprint may begin with `_`, as only handles may.
  package static func key(_ fingerprint: Text) -> Text { "@" + fingerprint }

  /// The entry of a person who is a contact, or nil.
  package static func contact(_ fingerprint: Text, _ summary: Value) -> Value? {
    summary[ChatField.contacts]?[key(fingerprint)]
  }

  static func isBlocked(_ fingerprint: Text, _ summary: Value) -> Bool {
    summary[ChatField.blocked]?[key(fingerprint)] != nil
  }

  /// The entry of a link that is being followed, or nil.
  static func guest(of host: Text, _ invitation: Text, _ summary: Value) -> Value? {
    summary[ChatField.guests]?[guestKey(host, invitation)]
  }

  /// All links of one host that are being followed, in the order of their ids. There are few.
  static func guests(of host: Text, _ summary: Value) -> [Value] {
    guard let guests = summary[ChatField.guests]?.object else { return [] }
    let prefix = guestKey(host, Text())
    var found: [Value] = []
    var bound = prefix
    while let key = guests.firstKey(notBefore: bound), key.hasPrefix(prefix) {
      if let guest = guests[key] { found.append(guest) }
      bound = key + " "
    }
    return found
  }

  /// The branch of an invitation: one's own, or one of another host's that was followed.
  package static func invitation(_ id: Text, of host: Text?, _ summary: Value) -> Int? {
    summary[ChatField.invitations]?[host.map { guestKey($0, id) } ?? id]?.integer
  }

  private static func guestKey(_ host: Text, _ invitation: Text) -> Text {
    key(host) + " " + invitation
  }

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
      put(standing == .known ? place : nil, at: self.key(key), in: ChatField.contacts, &fields)
      put(standing == .blocked ? place : nil, at: self.key(key), in: ChatField.blocked, &fields)
    }
  }

  private static func noteInvitation(_ summary: inout Value, _ change: CombineTree.Change) {
    let residue = change.after
    guard let name = residue[ChatField.invitation]?.string else { return }
    let host = Invitation.isHost(residue) ? nil : residue[ChatField.host]?.string ?? Text()
    if change.before[ChatField.invitation] == nil {
      let branch = Value.number(change.branch)
      let key = host.map { guestKey($0, name) } ?? name
      edit(&summary) { fields in
        if host == nil { put(branch, at: name, in: ChatField.hosted, &fields) }
        put(branch, at: key, in: ChatField.invitations, &fields)
      }
    }
    guard let host else {
      let isFull = residue.count(ChatField.claimed) >= HostHandlers.claimsEver
      if isFull, summary[ChatField.hosted]?[name] != nil {
        edit(&summary) { put(nil, at: name, in: ChatField.hosted, &$0) }
      }
      return
    }
    let known = guest(of: host, name, summary)
    let isKnown = known?[ChatField.branch]?.integer == change.branch
    if Invitation.phase(residue)?.isPending ?? false {
      let publicKeyPem = residue[ChatField.hostPublicKeyPem]
      if isKnown, known?[Field.publicKeyPem] == publicKeyPem { return }
      var place: Object = [ChatField.branch: .number(change.branch)]
      place[Field.publicKeyPem] = publicKeyPem
      edit(&summary) {
        put(.object(place), at: guestKey(host, name), in: ChatField.guests, &$0)
      }
    } else if isKnown {
      edit(&summary) { put(nil, at: guestKey(host, name), in: ChatField.guests, &$0) }
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
