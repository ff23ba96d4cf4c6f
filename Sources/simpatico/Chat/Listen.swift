import ArgumentParser
import Foundation
import SimpaticoClient
import SimpaticoProtocol
import SimpaticoTree

/// `simpatico listen`: what happens, as it happens.
struct ListenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "listen", abstract: "Stay connected, and print what happens.",
    discussion: """
      Messages that came before and are unread are printed first. SIGINT and SIGTERM end it with 0.

      With --json one object a line: its "event" is session, invitation, contact, message, \
      delivery, deleted, missed or stopped. Where more happens than is read, some of it is left \
      out, but no message: behind missed comes what is then.
      """ + "\n\n" + Outcome.explanation)

  @OptionGroup var client: ClientOptions

  @Flag(help: "Print one JSON object a line.")
  var json = false

  @Flag(help: "Say that what was printed is read.")
  var markRead = false

  func run() async throws {
    try await Outcome.with(client) { me in
      let signals = Signals(Signals.ending)
      let received = signals.received()
      let closing = Task {
        for await _ in received { await me.close() }
      }
      defer { closing.cancel() }
      var listening = Listening(me, json: json, marksRead: markRead)
      try await listening.run()
    }
  }
}

/// Prints what happens to a client: each message once, in order, however slowly it is read.
private struct Listening {
  private let me: SimpaticoClient
  private let json: Bool
  private let marksRead: Bool
  /// By contact, the last message that was looked at.
  private var last: [Contact.ID: Message.ID] = [:]

  init(_ me: SimpaticoClient, json: Bool, marksRead: Bool) {
    self.me = me
    self.json = json
    self.marksRead = marksRead
  }

  /// Runs until the client is closed.
  mutating func run() async throws {
    var (now, events) = await me.observe()
    try await begin(now)
    while try await follow(events) {
      (now, events) = await me.observe()
      try show(.missed)
      for invitation in now.invitations { try show(.invitation(invitation)) }
      for contact in now.contacts { try show(.contact(contact)) }
      try await begin(now)
    }
  }

  private mutating func begin(_ now: ClientState) async throws {
    for contact in now.contacts where contact.unreadCount > 0 {
      if let first = await me.firstUnread(of: contact.id) {
        try await showMessages(of: contact.id, from: first)
      }
    }
    try take(now.session)
  }

  /// Shows what happens until there is no more, or until some of it was missed: then true.
  private mutating func follow(_ events: AsyncStream<ClientEvent>) async throws -> Bool {
    for await event in events {
      switch event {
      case .missed: return true
      case .session(let session): try take(session)
      case .message(let message) where !message.isOwn:
        try await showMessages(of: message.contact, from: message.id)
      case .stopped(let reason):
        try show(event)
        throw Failure(reason)
      case .invitation, .contact, .message, .delivery, .deleted: try show(event)
      }
    }
    return false
  }

  private func take(_ session: Session) throws {
    try show(.session(session))
    if session.phase == .replaced {
      throw Failure("another program is connected with your key, so this one has ended")
    }
  }

  /// Shows a contact's messages from one on, but for those that were shown: all that there are by
  /// now, because events tell of some of them later, and of some not at all. Read they are when
  /// there is none left.
  private mutating func showMessages(of contact: Contact.ID, from first: Message.ID) async throws {
    var last = max(last[contact] ?? -1, first - 1)
    let former = last
    while true {
      let page = await me.messages(with: contact, after: last)
      guard let end = page.last else { break }
      for message in page where !message.isOwn { try await show(message) }
      last = end.id
    }
    self.last[contact] = last
    // Where more was written meanwhile it is refused, and said after that is shown.
    if marksRead, last > former { try? await me.markRead(contact, upTo: last) }
  }

  private func show(_ message: Message) async throws {
    if json { return try show(.message(message)) }
    let naming = Naming(contacts: await me.contacts)
    let contact = naming.contacts.first { $0.id == message.contact }
    let name = contact.map { naming.title($0) } ?? String(message.contact.prefix(8))
    try printLine("\(name): \(PlainText.clean(message.text).replacing("\n", with: "\n    "))")
  }

  /// What is no message is told to programs alone.
  private func show(_ event: ClientEvent) throws {
    if json { try printLine(ClientJSON.line(ClientJSON.fields(event))) }
  }
}
