public import Foundation
public import SimpaticoProtocol
import SimpaticoTree

/// An invitation, on the side of its host or of its guest.
public struct Invitation: Sendable, Equatable, Identifiable {
  /// What a guest waits for.
  public enum Wait: String, Sendable {
    /// A connection to the relay.
    case network
    /// The host to be online.
    case host
    /// The host's answer.
    case answer
  }

  /// By what this client knows it: its name, and behind its host's fingerprint and a dot where this
  /// client is the guest, since each host gives names of its own.
  public let id: String
  /// Its name, the same on both sides.
  public let name: String
  /// Whether this client has made it.
  public let isHost: Bool
  /// How far it has come.
  public let phase: InvitationPhase
  /// The person's own note, until it has become the contact's.
  public let note: String
  /// How the link was handed on, in the person's words.
  public let channel: String
  /// When it can no longer be used; only its host knows.
  public let expiry: Date?
  /// The other side's fingerprint, once it is known.
  public let peer: Contact.ID?
  /// What is waited for, while a guest waits.
  public let wait: Wait?

  init?(_ residue: Value) {
    guard let id = residue[ChatField.invitation]?.string,
      let phase = InvitationPhase(residue[ChatField.phase])
    else { return nil }
    name = id.description
    isHost = residue[ChatField.role] == "host"
    self.phase = phase
    note = residue[ChatField.note]?.string?.description ?? ""
    channel = residue[ChatField.channel]?.string?.description ?? ""
    expiry = residue[ChatField.expiresAt]?.number.map { Date(timeIntervalSince1970: $0 / 1000) }
    let peer = residue[isHost ? ChatField.guest : ChatField.host]?.string
    self.peer = peer?.description
    self.id = isHost ? name : Invitation.id(of: name, host: peer?.description ?? "")
    wait = residue[ChatField.waitingFor]?.string.flatMap { Wait(rawValue: $0.description) }
  }

  /// By what a guest knows an invitation.
  static func id(of name: String, host: String) -> ID { host + "." + name }

  /// The host's fingerprint, where it is not this client, and the name.
  static func parts(of id: ID) -> (host: String?, name: String) {
    let parts = id.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    return parts.count == 2 ? (String(parts[0]), String(parts[1])) : (nil, id)
  }
}
