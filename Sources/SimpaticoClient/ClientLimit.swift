/// How long the texts are that a person writes beside messages, in Unicode scalars: what the
/// protocol's patterns allow.
enum ClientLimit {
  case name, notes, invitationNote, channel

  private var limit: (text: String, count: Int) {
    switch self {
    case .name: ("a name", 64)
    case .notes: ("a note on a contact", 4096)
    case .invitationNote: ("an invitation's note", 256)
    case .channel: ("an invitation's channel", 64)
    }
  }

  func check(_ text: String) throws(ClientError) {
    guard text.unicodeScalars.count > limit.count else { return }
    throw .tooLong(limit.text, limit: limit.count)
  }
}
