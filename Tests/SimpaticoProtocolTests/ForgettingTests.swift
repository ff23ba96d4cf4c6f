import SimpaticoTree
import Testing

@testable import SimpaticoProtocol

/// Messages and contacts that a person no longer wants to have.
@Suite struct ForgettingLaws {
  private func isAsked(_ alice: ChatUnderTest, _ branch: BranchID) -> Bool {
    alice.residue(branch)[ChatField.forgetting] != nil
  }

  private func place(_ number: Int) -> Text { Place.key(number) }

  @Test func aDeletedMessageIsGoneAndTheOthersAreInTheirPlaces() throws {
    var alice = try ChatUnderTest()
    let bob = alice.meet(2)
    for number in 1...3 {
      let message = ChatUnderTest.message(number, after: number - 1)
      alice.receive(frame: ChatUnderTest.envelope(from: 2, message))
      alice.settle()
    }
    alice.receive(ChatCommand.deleteMessage(place: place(1)), on: bob)
    #expect(isAsked(alice, bob))
    #expect(alice.residue(bob)["messages"]?.object?.keys == [place(0), place(2)])
    #expect(alice.residue(bob)["unread"] == 2)
    #expect(alice.residue(bob)["unreadPlaces"]?.object?.keys == [place(0), place(2)])
    alice.receive(ChatCommand.read, on: bob)
    #expect(alice.phases(bob) == [.read, .read])
    // The number stays taken: it does not come again, and what follows does.
    for (number, previous) in [(2, 1), (4, 3)] {
      let message = ChatUnderTest.message(number, after: previous)
      alice.receive(frame: ChatUnderTest.envelope(from: 2, message))
      alice.settle()
    }
    #expect(
      alice.residue(bob)["messages"]?.object?.keys == [place(0), place(2), place(3)])
    #expect(alice.refused.isEmpty)
  }

  @Test func theLastUnreadOneLeavesNothingUnread() throws {
    var alice = try ChatUnderTest()
    let bob = alice.meet(2)
    alice.receive(frame: ChatUnderTest.envelope(from: 2, ChatUnderTest.message(1, after: 0)))
    alice.settle()
    alice.receive(ChatCommand.deleteMessage(place: place(0)), on: bob)
    #expect(alice.residue(bob)["unread"] == nil && alice.residue(bob)["unreadPlaces"] == nil)
  }

  @Test func anOwnOneThatHasNotArrivedIsSentNoMore() throws {
    var alice = try ChatUnderTest()
    let bob = alice.meet(2)
    for _ in 0..<3 { alice.receive(ChatCommand.write("hello"), on: bob) }
    alice.settle()
    _ = alice.sealedAndSent()
    alice.receive(ChatCommand.deleteMessage(place: place(1)), on: bob)
    #expect(alice.residue(bob)["outbox"]?.object?.count == 2)
    // What is sent again leaves no gap where it was.
    alice.receive(["handler": "requeue"], on: bob)
    alice.receive(["handler": "pump"], on: bob)
    alice.settle()
    let sent = alice.sealedAndSent().filter { $0["handler"] == "message" }
    #expect(sent.map { $0["n"]?.integer } == [1, 3])
    #expect(sent.map { $0["previous"]?.integer } == [0, 1])
    #expect(alice.refused.isEmpty)
  }

  @Test func whatIsNotThereCannotBeDeleted() throws {
    var alice = try ChatUnderTest()
    let bob = alice.meet(2)
    alice.receive(ChatCommand.deleteMessage(place: place(0)), on: bob)
    alice.receive(ChatCommand.deleteMessage(place: "_handle"), on: bob)
    alice.receive(ChatCommand.deleteMessage(place: place(0)), on: alice.home)
    #expect(alice.refused.count == 3 && !isAsked(alice, bob))
  }

  @Test func aProcessThatIsKilledForgetsWhenItStartsAgain() throws {
    var alice = try ChatUnderTest()
    let bob = alice.meet(2)
    alice.receive(ChatCommand.remove, on: bob)
    let first = alice.residue(bob)[ChatField.forgetting] ?? .null
    let reaction = alice.party.receive(
      ChatCommand.resume(privateKey: "privKey1"), on: bob, at: alice.moment)
    let asked = reaction.effects.filter { $0.effect == .forgetHistory }
    #expect(asked.count == 1 && asked.first?.id != first)
    // The answer to the old one is no answer to this.
    alice.receive(EffectResult.forgotten(first), on: bob)
    #expect(isAsked(alice, bob))
    alice.receive(EffectResult.forgotten(asked.first?.id ?? .null), on: bob)
    #expect(!isAsked(alice, bob))
    let again = alice.party.receive(
      ChatCommand.resume(privateKey: "privKey1"), on: bob, at: alice.moment)
    #expect(again.effects.allSatisfy { $0.effect != .forgetHistory })
  }

  @Test func pagesCountPlacesThatAreThere() {
    var messages = Object()
    for number in [0, 1, 4, 5, 9] { messages[place(number)] = true }
    #expect(ChatPage.positions(of: messages, before: nil, limit: 2) == 3..<5)
    #expect(ChatPage.positions(of: messages, before: 5, limit: 2) == 1..<3)
    #expect(ChatPage.positions(of: messages, before: 3, limit: 9) == 0..<2)
    #expect(ChatPage.positions(of: messages, before: 0, limit: 9).isEmpty)
    #expect(ChatPage.positions(of: messages, before: 99, limit: 0).isEmpty)
    #expect(ChatPage.positions(of: messages, before: -1, limit: -1).isEmpty)
  }
}
