import ArgumentParser
import Foundation
import SimpaticoClient
import SimpaticoProtocol

/// Which client a command is about, for all commands that are about one.
struct ClientOptions: ParsableArguments {
  /// In the environment, the passphrase of the key.
  static let passphraseVariable = "SIMPATICO_PASSPHRASE"

  /// The relay of who has named none yet: the one of `simpatico serve` on this machine.
  static let ownServer = "http://127.0.0.1:8080"

  @Option(
    help: """
      The relay, for example https://relay.example; kept with the data once you were connected to \
      it or an invitation names it. Without one: the one that is kept, or that of the link which \
      is followed, or else \(ClientOptions.ownServer).
      """)
  var server: String?

  @Option(help: "How you are called by those whom you meet; kept with the data.")
  var name = ""

  @Option(
    help: """
      The file with your key, contacts and messages, made where there is none. \
      Without one: simpatico/client.sqlite in XDG_DATA_HOME, or in ~/.local/share.
      """)
  var data: String?

  @Option(
    help: """
      A PEM file of the authorities whose word is taken for the relay's certificate, instead of \
      the system's; it may hold the certificate itself.
      """)
  var ca: String?

  @Flag(help: "Keep nothing: a new key, forgotten at the end.")
  var ephemeral = false

  @Option(
    help: """
      A file whose first line is the passphrase of the key, which is otherwise taken from \
      \(ClientOptions.passphraseVariable), or asked for where it is needed.
      """)
  var passphraseFile: String?

  @Flag(help: "Encrypt the key in the file under a passphrase, where it is not encrypted yet.")
  var encrypt = false

  func validate() throws {
    if ephemeral, data != nil {
      throw ValidationError("--ephemeral keeps nothing, so it goes without --data.")
    }
    if ephemeral, encrypt || passphraseFile != nil {
      throw ValidationError("--ephemeral keeps nothing, so there is nothing to encrypt.")
    }
  }

  /// Opens the client, asking for a passphrase where one is needed and nobody gave it.
  ///
  /// - Parameters:
  ///   - identity: whose a new file becomes.
  ///   - fallbackServer: the relay of who names none and has none.
  func open(
    connecting: Bool = true, as identity: Identity? = nil, fallbackServer: String = ownServer
  ) async throws -> SimpaticoClient {
    let file = try file()
    func client(_ passphrase: String?) async throws -> SimpaticoClient {
      try await SimpaticoClient(
        server: server, fallbackServer: fallbackServer, name: name, file: file,
        identity: identity, passphrase: passphrase, encrypting: encrypt,
        certificateAuthorities: ca, connecting: connecting)
    }
    var passphrase = ephemeral ? nil : try givenPassphrase()
    if encrypt, passphrase == nil, let file,
      try await !SimpaticoClient.isKeyEncrypted(in: file)
    {
      passphrase = try ClientOptions.askForNewPassphrase()
    }
    do {
      let client = try await client(passphrase)
      if let file, passphrase != nil, !client.isKeyEncrypted {
        Meeting.note(
          "Note: the key in \(file) is not encrypted, and no passphrase was needed; --encrypt"
            + " encrypts it.")
      }
      return client
    } catch ClientError.passphraseNeeded {
      guard let asked = Terminal.readSecret("Passphrase: ") else {
        throw Failure(
          "the key in \(file ?? "") is encrypted: give its passphrase by --passphrase-file or in"
            + " \(ClientOptions.passphraseVariable)")
      }
      return try await client(asked)
    }
  }

  /// The path of the data, whose folder is made; nil for an ephemeral client.
  func file() throws -> String? {
    if ephemeral { return nil }
    if let data { return data }
    let home = Terminal.environment("HOME") ?? NSHomeDirectory()
    let wanted = Terminal.environment("XDG_DATA_HOME") ?? ""
    // A relative one is to be ignored (XDG Base Directory Specification).
    let folder = (wanted.hasPrefix("/") ? wanted : home + "/.local/share") + "/simpatico"
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
    } catch {
      throw Failure("cannot make \(folder): name another file with --data")
    }
    return folder + "/client.sqlite"
  }

  private func givenPassphrase() throws -> String? {
    if let passphraseFile { return try ClientOptions.passphrase(in: passphraseFile) }
    return Terminal.environment(ClientOptions.passphraseVariable).flatMap { $0.isEmpty ? nil : $0 }
  }

  /// The first line of a file.
  static func passphrase(in path: String) throws -> String {
    let bytes = try InputFile.read(path, limit: 64 << 10).prefix { $0 != UInt8(ascii: "\n") }
    let line = bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes
    if line.isEmpty { throw Failure("the first line of \(path) is empty") }
    guard let passphrase = String(validating: line, as: UTF8.self) else {
      throw Failure("the first line of \(path) is not UTF-8")
    }
    return passphrase
  }

  /// Asks twice, since nobody sees what is typed.
  static func askForNewPassphrase() throws -> String {
    guard let first = Terminal.readSecret("New passphrase: ") else {
      throw Failure("there is no terminal to ask at: give a passphrase by --passphrase-file")
    }
    if first.isEmpty { throw Failure("an empty passphrase protects nothing") }
    guard Terminal.readSecret("Once more: ") == first else {
      throw Failure("the two passphrases differ: nothing was done")
    }
    return first
  }
}

/// Why a command of a client ends, as scripts read it.
enum Outcome {
  /// It was not done in time; it goes on, where a file keeps it.
  static let timedOut = ExitCode(3)
  /// The other side said no: the invitation is expired, used, revoked or unknown.
  static let refused = ExitCode(4)
  /// A message will not arrive.
  static let failed = ExitCode(5)

  static let explanation = """
    Exit codes: 0 done; 1 an error, told on standard error; 3 not done in time (it is kept, and \
    goes \
    on when the client runs again); 4 refused by the other side: the invitation is expired, used, \
    revoked or unknown; 5 a message will not arrive; 64 wrong usage.
    """

  /// Says that something was not done in time, at which relay, and what stands in its way if that
  /// is known.
  static func late(_ what: String, _ client: SimpaticoClient) async -> ExitCode {
    let session = await client.session
    let problem = session.problem.map { " (\(PlainText.line($0)))" } ?? ""
    let place =
      session.phase == .online
      ? " at \(client.server)" : ", since there is no connection to \(client.server)\(problem)"
    Meeting.note(
      "Error: not \(what) in time\(place): it is kept, and goes on when this client runs again")
    return timedOut
  }

  /// Runs a command's body on a client, and closes the client whatever happens.
  static func with(
    _ options: ClientOptions, connecting: Bool = true, as identity: Identity? = nil,
    fallbackServer: String = ClientOptions.ownServer,
    _ body: (SimpaticoClient) async throws -> Void
  ) async throws {
    do {
      let client = try await options.open(
        connecting: connecting, as: identity, fallbackServer: fallbackServer)
      do {
        try await body(client)
      } catch {
        await client.close()
        throw error
      }
      await client.close()
    } catch ClientError.wrongPassphrase {
      throw Failure("the passphrase does not open the key in \(try options.file() ?? "")")
    } catch let error as ClientError {
      throw Failure(Advice.text(for: error))
    }
  }

  /// Whether a command can wait for so many seconds: a year at most.
  static func validate(timeout: Double) throws {
    guard (0...31_536_000).contains(timeout) else {
      throw ValidationError("--timeout must be 0 to 31536000 seconds.")
    }
  }

  /// Waits for an answer, but not longer than so many seconds: then nil.
  static func within<Answer: Sendable>(
    _ seconds: Double, _ body: @escaping @Sendable () async throws -> Answer
  ) async throws -> Answer? {
    try await withThrowingTaskGroup(of: Answer?.self) { group in
      group.addTask { try await body() }
      group.addTask {
        try? await Task.sleep(for: .seconds(seconds))
        return nil
      }
      let first = try await group.next() ?? nil
      group.cancelAll()
      return first
    }
  }
}
