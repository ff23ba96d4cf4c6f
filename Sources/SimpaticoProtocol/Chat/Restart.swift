import SimpaticoTree

/// What a client's lasting branches are told after a restart. Their residues are as they were; what
/// stood for things of the old process is let go, and what was under way is begun again.
enum Restart {
  static let resume = Handler(
    "resume", example: Value(json: #"{"handler":"resume"}"#)
  ) { (residue, message, context) throws(Refusal) in
    switch Kind(of: residue) {
    case .home?: HomeHandlers.resumed(residue, message)
    case .conversation?: ConversationHandlers.resumed(residue, context)
    case .invitation?: try Invitation.resumed(residue, context)
    case nil: []
    }
  }
}
