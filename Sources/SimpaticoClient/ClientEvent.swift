/// Something that has changed, in the order in which it did.
public enum ClientEvent: Sendable, Equatable {
  /// How the client is connected.
  case session(Session)
  /// An invitation is new, or has come further.
  case invitation(Invitation)
  /// A contact is new, or something of it is different.
  case contact(Contact)
  /// A message is new, the contact's or the own.
  case message(Message)
  /// A message has come further.
  case delivery(Message)
  /// Nothing can be kept any more, so the client has stopped; the text says why.
  case stopped(String)
}
