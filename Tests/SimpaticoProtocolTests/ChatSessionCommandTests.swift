import SimpaticoTree
import Testing

@testable import SimpaticoProtocol

/// Commands that a page gives, and what it is told where they are wrong.
@Suite struct ChatSessionCommands {
  private func bytes(_ answer: [UInt8]) -> Value { (try? JSON.parse(answer)) ?? .null }

  private static let moment: Object = ["at": 5, "random": "00000000000000ff"]

  @Test(
    arguments: [
      ([:], "an object with a string 'command' is expected"),
      (["command": "view"], "the session is not open"),
      (["command": "snapshot"], "the session is not open"),
      (["command": "accept", "link": "https://relay.example/"], "the session is not open"),
      (
        ["command": "readLink", "link": "https://relay.example/chat"], "this is no invitation link"
      ),
      (["command": "qr"], "'text' is missing"),
      (["command": "open"], "'home' with its keys, 'at' and 'random' are needed"),
    ] as [(Value, Text)])
  func whatIsWrongBeforeTheSessionIsOpenIsSaid(command: Value, reason: Text) {
    var session = ChatSession()
    #expect(session.perform(command) == ["error": .string(reason)])
    #expect(session.party == nil)
  }

  @Test(
    arguments: [
      (["command": "open"], "the session is open already"),
      (["command": "tell", "branch": 1, "message": [:]], "'at' and 'random' are missing or wrong"),
      (
        ["command": "tell", "at": -1, "random": "00000000000000ff"],
        "'at' and 'random' are missing or wrong"
      ),
      (["command": "tell", "at": 5, "random": "ff"], "'at' and 'random' are missing or wrong"),
      (
        ["command": "tell", "at": 5, "random": "00000000000000FF"],
        "'at' and 'random' are missing or wrong"
      ),
      (
        ["command": "tell", "message": [:], "at": 5, "random": "00000000000000ff"],
        "'branch' is missing"
      ),
      (
        ["command": "tell", "branch": 1, "message": 7, "at": 5, "random": "00000000000000ff"],
        "'message' is missing"
      ),
      (
        ["command": "frame", "branch": 1, "at": 5, "random": "00000000000000ff"],
        "'text' is missing"
      ),
      (
        ["command": "dance", "branch": 1, "at": 5, "random": "00000000000000ff"],
        "unknown command 'dance'"
      ),
      (["command": "end"], "'branch' is missing"),
      (["command": "messages"], "there is no such contact"),
      (
        ["command": "link", "page": "https://relay.example/", "invitation": "7f"],
        "there is no such invitation"
      ),
    ] as [(Value, Text)])
  func whatIsWrongInAnOpenSessionIsSaidAndChangesNothing(command: Value, reason: Text) throws {
    var pages = PagesUnderTest()
    try pages.open("alice")
    let view = pages.view("alice")
    #expect(pages.ask("alice", command) == ["error": .string(reason)])
    #expect(pages.view("alice") == view)
  }

  @Test func bytesAreAnsweredWithBytes() {
    var session = ChatSession()
    let link = #"{"command":"readLink","link":"https://relay.example/chat#invite=host.7f.secret"}"#
    let answer = Array(link.utf8).withUnsafeBufferPointer { session.call($0) }
    #expect(
      bytes(answer) == [
        "page": "https://relay.example/chat", "host": "host", "invitation": "7f",
      ])
    for text in ["", "{", "view", "{\"command\":"] {
      let answer = Array(text.utf8).withUnsafeBufferPointer { session.call($0) }
      let error = bytes(answer)["error"]?.string?.description ?? ""
      #expect(error.hasPrefix("the command is not JSON: "), "\(text)")
    }
  }

  @Test func aTextIsDrawnAsAQRCodeUnlessItIsTooLong() throws {
    var session = ChatSession()
    let code = try QRCode(text: "hello")
    #expect(
      session.perform(["command": "qr", "text": "hello"]) == [
        "path": .string(code.svgPath()), "side": .number(code.side()),
      ])
    let long = Text(String(repeating: "x", count: 3000))
    #expect(
      session.perform(["command": "qr", "text": .string(long)]) == [
        "error": "the text is too long for a QR code"
      ])
  }

  @Test func whatWasKeptAndIsDamagedOpensNothing() throws {
    var pages = PagesUnderTest()
    try pages.open("alice")
    let entry = try #require(pages.pages["alice"]?.journal.first)
    let damaged: [(Object, String)] = [
      (["journal": [7]], "entry 0 of the journal is damaged"),
      (["journal": [entry, "x"]], "entry 1 of the journal is damaged"),
      (["journal": [entry, entry]], "the journal is damaged: node "),
      (["snapshot": 7], "the snapshot is damaged"),
    ]
    for (kept, reason) in damaged {
      var session = ChatSession()
      func open(_ kept: Object) -> Value {
        var command = kept
        command["command"] = "open"
        command["home"] = PagesUnderTest.identity("alice")
        command["secrets"] = ["invite-7f": "a-secret"]
        Self.moment.forEach { command[$0] = $1 }
        return session.perform(.object(command))
      }
      let error = open(kept)["error"]?.string?.description ?? ""
      #expect(error.hasPrefix(reason), "\(error)")
      #expect(session.party == nil && session.vault.secret("invite-7f") == nil)
      #expect(open(["journal": [entry]])["error"] == nil)
      #expect(session.vault.secret("invite-7f") == "a-secret")
    }
  }

  /// What a socket brings that is no text is a violation, and so is a text that is no message.
  @Test(
    arguments: [
      (["command": "violation", "reason": "a binary frame"], "a binary frame"),
      (["command": "violation"], "a bad frame"),
      (["command": "frame", "text": "7"], "not an object with a string 'handler'"),
    ] as [(Object, Text)])
  func aFrameThatIsNoMessageEndsTheConnectionAndIsToldOnce(frame: Object, reason: Text) throws {
    var pages = PagesUnderTest()
    try pages.open("alice")
    var command = frame
    let branch = try #require(pages.pages["alice"]?.connection)
    command["branch"] = branch
    #expect(pages.perform("alice", command)["violation"] == .string(reason))
    let view = pages.view("alice")
    #expect(view["home"]?["session"] == "WAITING" && view["home"]?["reason"] == .string(reason))
    #expect(view["counters"]?["violations"] == 1)
  }

  @Test func aBranchThatHasEndedTakesNothingMore() throws {
    var pages = PagesUnderTest()
    try pages.open("alice")
    let branch = try #require(pages.pages["alice"]?.connection)
    pages.cut("alice")
    let answer = pages.tell("alice", branch, EffectResult.opened)
    #expect(answer["refused"] != nil && answer["changed"] == [] && answer["effects"] == [])
    #expect(pages.view("alice")["home"]?["session"] == "WAITING")
    pages.elapse("alice")
    #expect(pages.view("alice")["home"]?["session"] == "ONLINE")
    #expect(pages.pages["alice"]?.connection != branch)
  }
}
