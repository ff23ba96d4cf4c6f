import SimpaticoTree

/// What a person no longer wants to have: it goes from the residue at once, and then from all that
/// is kept, where older nodes still hold it.
enum Forgetting {
  static let all = [deleteMessage, forgotten]

  /// Asks for what is kept to be rewritten, and remembers that until it is done.
  static func begin(_ context: HandlerContext) -> [Outcome] {
    let request = context.requestID(6)
    return [
      .effect(Effect.forgetHistory.value(id: request)),
      .combine(.object([ChatField.forgetting: .delete])),
      .combine(.object([ChatField.forgetting: request])),
    ]
  }

  /// It is done.
  static let forgotten = Handler("forgotten", example: EffectResult.forgotten(1)) {
    (residue, message, context) throws(Refusal) in
    guard residue[ChatField.forgetting] == message[Field.request] else { return [] }
    return [.combine(.object([ChatField.forgetting: .delete]))]
  }

  /// Deletes one message on this side. An own one that has not arrived is sent no more.
  static let deleteMessage = Handler(
    "deleteMessage",
    pattern: Pattern(json: #"{"handler":"deleteMessage","place":["str","between",1,16]}"#),
    example: Value(json: #"{"handler":"deleteMessage","place":"000000000"}"#)
  ) { (residue, message, context) throws(Refusal) in
    try HomeHandlers.require(.conversation, residue)
    guard let place = message[ChatField.place]?.string,
      residue[ChatField.messages]?[place] != nil
    else { throw .because("there is no such message") }
    var fields: Object = [ChatField.messages: .object([place: .delete])]
    for index in [ChatField.outbox, ChatField.unseen] {
      if let key = key(of: place, in: residue[index]) {
        fields[index] = .object([key: .delete])
      }
    }
    if residue[ChatField.unreadPlaces]?[place] != nil {
      let isLast = residue.count(ChatField.unread) <= 1
      fields[ChatField.unread] = isLast ? .delete : -1
      fields[ChatField.unreadPlaces] = isLast ? .delete : .object([place: .delete])
    }
    return [.combine(.object(fields))] + begin(context)
  }

  /// The number under which an index has a place. Linear in what is under way or not seen yet.
  private static func key(of place: Text, in index: Value?) -> Text? {
    guard let entries = index?.object else { return nil }
    for position in 0..<entries.count {
      let (key, value) = entries.field(at: position)
      if value.string == place { return key }
    }
    return nil
  }
}
