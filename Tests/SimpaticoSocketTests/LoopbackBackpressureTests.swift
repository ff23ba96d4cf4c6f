import NIOCore
import NIOPosix
import SimpaticoSocket
import Synchronization
import Testing

/// Slow and silent peers over real sockets of this machine.
@Suite(.timeLimit(.minutes(2))) struct LoopbackBackpressureTests {
  /// Far more than the buffers of the system hold, in pieces.
  private static let piece = ByteBuffer(repeating: 0x61, count: 1 << 20)
  private static let pieceCount = 64

  private func flood(_ configuration: WebSocketConfiguration) async throws -> Loopback {
    try await Loopback(configuration: configuration) { socket, event in
      if event == .open {
        for _ in 0..<Self.pieceCount { socket.send(text: Self.piece) }
      }
    }
  }

  @Test func peerThatNeverReadsIsCutAndDropped() async throws {
    let loopback = try await flood(
      WebSocketConfiguration(maximumOutboundBytes: 2 << 20, closeTimeoutMilliseconds: 200))
    let raw = try await loopback.rawConnection(readsAnything: false)
    try await raw.sendUpgradeRequest()
    let events = await loopback.atServer.all().filter { $0 != .writable(false) }
    let ending = SocketEvent.closed(1006, "too much was waiting to be sent")
    #expect(events == [.open, .cut(.slowConsumer), ending])
    try? await raw.channel.close()
    try await loopback.server.close()
  }

  @Test func peerThatReadsTooLateIsToldWhy() async throws {
    let loopback = try await flood(
      WebSocketConfiguration(maximumOutboundBytes: 2 << 20, closeTimeoutMilliseconds: 60_000))
    let raw = try await loopback.rawConnection(readsAnything: false)
    try await raw.sendUpgradeRequest()
    while let event = await loopback.atServer.next(), event != .cut(.slowConsumer) {}
    try await raw.startReading()
    let close = Frame.close(4008, "too much was waiting to be sent").unmasked.bytes
    let received = await raw.receive(until: close)
    #expect(Array(received.suffix(close.count)) == close)
    #expect(received.count < Self.pieceCount << 20)
    try? await raw.channel.close()
    try await loopback.server.close()
  }

  @Test func nobodyWaitsForASlowConsumer() async throws {
    let sockets = Sockets()
    let configuration = WebSocketConfiguration(
      maximumOutboundBytes: 4 << 20, closeTimeoutMilliseconds: 60_000)
    // Everything goes to everybody.
    let loopback = try await Loopback(configuration: configuration) { socket, event in
      switch event {
      case .open: sockets.all.withLock { $0.append(socket) }
      case .text(let text):
        let message = ByteBuffer(string: text)
        for socket in sockets.all.withLock({ $0 }) { socket.send(text: message) }
      default: break
      }
    }
    let slow = try await loopback.rawConnection(readsAnything: false)
    try await slow.sendUpgradeRequest()
    #expect(await loopback.atServer.next() == .open)
    let mailbox = Mailbox()
    let fast = try await loopback.connect(mailbox)
    for number in 0..<64 {
      let text = "\(number) " + String(repeating: "x", count: 1 << 18)
      fast.send(text: text)
      #expect(await mailbox.nextText() == text)
    }
    while let event = await loopback.atServer.next(), event != .cut(.slowConsumer) {}
    fast.send(text: "and still")
    #expect(await mailbox.nextText() == "and still")
    try await slow.channel.close()
    try await loopback.server.close()
  }

  @Test func slowConsumerIsAnnouncedAndForgivenWhenItCatchesUp() async throws {
    let configuration = WebSocketConfiguration(maximumOutboundBytes: 128 << 20)
    let piece = ByteBuffer(repeating: 0x61, count: 1 << 20)
    let loopback = try await Loopback(configuration: configuration) { socket, event in
      if event == .open { for _ in 0..<64 { socket.send(text: piece) } }
    }
    let raw = try await loopback.rawConnection(readsAnything: false)
    try await raw.sendUpgradeRequest()
    #expect(await loopback.atServer.next() == .open)
    #expect(await loopback.atServer.next() == .writable(false))
    try await raw.startReading()
    #expect(await loopback.atServer.next() == .writable(true))
    try await raw.channel.close()
    try await loopback.server.close()
  }

  @Test func peerThatSendsWithoutReadingIsMadeToWaitAndGetsEverything() async throws {
    let loopback = try await Loopback(
      configuration: WebSocketConfiguration(
        maximumOutboundBytes: 2 << 20, idlePingMilliseconds: nil))
    let raw = try await loopback.rawConnection(readsAnything: false)
    try await raw.sendUpgradeRequest()
    let text = String(repeating: "y", count: 1 << 18)
    let frame = Frame.text(text).buffer
    let count = 256
    for _ in 0..<count { raw.channel.write(frame, promise: nil) }
    raw.channel.write(ByteBuffer(bytes: Frame.text("end").bytes), promise: nil)
    raw.channel.flush()
    #expect(await loopback.atServer.next() == .open)
    while let event = await loopback.atServer.next(), event != .writable(false) {}
    try await raw.startReading()
    let received = await raw.receive(until: Frame.text("end").unmasked.bytes)
    #expect(received.count > count * text.utf8.count)
    try await raw.channel.close()
    let events = await loopback.atServer.all()
    #expect(!events.contains(.cut(.slowConsumer)))
    try await loopback.server.close()
  }

  @Test func peerThatAnswersNoPingIsToldAndDropped() async throws {
    let loopback = try await Loopback(
      configuration: WebSocketConfiguration(
        idlePingMilliseconds: 50, pongTimeoutMilliseconds: 50))
    let raw = try await loopback.rawConnection()
    try await raw.sendUpgradeRequest()
    let explanation = "a ping was not answered in time"
    let expected =
      Frame.ping().unmasked.bytes + Frame.close(1001, explanation).unmasked.bytes
    let received = await raw.receiveAll()
    #expect(Array(received.suffix(expected.count)) == expected)
    try? await raw.channel.close()
    #expect(
      await loopback.atServer.all() == [
        .open, .cut(.unresponsive), .closed(1006, explanation),
      ])
    try await loopback.server.close()
  }
}

private final class Sockets: Sendable {
  let all = Mutex<[WebSocket]>([])
}
