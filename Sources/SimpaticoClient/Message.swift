public import Foundation
public import SimpaticoProtocol
import SimpaticoTree

/// A message of a conversation.
public struct Message: Sendable, Equatable, Identifiable {
  /// Its place in the conversation, counted from 0: the same for as long as the conversation lasts.
  public let id: Int
  /// The contact that it is from or for.
  public let contact: Contact.ID
  /// Whether this client's person has written it.
  public let isOwn: Bool
  /// What was written: text, and nothing else.
  public let text: String
  /// When it was written, by the clock of whoever wrote it.
  public let date: Date
  /// How far it has come.
  public let phase: DeliveryPhase
  /// Why it has failed, where it has.
  public let reason: String?

  /// Whether it is not one of the contact's that the person has not read yet.
  var isRead: Bool { phase != .received }

  init?(place: Text, _ entry: Value?, contact: Contact.ID) {
    guard let entry, let id = Int(place.description), let isOwn = entry[ChatField.own]?.bool,
      let text = entry[SealedName.text]?.string, let phase = DeliveryPhase(entry[ChatField.phase])
    else { return nil }
    self.id = id
    self.contact = contact
    self.isOwn = isOwn
    self.text = text.description
    date = Date(timeIntervalSince1970: (entry[SealedName.at]?.number ?? 0) / 1000)
    self.phase = phase
    reason = entry[ChatField.reason]?.string?.description
  }
}
