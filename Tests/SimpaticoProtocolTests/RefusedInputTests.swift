import SimpaticoTree
import Testing

@testable import SimpaticoProtocol

/// Inputs that a host may bring in at the wrong time or without what they need: each is told back
/// and changes nothing.
@Suite struct RefusedInputs {
  /// A party's branch with these settings, whose socket is open where it could be opened.
  private func opened(_ party: inout Party, _ settings: Value) throws -> BranchID {
    let branch = try party.open(settings, at: Moment())
    _ = party.receive(Party.accept(socket: 1), on: branch, at: Moment())
    return branch
  }

  private func reasons(_ reaction: Party.Reaction) -> [Text] { reaction.refusals.map(\.error.text) }

  @Test func aServerWithoutAKeyCannotChallenge() throws {
    var party = Party.server(suite: .symbolic)
    let branch = try opened(&party, ["server": true])
    let reaction = party.receive(EffectResult.opened, on: branch, at: Moment())
    #expect(reasons(reaction) == ["'register1' refused: the server has no key"])
    #expect(reaction.nodes.isEmpty && reaction.effects.isEmpty)
  }

  @Test func aClientWithoutAKeyCannotAnswer() throws {
    var party = Party.client(suite: .symbolic, name: "alice")
    let branch = try opened(&party, ["server": false])
    _ = party.receive(EffectResult.opened, on: branch, at: Moment())
    let frame = Array(#"{"handler":"register2","publicKeyPem":"pubKey0","t1":5}"#.utf8)
    let reaction = frame.withUnsafeBufferPointer {
      party.receive(frame: $0, on: branch, at: Moment())
    }
    #expect(reaction.violation?.text == "'register2' refused: the client has no key")
    #expect(reaction.closed == [CloseCode.policyViolation])
  }

  @Test(
    arguments: [
      (["handler": "connect"], "a connection needs a websocketURL, or a socket that was accepted"),
      (["handler": "state", "registration": "DONE"], "no such registration phase"),
    ] as [(Value, Text)])
  func whatIsMissingOrUnknownIsTold(message: Value, reason: Text) throws {
    var party = Party.client(suite: .symbolic, name: "alice")
    let branch = try party.open(["server": false], at: Moment())
    let reaction = party.receive(message, on: branch, at: Moment())
    #expect(reasons(reaction).map { $0.description.hasSuffix(reason.description) } == [true])
  }

  @Test func aFrameOnAnEndedBranchIsRefused() throws {
    var server = try ServerUnderTest()
    try server.party.end(server.branch)
    let reaction = server.receive(frame: server.response())
    #expect(reaction.refusals.map(\.error) == [.retired(server.branch)])
    #expect(reaction.violation == nil && reaction.nodes.isEmpty)
  }

  @Test func aHomeThatCannotBeginIsToldBack() {
    var party = Party.client(suite: .symbolic, name: "alice")
    let reaction = party.start(["handler": "nothing"], at: Moment())
    #expect(reaction.refusals.count == 1)
    #expect(reaction.nodes.isEmpty && !reaction.isChange && party.home == nil)
  }

  @Test func aBranchWhoseFirstMessageIsRefusedIsThereAndThatIsTold() throws {
    let begin = Handler("begin", example: ["handler": "begin"]) {
      (residue, message, context) throws(Refusal) in
      [Start.effect(["name": "the new one"], then: ["handler": "nothing"])]
    }
    var party = Party(
      name: "alice", handlers: [begin] + StockHandlers.all, wire: Wire(accepting: []))
    let branch = try party.open(["name": "the first one"], at: Moment())
    let reaction = party.receive(["handler": "begin"], on: branch, at: Moment())
    let new = try #require(reaction.refusals.first?.branch)
    #expect(reaction.refusals.count == 1 && new != branch && party.counters.refusals == 1)
    #expect(try party.tree.residue(ofBranch: new)["name"] == "the new one")
    #expect(reaction.nodes.count == 2)
  }

  @Test func aBrokenRuleOfTheSocketEndsTheConnection() throws {
    var server = try ServerUnderTest()
    let reaction = server.party.receive(
      violation: .notText, on: server.branch, at: Moment(timeMilliseconds: 1010))
    #expect(reaction.violation == .notText)
    #expect(reaction.sent == [uniformRefusal])
    #expect(reaction.closed == [CloseCode.policyViolation])
  }
}
