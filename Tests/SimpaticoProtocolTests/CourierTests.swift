import SimpaticoTree
import Testing

@testable import SimpaticoProtocol

@Suite struct Courier {
  @Test func whatIsLaidDownTooLateTakesItsSecretAlong() throws {
    var alice = try ChatUnderTest()
    let proof: Value = [
      "handler": "invite5", "to": "pubKeySig1", "invitation": "7f", "secret": "s",
    ]
    alice.receive(frame: ChatUnderTest.envelope(from: 9, proof, introduces: true))
    let bob = alice.meet(2)
    alice.receive(frame: ChatUnderTest.envelope(from: 9, proof, introduces: true))
    let opening = try #require(alice.asked.first { $0.branch == alice.connection && $0.isUnseal })
    alice.receive(ChatCommand.write("hello"), on: bob)
    alice.receive(EffectResult.closed(code: 1006, reason: ""), on: alice.connection)
    let residue = alice.residue(alice.connection)
    for field in ["leaving", "arriving", "sealing", "opening"] as [Text] {
      #expect(residue[field] == nil, "\(field)")
    }
    alice.asked = [opening]
    alice.settle()
    #expect(alice.vault.secret(Vault.name(of: opening)) == nil)
    #expect(alice.refused.isEmpty)
  }

  @Test func aConnectionThatEndsGivesEnvelopesBack() throws {
    var alice = try ChatUnderTest()
    let bob = alice.meet(2)
    alice.receive(["handler": "close"], on: alice.connection)
    alice.receive(ChatCommand.write("hello"), on: bob)
    #expect(alice.phases(bob) == [.queued] && alice.refused.isEmpty)
  }

  @Test func moreThanIsSealedInTimeIsGivenBackAndWaits() throws {
    var alice = try ChatUnderTest()
    let people = CourierHandlers.leavingAtMost / ConversationHandlers.window + 1
    let branches = (2..<people + 2).map { alice.meet($0) }
    for branch in branches {
      for _ in 0..<ConversationHandlers.window {
        alice.receive(ChatCommand.write("hello"), on: branch)
      }
    }
    let leaving = alice.residue(alice.connection)[ChatField.leaving]?.object?.count
    #expect(leaving == CourierHandlers.leavingAtMost)
    let last = branches[people - 1]
    #expect(alice.phases(last) == Array(repeating: .queued, count: ConversationHandlers.window))
    alice.settle()
    let timer = try #require(alice.asked.last { $0.branch == last })
    alice.asked.removeAll { $0 == timer }
    alice.receive(EffectResult.elapsed(timer.id), on: last)
    alice.settle()
    for branch in branches { #expect(alice.phases(branch).allSatisfy { $0 == .sent }) }
    #expect(alice.refused.isEmpty)
  }

  /// The results of a seal that make no envelope.
  private static let unsendable: [(Value, Text)] = [
    (EffectResult.failed(0, reason: "no key"), "it could not be sealed"),
    (
      EffectResult.sealed(
        0, box: Text(String(repeating: "x", count: Wire.defaultMaximumCharacters)),
        publicKeySig: "pubKeySig2"), "it is too long"
    ),
    (
      EffectResult.sealed(0, box: "box", publicKeySig: "pubKeySig3"),
      "the key is not the contact's"
    ),
  ]

  @Test(arguments: unsendable)
  func aMessageThatMakesNoEnvelopeHasFailedAndIsInNobodysWay(result: Value, reason: Text) throws {
    var alice = try ChatUnderTest()
    let bob = alice.meet(2)
    for _ in 0..<2 { alice.receive(ChatCommand.write("hello"), on: bob) }
    let seal = try #require(alice.asked.last { $0.branch == alice.connection && $0.isSeal })
    alice.asked.removeAll { $0 == seal }
    alice.sent = []
    var fields = result.object ?? Object()
    fields["request"] = seal.id
    alice.receive(.object(fields), on: alice.connection)
    #expect(alice.sent.isEmpty)
    alice.settle()
    #expect(alice.phases(bob) == [.failed, .sent])
    #expect(alice.residue(bob)["messages"]?["000000000"]?["reason"] == .string(reason))
    #expect(alice.residue(bob)["outbox"]?.object?.count == 1 && alice.refused.isEmpty)
    // It can be tried again, as a new one.
    alice.receive(ChatCommand.retry(place: "000000000"), on: bob)
    alice.settle()
    #expect(alice.phases(bob) == [.sent, .sent])
  }

  @Test func aGreetingThatMakesNoEnvelopeFailsNoMessage() throws {
    var alice = try ChatUnderTest()
    alice.tell(["handler": "contact", "publicKeySig": "pubKeySig2", "publicKeyPem": "pubKey2"])
    let bob = try #require(alice.party.lastingBranches.last)
    let seal = try #require(alice.asked.last { $0.isSeal })
    alice.receive(ChatCommand.write("hello"), on: bob)
    alice.asked.removeAll { $0 == seal }
    alice.receive(EffectResult.failed(seal.id, reason: "no key"), on: alice.connection)
    alice.settle()
    #expect(alice.phases(bob) == [.sent] && alice.refused.isEmpty)
  }

  @Test func aFailureThatNobodyWaitsForLeadsToNothing() throws {
    var alice = try ChatUnderTest()
    let before = alice.residue(alice.connection)
    alice.receive(EffectResult.failed("nobody", reason: "late"), on: alice.connection)
    #expect(alice.residue(alice.connection) == before)
    #expect(alice.closed.isEmpty && alice.refused.isEmpty)
  }

  @Test func strangersAreOpenedFewAtATime() throws {
    var alice = try ChatUnderTest()
    for _ in 0..<100 {
      let message = ChatUnderTest.message(1, after: 0)
      alice.receive(frame: ChatUnderTest.envelope(from: 9, message, introduces: true))
    }
    let waiting = alice.residue(alice.connection)["arriving"]?.object?.count
    #expect(waiting == CourierHandlers.strangersAtMost)
    alice.settle()
    #expect(alice.residue(alice.connection)[ChatField.dropped]?.integer == 100)
    #expect(alice.sealedAndSent().isEmpty)
  }

  @Test func noEnvelopeReplacesAContactsKey() throws {
    var alice = try ChatUnderTest()
    alice.meet(2)
    var envelope = ChatUnderTest.envelope(from: 2, ChatUnderTest.message(1, after: 0)).object
    envelope?["fromPublicKeyPem"] = "pubKey9"
    alice.receive(frame: .object(envelope ?? Object()))
    let opening = try #require(alice.asked.last { $0.isUnseal })
    #expect(opening.effect == .unseal(key: "privKey1", from: "pubKey2", box: opening.box))
  }

  @Test func whatIsReflectedOrForSomebodyElseIsDropped() throws {
    var alice = try ChatUnderTest()
    let bob = alice.meet(2)
    var content = ChatUnderTest.message(1, after: 0).object ?? Object()
    content["to"] = "pubKeySig2"
    alice.receive(frame: ChatUnderTest.envelope(from: 2, .object(content)))
    alice.receive(
      frame: ChatUnderTest.envelope(from: 2, ChatUnderTest.message(1, after: 0), to: "pubKeySig3"))
    alice.settle()
    #expect(alice.residue(bob)[ChatField.messages] == nil)
    #expect(alice.residue(alice.connection)[ChatField.dropped]?.integer == 2)
  }

  @Test(arguments: ["greeting", "accept", "sealed", ""] as [Text])
  func whatIsSealedUnderAnUnknownNameIsDropped(name: Text) throws {
    var alice = try ChatUnderTest()
    let bob = alice.meet(2)
    let before = alice.residue(bob)
    var content = ChatUnderTest.message(1, after: 0).object ?? Object()
    content["handler"] = .string(name)
    alice.receive(frame: ChatUnderTest.envelope(from: 2, .object(content)))
    alice.settle()
    #expect(alice.residue(bob) == before && alice.refused.isEmpty)
    #expect(alice.residue(alice.connection)[ChatField.dropped]?.integer == 1)
  }

  /// A relay that comes back finds everybody with much to say.
  @Test func oneInputNeverLeadsToMoreThanItsLimit() throws {
    var alice = try ChatUnderTest(isVerified: false)
    for number in 2..<102 {
      let branch = alice.meet(number)
      for _ in 0..<17 { alice.receive(ChatCommand.write("hello"), on: branch) }
    }
    for number in 0..<HomeHandlers.guestsAtMost {
      alice.tell(
        ChatCommand.accept(host: "pubKeySig" + Text(200 + number), invitation: Text(number)))
    }
    try alice.connect()
    while let timer = alice.asked.first(where: { $0.branch == alice.home }) {
      alice.asked.removeAll { $0 == timer }
      alice.receive(EffectResult.elapsed(timer.id), on: alice.home)
      alice.settle()
    }
    #expect(alice.party.counters.refusals == 0)
    let greetings = alice.sealedAndSent().filter { $0["hello"] == true }.count
    #expect(greetings == 100)
    for branch in alice.party.lastingBranches where alice.residue(branch)["outbox"] != nil {
      #expect(alice.phases(branch).prefix(16).allSatisfy { $0 == .sent })
    }
  }

  @Test func theFirstBlockOfWhatIsSealedIsItsName() {
    for name in SealedMessage.names {
      SealedMessage.pattern(of: name)?.source.object?.forEach { key, _ in
        #expect(key == "handler" || "handler" < key, "\(name): \(key)")
      }
    }
    #expect("handler" < SealedName.secret)
    #expect(#"{"handler":""#.utf8.count + (SealedMessage.names.map(\.count).min() ?? 0) >= 16)
  }
}

@Suite struct KeepAliveLaws {
  private static func pong(_ alice: ChatUnderTest, skew: Double) -> Value {
    let pinged = alice.residue(alice.connection)["pingedAt"] ?? 0
    return ["handler": "pong", "t1": pinged, "t2": .number((pinged.number ?? 0) + skew)]
  }

  private func timer(_ alice: ChatUnderTest) -> Value {
    alice.residue(alice.connection)["_keepAlive"] ?? .null
  }

  @Test func measuresAreThoseOfTheLastPong() throws {
    var alice = try ChatUnderTest()
    for (skew, late) in [(100, 50), (-30, 10), (7, 2)] as [(Double, Int64)] {
      alice.receive(EffectResult.elapsed(timer(alice)), on: alice.connection)
      let pong = KeepAliveLaws.pong(alice, skew: skew)
      alice.time += late - 1
      alice.receive(frame: pong)
      let residue = alice.residue(alice.connection)
      #expect(residue["roundTripMilliseconds"]?.integer == Int(late))
      #expect(residue["clockSkewMilliseconds"]?.number == skew - Double(late) / 2)
      #expect(residue["pingedAt"] == nil && residue["missed"] == nil)
    }
    #expect(alice.sent.filter { $0["handler"] == "ping" }.count == 3 && alice.closed.isEmpty)
  }

  @Test func aClockThatWasSetBackGivesNoNegativeTime() throws {
    var alice = try ChatUnderTest()
    alice.receive(EffectResult.elapsed(timer(alice)), on: alice.connection)
    let pong = KeepAliveLaws.pong(alice, skew: 0)
    alice.time -= 5000
    alice.receive(frame: pong)
    #expect(alice.residue(alice.connection)["roundTripMilliseconds"] == 0)
  }

  @Test func twoMissedPongsEndTheConnection() throws {
    var alice = try ChatUnderTest()
    for _ in 0..<3 { alice.receive(EffectResult.elapsed(timer(alice)), on: alice.connection) }
    #expect(alice.closed == [CloseCode.unresponsive])
  }

  @Test func afterAWakeOneMissedPongDoes() throws {
    var alice = try ChatUnderTest()
    alice.tell(ChatCommand.wake)
    let patience = alice.asked.last?.effect
    #expect(patience == .startTimer(milliseconds: KeepAlive.probeMilliseconds))
    alice.receive(EffectResult.elapsed(timer(alice)), on: alice.connection)
    #expect(alice.closed == [CloseCode.unresponsive])
  }
}

extension EffectRequest {
  var isSeal: Bool { if case .seal = effect { true } else { false } }

  var isUnseal: Bool { if case .unseal = effect { true } else { false } }

  /// The box that is to be opened.
  var box: Text { if case .unseal(_, _, let box) = effect { box } else { Text() } }
}
