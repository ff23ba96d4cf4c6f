public import SimpaticoTree

/// One thing that is written. Several of them can be written at once: all of them or none.
public enum StoreChange: Sendable {
  /// Adds an entry to the end of the journal.
  case append(JournalEntry)
  /// Puts a snapshot in the place of the one before. The journal stays as it is.
  case snapshot(TreeSnapshot)
  /// Puts a snapshot in the place of all that came before it, which is removed and overwritten: the
  /// journal begins anew after it. Linear in what is stored.
  case forgetHistory(TreeSnapshot)
  /// Keeps the client's own identity: a text that only the caller understands, such as PEM.
  case identity(Text)
  /// Keeps a secret under a name, in the place of one that may be there; nil removes it.
  case secret(Text, Text?)
  /// Keeps a setting under a name, in the place of one that may be there; nil removes it.
  case setting(Text, Value?)

  /// Whether what comes later may build on it.
  var isHistory: Bool {
    switch self {
    case .append, .snapshot, .forgetHistory: true
    case .identity, .secret, .setting: false
    }
  }
}
