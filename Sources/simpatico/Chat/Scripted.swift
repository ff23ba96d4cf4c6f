import ArgumentParser
import Foundation
import SimpaticoClient
import SimpaticoProtocol
import SimpaticoTree

/// `simpatico identity`: who one is.
struct IdentityCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "identity",
    abstract: "Print your fingerprint, or your private key under a passphrase; or begin with one.",
    discussion: """
      Who has your key is you to everybody. It knows nobody: contacts and messages are in the file \
      of --data, so a copy of that file is what keeps them. After --import you meet people again.
      """ + "\n\n" + Outcome.explanation)

  @OptionGroup var client: ClientOptions

  @Flag(help: "Print the private key as PEM, encrypted under a passphrase of its own (PBES2).")
  var export = false

  @Option(help: "A file whose first line is the passphrase for --export; otherwise you are asked.")
  var exportPassphraseFile: String?

  @Option(
    name: .customLong("import"),
    help: """
      A file with a private key as PEM, which --export or openssl wrote, or “-”: begin a new file \
      of data with that key, and print its fingerprint. It is encrypted there if --encrypt says so.
      """)
  var imported: String?

  @Option(help: "A file whose first line is the passphrase for --import; otherwise you are asked.")
  var importPassphraseFile: String?

  func validate() throws {
    if export, imported != nil { throw ValidationError("Choose --export or --import.") }
    if !export, exportPassphraseFile != nil {
      throw ValidationError("--export-passphrase-file goes with --export.")
    }
    if imported == nil, importPassphraseFile != nil {
      throw ValidationError("--import-passphrase-file goes with --import.")
    }
    if imported != nil, client.ephemeral {
      throw ValidationError("--ephemeral keeps nothing, so there is nothing to import into.")
    }
  }

  func run() async throws {
    let passphrase =
      try !export
      ? ""
      : exportPassphraseFile.map { try ClientOptions.passphrase(in: $0) }
        ?? ClientOptions.askForNewPassphrase()
    let identity = try imported.map { try self.identity(in: $0) }
    try await Outcome.with(client, connecting: false, as: identity) { me in
      if export {
        try printLine(me.identityPEM(passphrase: passphrase).trimmed)
      } else {
        try printLine(me.fingerprint)
      }
      if imported != nil, !me.isKeyEncrypted {
        Meeting.note(
          "Note: the key is not encrypted in \(try client.file() ?? ""); --encrypt encrypts it.")
      }
    }
  }

  private func identity(in path: String) throws -> Identity {
    // A key takes less than a kilobyte.
    let pem = String(decoding: try InputFile.readOrInput(path, limit: 64 << 10), as: UTF8.self)
    var passphrase = try importPassphraseFile.map { try ClientOptions.passphrase(in: $0) }
    if passphrase == nil, Identity.isEncrypted(pem: pem) {
      passphrase = Terminal.readSecret("Passphrase of the key to import: ")
    }
    do throws(ClientError) {
      return try Identity(pem: pem, passphrase: passphrase)
    } catch .passphraseNeeded {
      throw Failure(
        "\(InputFile.name(path)) is encrypted: give its passphrase by --import-passphrase-file")
    } catch {
      throw Failure("\(InputFile.name(path)): \(error)")
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
