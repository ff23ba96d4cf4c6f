import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import SimpaticoSocket

/// Upgrades by a later request of a connection, as of a proxy that reuses its connections.
@Suite struct LaterUpgradeTests {
  private let page = "GET /page HTTP/1.1\r\nHost: a\r\n\r\n"

  @Test func laterRequestBecomesAWebSocket() throws {
    let echo = Echo()
    let bench = try HandshakeBench(plainHTTP: echo)
    try bench.receive(page)
    #expect(try bench.sent().hasSuffix("/page"))
    try bench.receive(page)
    #expect(try bench.sent().hasSuffix("/page"))
    try bench.receive(Request().text)
    #expect(try bench.sent().hasPrefix("HTTP/1.1 101 "))
    #expect(echo.inputIsClosed)
    let partCount = echo.partCount
    try bench.receive(Frame.text("Hello").bytes)
    #expect(try bench.sentBytes() == Frame.text("Hello").unmasked.bytes)
    #expect(bench.events == [.text("open /ws"), .text("Hello")])
    #expect(bench.channel.isActive)
    #expect(echo.partCount == partCount)
    // The handshake's deadline is over, and the other handlers close for nothing.
    bench.channel.embeddedEventLoop.advanceTime(by: .seconds(20))
    #expect(bench.channel.isActive)
    try bench.receive(Frame.close(1000).bytes)
    #expect(try bench.sentBytes().suffix(4) == Frame.close(1000).unmasked.bytes[...])
    #expect(!bench.channel.isActive)
    #expect(bench.events.last == .closed(1000, ""))
  }

  @Test func everySplitOfAPageAndAnUpgradeLeadsToTheSame() throws {
    let input = Array((page + Request().text).utf8) + Frame.text("early").bytes
    for index in input.indices {
      let bench = try HandshakeBench()
      try bench.receive(Array(input[..<index]))
      try bench.receive(Array(input[index...]))
      #expect(bench.events == [.text("open /ws"), .text("early")], "split at \(index)")
      let sent = try bench.sentBytes()
      let echo = Frame.text("early").unmasked.bytes
      #expect(Array(sent.suffix(echo.count)) == echo, "split at \(index)")
    }
  }

  @Test func upgradeWaitsUntilEarlierRequestsAreAnswered() throws {
    let echo = Echo(answersAtOnce: false)
    let bench = try HandshakeBench(plainHTTP: echo)
    try bench.receive(Array((page + page + Request().text).utf8) + Frame.text("early").bytes)
    #expect(try bench.sent() == "")
    #expect(bench.events == [])
    echo.answer()
    #expect(try bench.sent().hasSuffix("/page"))
    #expect(!echo.inputIsClosed)
    echo.answer()
    let sent = try bench.sent()
    #expect(sent.contains("/pageHTTP/1.1 101 "))
    #expect(bench.events == [.text("open /ws"), .text("early")])
  }

  @Test func nothingIsReadWhileEarlierRequestsAreAnswered() throws {
    let echo = Echo(answersAtOnce: false)
    let bench = try HandshakeBench(plainHTTP: echo)
    let reads = ReadCounter()
    try bench.channel.pipeline.syncOperations.addHandler(reads, position: .first)
    try bench.receive(page + Request().text)
    let before = reads.count
    bench.channel.pipeline.read()
    #expect(reads.count == before)
    echo.answer()
    bench.channel.embeddedEventLoop.run()
    #expect(reads.count > before)
  }

  @Test func laterRequestIsCheckedAsTheFirstIs() throws {
    let echo = Echo()
    let bench = try HandshakeBench(plainHTTP: echo)
    try bench.receive(page)
    _ = try bench.sent()
    try bench.receive(Request().with("Sec-WebSocket-Version", "8").text)
    #expect(try bench.sent().hasPrefix("HTTP/1.1 426 "))
    #expect(echo.inputIsClosed)
    #expect(bench.events == [])
  }

  @Test func connectionThatIsLostWhileItWaitsEndsQuietly() throws {
    let echo = Echo(answersAtOnce: false)
    let bench = try HandshakeBench(plainHTTP: echo)
    try bench.receive(page + Request().text)
    _ = try bench.channel.finish(acceptAlreadyClosed: true)
    bench.channel.embeddedEventLoop.run()
    #expect(bench.events == [])
  }
}
