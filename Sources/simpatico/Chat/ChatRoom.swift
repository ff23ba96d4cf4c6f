import Foundation
import SimpaticoClient
import SimpaticoProtocol
import SimpaticoTree

/// A person's chat: shows what happens, and does what is typed. One thing at a time.
final class ChatRoom {
  let client: SimpaticoClient
  let server: String
  var window: ChatWindow
  /// Contacts as they were last shown.
  private(set) var contacts: [Contact.ID: Contact] = [:]
  /// The contact that one is talking with.
  private(set) var current: Contact.ID?
  private var session: Session
  /// Why there is no connection, as it was last said; each reason is said once.
  private var told: String?
  private var invitations: [Invitation.ID: Invitation] = [:]
  /// Invitations whose link was shown, which says already that a guest is waited for.
  private var shown: Set<Invitation.ID> = []
  /// By contact, the last message that was shown.
  private var lastShown: [Contact.ID: Message.ID] = [:]
  private var isDone = false
  /// How long what was said may take, once there is no more input.
  private var patience: Date?
  private static let patienceSeconds = 5.0
  private var problem: Failure?

  init(_ client: SimpaticoClient, server: String, isInteractive: Bool) {
    self.client = client
    self.server = server
    session = Session.none
    window = ChatWindow(
      isInteractive: isInteractive, style: Style(hasColours: Terminal.hasColours),
      size: Terminal.size)
  }

  /// Runs until the person has had enough.
  func run() async throws {
    let (now, events) = await client.observe()
    let raw = window.isInteractive ? RawMode() : nil
    defer { raw?.end() }
    let input = ChatInput(client, events, raw: raw)
    defer { input.close() }
    await begin(now)
    while !isDone, window.failure == nil, let happening = await input.next() {
      await take(happening)
    }
    let problem = problem ?? window.failure
    window.end()
    if let problem { throw problem }
  }

  func quit() { isDone = true }

  func noteShown(_ invitation: Invitation) { shown.insert(invitation.id) }

  // MARK: Happenings

  private func take(_ happening: ChatHappening) async {
    switch happening {
    case .bytes(let bytes): await take(bytes)
    case .line(.text(let line)): await enter(line)
    case .line(.tooLong): window.say(InputLines.tooLong + ", and is passed over") { $0.bad }
    case .endOfInput:
      if window.isInteractive { isDone = true }
      patience = Date(timeIntervalSinceNow: ChatRoom.patienceSeconds)
    case .event(let event): await take(event)
    case .missed(let now): await catchUp(with: now)
    case .resized: window.resize(to: Terminal.size)
    case .signalled: isDone = true
    case .second:
      if session.phase == .waiting { drawPrompt() }
      await finish()
    }
  }

  private func take(_ bytes: [UInt8]) async {
    for action in window.take(bytes) {
      switch action {
      case .line(let line): await enter(line)
      case .interrupt, .endOfInput: isDone = true
      case .redraw: window.clear()
      case .complete: complete()
      }
      if isDone { return }
    }
  }

  private func enter(_ line: String) async {
    if line.trimmed.isEmpty { return }
    await attempt {
      if line.hasPrefix("/"), !line.hasPrefix("//") {
        try await run(String(line.dropFirst()))
      } else {
        let text = line.hasPrefix("//") ? String(line.dropFirst()) : line
        try await send(text)
      }
    }
  }

  /// Does something, and says what went wrong where it did.
  private func attempt(_ body: () async throws -> Void) async {
    do {
      try await body()
    } catch {
      window.say(Advice.text(for: error)) { $0.bad }
    }
  }

  private func send(_ text: String) async throws {
    guard let current else {
      throw Failure(
        contacts.isEmpty
          ? "nobody is there to read it yet: /invite makes a link for somebody,"
            + " /accept follows one"
          : "say to whom: /to NAME (/contacts lists them)")
    }
    try await client.send(text, to: current)
  }

  /// The end of a pipe: what was said is on its way, if it can be in a few seconds.
  private func finish() async {
    guard let patience else { return }
    let isPending = await client.contacts.contains {
      $0.standing == .known && $0.pendingCount > 0
    }
    if !isPending || patience < Date() { isDone = true }
  }

  // MARK: Beginning

  private func begin(_ now: ClientState) async {
    session = now.session
    for contact in now.contacts { contacts[contact.id] = contact }
    for invitation in now.invitations { invitations[invitation.id] = invitation }
    let name = PlainText.line(await client.name)
    window.say(
      "Simpatico, at \(PlainText.line(server)). You are "
        + (name.isEmpty ? "without a name (/name gives you one)" : name)
        + ", \(client.fingerprint.prefix(8)). /help lists the commands.")
    if contacts.isEmpty {
      window.say(
        "You have no contacts yet: /invite makes a link for somebody, /accept follows one.")
    } else if contacts.count > 1 {
      showContacts()
    }
    for invitation in now.invitations where invitation.phase.isPending {
      tell(invitation)
    }
    let known = contacts.values.filter { $0.standing == .known }.sorted { $0.id < $1.id }
    if let first = known.first(where: { $0.unreadCount > 0 }) ?? (known.count == 1 ? known[0] : nil)
    {
      await turn(to: first)
    }
    drawPrompt()
  }

  // MARK: Events

  private func take(_ event: ClientEvent) async {
    switch event {
    case .session(let now): take(now)
    case .invitation(let invitation): take(invitation)
    case .contact(let contact): await take(contact)
    case .message(let message): await take(message)
    case .delivery(let message):
      if message.isOwn {
        window.tick(message, isShown: true)
      }
    case .deleted(_, let contact):
      if contact == current { await showAgain() }
    // What was missed comes as a happening of its own.
    case .missed: break
    case .stopped(let reason):
      problem = Failure("nothing can be kept any more, so the chat has stopped: \(reason)")
      isDone = true
    }
  }

  private func take(_ now: Session) {
    let before = session
    session = now
    let problem = now.problem.map { ": \(PlainText.line($0))" } ?? ""
    switch (before.phase, now.phase) {
    case (.online, .waiting):
      window.say("Disconnected\(problem). It connects again by itself.")
    case (.connecting, .waiting) where told != now.problem ?? "":
      told = now.problem ?? ""
      window.say("No connection\(problem). It is tried again and again.")
    case (_, .online):
      told = nil
      window.say("online")
    case (_, .replaced):
      window.say(
        "Another program is connected with your key, so this one has stopped."
          + " /connect takes the connection back.")
    case (_, .stopped) where before.phase != .stopped: window.say("disconnected; /connect connects")
    default: break
    }
    drawPrompt()
  }

  private func take(_ invitation: Invitation) {
    let before = invitations[invitation.id]
    invitations[invitation.id] = invitation
    let isWaiting = invitation.phase.isPending && before?.phase.isPending == true
    if isWaiting, !invitation.isHost, before?.awaited == invitation.awaited { return }
    if before?.phase != invitation.phase || before?.wait != invitation.wait { tell(invitation) }
  }

  private func take(_ contact: Contact) async {
    let before = contacts[contact.id]
    let formerTitle = before.map { self.title(of: $0) }
    contacts[contact.id] = contact.standing == .removed ? nil : contact
    let title = self.title(of: contact)
    switch (before?.standing, contact.standing) {
    case (nil, .known):
      window.say("You and \(title) know each other now. Say hello!") { $0.good }
      if current == nil { await turn(to: contact, quietly: true) }
    case (_, .removed): forget(contact.id, formerTitle ?? title)
    default: break
    }
    if contact.id == current, before?.isReachable != contact.isReachable {
      switch contact.isReachable {
      case true?: window.say("\(title) is here.")
      case false?: window.say("\(title) is not online: what you write waits.")
      case nil: break
      }
    }
    drawPrompt()
  }

  private func forget(_ contact: Contact.ID, _ title: String) {
    contacts[contact] = nil
    lastShown[contact] = nil
    if current == contact {
      current = nil
      window.clear()
    }
    window.say("\(title) and what was said are forgotten.")
  }

  private func take(_ message: Message) async {
    if message.contact == current {
      // The history may have shown it before its event came.
      if message.id > lastShown[message.contact] ?? -1 { show(message) }
      if !message.isOwn { await markRead(message.contact) }
    } else if !message.isOwn {
      await tellOfNews(from: message.contact)
    }
    drawPrompt()
  }

  private func tellOfNews(from contact: Contact.ID) async {
    let known = contacts[contact]
    if current == nil, let known { return await turn(to: known) }
    let title = known.map { self.title(of: $0) } ?? "somebody"
    window.say("\(title) has written: /to \(title) shows it") { $0.strong }
  }

  /// More has happened than was taken, so that some events were missed.
  private func catchUp(with now: ClientState) async {
    window.say("More has happened than could be told: this is how it is now.")
    if now.session != session { take(now.session) }
    for invitation in now.invitations { take(invitation) }
    let known = Set(now.contacts.map(\.id))
    for (id, contact) in contacts where !known.contains(id) { forget(id, title(of: contact)) }
    for contact in now.contacts {
      let unread = contacts[contact.id]?.unreadCount ?? 0
      await take(contact)
      if contact.id != current, contact.unreadCount > unread { await tellOfNews(from: contact.id) }
    }
    if let current {
      let last = lastShown[current] ?? -1
      for message in await client.messages(with: current, after: last, limit: .max) {
        show(message)
      }
      await markRead(current)
    }
    drawPrompt()
  }

  // MARK: Showing

  var naming: Naming { Naming(contacts: contacts.values.sorted { $0.id < $1.id }) }

  func title(of contact: Contact) -> String { naming.title(contact) }

  private func show(_ message: Message) {
    window.message(message, title: contacts[message.contact].map { title(of: $0) } ?? "")
    lastShown[message.contact] = max(message.id, lastShown[message.contact] ?? -1)
  }

  /// Says that what was shown is read. Where more was written meanwhile it is refused, and said
  /// when that is shown, too.
  private func markRead(_ contact: Contact.ID) async {
    guard window.failure == nil, let last = lastShown[contact] else { return }
    try? await client.markRead(contact, upTo: last)
  }

  /// Makes a contact the one that is talked with, and shows what was said last.
  func turn(to contact: Contact, quietly: Bool = false) async {
    current = contact.id
    if !quietly { window.say("with \(title(of: contact)):") }
    await showHistory(of: contact.id, limit: 10)
    drawPrompt()
  }

  /// Shows the newest messages, and whatever is not read.
  func showHistory(of contact: Contact.ID, limit: Int) async {
    var messages = await client.messages(with: contact, limit: limit)
    if let unread = await client.firstUnread(of: contact), unread < messages.first?.id ?? .max {
      messages = await client.messages(with: contact, after: unread - 1, limit: .max)
    }
    for message in messages { show(message) }
    await markRead(contact)
  }

  /// What was deleted is not to be seen either, where that can be helped.
  private func showAgain() async {
    window.clear()
    if let current, window.isInteractive { await showHistory(of: current, limit: 20) }
    window.say("A message is deleted here; your contact keeps theirs.")
    drawPrompt()
  }

  /// What an invitation waits for, or what has become of it.
  private func tell(_ invitation: Invitation) {
    let note = PlainText.line(invitation.note)
    let which = note.isEmpty ? "" : " (\(note))"
    switch (invitation.phase, invitation.isHost) {
    case (.invited, true) where shown.contains(invitation.id): break
    case (.invited, true):
      window.say("Invitation \(invitation.name.prefix(6))\(which): waiting for the guest.")
    case (.requestPublicKey, _), (.proving, _):
      let what = invitation.awaited
      window.say("Invitation \(invitation.name.prefix(6))\(which): waiting for \(what).")
    case (.verified, _), (.computing, _): break
    case (_, true):
      let phase = invitation.phase.name.description.lowercased()
      window.say("Invitation \(invitation.name.prefix(6))\(which) is \(phase).")
    case (_, false): window.say(Meeting.reason(invitation.phase) + ".") { $0.bad }
    }
  }

  private func drawPrompt() {
    var parts: [String] = []
    let isNarrow = window.screen.size.columns < 60
    switch session.phase {
    case .online: break
    case .connecting: parts.append(isNarrow ? "(…)" : "(connecting)")
    case .waiting:
      let seconds = max(0, Int((session.retry?.timeIntervalSinceNow ?? 0).rounded(.up)))
      parts.append(isNarrow ? "(\(seconds) s)" : "(reconnecting in \(seconds) s)")
    case .replaced: parts.append("(replaced)")
    case .stopped: parts.append("(offline)")
    }
    let unread = contacts.values.filter { $0.id != current }.reduce(0) { $0 + $1.unreadCount }
    if unread > 0 { parts.append(isNarrow ? "[\(unread)]" : "[\(unread) unread]") }
    if let contact = current.flatMap({ contacts[$0] }) {
      let columns = window.screen.size.columns
      parts.append(Naming.shortened(title(of: contact), to: max(8, columns / 4)))
    }
    let isOnline = session.phase == .online
    window.setPrompt(parts.joined(separator: " ") + "> ", isStrong: isOnline)
  }

  /// Completes a command, or a contact's name after one.
  private func complete() {
    let head = window.head
    guard head.hasPrefix("/") else { return }
    let parts = head.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
    let word = String(parts.count > 1 ? parts[1] : parts[0].dropFirst())
    let names = contacts.values.map { title(of: $0) }.sorted()
    let options: [String] = parts.count > 1 ? names : RoomCommand.allCases.map { $0.rawValue }
    let fitting = options.filter { $0.lowercased().hasPrefix(word.lowercased()) }
    if fitting.count == 1 {
      window.complete(word.count, with: fitting[0] + " ")
    } else if fitting.count > 1 {
      window.say(fitting.joined(separator: "  "))
    }
  }
}

extension Invitation {
  /// What a guest waits for, in words.
  fileprivate var awaited: String {
    switch wait {
    case .network?: "a connection to the relay"
    case .answer?: "the host's answer"
    case .host?, nil: "the host to be online"
    }
  }
}
