import SimpaticoProtocol
import SimpaticoTree
import Testing

/// What two people see of one another through their pages.
@Suite struct ChatSessionConversations {
  private static let toBob = PagesUnderTest.fingerprint("bob")

  private func phases(_ messages: [Value]) -> [Value?] { messages.map { $0["phase"] } }

  @Test func twoPagesMeetByALinkAndSayWhatTheyHaveReadOfOneAnother() throws {
    var pages = PagesUnderTest()
    try pages.meet("alice", "bob")
    for (name, other) in [("alice", "bob"), ("bob", "alice")] {
      let view = pages.view(name)
      let contacts = view["contacts"]?.array?.elements ?? []
      #expect(contacts.map { $0["contact"]?["name"] } == [.string(Text(other))])
      #expect(contacts.map { $0["standing"] } == ["KNOWN"])
      #expect(view["invitations"]?.array?.elements.map { $0["phase"] } == ["VERIFIED"])
      #expect(view["connection"]?["registration"] == "VERIFIED")
      #expect(view["counters"]?["refusals"] == 0 && view["counters"]?["violations"] == 0)
    }
    pages.tell("bob", pages.branch("bob"), ChatCommand.write("hello"))
    #expect(phases(pages.messages("bob", with: "alice")) == ["DELIVERED"])
    let arrived = pages.messages("alice", with: "bob")
    #expect(arrived.map { $0["text"] } == ["hello"] && arrived.map { $0["own"] } == [false])
    #expect(arrived.map { $0["place"] } == ["000000000"])
    pages.pages["bob"]?.changed = []
    pages.tell("alice", pages.branch("alice"), ChatCommand.read)
    #expect(phases(pages.messages("bob", with: "alice")) == ["READ"])
    let told = pages.pages["bob"]?.changed.filter { $0["kind"] == "conversation" } ?? []
    #expect(told.last?["messages"] == ["000000000"])
    #expect(told.last?["contact"] == .string(PagesUnderTest.fingerprint("alice")))
  }

  /// A contact of a view is shown without what its own command tells.
  @Test func theViewOfAContactHoldsNoMessageAndNoHandle() throws {
    var pages = PagesUnderTest()
    try pages.meet("alice", "bob")
    pages.cut("bob")
    for _ in 0..<2 {
      pages.tell("alice", pages.branch("alice"), ChatCommand.write("hello"))
    }
    let contact = try #require(pages.view("alice")["contacts"]?.array?.elements.first)
    #expect(contact["pending"] == 2)
    for field in ["messages", "outbox", "unseen", "unreadPlaces", "handlers"] as [Text] {
      #expect(contact[field] == nil, "\(field)")
    }
    #expect(!JSON.print(pages.view("alice")).description.contains("\"_"))
  }

  @Test func aPageHoldsTheNewestMessagesBeforeAPlace() throws {
    var pages = PagesUnderTest()
    try pages.meet("alice", "bob")
    let branch = pages.branch("alice")
    for number in 0..<5 { pages.tell("alice", branch, ChatCommand.write(Text(number))) }
    let cases: [(Object, [Value?])] = [
      ([:], ["0", "1", "2", "3", "4"]), (["limit": 2], ["3", "4"]),
      (["before": 3, "limit": 2], ["1", "2"]), (["before": 1], ["0"]), (["limit": 0], []),
      (["limit": -1], []), (["before": 0, "limit": 9], []),
    ]
    for (more, texts) in cases {
      #expect(pages.messages("alice", with: "bob", more).map { $0["text"] } == texts)
    }
    let answer = pages.ask(
      "alice",
      ["command": "messages", "contact": .string(ChatSessionConversations.toBob), "limit": 1])
    #expect(answer["count"] == 5)
    let nobody = pages.ask("alice", ["command": "messages", "contact": "nobody"])
    #expect(nobody["error"] == "there is no such contact")
  }

  @Test func whoIsBlockedStaysInViewWithWhatWasSaid() throws {
    var pages = PagesUnderTest()
    try pages.meet("alice", "bob")
    let branch = pages.branch("alice")
    pages.tell("alice", branch, ChatCommand.write("hello"))
    pages.tell("alice", branch, ChatCommand.block)
    let contacts = pages.view("alice")["contacts"]?.array?.elements ?? []
    #expect(contacts.map { $0["standing"] } == ["BLOCKED"])
    #expect(pages.messages("alice", with: "bob").map { $0["text"] } == ["hello"])
    let refused = pages.tell("alice", branch, ChatCommand.write("more"))
    #expect(refused["refused"] == "'write' refused: the contact is blocked or removed")
    #expect(refused["effects"] == [] && refused["journal"] == [] && refused["changed"] == [])
  }

  @Test func aReopenedPageGoesOnWhereItWas() throws {
    var pages = PagesUnderTest()
    try pages.meet("alice", "bob")
    pages.cut("bob")
    pages.tell("alice", pages.branch("alice"), ChatCommand.write("are you there?"))
    #expect(phases(pages.messages("alice", with: "bob")) == ["QUEUED"])
    try pages.open("alice")
    #expect(phases(pages.messages("alice", with: "bob")) == ["QUEUED"])
    try pages.open("bob")
    #expect(phases(pages.messages("alice", with: "bob")) == ["DELIVERED"])
    #expect(pages.messages("bob", with: "alice").map { $0["text"] } == ["are you there?"])
  }

  @Test func aDeletedMessageIsInNothingThatIsKept() throws {
    var pages = PagesUnderTest()
    try pages.meet("alice", "bob")
    let branch = pages.branch("bob")
    for text in ["a slip", "a word"] as [Text] {
      pages.tell("bob", branch, ChatCommand.write(text))
    }
    pages.tell("bob", branch, ChatCommand.deleteMessage(place: "000000000"))
    let page = try #require(pages.pages["bob"])
    let kept = JSON.print([page.snapshot, .array(Vector(page.journal))]).description
    #expect(!kept.contains("a slip") && kept.contains("a word"))
    try pages.open("bob")
    #expect(pages.messages("bob", with: "alice").map { $0["text"] } == ["a word"])
    #expect(pages.messages("alice", with: "bob").map { $0["text"] } == ["a slip", "a word"])
  }
}

/// The secrets of links, which a session keeps from its tree and a page keeps for it.
@Suite struct ChatSessionSecrets {
  private func phase(_ pages: inout PagesUnderTest, _ name: String) -> Value? {
    pages.view(name)["invitations"]?.array?.elements.last?["phase"]
  }

  @Test func aGuestForgetsTheSecretOnceItIsProved() throws {
    var pages = PagesUnderTest()
    try pages.open("alice")
    let link = try pages.invite("alice")
    try pages.open("bob")
    pages.accept("bob", link)
    #expect(phase(&pages, "bob") == "VERIFIED")
    #expect(pages.pages["bob"]?.secrets.isEmpty == true)
    // The host's stays, so that whoever comes too late is told so.
    #expect(pages.pages["alice"]?.secrets.count == 1)
    for name in ["alice", "bob"] {
      let journal = JSON.print(.array(Vector(pages.pages[name]?.journal ?? []))).description
      #expect(!journal.contains("secret-of-alice"), "\(name)")
    }
    try pages.open("carol")
    pages.accept("carol", link)
    #expect(phase(&pages, "carol") == "USED")
  }

  @Test func whoGuessesTheSecretLearnsNothing() throws {
    var pages = PagesUnderTest()
    try pages.open("alice")
    try pages.open("bob")
    let link = try #require(InvitationLink(try pages.invite("alice")))
    let guess = InvitationLink(
      page: link.page, host: link.host, invitation: link.invitation, secret: "guess")
    pages.accept("bob", guess.text)
    #expect(phase(&pages, "bob") == "UNKNOWN" && phase(&pages, "alice") == "INVITED")
    #expect(pages.view("alice")["contacts"] == [] && pages.view("bob")["contacts"] == [])
  }

  @Test func aLinkIsFollowedOnceAndByNoOtherSecretMeanwhile() throws {
    var pages = PagesUnderTest()
    try pages.open("alice")
    let link = try #require(InvitationLink(try pages.invite("alice")))
    pages.cut("alice")
    try pages.open("bob")
    let first = pages.accept("bob", link.text)
    #expect(first["secrets"]?.object?.count == 1 && first["refused"] == nil)
    let second = pages.accept("bob", link.text)
    #expect(second["secrets"] == [:] && second["error"] == nil)
    let other = InvitationLink(
      page: link.page, host: link.host, invitation: link.invitation, secret: "other")
    #expect(pages.accept("bob", other.text)["error"] == .string(LinkSecret.otherIsFollowed))
    #expect(pages.view("bob")["invitations"]?.array?.count == 1)
    #expect(pages.pages["bob"]?.secrets.count == 1)
  }

  @Test func theSecretOfALinkThatIsRefusedIsNotKept() throws {
    var pages = PagesUnderTest()
    try pages.open("alice")
    let link = try pages.invite("alice")
    let before = pages.pages["alice"]?.secrets
    let answer = pages.accept("alice", link)
    #expect(
      answer["refused"]
        == "'accept' refused: this invitation is your own: send its link to somebody else")
    #expect(answer["secrets"] == [:] && pages.pages["alice"]?.secrets == before)
    #expect(
      pages.accept("alice", "https://relay.example/")["error"] == "this is no invitation link")
  }

  @Test func aProofWhoseSecretIsGoneIsNotSent() throws {
    var pages = PagesUnderTest()
    try pages.open("alice")
    try pages.open("bob")
    let link = try pages.invite("alice")
    pages.cut("alice")
    pages.accept("bob", link)
    pages.pages["bob"]?.secrets = Object()
    try pages.open("alice")
    try pages.open("bob")
    let invitation = pages.view("bob")["invitations"]?.array?.elements.first
    #expect(invitation?["phase"] == "REQUEST_PUBLIC_KEY")
    #expect(invitation?["reason"] == "it could not be sealed")
    #expect(pages.view("alice")["contacts"] == [])
  }
}
