import SimpaticoClient

/// Contacts as people name them.
struct Naming: Sendable {
  let contacts: [Contact]

  /// A contact's name as a terminal may show it, told apart from another of the same name.
  func title(_ contact: Contact) -> String {
    let title = PlainText.line(contact.title)
    let shown = title.allSatisfy(\.isWhitespace) ? String(contact.id.prefix(8)) : title
    let isShared = contacts.contains {
      $0.id != contact.id && PlainText.line($0.title).lowercased() == shown.lowercased()
    }
    return isShared ? "\(shown) (\(contact.id.prefix(8)))" : shown
  }

  /// The contact that is meant: by its name, by how its name begins, or by how its fingerprint
  /// does.
  func find(_ text: String) throws -> Contact {
    let wanted = text.trimmed
    if wanted.isEmpty { throw Failure("say which contact: /contacts lists them") }
    let tests: [(Contact) -> Bool] = [
      { $0.id == wanted }, { title($0) == wanted },
      { title($0).lowercased() == wanted.lowercased() },
      { PlainText.line($0.title).lowercased() == wanted.lowercased() },
      { title($0).lowercased().hasPrefix(wanted.lowercased()) },
      { wanted.count >= 4 && $0.id.hasPrefix(wanted) },
    ]
    for test in tests {
      let found = contacts.filter(test)
      if found.count == 1 { return found[0] }
      if found.count > 1 {
        let names = found.map { "\(PlainText.line($0.title)) (\($0.id.prefix(8)))" }
        throw Failure(
          "“\(PlainText.line(wanted))” may be \(names.joined(separator: " or "));"
            + " say more, or how the fingerprint begins")
      }
    }
    throw Failure("there is no contact “\(PlainText.line(wanted))”")
  }
}

extension StringProtocol {
  /// Without the spaces around it.
  var trimmed: String {
    String(drop { $0.isWhitespace }.trimmingSuffix { $0.isWhitespace })
  }
}
