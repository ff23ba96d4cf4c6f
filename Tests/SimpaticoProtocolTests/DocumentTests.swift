import Foundation
import SimpaticoTree
import Testing

@testable import SimpaticoProtocol

@Suite struct ProtocolDocument {
  private let text: String

  init() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    text = try String(contentsOf: root.appending(path: "docs/PROTOCOL.md"), encoding: .utf8)
  }

  private func row(_ from: Text?, _ to: [Text]) -> String {
    let names = to.map(\.description).joined(separator: ", ")
    return "| \(from?.description ?? "(start)") | \(names.isEmpty ? "" : names + " ")|\n"
  }

  @Test func itsPhasesAreThoseOfTheCode() {
    for phase in [nil] + ConnectionPhase.allCases.map(Optional.some) {
      let successors = ConnectionPhase.allCases.filter {
        ConnectionPhase.leads(from: phase, to: $0)
      }.map(\.name)
      #expect(text.contains(row(phase?.name, successors)))
    }
    for phase in [nil] + RegistrationPhase.allCases.map(Optional.some) {
      let successors = RegistrationPhase.allCases.filter {
        RegistrationPhase.leads(from: phase, to: $0)
      }.map(\.name)
      #expect(text.contains(row(phase?.name, successors)))
    }
  }

  @Test func itListsWhatEachSideTakesFromTheWire() {
    let sides = [
      ("server", Party.server(suite: .classic)),
      ("client", Party.client(suite: .classic, name: "client")),
    ]
    for (side, party) in sides {
      let names = party.wire.accepted.map { "`\($0)`" }.joined(separator: ", ")
      #expect(text.contains("| \(side) | \(names) |"))
    }
  }
}
