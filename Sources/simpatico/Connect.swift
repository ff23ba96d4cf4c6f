import ArgumentParser
import Foundation
import SimpaticoClient
import SimpaticoProtocol
import SimpaticoTree

/// `simpatico connect`: registers with a relay, and shows each step.
struct Connect: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Connect to a relay, register, and print each phase with its time.",
    discussion: """
      Exits with 0 when the registration is VERIFIED, otherwise with 1 and a reason.
      A new key pair is made for each connection.
      """)

  @Argument(help: "The relay's WebSocket, as ws://127.0.0.1:8080/ws or wss://relay.example/ws.")
  var url: String

  @Option(
    help: "A PEM file of the authorities whose word is taken for its certificate (the system's).")
  var ca: String?

  @Flag(help: "Print one JSON object a line.")
  var json = false

  @Option(help: "Connections to make at once.")
  var count = 1

  @Option(help: "Seconds that connecting and registering may take.")
  var timeout = 10.0

  func validate() throws {
    guard (1...1000).contains(count) else { throw ValidationError("--count must be 1 to 1000.") }
    guard (0.1...3600).contains(timeout) else {
      throw ValidationError("--timeout must be 0.1 to 3600 seconds.")
    }
  }

  func run() async throws {
    let outcomes = try await withThrowingTaskGroup(of: Outcome.self) { group in
      for _ in 1...count { group.addTask { try await register() } }
      return try await group.reduce(into: [Outcome]()) { $0.append($1) }
    }
    let failures = outcomes.filter { $0.problem != nil }
    if count > 1 {
      let slowest = outcomes.map(\.elapsedMilliseconds).max() ?? 0
      try report([
        "verified": count - failures.count, "connections": count,
        "slowestMilliseconds": rounded(slowest),
      ]) { "\(count - failures.count) of \(count) VERIFIED, the slowest in \(rounded(slowest)) ms" }
    }
    if let failure = failures.first {
      throw Failure("not verified: \(PlainText.line(failure.problem ?? "unknown"))")
    }
  }

  private struct Outcome: Sendable {
    var elapsedMilliseconds = 0.0
    var problem: String? = "the connection ended"
  }

  private func register() async throws -> Outcome {
    let connection = try await ClientConnection.begin(
      to: url, registrationTimeoutMilliseconds: Int(timeout * 1000), certificateAuthorities: ca)
    var outcome = Outcome()
    for await step in connection.steps {
      if count == 1 { try show(step) }
      if step.registration == .verified, step.connection == .open {
        outcome = Outcome(elapsedMilliseconds: step.elapsedMilliseconds, problem: nil)
        connection.close()
      } else if let problem = step.problem, outcome.problem != nil {
        outcome = Outcome(elapsedMilliseconds: step.elapsedMilliseconds, problem: problem)
      }
    }
    return outcome
  }

  private func show(_ step: ClientConnection.Step) throws {
    let connection = step.connection?.name.description ?? ""
    let registration = step.registration?.name.description ?? ""
    var fields: [String: Any] = [
      "milliseconds": rounded(step.elapsedMilliseconds), "handler": step.handler,
      "cascade": step.cascade, "connection": connection, "registration": registration,
    ]
    if let problem = step.problem { fields["problem"] = problem }
    try report(fields) {
      let time = String(format: "%8.1f ms", step.elapsedMilliseconds)
      let name = step.handler.padding(toLength: 10, withPad: " ", startingAt: 0)
      let phase = connection.padding(toLength: 10, withPad: " ", startingAt: 0)
      return "\(time)  \(name)  \(phase)  \(registration)"
    }
  }

  private func report(_ fields: [String: Any], _ text: () -> String) throws {
    try printLine(json ? ClientJSON.line(fields) : text())
  }

  private func rounded(_ milliseconds: Double) -> Double { (milliseconds * 10).rounded() / 10 }
}
