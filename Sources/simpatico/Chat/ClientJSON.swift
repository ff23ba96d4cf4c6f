import Foundation
import SimpaticoClient
import SimpaticoProtocol
import SimpaticoTree

/// What a client tells, as JSON objects for scripts, one a line.
enum ClientJSON {
  /// A line without characters that a terminal would obey: JSON spells them by their number.
  static func line(_ fields: [String: Any]) -> String {
    let options: JSONSerialization.WritingOptions = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? JSONSerialization.data(withJSONObject: fields, options: options) else {
      return "{}"
    }
    var line = ""
    for scalar in String(decoding: data, as: UTF8.self).unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator:
        for unit in String(scalar).utf16 {
          let digits = String(unit, radix: 16)
          line += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
      default: line.unicodeScalars.append(scalar)
      }
    }
    return line
  }

  static func fields(_ event: ClientEvent) -> [String: Any] {
    switch event {
    case .session(let session): named("session", fields(session))
    case .invitation(let invitation): named("invitation", fields(invitation))
    case .contact(let contact): named("contact", fields(contact))
    case .message(let message): named("message", fields(message))
    case .delivery(let message): named("delivery", fields(message))
    case .deleted(let message, let contact):
      ["event": "deleted", "id": message, "contact": contact]
    case .missed: ["event": "missed"]
    case .stopped(let reason): ["event": "stopped", "reason": reason]
    }
  }

  static func fields(_ session: Session) -> [String: Any] {
    var fields: [String: Any] = ["phase": session.phase.name.description]
    fields["retry"] = session.retry.map(date)
    fields["problem"] = session.problem
    return fields
  }

  static func fields(_ invitation: Invitation) -> [String: Any] {
    var fields: [String: Any] = [
      "invitation": invitation.name, "isHost": invitation.isHost,
      "phase": invitation.phase.name.description, "note": invitation.note,
      "channel": invitation.channel,
    ]
    fields["expiry"] = invitation.expiry.map(date)
    fields["peer"] = invitation.peer
    fields["waitingFor"] = invitation.wait?.rawValue
    return fields
  }

  static func fields(_ contact: Contact) -> [String: Any] {
    var fields: [String: Any] = [
      "contact": contact.id, "name": contact.name, "notes": contact.notes,
      "standing": contact.standing.name.description, "unread": contact.unreadCount,
      "pending": contact.pendingCount,
    ]
    fields["isReachable"] = contact.isReachable
    return fields
  }

  static func fields(_ message: Message) -> [String: Any] {
    var fields: [String: Any] = [
      "id": message.id, "contact": message.contact, "isOwn": message.isOwn, "text": message.text,
      "date": date(message.date), "phase": message.phase.name.description,
    ]
    fields["reason"] = message.reason
    return fields
  }

  private static func named(_ event: String, _ fields: [String: Any]) -> [String: Any] {
    fields.merging(["event": event]) { _, name in name }
  }

  private static func date(_ date: Date) -> String { date.ISO8601Format() }
}
