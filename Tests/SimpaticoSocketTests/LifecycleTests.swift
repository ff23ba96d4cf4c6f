import Testing

@testable import SimpaticoSocket

@Suite struct LifecycleTests {
  private let reason = WebSocketViolation.reservedBits.closeReason

  @Test func lossWithoutCloseFrameIsAbnormalAndReportedOnce() {
    var life = WebSocketLifecycle()
    #expect(life.connectionLost()?.code == 1006)
    #expect(life.connectionLost() == nil)
  }

  @Test func closeFrameIsSentOnce() {
    var life = WebSocketLifecycle()
    let first = life.close()
    let second = life.close()
    #expect(first && !second)
    #expect(!life.isOpen)
  }

  @Test func peersCloseIsEchoedWithItsCode() {
    var life = WebSocketLifecycle()
    #expect(life.peerClosed(code: 4001, reason: "bye") == .reply(code: 4001))
    let closesAgain = life.close()
    #expect(!closesAgain)
    #expect(life.connectionLost() == .init(code: 4001, reason: "bye"))
  }

  @Test func emptyCloseIsAnsweredByEmptyClose() {
    var life = WebSocketLifecycle()
    #expect(life.peerClosed(code: nil, reason: "") == .reply(code: nil))
    #expect(life.connectionLost() == .init(code: nil, reason: ""))
  }

  @Test func closeFramesThatCrossAreNotAnswered() {
    var life = WebSocketLifecycle()
    _ = life.close()
    #expect(life.peerClosed(code: 1001, reason: "") == .finish)
    #expect(life.peerClosed(code: 1002, reason: "") == .ignore)
    #expect(life.connectionLost()?.code == 1001)
  }

  @Test func violationIsAnsweredAndEndsAbnormallyWithItsExplanation() {
    var life = WebSocketLifecycle()
    #expect(life.fail("broken", with: reason) == .sendCloseThenLinger(reason))
    #expect(life.fail("worse", with: reason) == .ignore)
    #expect(life.connectionLost() == .init(code: 1006, reason: "broken"))
  }

  @Test func violationWhileClosingSendsNoSecondCloseFrame() {
    var life = WebSocketLifecycle()
    _ = life.close()
    #expect(life.fail("broken", with: reason) == .linger)
  }
}

@Suite struct CloseReasonTests {
  @Test func onlyCodesThatMayTravelCanBeMade() {
    let legal = (UInt16.min...UInt16.max).filter { WebSocketCloseCode(rawValue: $0) != nil }
    #expect(legal == Array(1000...1003) + Array(1007...1014) + Array(3000...4999))
  }

  @Test func textIsCutBetweenScalars() {
    let text = String(repeating: "€", count: 42)
    let reason = WebSocketCloseReason(code: .normal, text: text)
    #expect(reason.text == String(repeating: "€", count: 41))
    #expect(reason.text.utf8.count == 123)
    #expect(WebSocketCloseReason(code: .normal, text: "short").text == "short")
  }
}
