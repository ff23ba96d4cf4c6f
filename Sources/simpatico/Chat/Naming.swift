import SimpaticoClient

/// Contacts as people name them. Others choose their names, so no two contacts are shown alike, and
/// none as the person is, who is "you".
struct Naming: Sendable {
  let contacts: [Contact]
  /// The contacts of each likeness.
  private let lookalikes: [String: [Contact.ID]]

  private static let fingerprintCount = 8

  init(contacts: [Contact]) {
    self.contacts = contacts
    lookalikes = Dictionary(grouping: contacts) { Likeness.of(Naming.name($0)) }
      .mapValues { $0.map(\.id) }
  }

  /// A contact's name as a terminal may show it, with the beginning of the fingerprint where it
  /// could be taken for another's, or for something that is written here.
  func title(_ contact: Contact) -> String {
    let name = Naming.name(contact)
    let likeness = Likeness.of(name)
    let isShared = lookalikes[likeness]?.contains { $0 != contact.id } ?? false
    let isOurs = likeness == "you" || Naming.mark(of: likeness) != nil
    return isShared || isOurs ? Naming.marked(contact) : name
  }

  /// A title of at most so many columns, whose fingerprint stays where it has one.
  static func shortened(_ title: String, to columns: Int) -> String {
    guard let mark = mark(of: title), DisplayWidth.of(title) > columns else {
      return Wrapping.shortened(title, to: columns)
    }
    let rest = columns - mark.count
    if rest < 2 { return Wrapping.shortened(mark.filter { !" ()".contains($0) }, to: columns) }
    return Wrapping.shortened(String(title.dropLast(mark.count)), to: rest) + mark
  }

  /// The contact that is meant: by its name, by how its name begins, or by how its fingerprint
  /// does.
  func find(_ text: String) throws -> Contact {
    let wanted = text.trimmed
    let likeness = Likeness.of(wanted)
    if likeness.isEmpty { throw Failure("say which contact: /contacts lists them") }
    if let contact = contacts.first(where: { $0.id == wanted }) { return contact }
    let tests: [(Contact) -> Bool] = [
      { title($0) == wanted }, { Likeness.of(title($0)) == likeness },
      { Likeness.of(Naming.name($0)) == likeness },
      { Likeness.of(title($0)).hasPrefix(likeness) },
    ]
    for test in tests {
      // Who calls themselves by another's fingerprint is not to get what is meant for the other.
      let found = contacts.filter { test($0) || (wanted.count >= 4 && $0.id.hasPrefix(wanted)) }
      if found.count == 1 { return found[0] }
      if found.count > 1 {
        let names = found.map { Naming.marked($0) }
        throw Failure(
          "“\(PlainText.line(wanted))” may be \(names.joined(separator: " or "));"
            + " say more, or how the fingerprint begins")
      }
    }
    throw Failure("there is no contact “\(PlainText.line(wanted))”")
  }

  /// The contact that is meant, for what cannot be undone: a beginning is not enough.
  func findWhole(_ text: String) throws -> Contact {
    let contact = try find(text)
    let spellings = [contact.id, title(contact), Naming.name(contact)]
    guard spellings.contains(where: { Likeness.of($0) == Likeness.of(text) }) else {
      throw Failure(
        "this cannot be undone, so say the whole name (\(title(contact))) or fingerprint")
    }
    return contact
  }

  private static func name(_ contact: Contact) -> String {
    let name = PlainText.line(contact.name).trimmed
    return Likeness.of(name).isEmpty ? String(contact.id.prefix(fingerprintCount)) : name
  }

  private static func marked(_ contact: Contact) -> String {
    "\(name(contact)) (\(contact.id.prefix(fingerprintCount)))"
  }

  /// The end of a title that tells the fingerprint, with the space before it.
  private static func mark(of title: String) -> String? {
    let mark = title.suffix(fingerprintCount + 3)
    return mark.hasPrefix(" (") && mark.hasSuffix(")") ? String(mark) : nil
  }
}

extension StringProtocol {
  /// Without the spaces around it.
  var trimmed: String {
    String(drop { $0.isWhitespace }.trimmingSuffix { $0.isWhitespace })
  }
}
