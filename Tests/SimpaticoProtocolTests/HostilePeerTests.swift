import SimpaticoTree
import Testing

@testable import SimpaticoProtocol

/// A peer that sends every message there is, in every phase: nothing traps, every phase stays in
/// its table, and nothing that it sends is merged.
@Suite struct HostilePeers {
  /// Each wire message of either side, well formed, with fields of the state beside those it has.
  static let messages: [Value] = {
    let roles = [Suite.symbolic.server, Suite.symbolic.client]
    let names = [
      Party.server(suite: .symbolic), Party.client(suite: .symbolic, name: "alice"),
    ].map(\.wire.accepted)
    var messages: [Value] = []
    for (role, names) in zip(roles, names) {
      for name in names {
        guard var fields = role.combiner.library[name]?.example?.object else { continue }
        fields["connection"] = "OPEN"
        fields["registration"] = "VERIFIED"
        fields["session"] = "ONLINE"
        fields["intruder"] = ["handlers": ["state": "log"]]
        messages.append(.object(fields))
      }
    }
    return messages
  }()

  /// What a branch must never come to hold, and where its phases may go.
  private func check(_ before: Value, _ after: Value, _ message: Value) {
    let name = message["handler"]?.string ?? ""
    #expect(after["intruder"] == nil && after["handlers"] == before["handlers"], "\(name)")
    let (from, to) = (Phases(before), Phases(after))
    if from.registration != to.registration, let next = to.registration {
      // A verdict of one add may pass COMPUTING.
      #expect(RegistrationPhase.leads(from: from.registration, to: next), "\(name)")
    }
    if from.connection != to.connection, let next = to.connection {
      #expect(ConnectionPhase.leads(from: from.connection, to: next), "\(name)")
    }
  }

  @Test func aServerInAnyPhaseTakesWhatIsItsTurnAndRefusesTheRest() throws {
    #expect(HostilePeers.messages.count == 10)
    for phase in 0..<4 {
      for message in HostilePeers.messages {
        var server = try ServerUnderTest()
        let bystander = try server.open()
        _ = try server.verify(2, on: bystander)
        if phase == 1 { _ = server.receive(frame: server.response()) }
        if phase == 2 { _ = try server.verify(1, on: server.branch) }
        if phase == 3 { _ = server.receive(["handler": "close"]) }
        let before = try server.party.tree.residue(ofBranch: server.branch)
        let untouched = try server.party.tree.residue(ofBranch: bystander)
        let reaction = server.receive(frame: JSON.print(message).description)
        let after = try server.party.tree.residue(ofBranch: server.branch)
        check(before, after, message)
        #expect(reaction.refusals.isEmpty)
        #expect(try server.party.tree.residue(ofBranch: bystander) == untouched)
        if phase != 2 { #expect(!Phases(after).isVerified) }
        let isRouted = ["deliverEnvelop", "invite3", "ping"].contains {
          message["handler"]?.string?.description == $0
        }
        #expect((reaction.violation == nil) == (phase == 3 || phase == 2 && isRouted))
      }
    }
  }

  @Test func aClientInAnyPhaseTakesWhatIsItsTurnAndBreaksOffAtTheRest() throws {
    for phase in 0..<5 {
      for message in HostilePeers.messages {
        var alice = try ChatUnderTest(isVerified: phase == 3)
        let bob = alice.meet(2)
        if phase < 3 { alice.tell(ChatCommand.start("ws://server/ws")) }
        if phase == 1 { alice.open() }
        if phase == 2 {
          alice.open()
          alice.settle()
        }
        if phase == 0 || phase == 4 {
          if phase == 4 { alice.tell(ChatCommand.start("ws://server/ws")) }
          let request = try #require(
            alice.asked.last { if case .connect = $0.effect { true } else { false } })
          alice.connection = request.branch
          if phase == 0 { alice.receive(EffectResult.opened, on: request.branch) }
        }
        let before = alice.residue(alice.connection)
        let lasting = [alice.home, bob].map { alice.residue($0) }
        alice.receive(frame: message)
        check(before, alice.residue(alice.connection), message)
        #expect(alice.refused.isEmpty)
        if phase != 3 { #expect(!Phases(alice.residue(alice.connection)).isVerified || phase == 2) }
        // A verified relay may say who is online, and give the verdict that was waited for.
        let isItsTurn = phase == 2 || phase == 3 && message["handler"] == "returnEnvelop"
        if !isItsTurn { #expect([alice.home, bob].map { alice.residue($0) } == lasting) }
        #expect(alice.residue(alice.home)["intruder"] == nil)
      }
    }
  }
}
