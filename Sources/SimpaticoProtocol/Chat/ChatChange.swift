public import SimpaticoTree

/// What a step has changed for those who look at a chat.
public enum ChatChange {
  /// The places of the messages that are new or have another phase, in order of no meaning.
  ///
  /// Costs what has changed and the window of a conversation, not what was ever said.
  public static func messages(from before: Value, to after: Value, input: Value) -> [Text] {
    var places: [Text] = []
    for number in before.count(
      ChatField.count)..<max(
        before.count(ChatField.count), after.count(ChatField.count))
    { places.append(Place.key(number)) }
    note(before[ChatField.outbox], before, after, patience: ConversationHandlers.window, &places)
    note(before[ChatField.unseen], before, after, patience: 0, &places)
    if after[ChatField.unread] == nil {
      before[ChatField.unreadPlaces]?.object?.forEach { place, _ in places.append(place) }
    }
    if let place = input[ChatField.place]?.string, before[ChatField.messages]?[place] != nil {
      places.append(place)
    }
    return places
  }

  /// Looks along an index from its front, until it has passed so many that are as they were.
  private static func note(
    _ index: Value?, _ before: Value, _ after: Value, patience: Int, _ places: inout [Text]
  ) {
    guard let index = index?.object else { return }
    var left = patience
    for position in 0..<index.count {
      guard let place = index.field(at: position).value.string else { continue }
      let old = before[ChatField.messages]?[place]?[ChatField.phase]
      if old == after[ChatField.messages]?[place]?[ChatField.phase] {
        left -= 1
        if left < 0 { return }
      } else {
        places.append(place)
      }
    }
  }
}
