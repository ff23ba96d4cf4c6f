import SimpaticoProtocol
import SimpaticoTree
import Testing

/// A client's party with an open connection.
private struct ClientUnderTest {
  var party = Party.client(suite: .symbolic, name: "alice")
  let branch: BranchID

  init() throws {
    let settings = Party.settings(
      isServer: false, publicKeyPem: "pubKey1", publicKeySig: "pubKeySig1", privateKey: "privKey1",
      deadlineMilliseconds: 5000)
    branch = try party.open(settings, at: Moment())
    _ = receive(Party.connect(to: "ws://server/ws"))
    _ = receive(EffectResult.opened)
  }

  mutating func receive(_ message: Value) -> Party.Reaction {
    party.receive(message, on: branch, at: Moment(timeMilliseconds: 7))
  }

  mutating func receive(frame: String) -> Party.Reaction {
    Array(frame.utf8).withUnsafeBufferPointer {
      party.receive(frame: $0, on: branch, at: Moment(timeMilliseconds: 9))
    }
  }

  var phases: Phases {
    (try? party.tree.residue(ofBranch: branch)).map { Phases($0) } ?? Phases([:])
  }
}

private let challenge = #"{"handler":"register2","publicKeyPem":"pubKey0","t1":5}"#
private let verdict = #"{"handler":"register4","state2":"VERIFIED"}"#

@Suite struct ClientParty {
  @Test func aChallengeIsAnsweredWithABoxOfBothTimes() throws {
    var client = try ClientUnderTest()
    let asked = client.receive(frame: challenge)
    let request = try #require(asked.effects.first)
    #expect(
      request.effect
        == .seal(key: "privKey1", to: "pubKey0", clearText: #"{"dt":4,"t1":5,"t2":9}"#))
    let answered = client.receive(
      EffectResult.sealed(request.id, box: "box", publicKeySig: "pubKeySig0"))
    #expect(answered.sent.count == 1 && client.phases.registration == .responded)
    _ = client.receive(frame: verdict)
    #expect(client.phases.isVerified)
  }

  @Test func aVerdictBeforeAResponseBreaksOff() throws {
    var client = try ClientUnderTest()
    let reaction = client.receive(frame: verdict)
    #expect(reaction.violation != nil && reaction.closed == [CloseCode.policyViolation])
    #expect(client.phases == Phases(["connection": "CLOSING", "registration": "ERROR"]))
  }

  @Test func aRefusalIsTakenInEveryPhase() throws {
    var client = try ClientUnderTest()
    _ = client.receive(frame: uniformRefusal)
    #expect(client.phases.registration == .unverified)
  }

  @Test func aSecondChallengeBreaksOff() throws {
    var client = try ClientUnderTest()
    _ = client.receive(frame: challenge)
    let reaction = client.receive(frame: challenge)
    #expect(reaction.closed == [CloseCode.policyViolation])
    #expect(client.phases.registration == .error)
  }

  @Test func aSilentServerIsLeftAtTheDeadline() throws {
    var client = try ClientUnderTest()
    let timer = try #require(try client.party.tree.residue(ofBranch: client.branch)[Field.timer])
    let reaction = client.receive(EffectResult.elapsed(timer))
    #expect(reaction.closed == [CloseCode.policyViolation])
    #expect(client.phases.registration == .error)
  }

  @Test func aMessageOfTheWrongShapeIsNotSent() throws {
    var client = try ClientUnderTest()
    let reaction = client.receive(["handler": "send", "msg": 7])
    #expect(reaction.refusals.count == 1 && reaction.nodes.isEmpty)
    _ = client.receive(["handler": "close"])
    let late = client.receive(["handler": "send", "msg": [:]])
    #expect(late.refusals.count == 1)
  }
}

@Suite struct PhaseTables {
  @Test func aPhaseOnlyGoesWhereItsTableLeads() throws {
    var client = try ClientUnderTest()
    for name: Text in ["CONNECTING", "OPEN", "nonsense"] {
      let reaction = client.receive(["handler": "state", "connection": .string(name)])
      #expect(reaction.refusals.count == 1, "\(name)")
    }
    let leap = client.receive(["handler": "state", "registration": "VERIFIED"])
    #expect(leap.refusals.count == 1)
  }

  @Test func namesAndPhasesAreOneToOne() {
    for phase in ConnectionPhase.allCases {
      #expect(ConnectionPhase(.string(phase.name)) == phase)
    }
    for phase in RegistrationPhase.allCases {
      #expect(RegistrationPhase(.string(phase.name)) == phase)
    }
    #expect(ConnectionPhase("open") == nil && RegistrationPhase(7) == nil)
  }

  @Test func effectsSurviveTheirValues() {
    let effects: [Effect] = [
      .connect(url: "ws://a/b"), .send(socket: 1, message: ["a": 1]),
      .close(socket: 2, code: 1000, reason: "done"), .seal(key: "k", to: "p", clearText: "t"),
      .unseal(key: "k", from: "p", box: "b"), .startTimer(milliseconds: 5),
      .cancelTimer(timer: 9), .log(message: "m"),
    ]
    for effect in effects { #expect(Effect(effect.value(id: 3)) == effect) }
    #expect(Effect(["effect": "fly"]) == nil && Effect(["effect": "send"]) == nil)
  }
}
