import SimpaticoProtocol
import SimpaticoTree
import Testing

/// A page in miniature: it drives a chat session as JavaScript would.
struct PageUnderTest {
  var session = ChatSession()
  var journal: [Value] = []
  var secrets = Object()

  mutating func perform(_ command: Value) -> Value {
    var fields = command.object ?? Object()
    fields["at"] = 1000
    fields["random"] = "00000000000000ff"
    let answer = session.perform(.object(fields))
    journal += answer["journal"]?.array?.elements ?? []
    answer["secrets"]?.object?.forEach { secrets[$0] = $1 }
    return answer
  }

  mutating func open(_ more: Object = [:]) -> Value {
    var command = more
    command["command"] = "open"
    command["home"] = ["publicKeyPem": "pem", "publicKeySig": "sig", "name": "Alice"]
    return perform(.object(command))
  }

  /// Makes an invitation as a page does, and answers its name.
  mutating func invite() throws -> Text {
    let home = try #require(session.perform(["command": "view"])["home"]?["branch"])
    let asked = perform([
      "command": "tell", "branch": home, "message": ["handler": "invite", "note": "bob"],
    ])
    let effect = try #require(
      asked["effects"]?.array?.elements.first { $0["effect"] == "makeSecret" })
    _ = perform([
      "command": "tell", "branch": effect["branch"] ?? .null,
      "message": [
        "handler": "secretMade", "request": effect["id"] ?? .null,
        "secretName": effect["secretName"] ?? .null, "secret": "a-secret",
      ],
    ])
    let view = session.perform(["command": "view"])
    let invitation = try #require(view["invitations"]?.array?.elements.first)
    #expect(invitation["phase"] == "INVITED")
    return try #require(invitation["invitation"]?.string)
  }
}

@Suite struct ChatSessions {
  @Test func aPageMakesALinkThatHoldsTheSecretAndNothingElseDoes() throws {
    var page = PageUnderTest()
    #expect(page.open()["error"] == nil)
    let name = try page.invite()
    let link = try #require(
      page.session.perform([
        "command": "link", "page": "https://relay.example/chat", "invitation": .string(name),
      ])["link"]?.string)
    #expect(InvitationLink(link)?.secret == "a-secret")
    #expect(!page.journal.map { JSON.print($0).description }.joined().contains("a-secret"))
    for command in ["view", "transcript", "snapshot"] {
      let answer = page.session.perform(["command": .string(Text(command))])
      #expect(!JSON.print(answer).description.contains("a-secret"))
    }
    #expect(page.secrets.keys.count == 1)
  }

  @Test func aReopenedPageIsAsItWas() throws {
    var page = PageUnderTest()
    _ = page.open()
    let name = try page.invite()
    var again = PageUnderTest()
    let opened = again.open(["journal": .array(page.journal), "secrets": .object(page.secrets)])
    #expect(opened["error"] == nil)
    let view = again.session.perform(["command": "view"])
    #expect(view["invitations"]?.array?.elements.first?["invitation"] == .string(name))
    let link = again.session.perform([
      "command": "link", "page": "https://relay.example/chat", "invitation": .string(name),
    ])
    #expect(link["link"] != nil)
  }

  @Test func theTreeIsToldFromAnyNodeOnAndReadsBackWithoutAnyHandler() throws {
    var page = PageUnderTest()
    _ = page.open()
    func told(from: Value? = nil) throws -> (entries: [Value], next: Int) {
      var command: Object = ["command": "transcript"]
      if let from { command["from"] = from }
      let answer = page.session.perform(.object(command))
      return (
        try #require(answer["transcript"]?.array?.elements), try #require(answer["next"]?.integer)
      )
    }
    let first = try told()
    #expect(first.entries.count == first.next)
    #expect(!JSON.print(.array(Vector(first.entries))).description.contains("\"own\""))
    _ = try page.invite()
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
