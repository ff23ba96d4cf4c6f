import NIOCore
import NIOEmbedded
import Testing

@testable import SimpaticoSocket

/// Every case of the table, at both ends, whatever pieces its bytes arrive in.
@Suite struct RuleTests {
  /// What an endpoint has done about some input.
  private struct Outcome: Equatable {
    /// What it sent, unmasked; nil if a client's frame was not masked.
    var sent: [UInt8]?
    var events: [SocketEvent]
  }

  private func outcome(
    of rule: RuleCase, at role: WebSocketRole, _ pieces: [ArraySlice<UInt8>]
  ) throws -> Outcome {
    let bench = try EndpointBench(
      role: role, configuration: RuleCase.limits, acceptsBinary: rule.acceptsBinary)
    for piece in pieces { bench.receive(bytes: piece) }
    let sent = try bench.sent()
    // Whoever waits for the other side to hang up does not wait for ever.
    bench.advance(milliseconds: RuleCase.limits.closeTimeoutMilliseconds)
    if bench.channel.isActive { try bench.lose() }
    return Outcome(sent: role == .server ? sent : Frame.unmasking(sent), events: bench.events)
  }

  private func expectation(_ rule: RuleCase) -> Outcome {
    var events = [.open] + rule.events
    if case .closed = events.last {
    } else {
      events.append(.closed(1006, "the connection was lost without a close frame"))
    }
    return Outcome(sent: rule.answers.flatMap(\.unmasked.bytes), events: events)
  }

  @Test(arguments: RuleCase.all)
  func ruleIsKeptWhenBytesComeTogether(_ rule: RuleCase) throws {
    for role in rule.roles {
      let found = try outcome(of: rule, at: role, [rule.input(for: role)[...]])
      #expect(found == expectation(rule), "at the \(role)")
    }
  }

  @Test(arguments: RuleCase.all)
  func ruleIsKeptWhereverTheBytesAreSplit(_ rule: RuleCase) throws {
    let expected = expectation(rule)
    for role in rule.roles {
      let input = rule.input(for: role)
      for index in 0...input.count {
        let found = try outcome(of: rule, at: role, [input[..<index], input[index...]])
        #expect(found == expected, "at the \(role), split at \(index)")
      }
    }
  }

  @Test(arguments: RuleCase.all)
  func ruleIsKeptWhenBytesComeOneByOne(_ rule: RuleCase) throws {
    for role in rule.roles {
      let input = rule.input(for: role)
      let found = try outcome(of: rule, at: role, input.indices.map { input[$0...$0] })
      #expect(found == expectation(rule), "at the \(role)")
    }
  }

  @Test(arguments: RuleCase.all)
  func bytesOfTheNetworkAreLeftAsTheyWere(_ rule: RuleCase) {
    for role in rule.roles {
      let original = ByteBuffer(bytes: rule.input(for: role))
      var input = original
      var assembler = WebSocketMessageAssembler(
        role: role, limits: .init(RuleCase.limits), acceptsBinary: rule.acceptsBinary)
      while assembler.receive(&input) != nil {}
      #expect(input.readableBytes == 0)
      #expect(original == ByteBuffer(bytes: rule.input(for: role)))
    }
  }

  @Test func everyViolationHasACase() {
    let broken = RuleCase.all.flatMap(\.events).compactMap { event in
      if case .violation(let violation) = event { violation.description } else { nil }
    }
    let all: [WebSocketViolation] = [
      .reservedBits, .unknownOpcode(3), .unmaskedFrame, .maskedFrame, .nonMinimalLength,
      .lengthOutOfRange, .fragmentedControlFrame, .oversizedControlFrame, .unexpectedContinuation,
      .interruptedMessage, .binaryMessage, .invalidText, .frameTooLarge, .messageTooLarge,
      .tooManyFragments, .truncatedCloseCode, .illegalCloseCode(1005), .invalidCloseText,
    ]
    for violation in all { #expect(broken.contains(violation.description), "\(violation)") }
  }
}
