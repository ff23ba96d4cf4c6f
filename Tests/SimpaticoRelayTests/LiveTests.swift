import NIOCore
import NIOEmbedded
import SimpaticoTree
import Testing

@testable import SimpaticoRelay

/// What may be looked at of a relay's tree, and what not.
@Suite struct Redactions {
  private let redaction = Redaction(tags: SaltedTags())

  @Test func wordsOfTheProtocolAndNumbersStay() {
    let value: Value = [
      "handler": "state", "connection": "OPEN", "registration": "VERIFIED", "t1": 1200, "ok": true,
      "handlers": ["state": .handler("state")], "_socket": -1, "gone": .delete, "nothing": .null,
      "refusal": "the box does not hold the clear text",
    ]
    #expect(redaction.shown(value) == value)
  }

  @Test func keysBoxesAndTextsBecomeTheirKind() {
    let pem: Value = "-----BEGIN PUBLIC KEY-----\nMIGb\n-----END PUBLIC KEY-----\n"
    let shown = redaction.shown([
      "handler": "deliverEnvelop", "box": "00ff00ff", "cypherText": "abcd", "publicKeyPem": pem,
      "publicKey": pem, "fromPublicKeyPem": pem, "clearText": "{\"t1\":1}", "unknown": "secret",
      "list": ["secret", ["deeper": "secret"]], "from": pem,
    ])
    #expect(
      shown == [
        "handler": "deliverEnvelop", "box": "(box, 8 bytes)", "cypherText": "(box, 4 bytes)",
        "publicKeyPem": "(public key)", "publicKey": "(public key)", "from": "(public key)",
        "fromPublicKeyPem": "(public key)", "clearText": "(text, 8 bytes)",
        "unknown": "(text, 6 bytes)",
        "list": ["(text, 6 bytes)", ["deeper": "(text, 6 bytes)"]],
      ])
  }

  @Test func aFingerprintHasOneNameInARunAndAnotherInTheNext() throws {
    let fingerprint: Value = "bm8gb25lIGtub3dzIHdob3NlIGtleSB0aGlzIGlzLi4"
    func name(_ redaction: Redaction, _ field: Text) throws -> Text {
      try #require(redaction.shown(.object([field: fingerprint]))[field]?.string)
    }
    let names = try ["publicKeySig", "from", "to"].map { try name(redaction, $0) }
    #expect(Set(names.map(\.description)).count == 1)
    #expect(names[0].hasPrefix("key ") && names[0].count == 12)
    #expect(try name(Redaction(tags: SaltedTags()), "from") != names[0])
  }

  @Test func whatTheOtherSideGaveAsAReasonIsNotTold() {
    #expect(redaction.shown(["handler": "refuse", "reason": "late"])["reason"] == "late")
    let closed: Value = ["handler": "closed", "code": 1000, "reason": "my name is Bob"]
    #expect(redaction.shown(closed)["reason"] == "(text, 14 bytes)")
    let residue = redaction.shown(["closing": ["reason": "my name is Bob"]])
    #expect(residue["closing"]?["reason"] == "(text, 14 bytes)")
    #expect(redaction.shown(["reason": ""])["reason"] == "")
  }
}

/// A few readers follow a tree, each at its own pace.
@Suite struct LiveFeeds {
  /// A tree that tests let grow, and a feed of it.
  private final class Relay {
    var tree = CombineTree(root: ["name": "server"])
    let loop = EmbeddedEventLoop()
    private(set) lazy var feed = LiveFeed(SaltedTags(), on: loop) { [unowned self] in tree }
    private let channel: EmbeddedChannel

    init() throws {
      channel = EmbeddedChannel(loop: loop)
      try tree.add(["trunk": true], to: 0)
      try tree.add(["cap": "end"], to: 1)
      try tree.add(["branch": 1], to: 1)
    }

    deinit {
      _ = try? channel.finish(acceptAlreadyClosed: true)
      try? loop.syncShutdownGracefully()
    }

    func open() -> LiveFeed.Reader? { feed.open(channel) }

    func grow(_ count: Int) throws {
      for number in 0..<count { try tree.add(["n": .number(number)], toLeafOf: 1) }
      feed.wake()
    }

    /// All lines that are at hand for a reader; nil where it was cut.
    func read(_ reader: LiveFeed.Reader, until nodes: Int) throws -> [Value]? {
      var lines: [Value] = []
      while lines.count < nodes {
        guard let buffer = try feed.lines(for: reader).wait() else { return nil }
        for line in String(buffer: buffer).split(separator: "\n") {
          lines.append(try JSON.parse(Text(String(line))))
        }
      }
      return lines
    }
  }

  @Test func aReaderIsToldOfAllThatThereIsAndThenOfWhatComes() throws {
    let relay = try Relay()
    let reader = try #require(relay.open())
    let first = try #require(try relay.read(reader, until: 4))
    #expect(first.map { $0["node"] } == [0, 1, 2, 3])
    let next = relay.feed.lines(for: reader)
    try relay.grow(300)
    relay.loop.run()
    let told = try #require(try next.wait())
    #expect(String(buffer: told).split(separator: "\n").count == LiveFeed.chunk)
    let rest = try #require(try relay.read(reader, until: 300 - LiveFeed.chunk))
    #expect(rest.last?["node"] == 303)
  }

  @Test func aReaderThatComesLateIsToldOfWhatIsHeld() throws {
    let relay = try Relay()
    try relay.grow(100)
    relay.tree.compact(before: 90)
    let reader = try #require(relay.open())
    let lines = try #require(try relay.read(reader, until: 3 + 14))
    #expect(lines.prefix(4).map { $0["node"] } == [0, 1, 2, 90])
    #expect(lines[3]["residue"]?["branch"] == 1, "the first tells the whole residue")
    #expect(lines[4]["residue"]?["branch"] == nil)
  }

  @Test func aReaderForWhomSomethingWasDroppedIsCut() throws {
    let relay = try Relay()
    let reader = try #require(relay.open())
    _ = try relay.read(reader, until: 4)
    try relay.grow(100)
    relay.tree.compact(before: 90)
    #expect(try relay.feed.lines(for: reader).wait() == nil)
  }

  @Test func aReaderThatWaitsHearsThatTheRelayIsAliveAndThenThatItLeaves() throws {
    let relay = try Relay()
    let reader = try #require(relay.open())
    _ = try relay.read(reader, until: 4)
    let waiting = relay.feed.lines(for: reader)
    relay.loop.advanceTime(by: LiveFeed.patience)
    #expect(try waiting.wait() == ByteBuffer(string: "\n"))
    relay.feed.close()
    #expect(try relay.feed.lines(for: reader).wait() == nil)
  }

  @Test func thereIsRoomForAFewAndForNobodyOnceItLeaves() throws {
    let relay = try Relay()
    let readers = (0..<LiveFeed.maximumReaders).map { _ in relay.open() }
    #expect(readers.allSatisfy { $0 != nil })
    #expect(relay.open() == nil)
    relay.feed.remove(try #require(readers[0]))
    #expect(relay.open() != nil)
    relay.feed.close()
    relay.feed.remove(try #require(readers[1]))
    #expect(relay.open() == nil)
  }
}
