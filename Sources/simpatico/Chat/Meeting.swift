import ArgumentParser
import Foundation
import SimpaticoClient
import SimpaticoProtocol
import SimpaticoTree

/// `simpatico invite`: a link for one guest.
struct InviteCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "invite", abstract: "Make an invitation and print its link.",
    discussion: """
      The link holds a secret: hand it to one person. It works once. The guest is answered while \
      this client runs: with --wait it stays until a guest has come.
      """ + "\n\n" + Outcome.explanation)

  @OptionGroup var client: ClientOptions

  @Option(help: "Whom it is for; it becomes the contact's notes. Only you see it.")
  var note = ""

  @Option(help: "Hours until it can no longer be used.")
  var expires = 168.0

  @Flag(help: "Print one JSON object a line.")
  var json = false

  @Flag(help: "Stay until a guest has come, and print the contact.")
  var wait = false

  @Option(help: "Seconds to stay with --wait.")
  var timeout = 31_536_000.0

  func validate() throws {
    guard (0.001...8760).contains(expires) else {
      throw ValidationError("--expires must be 0.001 to 8760 hours.")
    }
    try Outcome.validate(timeout: timeout)
  }

  func run() async throws {
    try await Outcome.with(client, connecting: wait) { me in
      let events = me.events
      let made = try await me.invite(note: note, expiresIn: .seconds(expires * 3600))
      let link = try await me.link(of: made.id)
      if json {
        try printLine(ClientJSON.line(ClientJSON.fields(made).merging(["link": link]) { $1 }))
      } else {
        try printLine(link)
      }
      if wait {
        try await Meeting.wait(for: made.id, of: me, events, seconds: timeout, json: json)
      }
    }
  }
}

/// `simpatico accept`: follows a link.
struct AcceptCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "accept", abstract: "Follow an invitation link.",
    discussion: """
      The host has to be online to answer; without --wait the answer is asked for when this client \
      runs again. A LINK of “-” is read from standard input, so that it is in no list of processes.
      """ + "\n\n" + Outcome.explanation)

  @OptionGroup var client: ClientOptions

  @Argument(help: "The link, whole, in quotes; or “-”.")
  var link: String

  @Option(help: "A note for yourself; it becomes the contact's notes.")
  var note = ""

  @Flag(help: "Stay until the host has answered, and print the contact.")
  var wait = false

  @Option(help: "Seconds to stay with --wait.")
  var timeout = 60.0

  @Flag(help: "Print one JSON object a line.")
  var json = false

  func validate() throws { try Outcome.validate(timeout: timeout) }

  func run() async throws {
    let link = link == "-" ? readLine() ?? "" : link
    let relay: String
    do {
      relay = try SimpaticoClient.relay(of: link)
    } catch {
      throw Failure(Advice.text(for: error))
    }
    // Nobody is connected to a relay for a link that is not taken.
    try await Outcome.with(client, connecting: false, fallbackServer: relay) { me in
      let events = me.events
      let invitation = try await me.accept(link, note: note)
      if wait {
        try await me.connect()
        try await Meeting.wait(for: invitation.id, of: me, events, seconds: timeout, json: json)
      } else if json {
        try printLine(ClientJSON.line(ClientJSON.fields(invitation)))
      } else {
        Meeting.note(
          "The invitation is kept: it goes on while `simpatico listen` or `simpatico chat` runs, "
            + "and with --wait here.")
      }
    }
  }
}

/// Waiting for the other side of an invitation.
enum Meeting {
  static func wait(
    for id: Invitation.ID, of me: SimpaticoClient, _ events: AsyncStream<ClientEvent>,
    seconds: Double, json: Bool
  ) async throws {
    let ended = try await Outcome.within(seconds) { () -> Invitation? in
      if let now = await me.invitation(id), !now.phase.isPending { return now }
      for await event in events {
        if case .invitation(let now) = event, now.id == id, !now.phase.isPending { return now }
        if case .stopped(let reason) = event { throw Failure(reason) }
      }
      return nil
    }
    guard let ended = ended ?? nil else { throw await Outcome.late("answered", me) }
    guard ended.phase == .verified, let peer = ended.peer else {
      say(reason(ended.phase))
      throw Outcome.refused
    }
    // The contact is made a moment after the verdict.
    var contact = await me.contact(peer)
    if contact == nil {
      contact =
        try await Outcome.within(seconds) { () -> Contact? in
          for await case .contact(let now) in events where now.id == peer { return now }
          return nil
        } ?? nil
    }
    guard let contact else { throw Failure("the contact was not made") }
    if json {
      try printLine(ClientJSON.line(ClientJSON.fields(contact)))
    } else {
      try printLine("\(contact.id)  \(Naming(contacts: await me.contacts).title(contact))")
    }
  }

  /// What a person is told of an invitation that did not succeed.
  static func reason(_ phase: InvitationPhase) -> String {
    switch phase {
    case .expired: "the invitation has expired: ask for a new one"
    case .used: "somebody else has used the invitation: ask for a new one"
    case .revoked: "the invitation was taken back"
    case .unknown: "its host knows no such invitation: is the link whole?"
    case .cancelled: "you have given the invitation up"
    case .computing, .invited, .requestPublicKey, .proving, .verified: ""
    }
  }

  private static func say(_ text: String) { note("Error: " + text) }

  /// For whoever looks on; what a program reads goes to standard output.
  static func note(_ text: String) {
    StandardFiles.warn(text)
  }
}
