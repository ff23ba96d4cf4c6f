import SimpaticoTree

/// The one effect that the party performs itself: it starts another branch of its own tree.
///
/// A handler reaches other branches by posts, which need a branch to go to; so a new conversation,
/// invitation or connection is asked for in this way, and tells its own id to whom it concerns.
enum Start {
  static func effect(_ settings: Value, then message: Value) -> Outcome {
    .effect(["effect": "start", "settings": settings, "message": message])
  }

  static func read(_ value: Value) -> (settings: Value, message: Value)? {
    guard value[EffectField.effect] == "start", let settings = value["settings"],
      let message = value[EffectField.message]
    else { return nil }
    return (settings, message)
  }
}
