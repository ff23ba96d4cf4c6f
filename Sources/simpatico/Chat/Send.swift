import ArgumentParser
import Foundation
import SimpaticoClient
import SimpaticoProtocol
import SimpaticoTree

/// `simpatico send`: messages from a script.
struct SendCommand: AsyncParsableCommand {
  /// How far a message has to come before the command ends.
  enum Goal: String, CaseIterable, ExpressibleByArgument {
    case kept, sent, delivered, read

    func isReached(by phase: DeliveryPhase) -> Bool {
      switch (self, phase) {
      case (.kept, _), (_, .read): true
      case (.sent, .sent), (.sent, .delivered), (.delivered, .delivered): true
      default: false
      }
    }
  }

  static let configuration = CommandConfiguration(
    commandName: "send", abstract: "Send a message to a contact.",
    discussion: """
      A TEXT of “-” sends each line of standard input as a message, up to one that is too long. A \
      message that is acknowledged is in the file and will not be lost; with --json its object is \
      printed then, and once more when it has come as far as --wait says.
      """ + "\n\n" + Outcome.explanation)

  @OptionGroup var client: ClientOptions

  // A fingerprint may begin with a dash.
  @Option(parsing: .unconditional, help: "The contact: a name, or how the fingerprint begins.")
  var to: String

  @Argument(help: "What to say; or “-”.")
  var text: String

  @Option(help: "How far it has to come: kept, sent, delivered or read.")
  var wait = Goal.sent

  @Option(help: "Seconds to wait for that.")
  var timeout = 30.0

  @Flag(help: "Print one JSON object a line.")
  var json = false

  func validate() throws { try Outcome.validate(timeout: timeout) }

  func run() async throws {
    try await Outcome.with(client, connecting: wait != .kept) { me in
      let contact = try Naming(contacts: await me.contacts).find(to)
      let events = me.events
      var pending: [Message.ID: Message] = [:]
      func send(_ text: String, line: Int?) async throws {
        let message: Message
        do {
          message = try await me.send(text, to: contact.id)
        } catch {
          throw line.map { SendCommand.stopped(at: $0, error.description) } ?? error
        }
        pending[message.id] = message
        if json { try printLine(ClientJSON.line(ClientJSON.fields(message))) }
      }
      if text == "-" {
        try await eachLine(send)
      } else {
        try await send(text, line: nil)
      }
      let waiting = pending
      let goal = wait
      let ended = try await Outcome.within(timeout) {
        try await SendCommand.settle(waiting, goal, me, events)
      }
      try await report(ended ?? nil, me)
    }
  }

  /// Takes the lines of standard input, as they come, with their numbers. Empty ones say nothing.
  private func eachLine(_ send: (String, Int?) async throws -> Void) async throws {
    var number = 0
    func take(_ line: InputLines.Line) async throws {
      number += 1
      switch line {
      case .text(let text): if !text.isEmpty { try await send(text, number) }
      case .tooLong: throw SendCommand.stopped(at: number, InputLines.tooLong)
      }
    }
    var lines = InputLines()
    for await bytes in StandardFiles.input() {
      for line in lines.take(bytes) { try await take(line) }
    }
    if let line = lines.end() { try await take(line) }
  }

  private static func stopped(at line: Int, _ reason: String) -> Failure {
    Failure("line \(line) is not sent, nor any after it; those before it are kept: \(reason)")
  }

  private func report(_ ended: [Message]?, _ me: SimpaticoClient) async throws {
    guard let ended else { throw await Outcome.late(wait.rawValue, me) }
    if json, wait != .kept {
      for message in ended { try printLine(ClientJSON.line(ClientJSON.fields(message))) }
    }
    if let failed = ended.first(where: { $0.phase == .failed }) {
      let reason = PlainText.line(failed.reason ?? "no reason is known")
      StandardFiles.warn("Error: a message will not arrive: \(reason)")
      throw Outcome.failed
    }
  }

  /// Waits until each message has reached the goal or failed, and answers them in order.
  private static func settle(
    _ messages: [Message.ID: Message], _ goal: Goal, _ me: SimpaticoClient,
    _ events: AsyncStream<ClientEvent>
  ) async throws -> [Message]? {
    var open = messages
    var ended: [Message] = []
    func note(_ message: Message) {
      guard open[message.id]?.contact == message.contact,
        message.phase == .failed || goal.isReached(by: message.phase)
      else { return }
      open[message.id] = nil
      ended.append(message)
    }
    for message in messages.values.sorted(by: { $0.id < $1.id }) { note(message) }
    if open.isEmpty { return ended }
    for await event in events {
      switch event {
      case .delivery(let message), .message(let message): note(message)
      case .missed:
        if let first = open.values.min(by: { $0.id < $1.id }) {
          await me.messages(with: first.contact, after: first.id - 1, limit: .max).forEach(note)
        }
      case .stopped(let reason): throw Failure(reason)
      case .session, .invitation, .contact, .deleted: break
      }
      if open.isEmpty { return ended.sorted { $0.id < $1.id } }
    }
    return nil
  }
}
