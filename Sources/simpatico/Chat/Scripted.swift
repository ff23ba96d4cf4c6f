import ArgumentParser
import Foundation
import SimpaticoClient
import SimpaticoProtocol
import SimpaticoTree

/// `simpatico identity`: who one is.
struct IdentityCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "identity",
    abstract: "Print your fingerprint, or your private key under a passphrase.",
    discussion: Outcome.explanation)

  @OptionGroup var client: ClientOptions

  @Flag(help: "Print the private key as PEM, encrypted under a passphrase of its own (PBES2).")
  var export = false

  @Option(help: "A file whose first line is the passphrase for --export; otherwise you are asked.")
  var exportPassphraseFile: String?

  func run() async throws {
    let passphrase =
      try !export
      ? ""
      : exportPassphraseFile.map { try ClientOptions.passphrase(in: $0) }
        ?? ClientOptions.askForNewPassphrase()
    try await Outcome.with(client, connecting: false) { me in
      if export {
        try printLine(me.identityPEM(passphrase: passphrase).trimmed)
      } else {
        try printLine(me.fingerprint)
      }
    }
  }
}

/// `simpatico contacts`: whom one knows.
struct ContactsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "contacts", abstract: "List your contacts.", discussion: Outcome.explanation)

  @OptionGroup var client: ClientOptions

  @Flag(help: "Print one JSON object a line.")
  var json = false

  func run() async throws {
    try await Outcome.with(client, connecting: false) { me in
      let naming = Naming(contacts: await me.contacts)
      for contact in naming.contacts {
        if json {
          try printLine(ClientJSON.line(ClientJSON.fields(contact)))
        } else {
          let standing = contact.standing == .blocked ? "  blocked" : ""
          let unread = contact.unreadCount > 0 ? "  \(contact.unreadCount) unread" : ""
          let pending = contact.pendingCount > 0 ? "  \(contact.pendingCount) waiting" : ""
          try printLine("\(contact.id)  \(naming.title(contact))\(standing)\(unread)\(pending)")
        }
      }
    }
  }
}

/// `simpatico messages`: what was said.
struct MessagesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "messages", abstract: "Print what was said with a contact, oldest first.",
    discussion: Outcome.explanation)

  @OptionGroup var client: ClientOptions

  // A fingerprint may begin with a dash.
  @Option(
    name: .customLong("with"), parsing: .unconditional,
    help: "The contact: a name, or how the fingerprint begins.")
  var contact: String

  @Option(help: "How many of the newest messages.")
  var limit = 100

  @Flag(help: "Print one JSON object a line.")
  var json = false

  func run() async throws {
    try await Outcome.with(client, connecting: false) { me in
      let naming = Naming(contacts: await me.contacts)
      let contact = try naming.find(contact)
      for message in await me.messages(with: contact.id, limit: limit) {
        if json {
          try printLine(ClientJSON.line(ClientJSON.fields(message)))
        } else {
          let name = message.isOwn ? "you" : naming.title(contact)
          let phase = message.phase.name.description.lowercased()
          let text = PlainText.clean(message.text).replacing("\n", with: "\n    ")
          try printLine("\(message.date.ISO8601Format()) [\(phase)] \(name): \(text)")
        }
      }
    }
  }
}

/// `simpatico export`: the history, for the lab.
struct ExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Print your client's whole history as a recording (JSON), for the lab.",
    discussion: """
      It holds what was said and with whom, but neither your key nor the secret of an invitation.
      """ + "\n\n" + Outcome.explanation)

  @OptionGroup var client: ClientOptions

  func run() async throws {
    guard let file = try client.file() else {
      throw Failure("an ephemeral client has no history to export")
    }
    guard FileManager.default.fileExists(atPath: file) else {
      throw Failure("there is no \(file)")
    }
    let recording: String
    do {
      recording = try await SimpaticoClient.recording(ofFile: file)
    } catch {
      throw Failure(error.description)
    }
    try printLine(recording)
  }
}
