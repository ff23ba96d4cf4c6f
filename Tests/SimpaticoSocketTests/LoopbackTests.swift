import NIOCore
import NIOPosix
import SimpaticoSocket
import Testing

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Client and server over real sockets of this machine.
@Suite(.timeLimit(.minutes(2))) struct LoopbackTests {
  @Test(arguments: [0, 1, 125, 126, 127, 65_535, 65_536, 1 << 20])
  func messageOfAnySizeIsEchoed(_ byteCount: Int) async throws {
    let loopback = try await Loopback()
    let mailbox = Mailbox()
    let socket = try await loopback.connect(mailbox)
    let text = String(repeating: "x", count: byteCount)
    socket.send(text: text)
    #expect(await mailbox.nextText() == text)
    socket.close()
    #expect(await mailbox.ending() == .closed(1000, ""))
    try await loopback.server.close()
  }

  @Test func messagesKeepTheirOrder() async throws {
    let loopback = try await Loopback()
    let mailbox = Mailbox()
    let socket = try await loopback.connect(mailbox)
    let texts = (0..<500).map { "message \($0) é€😀" }
    for text in texts { socket.send(text: text) }
    for text in texts { #expect(await mailbox.nextText() == text) }
    socket.close()
    #expect(await mailbox.ending() == .closed(1000, ""))
    try await loopback.server.close()
  }

  @Test func hundredClientsAreServedAtOnce() async throws {
    let loopback = try await Loopback()
    try await withThrowingTaskGroup(of: SocketEvent?.self) { group in
      for number in 0..<100 {
        group.addTask {
          let mailbox = Mailbox()
          let socket = try await loopback.connect(mailbox)
          for round in 0..<10 {
            socket.send(text: "client \(number), round \(round)")
            let text = await mailbox.nextText()
            guard text == "client \(number), round \(round)" else { return nil }
          }
          socket.close(code: .goingAway)
          return await mailbox.ending()
        }
      }
      for try await ending in group { #expect(ending == .closed(1001, "")) }
    }
    try await loopback.server.close()
  }

  @Test func fragmentsBecomeOneMessageHoweverTheyTravel() async throws {
    let loopback = try await Loopback()
    let raw = try await loopback.rawConnection()
    try await raw.sendUpgradeRequest()
    let frames: [Frame] = [
      .text("Hel", isFinal: false), .ping("?"), .continuation("l", isFinal: false),
      .continuation("o"),
    ]
    for byte in frames.flatMap(\.bytes) { try await raw.send([byte]) }
    let echo = Frame.text("Hello").unmasked.bytes
    let received = await raw.receive(until: echo)
    let pong = Frame(opcode: 10, payload: Array("?".utf8), mask: nil).bytes
    #expect(Array(received.suffix(echo.count + pong.count)) == pong + echo)
    try await raw.channel.close()
    #expect(
      await loopback.atServer.all() == [
        .open, .text("Hello"), .closed(1006, "the connection was lost without a close frame"),
      ])
    try await loopback.server.close()
  }

  @Test func abruptDisconnectIsAbnormalForTheServer() async throws {
    let loopback = try await Loopback()
    let raw = try await loopback.rawConnection()
    try await raw.sendUpgradeRequest()
    try await raw.send(Frame.text("a").bytes)
    _ = await raw.receive(until: Frame.text("a").unmasked.bytes)
    // A reset, as from a peer that crashed.
    let options = try #require(raw.channel as? any SocketOptionProvider)
    try await options.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
    try await raw.channel.close()
    let ending = await loopback.atServer.ending()
    #expect(ending == .closed(1006, "the connection was lost without a close frame"))
    try await loopback.server.close()
  }

  @Test func abruptDisconnectIsAbnormalForTheClient() async throws {
    let silent = try await SilentServer.open(
      answer: "HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: upgrade\r\n",
      hangUp: .onTheNextInput)
    let mailbox = Mailbox()
    let socket: WebSocket = try await WebSocketClient.connect(to: silent.url, on: silent.group) {
      _ in Recorder(record: { mailbox.put($0) })
    }
    socket.send(text: "anyone there?")
    let abnormal = SocketEvent.closed(1006, "the connection was lost without a close frame")
    #expect(await mailbox.all() == [.open, abnormal])
    try await silent.channel.close()
  }

  @Test func clientsCloseReachesTheServerAndComesBack() async throws {
    let loopback = try await Loopback()
    let mailbox = Mailbox()
    let socket = try await loopback.connect(mailbox)
    socket.close(code: try #require(WebSocketCloseCode(rawValue: 4001)), reason: "bye é")
    #expect(await mailbox.all() == [.open, .closed(4001, "")])
    #expect(await loopback.atServer.all() == [.open, .closed(4001, "bye é")])
    try await socket.closeFuture.get()
    try await loopback.server.close()
  }

  @Test func serversCloseReachesTheClientAndComesBack() async throws {
    let loopback = try await Loopback(act: { socket, event in
      if event == .open { socket.close(code: .policyViolation, reason: "not you") }
    })
    let mailbox = Mailbox()
    _ = try await loopback.connect(mailbox)
    #expect(await mailbox.all() == [.open, .closed(1008, "not you")])
    #expect(await loopback.atServer.all() == [.open, .closed(1008, "")])
    try await loopback.server.close()
  }

  @Test func violationIsAnsweredWithACloseFrameThatArrives() async throws {
    let loopback = try await Loopback()
    let raw = try await loopback.rawConnection()
    try await raw.sendUpgradeRequest()
    // Much follows the violation unread; the close frame must not be lost in a reset.
    let noise = [UInt8](repeating: 0x81, count: 1 << 20)
    // The server may hang up before it has taken all of it.
    try? await raw.send(Frame(opcode: 2, payload: [1]).bytes + noise)
    let received = await raw.receiveAll()
    let close = Frame.close(1003, "only text is accepted").unmasked.bytes
    #expect(Array(received.suffix(close.count)) == close)
    let ending = SocketEvent.closed(1006, "only text is accepted")
    // The peer never hangs up by itself here; the close of its channel stands for that.
    try? await raw.channel.close()
    #expect(await loopback.atServer.all() == [.open, .violation(.binaryMessage), ending])
    try await loopback.server.close()
  }

  @Test func serverThatClosesSaysThatItGoesAway() async throws {
    let loopback = try await Loopback()
    let mailbox = Mailbox()
    _ = try await loopback.connect(mailbox)
    try await loopback.server.close()
    #expect(await mailbox.all() == [.open, .closed(1001, "")])
  }

  @Test func otherPathsAreNotFound() async throws {
    let loopback = try await Loopback()
    let raw = try await loopback.rawConnection()
    try await raw.send(Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
    let answer = String(decoding: await raw.receiveAll(), as: UTF8.self)
    #expect(answer.hasPrefix("HTTP/1.1 404 "))
    try await loopback.server.close()
  }

  @Test func socketMayBeUsedFromManyThreads() async throws {
    let loopback = try await Loopback()
    let mailbox = Mailbox()
    let socket = try await loopback.connect(mailbox)
    await withTaskGroup(of: Void.self) { group in
      for number in 0..<50 { group.addTask { socket.send(text: "\(number)") } }
    }
    var numbers: [Int] = []
    while numbers.count < 50, let text = await mailbox.nextText(), let number = Int(text) {
      numbers.append(number)
    }
    #expect(numbers.sorted() == Array(0..<50))
    #expect(socket.isWritable)
    socket.close()
    _ = await mailbox.ending()
    #expect(socket.bufferedByteCount == 0)
    try await loopback.server.close()
  }
}
