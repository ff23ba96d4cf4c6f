import SimpaticoTree

/// What a relay may send that leads to nothing: answers that nobody asked for, and messages that
/// are known.
///
/// Each such frame costs work, and some a line of the journal, so a connection forgives a few, and
/// one more each second; then it is closed. The attempts that follow are as rare as after a
/// failure. What strangers send through an honest relay is not counted: it leaves nothing behind,
/// and they could close connections with it.
enum Vain {
  static let framesAtMost = 256
  /// Whoever connects greets all contacts, and they answer.
  static let framesForEachContact = 8
  static let forgivenessMilliseconds = 1000.0

  static let message: Value = ["handler": "inVain"]
  static let outcome = Outcome.combine(message)

  /// From a conversation to its connection: what came was known.
  static func post(_ context: HandlerContext) -> [Outcome] {
    Change.post(message, to: context.summary[ChatField.connection])
  }

  /// Counts a frame that led to nothing.
  static let inVain = Handler("inVain", example: message) {
    (residue, message, context) throws(Refusal) in
    guard Phases.isVerified(residue) else { return [] }
    let most = limit(context.summary)
    // A clock that was set back forgives nothing.
    let quiet = max(0, context.now - residue.time(ChatField.vainAt))
    let forgiven = Int(min(quiet / forgivenessMilliseconds, Double(most)))
    let count = max(0, residue.count(ChatField.vain) - forgiven) + 1
    let noted = Change.set(
      [ChatField.vain: .number(count), ChatField.vainAt: .number(context.now)], in: residue)
    if count <= most { return noted }
    return noted + [
      .combine(.object([Field.error: "the relay sends too much in vain"])),
      .combine(Command.close(code: CloseCode.inVain, reason: "too much in vain")),
    ]
  }

  /// Whether a connection was closed for it.
  static func isExhausted(_ residue: Value, _ context: HandlerContext) -> Bool {
    residue.count(ChatField.vain) > limit(context.summary)
  }

  private static func limit(_ summary: Value) -> Int {
    let contacts = summary[ChatField.contacts]?.object?.count ?? 0
    return framesAtMost + framesForEachContact * contacts
  }
}
