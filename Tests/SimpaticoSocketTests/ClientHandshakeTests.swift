import NIOCore
import NIOPosix
import SimpaticoSocket
import Testing

@Suite(.timeLimit(.minutes(2))) struct ClientHandshakeTests {
  private static let good = "HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: upgrade\r\n"

  private func connect(
    to url: String, mailbox: Mailbox = Mailbox(),
    configuration: WebSocketConfiguration = WebSocketConfiguration()
  ) async throws -> WebSocket {
    try await WebSocketClient.connect(
      to: url, configuration: configuration, on: MultiThreadedEventLoopGroup.singleton
    ) { _ in Recorder(record: { mailbox.put($0) }) }
  }

  @Test(
    arguments: [
      ("HTTP/1.1 404 x\r\nContent-Length: 0\r\n", .handshakeRejected(statusCode: 404)),
      ("HTTP/1.1 200 x\r\nContent-Length: 0\r\n", .handshakeRejected(statusCode: 200)),
      (
        "HTTP/1.1 426 x\r\nUpgrade: websocket\r\nContent-Length: 0\r\n",
        .handshakeRejected(statusCode: 426)
      ),
      (good + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n", .badAccept),
      (good + "Sec-WebSocket-Accept;: x\r\n", .badResponse("it is not HTTP")),
      (
        "HTTP/1.1 101 x\r\nConnection: upgrade\r\n", .badResponse("Upgrade is not websocket")
      ),
      (
        "HTTP/1.1 101 x\r\nUpgrade: h2c\r\nConnection: upgrade\r\n",
        .badResponse("Upgrade is not websocket")
      ),
      (
        "HTTP/1.1 101 x\r\nUpgrade: websocket\r\n",
        .badResponse("Connection does not contain upgrade")
      ),
      (
        good + "Sec-WebSocket-Extensions: permessage-deflate\r\n",
        .badResponse("Sec-WebSocket-Extensions was not asked for")
      ),
      (
        good + "Sec-WebSocket-Protocol: chat\r\n",
        .badResponse("Sec-WebSocket-Protocol was not asked for")
      ),
      ("SSH-2.0-server\r\n", .badResponse("it is not HTTP")),
    ] as [(String, WebSocketConnectError)])
  func wrongAnswerIsATypedErrorWhereverItIsSplit(
    _ answer: String, _ error: WebSocketConnectError
  ) async throws {
    // Not split, then behind each byte but the last one of the empty line.
    for split in 0..<answer.utf8.count + 2 {
      let server = try await SilentServer.open(answer: answer, split: split)
      await #expect(throws: error, "split at \(split)") { try await connect(to: server.url) }
      try await server.channel.close()
    }
  }

  @Test func lostConnectionIsATypedError() async throws {
    // The line is complete, the head is not.
    let server = try await SilentServer.open(answer: "HTTP/1.1 200 x", hangUp: .afterTheAnswer)
    await #expect(throws: WebSocketConnectError.lost) { try await connect(to: server.url) }
    try await server.channel.close()
  }

  @Test func silentServerTimesOut() async throws {
    let server = try await SilentServer.open(answer: nil)
    await #expect(throws: WebSocketConnectError.timeout) {
      try await connect(to: server.url, configuration: .init(handshakeTimeoutMilliseconds: 50))
    }
    try await server.channel.close()
  }

  @Test func refusedConnectionNamesTheHostAndPort() async {
    // Port 1 belongs to a service that no machine offers.
    await #expect(
      throws: WebSocketConnectError.unreachable("127.0.0.1:1 refused the connection")
    ) {
      try await connect(to: "ws://127.0.0.1:1/ws")
    }
  }

  @Test func unknownNameIsATypedError() async {
    // A label of 64 letters cannot exist, so nobody on the network is asked for it.
    let name = String(repeating: "x", count: 64) + ".invalid"
    await #expect(
      throws: WebSocketConnectError.unreachable("the name \(name) could not be resolved")
    ) {
      try await connect(to: "ws://\(name)/ws")
    }
  }

  @Test func badAddressesAreTypedErrors() async {
    await #expect(throws: WebSocketConnectError.unsupportedScheme("https")) {
      try await connect(to: "https://127.0.0.1/ws")
    }
    await #expect(throws: WebSocketConnectError.badURL("it has no host")) {
      try await connect(to: "ws:///ws")
    }
  }

  @Test func nameWithSeveralAddressesIsTriedInTurn() async throws {
    // The server listens on 127.0.0.1 only; localhost may stand for ::1, too.
    let loopback = try await Loopback()
    let port = try #require(loopback.server.port)
    let mailbox = Mailbox()
    let socket = try await connect(to: "ws://localhost:\(port)/ws", mailbox: mailbox)
    socket.send(text: "found")
    #expect(await mailbox.nextText() == "found")
    try await loopback.server.close()
  }

  @Test func framesThatComeWithTheAnswerAreDeliveredAfterTheOpening() async throws {
    let early = Frame.text("early").unmasked.bytes + Frame.close(1000).unmasked.bytes
    let server = try await SilentServer.open(answer: Self.good, trailer: early)
    let mailbox = Mailbox()
    _ = try await connect(
      to: server.url, mailbox: mailbox, configuration: .init(closeTimeoutMilliseconds: 50))
    #expect(await mailbox.all() == [.open, .text("early"), .closed(1000, "")])
    try await server.channel.close()
  }

  @Test func originIsSent() async throws {
    let mailbox = Mailbox()
    let server = try await WebSocketServer.bind(
      upgrade: WebSocketServerUpgrade(
        path: "/ws", origins: .listed(["https://good.example"])
      ) { _, _ in Recorder(record: { _ in }) },
      on: MultiThreadedEventLoopGroup.singleton)
    let url = "ws://127.0.0.1:\(server.port ?? 0)/ws"
    await #expect(throws: WebSocketConnectError.handshakeRejected(statusCode: 403)) {
      _ =
        try await WebSocketClient.connect(
          to: url, origin: "https://evil.example", on: MultiThreadedEventLoopGroup.singleton
        ) { _ in Recorder(record: { _ in }) } as WebSocket
    }
    let socket: WebSocket = try await WebSocketClient.connect(
      to: url, origin: "https://good.example", on: MultiThreadedEventLoopGroup.singleton
    ) { _ in Recorder(record: { mailbox.put($0) }) }
    socket.close()
    #expect(await mailbox.ending() == .closed(1000, ""))
    try await server.close()
  }
}
