import Foundation
import SimpaticoClient
import SimpaticoProtocol
import SimpaticoTree

/// What can be typed after a slash.
enum RoomCommand: String, CaseIterable {
  case help, invite, link, accept, invitations, revoke, contacts, to, rename, notes, name, block,
    unblock, remove, history, delete, retry, fingerprint, connect, disconnect, clear, quit

  /// How it is used, and what it does.
  var help: (usage: String, does: String) {
    switch self {
    case .help: ("/help", "lists these")
    case .invite: ("/invite [NOTE]", "makes a link for one person, and its QR code")
    case .link: ("/link [ID]", "shows the link of an invitation again")
    case .accept: ("/accept LINK", "follows somebody's link")
    case .invitations: ("/invitations", "lists those that you have made and followed")
    case .revoke: ("/revoke [ID]", "takes an invitation back, or gives one up")
    case .contacts: ("/contacts", "lists whom you know, who is here, what is unread")
    case .to: ("/to NAME", "talks with another contact")
    case .rename: ("/rename NAME", "calls this contact otherwise; only you see it")
    case .notes: ("/notes [TEXT]", "shows or sets your notes on this contact")
    case .name: ("/name NAME", "says how you are called, to those you meet from now on")
    case .block: ("/block [NAME]", "hears and says nothing more; they are not told")
    case .unblock: ("/unblock NAME", "takes that back")
    case .remove: ("/remove NAME", "forgets a contact (the whole name) and all that was said")
    case .history: ("/history [N]", "shows the last N messages")
    case .delete: ("/delete [N]", "deletes the last message here, or the Nth last; not theirs")
    case .retry: ("/retry", "tries again what failed")
    case .fingerprint: ("/fingerprint", "shows yours and this contact's, to compare by voice")
    case .connect: ("/connect", "connects at once")
    case .disconnect: ("/disconnect", "disconnects; what you write waits")
    case .clear: ("/clear", "clears the screen")
    case .quit: ("/quit", "ends; also Control-D")
    }
  }
}

extension ChatRoom {
  /// Does what was typed after a slash.
  func run(_ line: String) async throws {
    let parts = line.split(separator: " ", maxSplits: 1)
    let word = parts.first.map { $0.lowercased() } ?? ""
    let rest = parts.count > 1 ? parts[1].trimmed : ""
    let fitting = RoomCommand.allCases.filter { $0.rawValue.hasPrefix(word) }
    guard let command = RoomCommand(rawValue: word) ?? (fitting.count == 1 ? fitting[0] : nil)
    else {
      throw Failure(
        "there is no /\(PlainText.line(word)): /help lists what there is,"
          + " and // begins a message with a slash")
    }
    switch command {
    case .help: showHelp()
    case .contacts: showContacts()
    case .clear: window.clear()
    case .quit: quit()
    case .connect: try await client.connect()
    case .disconnect: try await client.disconnect()
    case .name: try await client.rename(rest)
    case .fingerprint: showFingerprints()
    case .invite, .link, .accept, .invitations, .revoke: try await invite(command, rest)
    case .to, .rename, .notes, .block, .unblock, .remove, .history, .delete, .retry:
      try await converse(command, rest)
    }
  }

  private func converse(_ command: RoomCommand, _ rest: String) async throws {
    switch command {
    case .to: await turn(to: try naming.find(rest))
    case .unblock: try await client.unblock(try naming.find(rest).id)
    case .remove:
      try await client.remove(try naming.findWhole(rest).id)
    case .block:
      let contact = rest.isEmpty ? try talkedWith() : try naming.find(rest)
      try await client.block(contact.id)
      window.say("\(title(of: contact)) is blocked; /unblock takes it back")
    case .rename:
      if rest.isEmpty { throw Failure("say the new name: /rename NAME") }
      try await client.annotate(try talkedWith().id, name: rest)
    case .notes:
      let contact = try talkedWith()
      if rest.isEmpty {
        window.say(contact.notes.isEmpty ? "no notes" : PlainText.line(contact.notes))
      } else {
        try await client.annotate(contact.id, notes: rest)
      }
    case .history:
      await showHistory(of: try talkedWith().id, limit: try count(rest, or: 20))
    case .delete:
      let number = try count(rest, or: 1)
      let messages = await client.messages(with: try talkedWith().id, limit: number)
      guard messages.count == number, let message = messages.first else {
        throw Failure("there are only \(messages.count) messages: /delete N counts from the last")
      }
      try await client.delete(message)
    case .retry:
      let failed = await client.messages(with: try talkedWith().id, limit: 1000)
        .filter { $0.phase == .failed }
      if failed.isEmpty { throw Failure("nothing has failed") }
      for message in failed { try await client.retry(message) }
    default: break
    }
  }

  /// A number that was typed after a command, or the usual one.
  private func count(_ text: String, or usual: Int) throws -> Int {
    if text.isEmpty { return usual }
    guard let count = Int(text), count > 0 else {
      throw Failure("“\(PlainText.line(text))” is no number of messages, such as 1 or 2")
    }
    return count
  }

  private func talkedWith() throws -> Contact {
    guard let contact = current.flatMap({ contacts[$0] }) else {
      throw Failure("say which contact first: /to NAME")
    }
    return contact
  }

  private func invite(_ command: RoomCommand, _ rest: String) async throws {
    switch command {
    case .invite:
      let made = try await client.invite(note: rest)
      try await showLink(of: made)
    case .link:
      let hosted = try await find(rest) { $0.isHost && $0.phase == .invited }
      try await showLink(of: hosted)
    case .accept:
      if rest.isEmpty { throw Failure("say which link: /accept LINK") }
      try await client.accept(rest)
    case .revoke:
      let found = try await find(rest) { $0.phase.isPending }
      if found.isHost {
        try await client.revoke(found.id)
      } else {
        try await client.cancel(found.id)
      }
    default:
      let all = await client.invitations
      if all.isEmpty { window.say("no invitations yet: /invite makes one") }
      window.list(all.map { row($0) })
    }
  }

  /// The one invitation that begins so, or the newest where nothing is said.
  private func find(_ prefix: String, _ isMeant: (Invitation) -> Bool) async throws -> Invitation {
    let found = await client.invitations.filter { $0.name.hasPrefix(prefix) && isMeant($0) }
    if found.count > 1, !prefix.isEmpty {
      throw Failure("several invitations begin with \(PlainText.line(prefix)): say more of it")
    }
    guard let last = found.last else {
      throw Failure("there is no such invitation that waits: /invitations lists them")
    }
    return last
  }

  private func row(_ invitation: Invitation) -> String {
    let side = invitation.isHost ? "made" : "followed"
    let phase = invitation.phase.name.description.lowercased().replacing("_", with: " ")
    let wait = invitation.wait.map { ", waiting for the \($0.rawValue)" } ?? ""
    let expiry = invitation.phase == .invited ? invitation.expiry : nil
    let until = expiry.map { ", until " + ChatWindow.format($0, "%e %b %H:%M").trimmed } ?? ""
    let contact = invitation.phase == .verified ? invitation.peer.flatMap { contacts[$0] } : nil
    let whom = contact.map { title(of: $0) } ?? PlainText.line(invitation.note)
    let note = whom.isEmpty ? "" : "  " + whom
    return "\(invitation.name.prefix(6))  \(side)  \(phase)\(wait)\(until)\(note)"
  }

  /// The link, and its code where it fits on the screen.
  private func showLink(of invitation: Invitation) async throws {
    let link = try await client.link(of: invitation.id)
    noteShown(invitation)
    let until = invitation.expiry.map { ChatWindow.format($0, "%e %b, %H:%M").trimmed } ?? ""
    window.say(
      "Waiting for the guest: hand this link to one person and to nobody else. It works once, until"
        + " \(until):")
    window.unbroken(link)
    guard window.isInteractive else { return }
    let size = window.screen.size
    if let rows = LinkCode.rows(link, size, hasColours: window.style.hasColours) {
      window.drawing(rows)
      // The code may have pushed the link out of sight, and must not be pushed out itself.
      if rows.count + 2 <= size.rows { window.say("The link stands above its QR code.") }
    } else {
      window.say(LinkCode.hint(link))
    }
  }

  // MARK: Lists

  private func showHelp() {
    let width = RoomCommand.allCases.map(\.help.usage.count).max() ?? 0
    if window.screen.size.columns < 70 {
      for command in RoomCommand.allCases {
        window.say("\(command.help.usage): \(command.help.does)")
      }
    } else {
      window.list(
        RoomCommand.allCases.map {
          $0.help.usage.padding(toLength: width + 2, withPad: " ", startingAt: 0) + $0.help.does
        })
    }
    window.say("Ticks: · waits, ✓ sent, ✓✓ delivered, ✓✓● read, ✗ failed.")
  }

  func showContacts() {
    if contacts.isEmpty { window.say("no contacts yet: /invite makes a link for somebody") }
    let naming = naming
    let titles = naming.contacts.map { naming.title($0) }
    let width = min(24, titles.map { DisplayWidth.of($0) }.max() ?? 0)
    window.list(
      zip(naming.contacts, titles).map { contact, title in
        let name = Naming.shortened(title, to: width)
        let padding = String(repeating: " ", count: width - DisplayWidth.of(name))
        let state =
          switch (contact.standing, contact.isReachable) {
          case (.blocked, _): "blocked"
          case (_, true?): "here   "
          case (_, false?): "offline"
          case (_, nil): "?      "
          }
        let unread = contact.unreadCount > 0 ? "  \(contact.unreadCount) unread" : ""
        let pending = contact.pendingCount > 0 ? "  \(contact.pendingCount) waiting" : ""
        let notes = contact.notes.isEmpty ? "" : "  " + PlainText.line(contact.notes)
        let mark = contact.id == current ? "*" : " "
        return "\(mark) \(name)\(padding)  \(state)\(unread)\(pending)\(notes)"
      })
  }

  private func showFingerprints() {
    window.say("yours:")
    window.unbroken(client.fingerprint)
    if let contact = current.flatMap({ contacts[$0] }) {
      window.say("\(title(of: contact))'s:")
      window.unbroken(contact.id)
    }
  }
}

/// What to do where something went wrong.
enum Advice {
  static func text(for error: any Error) -> String {
    switch error {
    case let error as Failure: error.description
    case ClientError.otherRelay(let page):
      "this link is for another relay: start again with --server"
        + " \(PlainText.line(page.hasSuffix("/chat") ? String(page.dropLast(5)) : page))"
    case ClientError.badLink:
      "this is no invitation link: it begins with http and ends with its secret; copy all of it"
    case ClientError.textTooLong(let bytes, let limit):
      "the text is too long (\(bytes) bytes; \(limit) fit into one message): send it in parts"
    case let error as ClientError: PlainText.line(error.description)
    default: PlainText.line(String(describing: error))
    }
  }
}
