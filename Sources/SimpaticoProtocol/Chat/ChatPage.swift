public import SimpaticoTree

/// A page of a conversation.
public enum ChatPage {
  /// The positions of the newest messages before a place, in order; places of messages that were
  /// deleted are missing. O(log² n).
  ///
  /// - Parameters:
  ///   - messages: all messages, by place.
  ///   - before: a place as a number; nil for the newest messages.
  ///   - limit: how many at most.
  public static func positions(
    of messages: Object, before: Int?, limit: Int
  ) -> Range<Int> {
    var end = messages.count
    if let before {
      let bound = Place.key(before)
      var start = 0
      while start < end {
        let middle = (start + end) / 2
        if messages.field(at: middle).key < bound { start = middle + 1 } else { end = middle }
      }
    }
    return max(0, end - max(0, limit))..<end
  }
}
