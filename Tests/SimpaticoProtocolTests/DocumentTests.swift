import Foundation
import Testing

@testable import SimpaticoProtocol
@testable import SimpaticoTree

/// `docs/PROTOCOL.md` against the code.
@Suite struct ProtocolDocument {
  private let text: String

  init() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    text = try String(contentsOf: root.appending(path: "docs/PROTOCOL.md"), encoding: .utf8)
  }

  /// A whole table of phases, as the document has it.
  private func table<Phase>(
    _ title: String, _ all: [Phase], _ name: (Phase) -> Text, _ leads: (Phase?, Phase) -> Bool
  ) -> String {
    var table = "\n| \(title) | may become |\n|---|---|\n"
    for phase in [nil] + all.map(Optional.some) {
      let names = all.filter { leads(phase, $0) }.map { name($0).description }
      let from = phase.map { name($0).description } ?? "(start)"
      table += "| \(from) | \(names.isEmpty ? "" : names.joined(separator: ", ") + " ")|\n"
    }
    return table + "\n"
  }

  @Test func itsPhasesAreThoseOfTheCode() {
    let tables = [
      table("connection", ConnectionPhase.allCases, \.name, ConnectionPhase.leads),
      table("registration", RegistrationPhase.allCases, \.name, RegistrationPhase.leads),
      table("session", SessionPhase.allCases, \.name, SessionPhase.leads),
      table("delivery", DeliveryPhase.allCases, \.name, DeliveryPhase.leads),
      table("invitation", InvitationPhase.allCases, \.name, InvitationPhase.leads),
      table("standing", Standing.allCases, \.name, Standing.leads),
    ]
    for table in tables { #expect(text.contains(table), "\(table)") }
  }

  @Test func itListsWhatEachSideTakesFromTheWire() {
    let sides = [
      ("server", "client → server", Party.server(suite: .classic)),
      ("client", "server → client", Party.client(suite: .classic, name: "client")),
    ]
    for (side, way, party) in sides {
      let names = party.wire.accepted.map { "`\($0)`" }.joined(separator: ", ")
      #expect(text.contains("| \(side) | \(names) |"))
      for name in party.wire.accepted {
        let pattern = party.tree.combiner.library[name]?.pattern
        #expect(text.contains("| `\(name)` | \(way) | \(fields(of: pattern)) |"), "\(name)")
      }
    }
  }

  @Test func itListsWhatIsTakenOutOfABox() {
    for name in SealedMessage.names {
      let fields = fields(of: SealedMessage.pattern(of: name))
      #expect(text.contains("| `\(name)` | \(fields) |"), "\(name): \(fields)")
    }
    let rows = text.components(separatedBy: "| sealed message | fields |")[1]
      .components(separatedBy: "\n\n")[0].split(separator: "\n").dropFirst(2)
    #expect(rows.count == SealedMessage.names.count)
  }

  /// The fields of a message, with a question mark behind what may be missing.
  private func fields(of pattern: Pattern?) -> String {
    var names: [String] = []
    pattern?.source.object?.forEach { key, predicates in
      if key == "handler" { return }
      var isOptional = false
      predicates.array?.forEach { if $0 == "optional" { isOptional = true } }
      names.append("`\(key)`\(isOptional ? "?" : "")")
    }
    return names.joined(separator: ", ")
  }

  @Test(
    arguments: [
      ("registration, at most", Deadline.defaultMilliseconds),
      ("quiet time before a ping (four to six fifths of it)", homeNumber("keepAliveMilliseconds")),
      ("patience for a pong", KeepAlive.answerMilliseconds),
      ("patience for a pong after a change of the network", KeepAlive.probeMilliseconds),
      ("attempts to connect: first bound", HomeHandlers.backoffBaseMilliseconds),
      ("attempts to connect: largest bound", HomeHandlers.backoffMostMilliseconds),
      (
        "life of a connection after which attempts count anew",
        Int(HomeHandlers.settledMilliseconds)
      ),
      (
        "patience for a receipt, at first (half to whole of it)",
        ConversationHandlers.patienceMilliseconds
      ),
      ("patience for a receipt, at most", ConversationHandlers.patienceMostMilliseconds),
      ("pause between batches of greetings", HomeHandlers.greetingPauseMilliseconds),
      ("a guest's questions: first bound (and a second)", Guest.backoffBaseMilliseconds),
      ("a guest's questions: largest bound (and a second)", Guest.backoffMostMilliseconds),
      ("an invitation that says nothing else", Int(Invitation.defaultExpiryMilliseconds)),
      ("a guest's patience", Int(Guest.patienceMilliseconds)),
      ("UTF-16 code units of a frame", Wire.defaultMaximumCharacters),
      (
        "bytes of a text, as JSON spells it, in a frame of that size",
        Party.maximumTextBytes(Wire.defaultMaximumCharacters)
      ),
      ("messages of one conversation under way", ConversationHandlers.window),
      ("envelopes that wait to be sealed", CourierHandlers.leavingAtMost),
      ("envelopes that wait to be opened", CourierHandlers.arrivingAtMost),
      ("of these, from strangers", CourierHandlers.strangersAtMost),
      ("streams of one contact that are told apart", ConversationHandlers.streamsAtMost),
      ("claims on one invitation that wait to be compared", HostHandlers.claimsAtMost),
      ("links that a guest follows at one time", HomeHandlers.guestsAtMost),
      ("proofs that one invitation takes over its life", HostHandlers.claimsEver),
      ("frames of one connection that led to nothing and are not forgiven", Vain.framesAtMost),
      ("of these, more for each contact", Vain.framesForEachContact),
      ("conversations that greet at once", HomeHandlers.greetingsAtOnce),
      ("messages that one input leads to", Party.queueLimit),
    ])
  func itsNumbersAreThoseOfTheCode(what: String, number: Int) {
    #expect(text.contains("| \(what) | \(number) |\n"))
  }

  private static func homeNumber(_ field: Text) -> Int {
    Party.home(publicKeyPem: "pubKey1", publicKeySig: "pubKeySig1", privateKey: 1)[field]?.integer
      ?? 0
  }
}
