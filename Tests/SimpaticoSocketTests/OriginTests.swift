import Testing

@testable import SimpaticoSocket

@Suite struct OriginTests {
  @Test(
    arguments: [
      (nil, "a.example", true),
      ("http://a.example", "a.example", true),
      ("https://a.example", "a.example", true),
      ("https://A.example", "a.Example", true),
      ("http://a.example:8080", "a.example:8080", true),
      ("http://a.example:80", "a.example", true),
      ("https://a.example", "a.example:443", true),
      ("http://[::1]:8080", "[::1]:8080", true),
      ("http://127.0.0.1:8080", "127.0.0.1:8080", true),
      ("http://a.example", "b.example", false),
      ("http://a.example.evil", "a.example", false),
      ("http://evil.a.example", "a.example", false),
      ("http://a.example:8080", "a.example", false),
      ("http://a.example:443", "a.example", false),
      ("https://a.example", "a.example:80", false),
      ("null", "null", false),
      ("a.example", "a.example", false),
      ("", "", false),
    ] as [(String?, String, Bool)])
  func pagesOfTheHostItselfAreAllowed(_ origin: String?, _ host: String, _ isAllowed: Bool) {
    #expect(WebSocketOrigins.sameHost.allow(origin, host: host) == isAllowed)
  }

  @Test(
    arguments: [
      (nil, true), ("https://app.example", true), ("HTTPS://app.example", true),
      ("http://app.example", false), ("https://app.example:8443", false),
      ("https://host.example", false), ("null", false),
    ] as [(String?, Bool)])
  func pagesOnTheListAreAllowed(_ origin: String?, _ isAllowed: Bool) {
    let listed = WebSocketOrigins.listed(["https://App.example"])
    #expect(listed.allow(origin, host: "host.example") == isAllowed)
    let either = WebSocketOrigins.sameHost(or: ["https://App.example"])
    let isOfHost = origin == "https://host.example"
    #expect(either.allow(origin, host: "host.example") == (isAllowed || isOfHost))
  }

  @Test(
    arguments: [
      (nil, true), ("https://host.example", true), ("http://host.example", false),
      ("https://host.example:443", true), ("http://host.example:80", false),
      ("http://app.example", true),
    ] as [(String?, Bool)])
  func pagesThatCameWithoutTLSAreNotThoseOfAServerThatSpeaksIt(
    _ origin: String?, _ isAllowed: Bool
  ) {
    let own = WebSocketOrigins.sameHost(or: ["http://app.example"], scheme: "https")
    #expect(own.allow(origin, host: "host.example") == isAllowed)
  }

  @Test func everyPageIsAllowedWhereTheOwnerSaysSo() {
    #expect(WebSocketOrigins.any.allow("https://evil.example", host: "a"))
  }
}
