import SimpaticoTree
import Testing

@testable import SimpaticoProtocol

@Suite struct DeliveryLaws {
  @Test func aMessageIsTakenOnceAndInItsOrder() throws {
    var alice = try ChatUnderTest()
    let bob = alice.meet(2)
    for (number, previous) in [(1, 0), (1, 0), (3, 2), (2, 1), (3, 2), (2, 1), (5, 3)] {
      let message = ChatUnderTest.message(number, after: previous)
      alice.receive(frame: ChatUnderTest.envelope(from: 2, message))
      alice.settle()
    }
    var texts: [Text?] = []
    alice.residue(bob)[ChatField.messages]?.object?.forEach { texts.append($1["text"]?.string) }
    #expect(texts == ["text 1", "text 2", "text 3", "text 5"])
    let receipts = alice.sealedAndSent().filter { $0["handler"] == "receipt" }.dropFirst()
    #expect(receipts.map { $0["received"]?.integer } == [1, 1, 1, 2, 3, 3, 5])
    #expect(receipts.map { $0["missing"]?.bool } == [nil, nil, true, nil, nil, nil, nil])
    #expect(alice.residue(bob)["unread"]?.integer == 4 && alice.refused.isEmpty)
  }

  @Test func aGapIsFilledOnceHoweverOftenItIsTold() throws {
    var alice = try ChatUnderTest()
    let bob = alice.meet(2)
    for _ in 0..<20 { alice.receive(ChatCommand.write("hello"), on: bob) }
    alice.settle()
    let stream = alice.residue(bob)[ChatField.stream] ?? .null
    #expect(alice.sealedAndSent().filter { $0["handler"] == "message" }.count == 16)
    for _ in 0..<15 {
      alice.receive(
        frame: ChatUnderTest.envelope(
          from: 2,
          [
            "handler": "receipt", "to": "pubKeySig1", "stream": stream, "received": 0, "read": 0,
            "missing": true,
          ]))
      alice.settle()
    }
    #expect(alice.sealedAndSent().filter { $0["handler"] == "message" }.count == 16)
  }

  @Test func aGreetingIsAnsweredWithWhatHasArrivedAndWithWhatHasNot() throws {
    var alice = try ChatUnderTest()
    let bob = alice.meet(2)
    alice.receive(frame: ChatUnderTest.envelope(from: 2, ChatUnderTest.message(1, after: 0)))
    alice.settle()
    alice.receive(ChatCommand.read, on: bob)
    alice.receive(ChatCommand.write("hello"), on: bob)
    alice.settle()
    _ = alice.sealedAndSent()
    let greeting: Value = [
      "handler": "receipt", "to": "pubKeySig1", "stream": "", "received": 0, "read": 0,
      "hello": true,
    ]
    alice.receive(frame: ChatUnderTest.envelope(from: 2, greeting))
    alice.settle()
    let answers = alice.sealedAndSent()
    #expect(answers.map { $0["handler"]?.string } == ["receipt", "message"])
    #expect(answers.first?["read"] == 1 && answers.first?["hello"] == nil)
  }

  @Test func receiptsSetNumbersAndNeverAddThem() throws {
    var alice = try ChatUnderTest()
    let bob = alice.meet(2)
    for _ in 0..<3 { alice.receive(ChatCommand.write("hello"), on: bob) }
    alice.settle()
    let stream = alice.residue(bob)[ChatField.stream] ?? .null
    for (received, read) in [(1, 0), (2, 1), (2, 2), (1, 0), (3, 3)] {
      let receipt: Value = [
        "handler": "receipt", "to": "pubKeySig1", "stream": stream,
        "received": .number(received), "read": .number(read),
      ]
      alice.receive(frame: ChatUnderTest.envelope(from: 2, receipt))
      alice.settle()
      #expect(alice.residue(bob)["peerReceived"]?.integer == received)
    }
    #expect(alice.phases(bob) == [.read, .read, .read])
    #expect(alice.residue(bob)[ChatField.outbox]?.object?.isEmpty ?? true)
    #expect(alice.residue(bob)["unseen"]?.object?.isEmpty ?? true)
  }

  @Test func manyStreamsOfAHostileContactAreForgottenButForTheNewest() throws {
    var alice = try ChatUnderTest()
    let bob = alice.meet(2)
    for index in 0..<100 {
      let stream = Text(String(1000 + index))
      let message = ChatUnderTest.message(1, after: 0, stream: stream)
      alice.receive(frame: ChatUnderTest.envelope(from: 2, message))
      alice.settle()
      #expect(alice.residue(bob)[ChatField.incoming]?[stream]?.integer == 1)
    }
    #expect(
      alice.residue(bob)[ChatField.incoming]?.object?.count == ConversationHandlers.streamsAtMost)
  }

  @Test(arguments: ["_stream", "7F handler", "handler", ""] as [Text])
  func aStreamThatIsNoHexadecimalNameIsDropped(stream: Text) throws {
    var alice = try ChatUnderTest()
    let bob = alice.meet(2)
    let message = ChatUnderTest.message(1, after: 0, stream: stream)
    alice.receive(frame: ChatUnderTest.envelope(from: 2, message))
    alice.settle()
    #expect(alice.residue(bob)[ChatField.messages] == nil)
    #expect(alice.residue(alice.connection)[ChatField.dropped]?.integer == 1)
  }

  @Test func theLastNumberThereIsBreaksNothing() throws {
    var alice = try ChatUnderTest()
    let bob = alice.meet(2)
    for (number, previous) in [(9_007_199_254_740_991, 0), (1, 0)] {
      let message = ChatUnderTest.message(number, after: previous)
      alice.receive(frame: ChatUnderTest.envelope(from: 2, message))
      alice.settle()
    }
    #expect(alice.phases(bob) == [.received])
    #expect(alice.residue(bob)[ChatField.incoming]?["7f"]?.number == 9_007_199_254_740_991)
  }

  @Test func whatIsBlockedIsNeverOpened() throws {
    var alice = try ChatUnderTest()
    let bob = alice.meet(2)
    alice.receive(ChatCommand.write("hello"), on: bob)
    alice.receive(ChatCommand.block, on: bob)
    alice.settle()
    #expect(alice.phases(bob) == [.failed])
    alice.receive(frame: ChatUnderTest.envelope(from: 2, ChatUnderTest.message(1, after: 0)))
    let isOpening = alice.asked.contains { if case .unseal = $0.effect { true } else { false } }
    #expect(!isOpening)
    alice.receive(ChatCommand.write("hello"), on: bob)
    #expect(
      alice.refused.map(\.description) == ["'write' refused: the contact is blocked or removed"])
  }

  /// Greetings go out in batches, and what the relay returns may come before one.
  @Test func whoIsNotThereBeforeTheyAreGreetedIsWaitedFor() throws {
    var alice = try ChatUnderTest(isVerified: false)
    let branches = (100...100 + HomeHandlers.greetingsAtOnce).map { alice.meet($0) }
    let last = try #require(branches.last)
    alice.receive(ChatCommand.write("hello"), on: last)
    try alice.connect()
    #expect(alice.phases(last) == [.queued])
    #expect(!alice.asked.contains { $0.branch == last })
    let name = "pubKeySig" + Text(100 + HomeHandlers.greetingsAtOnce)
    alice.receive(
      frame: ["handler": "returnEnvelop", "to": .string(name), "reason": "offline"])
    #expect(alice.residue(last)[ChatField.isReachable] == false)
    let timer = try #require(alice.asked.first { $0.branch == last })
    alice.receive(EffectResult.elapsed(timer.id), on: last)
    alice.settle()
    #expect(alice.phases(last) == [.sent] && alice.refused.isEmpty)
  }

  @Test func aStandingThatWasTakenIsNotTakenTwice() throws {
    var alice = try ChatUnderTest()
    let bob = alice.meet(2)
    let steps: [(Value, String?)] = [
      (ChatCommand.unblock, "'unblock' refused: the contact cannot become KNOWN"),
      (ChatCommand.block, nil),
      (ChatCommand.block, "'block' refused: the contact cannot become BLOCKED"),
      (ChatCommand.annotate(name: "Bob"), nil), (ChatCommand.remove, nil),
      (ChatCommand.remove, "'remove' refused: the contact cannot become REMOVED"),
      (ChatCommand.unblock, "'unblock' refused: the contact cannot become KNOWN"),
      (ChatCommand.annotate(name: "Bob"), "'annotate' refused: the contact is removed"),
    ]
    for (command, reason) in steps {
      alice.refused = []
      let before = alice.residue(bob)
      alice.receive(command, on: bob)
      #expect(alice.refused.map(\.description) == (reason.map { [$0] } ?? []))
      #expect((alice.residue(bob) == before) == (reason != nil))
    }
  }

  @Test func whoIsRemovedLeavesNoWordsBehind() throws {
    var alice = try ChatUnderTest()
    let bob = alice.meet(2)
    alice.receive(ChatCommand.annotate(name: "Bob", notes: "from the conference"), on: bob)
    alice.receive(ChatCommand.write("hello"), on: bob)
    alice.receive(ChatCommand.remove, on: bob)
    let printed = JSON.print(alice.residue(bob)).description
    for word in ["hello", "Bob", "conference"] { #expect(!printed.contains(word)) }
    #expect(ClientIndex.contact("pubKeySig2", alice.party.tree.summary) == nil)
    #expect(alice.meet(2) != bob)
  }
}
