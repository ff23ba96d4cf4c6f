import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1
import SimpaticoWeb
import Testing

@testable import SimpaticoRelay

@Suite struct Dates {
  @Test(arguments: [
    (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
    (951_782_399, "Mon, 28 Feb 2000 23:59:59 GMT"), (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
    (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
    (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"),
  ])
  func aDateIsWrittenAsHTTPDoes(_ second: Int64, _ wanted: String) {
    #expect(HTTPDate.text(second) == wanted)
  }

  @Test func everyDayIsThatOfFoundation() {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(identifier: "UTC")
    formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
    // Steps of 11 days and a bit, to the year 2400.
    for second in stride(from: Int64(0), to: 13_569_465_600, by: 966_113) {
      let date = Date(timeIntervalSince1970: Double(second))
      #expect(HTTPDate.text(second) == formatter.string(from: date))
    }
  }
}

@Suite struct Negotiation {
  @Test(arguments: [
    ("gzip", true), ("gzip, br", true), ("br;q=1.0, gzip;q=0.8", true), ("GZIP", true),
    ("x-gzip", true), ("*", true), ("*;q=0.1", true), ("deflate, gzip;q=1.0, *;q=0.5", true),
    ("", false), ("br", false), ("identity", false), ("gzip;q=0", false), ("gzip; q=0.000", false),
    ("gzip;q=0, *", false), ("*;q=0", false), ("gzipped", false), ("gzip;q=nonsense", false),
  ])
  func gzipIsSentWhereItIsWelcome(_ header: String, _ isTaken: Bool) {
    #expect((AcceptEncoding([header]).weight(of: .gzip) > 0) == isTaken)
  }

  @Test(arguments: [
    ("gzip, deflate, br, zstd", "br"), ("br", "br"), ("BR", "br"), ("*", "br"),
    ("gzip", "gzip"), ("x-gzip", "gzip"), ("br;q=0, gzip", "gzip"), ("br;q=0, *", "gzip"),
    ("br;q=0.5, gzip;q=0.8", "gzip"), ("br;q=0.8, gzip;q=0.8", "br"), ("br;q=0.1", "br"),
    ("identity, gzip;q=0.5, br;q=0.5", ""), ("identity;q=0.5, gzip", "gzip"),
    ("", ""), ("identity", ""), ("*;q=0", ""), ("brotli", ""), ("br;q=2", ""), ("br;q=-1", ""),
    ("br;q=nan", ""), ("deflate, zstd", ""),
  ])
  func theSmallestOfTheMostWelcomeIsSent(_ header: String, _ coding: String) throws {
    let text = String(repeating: "to be or not to be, ", count: 200)
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: folder.appending(path: "a.js"))
    try Data("stands for it".utf8).write(to: folder.appending(path: "a.js.br"))
    let assets = try WebAssets(folder: folder.path)
    // What is packed answers for its file, never by its own name.
    #expect(assets.paths.count == 2 && assets["/a.js.br"] == nil)
    let page = try StaticPage(try #require(assets["/a.js"]))
    let request = Request(
      head: HTTPRequest(
        method: .get, scheme: "http", authority: "a", path: "/a.js",
        headerFields: [.acceptEncoding: header]),
      body: RequestBody(buffer: ByteBuffer()))
    let answer = page.answer(to: request)
    #expect(answer.headers[.contentEncoding] ?? "" == coding)
    #expect(answer.headers[.vary] == "Accept-Encoding")
    #expect((answer.headers[.contentLength] == "13") == (coding == "br"))
    #expect(answer.headers[.eTag]?.hasSuffix(coding.isEmpty ? "\"" : "-\(coding)\"") == true)
  }

  @Test(arguments: [
    ("\"a\"", true), ("W/\"a\"", true), ("\"b\", \"a\"", true), ("*", true), ("\"b\",\"a\"", true),
    ("\"b\"", false), ("a", false), ("\"a-gzip\"", false), ("", false), ("W/\"b\"", false),
  ])
  func whatTheClientHasIsNotSentAgain(_ header: String, _ isKnown: Bool) {
    #expect(EntityTags.match([header], "\"a\"") == isKnown)
  }

  @Test func whatIsCompressedIsSmallerAndTheSame() throws {
    let text = String(repeating: "to be or not to be, ", count: 200)
    let compressed = try #require(try Compressor.gzip(ByteBuffer(string: text)))
    #expect(compressed.readableBytes < 200)
    #expect(Array(compressed.readableBytesView.prefix(2)) == [0x1f, 0x8b])
  }

  @Test func whatCompressionDoesNotMakeSmallerStaysAsItIs() throws {
    #expect(try Compressor.gzip(ByteBuffer(string: "a")) == nil)
    #expect(try Compressor.gzip(ByteBuffer()) == nil)
  }
}

@Suite struct Redirects {
  private func location(_ uri: String, _ hosts: [String], port: Int = 8443) -> String? {
    var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: uri)
    for host in hosts { head.headers.add(name: "Host", value: host) }
    return Redirect.location(head, port: port)
  }

  @Test func theAddressIsKeptAndThePortIsOurs() {
    #expect(location("/a?b=c", ["example.org:80"]) == "https://example.org:8443/a?b=c")
    #expect(location("/", ["example.org"], port: 443) == "https://example.org/")
    #expect(location("/", ["[::1]:80"]) == "https://[::1]:8443/")
  }

  @Test(arguments: [
    "", "a b", "a/b", "user@a", "a\\b", "[x]", "[::1", "é.example", "a?b", "a#b", "a..b",
    "a:80:90", "x:y@evil", "[::1]evil.example", "a:99999",
  ])
  func aHostThatIsNoneLeadsNowhere(_ host: String) {
    #expect(location("/", [host]) == nil)
  }

  @Test func exactlyOneHostIsNeeded() {
    #expect(location("/", []) == nil)
    #expect(location("/", ["a", "b"]) == nil)
    #expect(location("*", ["a"]) == nil)
  }

  @Test func aTargetOfAbsoluteFormNamesTheHost() {
    #expect(location("http://a/x?y", ["b"]) == "https://a:8443/x?y")
    #expect(location("http://a", ["b"]) == "https://a:8443/")
    #expect(location("http://a b/", ["b"]) == nil)
    #expect(location("http://u@a/", ["b"]) == nil)
  }
}
