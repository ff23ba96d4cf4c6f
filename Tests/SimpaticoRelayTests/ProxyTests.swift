import NIOHTTP1
import Testing

@testable import SimpaticoRelay

@Suite struct Proxies {
  private let trusted = ["127.0.0.1", "198.18.0.0/15"].compactMap { AddressRange($0) }

  private func client(
    _ values: [String], from peer: String = "127.0.0.1",
    _ header: RelayConfiguration.ForwardedHeader = .xForwardedFor
  ) throws -> AddressBits {
    let rule = ClientAddress(trustedProxies: trusted, header: header)
    let name = header == .xForwardedFor ? "X-Forwarded-For" : "Forwarded"
    let headers = HTTPHeaders(values.map { (name, $0) })
    return rule.client(of: try #require(AddressBits(peer)), headers)
  }

  @Test(arguments: [
    (["192.0.2.1"], "192.0.2.1"), (["198.51.100.1, 192.0.2.1"], "192.0.2.1"),
    (["192.0.2.1, 198.18.2.3"], "192.0.2.1"),
    (["198.51.100.1, 192.0.2.1, 198.18.2.3"], "192.0.2.1"),
    (["198.51.100.1", "192.0.2.1"], "192.0.2.1"), (["192.0.2.1:4711"], "192.0.2.1"),
    (["[2001:db8::1]:4711"], "2001:db8::1"), (["2001:db8::1"], "2001:db8::1"),
    ([], "127.0.0.1"), ([""], "127.0.0.1"), (["nonsense"], "127.0.0.1"),
    (["192.0.2.1, nonsense"], "127.0.0.1"), (["192.0.2.1, nonsense, 198.18.1.1"], "198.18.1.1"),
    (["198.18.1.1"], "198.18.1.1"), (["192.0.2.1:80:80"], "127.0.0.1"),
    (["[2001:db8::1]x"], "127.0.0.1"), (["192.0.2.1 192.0.2.2"], "127.0.0.1"),
  ])
  func theNearestThatIsNoProxyIsTheClient(_ values: [String], _ wanted: String) throws {
    #expect(try client(values) == AddressBits(wanted))
  }

  @Test func nobodyElseIsBelieved() throws {
    #expect(try client(["192.0.2.1"], from: "198.51.100.7") == AddressBits("198.51.100.7"))
  }

  @Test(arguments: [
    (["for=192.0.2.1"], "192.0.2.1"), (["For=\"[2001:db8::1]:4711\""], "2001:db8::1"),
    (["for=\"[2001:db8::1]\""], "2001:db8::1"), (["for=\"192.0.2.1:80\""], "192.0.2.1"),
    (["for=\"192.0.2.1:_port\""], "192.0.2.1"), (["for=[2001:db8::1]:80"], "2001:db8::1"),
    (["for=198.51.100.1, for=192.0.2.1;proto=https;by=198.18.0.1"], "192.0.2.1"),
    (["for=198.51.100.1", "for=192.0.2.1"], "192.0.2.1"),
    (["for=192.0.2.1", "for=198.18.0.1, for=198.18.0.2"], "192.0.2.1"),
    (["proto=https; for=192.0.2.1"], "192.0.2.1"), ([";for=192.0.2.1;,,"], "192.0.2.1"),
    (["for=unknown"], "127.0.0.1"), (["for=192.0.2.1, for=unknown"], "127.0.0.1"),
    (["for=_hidden, for=198.18.1.1"], "198.18.1.1"), (["for=\"_id:80\""], "127.0.0.1"),
    (["proto=https"], "127.0.0.1"), (["for=192.0.2.1, proto=https"], "127.0.0.1"),
    ([], "127.0.0.1"), ([""], "127.0.0.1"),
  ])
  func theStandardHeaderIsRead(_ values: [String], _ wanted: String) throws {
    #expect(try client(values, .forwarded) == AddressBits(wanted))
  }

  @Test(arguments: [
    #"for=192.0.2.1;host="a,for=198.51.100.6""#, #"host="a,for=198.51.100.6";for=192.0.2.1"#,
    #"for=192.0.2.1;host="a,b""#, #"host="a;for=198.51.100.6";for="192.0.2.1""#,
    #"for=192.0.2.1;host="\",for=198.51.100.6,\"""#, #"for=192.0.2.1;host="a\\";proto=http"#,
    #"for="192.0.2.1";secret="=\;\,\"""#, #"for="19\2.0.2.1""#,
  ])
  func whatStandsInQuotesSeparatesNothing(_ value: String) throws {
    #expect(try client([value], .forwarded) == AddressBits("192.0.2.1"))
    #expect(try client(["for=198.51.100.7, " + value], .forwarded) == AddressBits("192.0.2.1"))
  }

  @Test(arguments: [
    "for=", "for", "=192.0.2.1", "for =192.0.2.1", "for= 192.0.2.1", "for=192.0.2.1 192.0.2.1",
    #"for="192.0.2.1"#, #"for=192.0.2.1;host="a"#, #"for=192.0.2.1;host="a\"#,
    #"for="192.0.2.1"x"#, #"for=192.0.2.1"x""#, "for=192.0.2.1/24", "for=192.0.2.1;for=192.0.2.2",
    #"for="192.0.2.1:65536""#, #"for="192.0.2.1:+80""#, #"for="192.0.2.1:""#,
    #"for="[2001:db8::1""#, #"for="[2001:db8::1]x""#, #"for="2001:db8::1""#, #"for="[192.0.2.1]""#,
    "for=\"192.0.2.1\u{1}\"", "for=192.0.2.1;host=é",
    "for=192.0.2.1;host=" + String(repeating: "a", count: ForwardedReader.bytesAtMost),
  ])
  func whatCannotBeReadCountsForNothing(_ value: String) throws {
    #expect(try client([value], .forwarded) == AddressBits("127.0.0.1"))
    #expect(
      try client(["for=198.51.100.7", value], .forwarded) == AddressBits("127.0.0.1"),
      "nothing before it is believed either")
    #expect(
      try client([value, "for=192.0.2.1"], .forwarded) == AddressBits("192.0.2.1"),
      "a line of the proxy's own is")
  }

  /// Whatever a client sends as its header, its host and its path: it counts as itself, or as the
  /// proxy where its header spoils the line.
  @Test func noClientCountsAsAnother() throws {
    for seed in 0..<5000 { try expectNoClientCountsAsAnother(UInt64(seed)) }
  }

  private func expectNoClientCountsAsAnother(_ seed: UInt64) throws {
    var chance = SeededRandom(seed: seed)
    let marks = ["\"", "\\", ",", ";", "=", "for=198.51.100.9", "host", "a", " ", "[", ":", "_b"]
    func text() -> String {
      (0..<Int.random(in: 0...8, using: &chance)).map { _ in
        marks.randomElement(using: &chance) ?? ""
      }.joined()
    }
    func quoted(_ text: String) -> String {
      "\"" + text.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "\""
    }
    var pairs = [
      "for=192.0.2.1", "host=" + quoted(text()), "proto=http", "by=\"[2001:db8::7]:80\"",
      "path=" + quoted(text()),
    ]
    pairs.shuffle(using: &chance)
    let own = pairs.joined(separator: ";")
    let claimed = text()
    let whole = try client([claimed, own], .forwarded)
    #expect(whole == AddressBits("192.0.2.1"), "seed \(seed): \(own)")
    let line = claimed + ", " + own
    let found = try client([line], .forwarded)
    let allowed = [AddressBits("192.0.2.1"), AddressBits("127.0.0.1")]
    #expect(allowed.contains(found), "seed \(seed): \(line)")
  }
}

/// Chance that a seed repeats (SplitMix64).
private struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }
}
