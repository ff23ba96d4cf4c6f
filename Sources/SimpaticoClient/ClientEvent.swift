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
  /// A message was deleted here.
  case deleted(Message.ID, Contact.ID)
  /// More has happened than waits for a listener, so that what came before is left out. What is can
  /// be asked for: ``SimpaticoClient/observe()`` tells it, and exactly what happens from then on.
  case missed
  /// Nothing can be kept any more, so the client has stopped; the text says why.
  case stopped(String)
}

/// What a client is at one moment, before the events that follow.
public struct ClientState: Sendable, Equatable {
  /// How it is connected.
  public let session: Session
  /// All contacts, those that are blocked included, by fingerprint.
  public let contacts: [Contact]
  /// All invitations, in the order in which they were begun.
  public let invitations: [Invitation]
}
