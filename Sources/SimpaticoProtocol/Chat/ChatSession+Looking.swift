import SimpaticoTree

// What a page reads: nothing here changes anything.
extension ChatSession {
  var view: Value {
    guard let party else { return .null }
    let summary = party.tree.summary
    var contacts = Vector<Value>()
    for index in [ChatField.contacts, ChatField.blocked] {
      summary[index]?.object?.forEach { _, place in
        contacts.append(
          shown(
            place[ChatField.branch],
            without: [
              ChatField.messages, ChatField.outbox, ChatField.unseen, ChatField.unreadPlaces,
            ]))
      }
    }
    var invitations = Vector<Value>()
    summary[ChatField.invitations]?.object?.forEach { _, branch in
      invitations.append(shown(branch, without: []))
    }
    return [
      "home": shown(party.home.map { .number($0) }, without: []),
      "connection": shown(
        summary[ChatField.connection],
        without: [
          ChatField.arriving, ChatField.leaving,
        ]),
      "contacts": .array(contacts), "invitations": .array(invitations),
      "counters": [
        "inputs": .number(party.counters.inputs), "refusals": .number(party.counters.refusals),
        "violations": .number(party.counters.violations),
      ],
    ]
  }

  /// A branch's residue for people: with its branch, without handles, tables and long lists.
  private func shown(_ branch: Value?, without hidden: [Text]) -> Value {
    guard let id = branch?.integer, var fields = residue(id).withoutHandles().object else {
      return .null
    }
    fields["handlers"] = nil
    fields["pending"] = .number(fields[ChatField.outbox]?.object?.count ?? 0)
    for field in hidden { fields[field] = nil }
    fields[ChatField.branch] = .number(id)
    return .object(fields)
  }

  private func residue(_ branch: BranchID) -> Value {
    (try? party?.tree.residue(ofBranch: branch)) ?? .null
  }

  func messages(_ command: Value) -> Value {
    guard let contact = command[ChatField.contact]?.string, let summary = party?.tree.summary,
      let branch =
        (summary[ChatField.contacts]?[ClientIndex.key(contact)]
        ?? summary[ChatField.blocked]?[ClientIndex.key(contact)])?[ChatField.branch]?.integer
    else { return ChatSession.error("there is no such contact") }
    let entries = residue(branch)[ChatField.messages]?.object ?? Object()
    let limit = min(max(command["limit"]?.integer ?? 100, 0), 10_000)
    var messages = Vector<Value>()
    for position in ChatPage.positions(
      of: entries, before: command["before"]?.integer, limit: limit)
    {
      let (place, entry) = entries.field(at: position)
      var fields = entry.object ?? Object()
      fields[ChatField.place] = .string(place)
      messages.append(.object(fields))
    }
    return ["messages": .array(messages), "count": .number(entries.count)]
  }

  func link(_ command: Value) -> Value {
    guard let page = command["page"]?.string, let id = command[ChatField.invitation]?.string,
      let summary = party?.tree.summary,
      let branch = ClientIndex.invitation(id, of: nil, summary),
      let name = residue(branch)[ChatField.secretName]?.string,
      let secret = vault.secret(name),
      let host = residue(branch)[Field.publicKeySig]?.string
    else { return ChatSession.error("there is no such invitation") }
    let link = InvitationLink(page: page, host: host, invitation: id, secret: secret)
    return ["link": .string(link.text)]
  }

  var snapshot: Value {
    guard let snapshot = try? party?.snapshot() else { return ChatSession.notOpen }
    return ["snapshot": snapshot.encoded]
  }

  /// The tree from a node on, for the lab, which needs no handle to show it; and the id after the
  /// last one. Costs what these nodes changed.
  func transcript(_ command: Value) -> Value {
    guard let tree = party?.tree else { return .null }
    let next = tree.tree.nodeCount
    var entries = Vector<Value>()
    for id in min(max(0, command["from"]?.integer ?? 0), next)..<next {
      if let entry = Transcript.Entry(of: id, in: tree) { entries.append(entry.encoded) }
    }
    return ["transcript": .array(entries), "next": .number(next)]
  }

  static func readLink(_ command: Value) -> Value {
    guard let link = command["link"]?.string.flatMap({ InvitationLink($0) }) else {
      return error("this is no invitation link")
    }
    return [
      "page": .string(link.page), "host": .string(link.host),
      "invitation": .string(link.invitation),
    ]
  }

  static func qrCode(_ command: Value) -> Value {
    guard let text = command["text"]?.string else { return error("'text' is missing") }
    do throws(QRCodeError) {
      let code = try QRCode(text: text)
      return ["path": .string(code.svgPath()), "side": .number(code.side())]
    } catch {
      return ChatSession.error("the text is too long for a QR code")
    }
  }

  static func moment(_ command: Value) -> Moment? {
    guard let at = command["at"]?.number, at >= 0, at < 0x1p53,
      let random = command["random"]?.string,
      let bits = number(hexadecimal: random)
    else { return nil }
    return Moment(timeMilliseconds: Int64(at), random: bits)
  }

  private static func number(hexadecimal text: Text) -> UInt64? {
    text.withUTF8 { bytes in
      guard bytes.count == 16 else { return nil }
      var number: UInt64 = 0
      for byte in bytes {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
          number = number << 4 | UInt64(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"):
          number = number << 4 | UInt64(byte - UInt8(ascii: "a") + 10)
        default: return nil
        }
      }
      return number
    }
  }

  static func error(_ text: Text) -> Value { ["error": .string(text)] }

  static var notOpen: Value { error("the session is not open") }
}
