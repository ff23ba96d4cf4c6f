public import SimpaticoProtocol
import SimpaticoTree

/// Somebody whom an invitation has brought together with this client.
public struct Contact: Sendable, Equatable, Identifiable {
  /// The fingerprint of the contact's key: base64url of its SHA-256.
  public let id: String
  /// As the contact called itself, or as the person has renamed it; empty where neither did.
  public let name: String
  /// What the person has noted; the invitation's note to begin with.
  public let notes: String
  /// What the contact is to the person.
  public let standing: Standing
  /// Messages of the contact's that were not read.
  public let unreadCount: Int
  /// Messages to the contact that have not arrived yet.
  public let pendingCount: Int
  /// Whether the contact is online, as far as is known; nil where it is not.
  public let isReachable: Bool?

  init?(_ residue: Value) {
    guard let contact = residue[ChatField.contact],
      let id = contact[Field.publicKeySig]?.string,
      let standing = Standing(residue[ChatField.standing])
    else { return nil }
    self.id = id.description
    name = contact[ChatField.name]?.string?.description ?? ""
    notes = contact[ChatField.notes]?.string?.description ?? ""
    self.standing = standing
    unreadCount = residue[ChatField.unread]?.integer ?? 0
    pendingCount = residue[ChatField.outbox]?.object?.count ?? 0
    isReachable = residue[ChatField.isReachable]?.bool
  }

  /// The name, or the beginning of the fingerprint where there is none.
  public var title: String { name.isEmpty ? String(id.prefix(8)) : name }
}
