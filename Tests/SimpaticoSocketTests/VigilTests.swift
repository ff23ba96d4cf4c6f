import NIOCore
import Testing

@testable import SimpaticoSocket

@Suite struct VigilTests {
  private let configuration = WebSocketConfiguration(
    idlePingMilliseconds: 1000, pongTimeoutMilliseconds: 300)

  @Test(arguments: [WebSocketRole.server, .client])
  func silentPeerIsAskedAndCut(_ role: WebSocketRole) throws {
    let bench = try EndpointBench(role: role, configuration: configuration)
    func sent() throws -> [UInt8]? {
      let bytes = try bench.sent()
      return role == .server ? bytes : Frame.unmasking(bytes)
    }
    bench.advance(milliseconds: 999)
    #expect(try sent() == [])
    bench.advance(milliseconds: 1)
    #expect(try sent() == Frame.ping().unmasked.bytes)
    bench.advance(milliseconds: 299)
    #expect(bench.events == [.open])
    bench.advance(milliseconds: 1)
    let explanation = "a ping was not answered in time"
    #expect(try sent() == Frame.close(1001, explanation).unmasked.bytes)
    #expect(bench.events == [.open, .cut(.unresponsive), .closed(1006, explanation)])
  }

  @Test func pongKeepsTheConnection() throws {
    let bench = try EndpointBench(configuration: configuration)
    for _ in 0..<5 {
      bench.advance(milliseconds: 1000)
      #expect(try bench.sent() == Frame.ping().unmasked.bytes)
      try bench.receive(.pong())
    }
    #expect(bench.events == [.open])
  }

  @Test(arguments: [300, 1000, 5000] as [Int64])
  func theSilenceAfterAnAnsweredPingIsNoLonger(_ pongTimeout: Int64) throws {
    let bench = try EndpointBench(
      configuration: .init(idlePingMilliseconds: 1000, pongTimeoutMilliseconds: pongTimeout))
    bench.advance(milliseconds: 1000)
    for _ in 0..<5 {
      #expect(try bench.sent() == Frame.ping().unmasked.bytes)
      bench.advance(milliseconds: 17)
      try bench.receive(.pong())
      bench.advance(milliseconds: 999)
      #expect(try bench.sent() == [])
      bench.advance(milliseconds: 1)
    }
    // The answers before do not count for this one.
    #expect(try bench.sent() == Frame.ping().unmasked.bytes)
    bench.advance(milliseconds: pongTimeout)
    #expect(bench.events.contains(.cut(.unresponsive)))
  }

  @Test func whoeverSendsIsNotAsked() throws {
    let bench = try EndpointBench(configuration: configuration)
    for _ in 0..<5 {
      bench.advance(milliseconds: 500)
      // Half of a frame is a sign of life, too.
      bench.receive(bytes: Frame.pong().bytes[..<3])
      bench.advance(milliseconds: 500)
      bench.receive(bytes: Frame.pong().bytes[3...])
    }
    #expect(try bench.sent() == [])
  }

  @Test func closedConnectionIsNotWatched() throws {
    let bench = try EndpointBench(configuration: configuration)
    bench.socket?.close()
    bench.advance(milliseconds: 4000)
    #expect(try bench.sent() == Frame.close(1000).unmasked.bytes)
  }

  @Test func nobodyIsAskedWhereThatIsTurnedOff() throws {
    let bench = try EndpointBench(configuration: .init(idlePingMilliseconds: nil))
    bench.advance(milliseconds: 1_000_000)
    #expect(try bench.sent() == [])
    #expect(bench.events == [.open])
    try bench.lose()
  }

  @Test func pingFollowsTheLastSignOfLifeByTheTimeOfSilenceAndAtMostAQuarter() throws {
    for moment in stride(from: 1, to: 1000, by: 37) as StrideTo<Int64> {
      let bench = try EndpointBench(configuration: configuration)
      bench.advance(milliseconds: moment)
      try bench.receive(.pong())
      bench.advance(milliseconds: 999)
      #expect(try bench.sent() == [], "after \(moment) ms")
      bench.advance(milliseconds: 251)
      #expect(try bench.sent() == Frame.ping().unmasked.bytes, "after \(moment) ms")
    }
  }

  /// Looks as often as a silence has looks, all but the last of which want to wait.
  private func lookForASilence(_ vigil: inout WebSocketVigil, _ bytes: Int?)
    -> WebSocketVigil.Action
  {
    for _ in 1..<WebSocketVigil.looksPerSilence {
      #expect(vigil.look(waitingByteCount: bytes) == .wait)
    }
    return vigil.look(waitingByteCount: bytes)
  }

  @Test func peerThatHasStoppedReadingIsASlowConsumer() {
    var vigil = WebSocketVigil()
    // It reads as long as less and less waits.
    #expect(vigil.look(waitingByteCount: 900) == .wait)
    for bytes in stride(from: 800, to: 0, by: -100) {
      #expect(vigil.look(waitingByteCount: bytes) == .wait)
      #expect(vigil.look(waitingByteCount: bytes) == .wait)
    }
    #expect(vigil.look(waitingByteCount: 50) == .wait)
    #expect(lookForASilence(&vigil, 50) == .cut(.slowConsumer))
  }

  @Test func answerThatAPauseKeptFromBeingReadIsWaitedFor() {
    var vigil = WebSocketVigil()
    #expect(lookForASilence(&vigil, nil) == .ping)
    #expect(vigil.look(waitingByteCount: 900) == .wait)
    #expect(vigil.look(waitingByteCount: nil) == .wait)
    #expect(lookForASilence(&vigil, nil) == .ping)
    #expect(vigil.look(waitingByteCount: nil) == .cut(.unresponsive))
  }
}
