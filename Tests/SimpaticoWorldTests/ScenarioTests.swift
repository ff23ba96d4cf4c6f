import Foundation
import SimpaticoProtocol
import SimpaticoTree
import Testing

@testable import SimpaticoWorld

// The clients of a scenario, counted from 0.
let alice = 0
let bob = 1
let mallory = 2

/// What each scenario comes to.
private struct Outcome: CustomStringConvertible {
  let name: Text
  let isMet: @Sendable (World) -> Bool

  init(_ name: Text, _ isMet: @escaping @Sendable (World) -> Bool) {
    self.name = name
    self.isMet = isMet
  }

  var description: String { name.description }

  static let all = network + recipients + hostility + invitations

  static let network = [
    Outcome("meeting") {
      $0.phases(of: alice, to: bob) == [.read] && $0.phases(of: bob, to: alice) == [.read]
        && $0.texts(at: bob, from: alice) == ["hello bob"] && $0.contacts(of: alice) == 1
    },
    Outcome("server-refuses") {
      let times = $0.residues(of: alice, kind: nil).compactMap { $0[Field.startedAt]?.number }
      return $0.session(of: alice) == .online && times.count > 3
        && Set($0.closeCodes(of: alice)) == [1006]
    },
    Outcome("closed-after-opening") { isErrorThenVerified($0, [.error, .verified]) },
    Outcome("closed-after-challenge") { isErrorThenVerified($0, [.error, .verified]) },
    Outcome("closed-after-response") { isErrorThenVerified($0, [.error, .verified]) },
    Outcome("closed-after-verdict") { isErrorThenVerified($0, [.verified, .verified]) },
    Outcome("relay-returns") {
      $0.texts(at: bob, from: alice) == ["one", "two"] && $0.isCalm(alice, bob)
        && $0.texts(at: alice, from: bob) == ["three"]
    },
    Outcome("silent-wire") {
      $0.closeCodes(of: bob).count == 1 && $0.session(of: bob) == .online
        && $0.residues(of: bob, kind: nil)[0][Field.error] == "the relay does not answer"
        && $0.texts(at: bob, from: alice) == ["are you there?"] && $0.isCalm(alice, bob)
    },
    Outcome("killed") {
      $0.texts(at: bob, from: alice) == ["one", "two"] && $0.isCalm(alice, bob)
    },
    Outcome("clock-forward") {
      $0.texts(at: bob, from: alice) == ["from the future"] && $0.isCalm(alice, bob)
        && $0.invitations(of: alice) == [.verified, .expired]
        && $0.invitations(of: mallory) == [.expired] && $0.closeCodes(of: alice).isEmpty
    },
    Outcome("clock-back") { world in
      let numbers = [Field.verifiedAfterMilliseconds, ChatField.roundTripMilliseconds]
      return world.texts(at: bob, from: alice) == ["from the past", "still"]
        && world.isCalm(alice, bob)
        && world.residues(of: alice, kind: nil).allSatisfy { residue in
          numbers.allSatisfy { (residue[$0]?.number ?? 0) >= 0 }
        }
    },
    Outcome("second-device") {
      $0.session(of: alice) == .replaced && $0.closeCodes(of: alice) == [CloseCode.replaced]
        && $0.residues(of: alice, kind: nil).map { Phases($0).isVerified } == [false, true]
    },
  ]

  static let recipients = [
    Outcome("recipient-unknown") {
      $0.invitations(of: bob) == [.requestPublicKey] && $0.contacts(of: bob) == 0
        && $0.residues(of: bob, kind: "invitation")[0][ChatField.waitingFor] == "host"
        && (8...40).contains($0.residues(of: bob, kind: "invitation")[0].count(ChatField.attempt))
    },
    Outcome("recipient-unverified") { world in
      let server = world.parties[0].tree.tree.residues
      let ends = server.compactMap { Phases($0).registration }
      return ends.contains { $0 == .unverified || $0 == .error }
        && world.texts(at: bob, from: alice) == ["are you there?"] && world.isCalm(alice, bob)
    },
    Outcome("recipient-offline") {
      $0.texts(at: bob, from: alice) == ["one", "two"] && $0.isCalm(alice, bob)
    },
    Outcome("too-long") {
      $0.phases(of: alice, to: bob) == [.failed, .delivered]
        && $0.texts(at: bob, from: alice) == ["short"]
        && $0.chat(of: alice, with: bob)[ChatField.messages]?["000000000"]?[ChatField.reason]
          == "it is too long by 329 bytes"
    },
    Outcome("too-long-frame") {
      $0.closeCodes(of: alice) == [CloseCode.policyViolation] && $0.session(of: alice) == .online
    },
    Outcome("blocked") {
      $0.phases(of: bob, to: alice) == [.sent] && $0.dropped(by: alice) > 1
        && $0.contacts(of: alice) == 0
    },
    Outcome("unblocked") {
      $0.texts(at: alice, from: bob) == ["hello?"] && $0.isCalm(alice, bob)
    },
    Outcome("removed") { world in
      let old = world.residues(of: alice, kind: "conversation")[0]
      return world.texts(at: bob, from: alice) == ["hello again"]
        && world.texts(at: alice, from: bob) == ["hello?"] && world.isCalm(alice, bob)
        && Standing(old[ChatField.standing]) == .removed && old[ChatField.messages] == nil
        && old[ChatField.contact]?[ChatField.name] == nil
    },
  ]

  static let hostility = [
    Outcome("box-corrupted") { isDroppedOnce($0, by: bob) },
    Outcome("box-replayed") { isSentAsItWas($0) && $0.dropped(by: bob) == 0 },
    Outcome("box-reflected") { isDroppedOnce($0, by: alice) },
    Outcome("box-sealed-to-another") { isDroppedOnce($0, by: bob) },
    Outcome("sender-forged") {
      isDroppedOnce($0, by: bob) && $0.texts(at: bob, from: mallory).isEmpty
    },
    Outcome("sender-forged-at-server") {
      $0.closeCodes(of: mallory) == [CloseCode.policyViolation] && $0.dropped(by: bob) == 0
        && $0.closeCodes(of: bob).isEmpty
    },
    Outcome("envelope-withheld") { isSentAsItWas($0) },
    Outcome("wrong-key") { world in
      let guest = world.residues(of: bob, kind: "invitation")[0]
      return world.invitations(of: bob) == [.verified] && guest[ChatField.reason] == nil
        && world.client(bob).tree.tree.nodes(where: { $0.input.value["handler"] == "unsendable" })
          == 1
    },
    Outcome("hostile-client") { world in
      world.closeCodes(of: mallory) == Array(repeating: CloseCode.policyViolation, count: 11)
        && world.closeCodes(of: alice).isEmpty && world.closeCodes(of: bob).isEmpty
        && world.texts(at: bob, from: alice) == ["undisturbed"] && world.isCalm(alice, bob)
    },
    Outcome("hostile-relay") { world in
      let outOfTurn = Array(repeating: CloseCode.policyViolation, count: 6)
      return world.closeCodes(of: bob).filter { $0 == CloseCode.policyViolation } == outOfTurn
        && world.texts(at: bob, from: alice) == ["undisturbed"] && world.isCalm(alice, bob)
        && world.contacts(of: bob) == 1
    },
    Outcome("stranger") {
      $0.dropped(by: alice) == 1 && $0.residues(of: alice, kind: "conversation").isEmpty
        && $0.dropped(by: bob) == 0
    },
    Outcome("relay-in-vain") { world in
      world.closeCodes(of: bob) == [CloseCode.inVain] && world.session(of: bob) == .online
        && world.residues(of: bob, kind: nil)[0].count(ChatField.vain) == 265
        && world.texts(at: bob, from: alice) == ["undisturbed"] && world.isCalm(alice, bob)
    },
  ]

  static let invitations = [
    Outcome("invitation-expired") {
      $0.invitations(of: alice) == [.expired] && $0.invitations(of: bob) == [.expired]
    },
    Outcome("invitation-repeated") {
      isOneMeeting($0) && $0.residues(of: alice, kind: "invitation")[0].count("claimed") == 2
    },
    Outcome("invitation-used") {
      isOneMeeting($0) && $0.invitations(of: mallory) == [.used] && $0.contacts(of: mallory) == 0
    },
    Outcome("two-guests") {
      Set([$0.invitations(of: bob), $0.invitations(of: mallory)]) == [[.verified], [.used]]
        && $0.invitations(of: alice) == [.verified] && $0.contacts(of: alice) == 1
    },
    Outcome("invitation-revoked") {
      $0.invitations(of: alice) == [.revoked] && $0.invitations(of: bob) == [.revoked]
    },
    Outcome("wrong-secret") {
      $0.invitations(of: alice) == [.invited] && $0.invitations(of: bob) == [.unknown]
        && $0.contacts(of: alice) == 0
    },
    Outcome("link-corrected") {
      $0.invitations(of: alice) == [.verified] && $0.invitations(of: bob) == [.unknown, .verified]
        && $0.contacts(of: bob) == 1
    },
    Outcome("invitation-unknown") {
      $0.invitations(of: alice).isEmpty && $0.invitations(of: bob) == [.unknown]
    },
    Outcome("mutual") {
      $0.invitations(of: alice) == [.verified, .verified]
        && $0.invitations(of: bob) == [.verified, .verified]
        && $0.residues(of: alice, kind: "conversation").count == 1
        && $0.residues(of: bob, kind: "conversation").count == 1
        && $0.texts(at: bob, from: alice) == ["hello"]
    },
    Outcome("two-links") {
      $0.invitations(of: alice) == [.verified, .verified]
        && $0.invitations(of: bob) == [.verified, .verified]
        && $0.residues(of: bob, kind: "conversation").count == 1
    },
    Outcome("host-offline") { isOneMeeting($0) },
    Outcome("guest-killed") { isOneMeeting($0) },
    Outcome("host-killed") { isOneMeeting($0) },
    Outcome("link-copied") { world in
      let secret = world.newestInvitation(of: alice)?.residue[ChatField.secretName]?.string
        .flatMap { world.vaults[alice + 1].secret($0) }
      return world.invitations(of: bob) == [.verified, .unknown]
        && world.invitations(of: alice) == [.verified] && world.contacts(of: bob) == 1
        && world.contacts(of: mallory) == 0 && world.contacts(of: alice) == 1
        && secret.map { !world.hears(mallory, $0) && world.hears(alice, $0) } == true
        && !world.hears(alice, "made up") && world.hears(mallory, "made up")
    },
  ]

  private static func isErrorThenVerified(
    _ world: World, _ registrations: [RegistrationPhase]
  ) -> Bool {
    let ends = world.residues(of: alice, kind: nil).map { Phases($0).registration }
    return ends == registrations.map(Optional.some) && world.closeCodes(of: alice) == [1001]
      && world.session(of: alice) == .online
      && world.parties[0].tree.tree.residues.filter { Phases($0).isVerified }.count == 2
  }

  private static func isSentAsItWas(_ world: World) -> Bool {
    world.texts(at: bob, from: alice) == ["one", "two"] && world.isCalm(alice, bob)
  }

  private static func isDroppedOnce(_ world: World, by client: Int) -> Bool {
    isSentAsItWas(world) && world.dropped(by: client) == 1
  }

  private static func isOneMeeting(_ world: World) -> Bool {
    world.invitations(of: alice) == [.verified] && world.invitations(of: bob) == [.verified]
      && world.residues(of: alice, kind: "conversation").count == 1
      && world.residues(of: bob, kind: "conversation").count == 1
  }
}

@Suite struct Scenarios {
  @Test(arguments: Outcome.all)
  fileprivate func everyScenarioComesToItsOutcome(_ outcome: Outcome) throws {
    let world = try #require(Scenario.named(outcome.name)).run()
    #expect(outcome.isMet(world))
    for party in world.parties {
      #expect(party.tree.tree.brokenInvariant() == nil)
      #expect(party.counters.refusals == 0, "\(world.remarks.map(\.text))")
    }
  }

  @Test func everyScenarioHasAnOutcomeThatIsChecked() {
    #expect(Outcome.all.map(\.name) == Scenario.all.map(\.name))
    #expect(Set(Scenario.all.map(\.name.description)).count == Scenario.all.count)
  }

  @Test func theDocumentsTableIsThatOfTheScenarios() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let text = try String(contentsOf: root.appending(path: "docs/PROTOCOL.md"), encoding: .utf8)
    let head = "| scenario | what happens | what comes of it |\n|---|---|---|\n"
    let rows = Scenario.all.map { "| `\($0.name)` | \($0.title) | \($0.outcome) |\n" }
    #expect(text.contains(head + rows.joined() + "\n"))
  }
}

extension World {
  /// Whether something stands in a box that a client was sent: symbolic boxes can be read.
  fileprivate func hears(_ client: Int, _ words: Text) -> Bool {
    self.client(client).tree.tree.nodes {
      let box = $0.input.value["box"]?.string?.description ?? ""
      return $0.input.value["handler"] == "acceptEnvelop" && box.contains(words.description)
    } > 0
  }
}

extension Stree {
  fileprivate func nodes(where isCounted: (Node) -> Bool) -> Int {
    var count = 0
    forEachNode { _, node in if isCounted(node) { count += 1 } }
    return count
  }
}
