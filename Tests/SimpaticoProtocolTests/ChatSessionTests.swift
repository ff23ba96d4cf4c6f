import SimpaticoProtocol
import SimpaticoTree
import Testing

/// What a session tells of itself, and keeps.
@Suite struct ChatSessions {
  @Test func aPageMakesALinkThatHoldsTheSecretAndNothingElseDoes() throws {
    var pages = PagesUnderTest()
    try pages.open("alice")
    let link = try pages.invite("alice")
    #expect(InvitationLink(link)?.secret == "secret-of-alice")
    let page = try #require(pages.pages["alice"])
    var told: [Value] = [.array(Vector(page.journal))]
    for command in ["view", "transcript", "snapshot"] as [Value] {
      told.append(pages.ask("alice", ["command": command]))
    }
    #expect(!JSON.print(.array(Vector(told))).description.contains("secret-of-alice"))
    #expect(page.secrets.keys.count == 1)
  }

  @Test func aReopenedPageIsAsItWas() throws {
    var pages = PagesUnderTest()
    try pages.open("alice")
    let link = try pages.invite("alice")
    let id = try #require(InvitationLink(link)?.invitation)
    try pages.open("alice")
    let invitations = pages.view("alice")["invitations"]?.array?.elements ?? []
    #expect(invitations.map { $0["invitation"] } == [.string(id)])
    #expect(invitations.map { $0["phase"] } == ["INVITED"])
    let again = pages.ask(
      "alice",
      ["command": "link", "page": "https://relay.example/chat", "invitation": .string(id)])
    #expect(again["link"] == .string(link))
  }

  @Test func theTreeIsToldFromAnyNodeOnAndReadsBackWithoutAnyHandler() throws {
    var pages = PagesUnderTest()
    try pages.open("alice")
    func told(from: Value? = nil) throws -> (entries: [Value], next: Int) {
      var command: Object = ["command": "transcript"]
      if let from { command["from"] = from }
      let answer = pages.ask("alice", .object(command))
      return (
        try #require(answer["transcript"]?.array?.elements), try #require(answer["next"]?.integer)
      )
    }
    let first = try told()
    #expect(first.entries.count == first.next)
    #expect(!JSON.print(.array(Vector(first.entries))).description.contains("\"own\""))
    _ = try pages.invite("alice")
    let more = try told(from: .number(first.next))
    let all = try told()
    #expect(more.entries == Array(all.entries.dropFirst(first.next)) && !more.entries.isEmpty)
    #expect(more.next == all.next)
    let tree = try Transcript.read(.array(Vector(all.entries)))
    let kinds = try (0..<tree.tree.branchCount).map { branch in
      try tree.tree.residue(of: tree.tree.leaf(of: branch))["kind"]
    }
    #expect(kinds.contains("home") && kinds.contains("invitation"))
    for from in [Value.number(all.next), .number(1_000_000)] {
      #expect(try told(from: from).entries.isEmpty)
    }
    for from: Value in [-1, "x", .null] { #expect(try told(from: from).entries == all.entries) }
  }
}
