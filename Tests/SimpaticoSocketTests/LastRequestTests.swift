import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import SimpaticoSocket

/// How a connection of plain HTTP ends: behind its last request, behind one that cannot be read,
/// and when the peer sends no more.
@Suite struct LastRequestTests {
  private static let page = "GET /page HTTP/1.1\r\nHost: a\r\n\r\n"
  private static let upgrade = "Connection: Upgrade, keep-alive\r\nUpgrade: h2c\r\n"

  @Test(arguments: [
    "GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    "GET /last HTTP/1.0\r\n\r\n",
    "GET /last HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
    // Asked for and not spoken here: as if it had not been (RFC 9110, 7.8).
    "GET /last HTTP/1.1\r\nHost: a\r\n\(upgrade)\r\n",
    "POST /last HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\(upgrade)\r\nhi",
    "CONNECT /last:1 HTTP/1.1\r\nHost: a\r\n\r\n",
  ])
  func lastRequestIsAnsweredAndNothingBehindIt(_ request: String) throws {
    for first in ["", Self.page] {
      let echo = Echo(answersAtOnce: false)
      let bench = try HandshakeBench(plainHTTP: echo)
      bench.channel.pipeline.fireChannelRead(
        ByteBuffer(string: first + request + Self.page + Request().text + "NONSENSE\r\n\r\n"))
      bench.channel.embeddedEventLoop.run()
      if !first.isEmpty {
        echo.answer()
        #expect(try !bench.sent().contains("Connection: close"))
      }
      echo.answer()
      let answer = try bench.sent()
      #expect(answer.hasPrefix("HTTP/1.1 200 "), "\(request)")
      #expect(answer.contains("Connection: close\r\n"), "\(request)")
      #expect(answer.ranges(of: "HTTP/1.1 ").count == 1, "\(request)")
      #expect(bench.events == [])
      #expect(echo.inputIsClosed)
      // The peer hangs up, as it was told; or is hung up on.
      #expect(bench.channel.isActive)
      bench.channel.embeddedEventLoop.advanceTime(by: .seconds(10))
      #expect(!bench.channel.isActive)
    }
  }

  @Test func whoHangsUpBehindTheLastAnswerIsLetGoAtOnce() throws {
    let bench = try HandshakeBench()
    try bench.receive("GET /last HTTP/1.0\r\n\r\n")
    #expect(bench.channel.isActive)
    bench.closeInput()
    #expect(!bench.channel.isActive)
    #expect(try bench.sent().hasSuffix("/last"))
  }

  /// NIO's decoder gathers what comes behind a request for another protocol, for whoever speaks it.
  @Test(arguments: [
    "GET /page HTTP/1.1\r\nHost: a\r\n\(upgrade)\r\n", "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n",
    Request().with("Sec-WebSocket-Version", "8").text,
  ])
  func whatComesBehindIsNotGathered(_ request: String) throws {
    let bench = try HandshakeBench()
    try bench.receive(request)
    let decoder = try bench.channel.pipeline.syncOperations.handler(
      type: ByteToMessageHandler<HTTPRequestDecoder>.self)
    let piece = ByteBuffer(repeating: 0x78, count: 64 << 10)
    for _ in 0..<100 { bench.channel.pipeline.fireChannelRead(piece) }
    // Its state is an error by now, in which it keeps nothing.
    let mirror = String(describing: Mirror(reflecting: decoder).descendant("state") as Any)
    #expect(mirror.contains("PayloadTooLarge"), "\(mirror)")
  }

  @Test(arguments: [
    ("GET / HTTP/1.1\r\nX: " + String(repeating: "x", count: 20_000), "431"),
    ("NONSENSE\r\n\r\n", "400"), ("GET / HTTP/3.0\r\n\r\n", "505"),
  ])
  func laterRequestThatIsBrokenIsRefusedWhenEarlierOnesAreAnswered(
    _ broken: String, _ status: String
  ) throws {
    for isTogether in [true, false] {
      let echo = Echo(answersAtOnce: false)
      let bench = try HandshakeBench(plainHTTP: echo)
      try bench.receiveIgnoringErrors(Self.page + Self.page + (isTogether ? broken : ""))
      if !isTogether { try bench.receiveIgnoringErrors(broken) }
      #expect(try bench.sent() == "")
      echo.answer()
      #expect(try bench.sent().hasSuffix("/page"))
      echo.answer()
      let answer = try bench.sent()
      #expect(answer.contains("/pageHTTP/1.1 \(status) "), "\(answer)")
      #expect(answer.hasSuffix(".\n"))
    }
  }

  @Test func onlySoManyRequestsMayWaitForTheirAnswers() throws {
    let echo = Echo(answersAtOnce: false)
    let bench = try HandshakeBench(plainHTTP: echo)
    let limit = WebSocketServerUpgrade.unansweredRequestsAtMost
    try bench.receive(String(repeating: Self.page, count: limit))
    for _ in 0..<limit { echo.answer() }
    #expect(try bench.sent().ranges(of: "HTTP/1.1 200 ").count == limit)
    try bench.receive(String(repeating: Self.page, count: 2 * limit))
    #expect(echo.partCount == 2 * 2 * limit)
    for _ in 0..<limit { echo.answer() }
    let sent = try bench.sent()
    #expect(sent.ranges(of: "HTTP/1.1 200 ").count == limit)
    #expect(sent.contains("HTTP/1.1 429 "))
    #expect(sent.hasSuffix("before their turn.\n"))
  }

  @Test func whoWaitsForABodyThatIsBrokenIsTold() throws {
    let echo = Echo(answersAtOnce: false)
    let bench = try HandshakeBench(plainHTTP: echo)
    try bench.receiveIgnoringErrors(
      "POST /page HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n")
    #expect(echo.error is HTTPParserError)
    #expect(try bench.sent() == "")
    try bench.channel.close().wait()
  }

  @Test func whoeverSendsNoMoreGetsAllAnswers() throws {
    let echo = Echo(answersAtOnce: false)
    let bench = try HandshakeBench(plainHTTP: echo)
    let refused = Request().with("Upgrade").with("Connection").text
    try bench.receive(Self.page + refused)
    bench.closeInput()
    #expect(bench.channel.isActive)
    echo.answer()
    let sent = try bench.sent()
    #expect(sent.contains("/pageHTTP/1.1 426 "))
    #expect(!bench.channel.isActive)
  }

  /// The same as on a socket that is open already (RFC 6455, 7.1).
  @Test(arguments: [Frame.text("a"), .close(1000), Frame(opcode: 3), .text("b").unmasked])
  func framesThatComeWithTheRequestAndTheEndAreAnswered(_ frame: Frame) throws {
    let usual = try HandshakeBench()
    try usual.receive(Request().text)
    _ = try usual.sentBytes()
    usual.channel.pipeline.fireChannelRead(ByteBuffer(bytes: frame.bytes))
    usual.closeInput()
    let expected = try usual.sentBytes()
    let input = Array(Request().text.utf8) + frame.bytes
    for index in input.indices {
      let bench = try HandshakeBench()
      try bench.receive(Array(input[..<index]))
      bench.channel.pipeline.fireChannelRead(ByteBuffer(bytes: input[index...]))
      bench.closeInput()
      let sent = try bench.sentBytes()
      #expect(sent.starts(with: Array("HTTP/1.1 101 ".utf8)), "split at \(index)")
      #expect(Array(sent.suffix(expected.count)) == expected, "split at \(index)")
      #expect(bench.events.dropFirst() == usual.events.dropFirst(), "split at \(index)")
      #expect(!bench.channel.isActive)
    }
  }

  @Test func whoIsNotAdmittedIsAnsweredWhenEarlierRequestsAre() throws {
    let echo = Echo(answersAtOnce: false)
    let bench = try HandshakeBench(plainHTTP: echo) { head, use in
      head.uri == "/full" || use == .webSocket
        ? WebSocketUpgradeRefusal(
          statusCode: 503, text: "full\n", headers: ["Retry-After": "10"]) : nil
    }
    try bench.receive(Self.page + Request().text)
    echo.answer()
    let sent = try bench.sent()
    #expect(sent.contains("/pageHTTP/1.1 503 "))
    #expect(sent.contains("Retry-After: 10\r\n"))
    #expect(sent.hasSuffix("\r\n\r\nfull\n"))
    #expect(bench.events == [])
  }
}
