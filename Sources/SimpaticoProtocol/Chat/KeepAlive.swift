import SimpaticoTree

/// Signs of life on a verified connection: a ping after some quiet time, with jitter; an end where
/// no answer comes.
enum KeepAlive {
  static let answerMilliseconds = 10_000
  /// After a change of the network: an answer comes soon or not at all.
  static let probeMilliseconds = 3000
  /// Pings without an answer that end a connection.
  static let missedAtMost = 2

  static func all(_ patterns: WirePatterns) -> [Handler] { [pong(patterns.pong), probe] }

  /// The first timer, where the connection is to be kept.
  static func begin(_ residue: Value, _ context: HandlerContext) -> [Outcome] {
    guard let quiet = residue[ChatField.keepAliveMilliseconds]?.integer, quiet > 0 else {
      return []
    }
    return Change.startTimer(
      jittered(quiet, context), in: ChatField.keepAliveTimer, of: residue, context, slot: 3)
  }

  static func stop(_ residue: Value, _ context: HandlerContext) -> [Outcome] {
    Change.stopTimer(in: ChatField.keepAliveTimer, of: residue, context, slot: 4)
  }

  /// The timer: asks, or asks again, or gives up. Nil where it is another one.
  static func elapsed(
    _ residue: Value, _ request: Value?, _ context: HandlerContext
  ) -> [Outcome]? {
    guard let request, request == residue[ChatField.keepAliveTimer] else { return nil }
    let stopped = Outcome.combine(.object([ChatField.keepAliveTimer: .delete]))
    guard Phases.isVerified(residue) else { return [stopped] }
    let isMissed = residue[ChatField.pingedAt] != nil
    if isMissed, residue.count(ChatField.missed) + 1 >= missedAtMost {
      return [
        stopped, .combine(.object([Field.error: "the relay does not answer"])),
        .combine(Command.close(code: CloseCode.unresponsive, reason: "no answer")),
      ]
    }
    let missed: [Outcome] = isMissed ? [.combine(.object([ChatField.missed: 1]))] : []
    return [stopped] + missed + ask(residue, within: answerMilliseconds, context)
  }

  /// Asks at once, and does not wait long: the network may be another one.
  static let probe = Handler("probe", example: Value(json: #"{"handler":"probe"}"#)) {
    (residue, message, context) throws(Refusal) in
    guard Phases.isVerified(residue), residue[ChatField.keepAliveTimer] != nil else { return [] }
    return Change.set([ChatField.missed: .number(missedAtMost - 1)], in: residue)
      + ask(residue, within: probeMilliseconds, context)
  }

  /// The relay's answer: how long it took, and how far the clocks are apart (RFC 5905 section 8).
  static func pong(_ pattern: Pattern) -> Handler {
    Handler(
      WireName.pong, pattern: pattern, example: Value(json: #"{"handler":"pong","t1":1,"t2":2}"#)
    ) { (residue, message, context) throws(Refusal) in
      try CourierHandlers.requireVerified(residue)
      guard let pingedAt = residue[ChatField.pingedAt]?.number,
        message[WireName.t1]?.number == pingedAt, let t2 = message[WireName.t2]?.number,
        let quiet = residue[ChatField.keepAliveMilliseconds]?.integer
      else { return [Vain.outcome] }
      let now = context.now
      let measured = Change.set(
        [
          // Where the clock was set back meanwhile, nothing is known.
          ChatField.roundTripMilliseconds: .number(max(0, now - pingedAt)),
          ChatField.clockSkewMilliseconds: .number(t2 - (pingedAt + now) / 2),
        ], in: residue)
      return measured + [
        .combine(.object([ChatField.pingedAt: .delete, ChatField.missed: .delete]))
      ]
        + Change.startTimer(
          jittered(quiet, context), in: ChatField.keepAliveTimer, of: residue, context, slot: 3)
    }
  }

  private static func ask(
    _ residue: Value, within milliseconds: Int, _ context: HandlerContext
  ) -> [Outcome] {
    let now = Value.number(max(0, context.now))
    let ping: Value = .object([WireName.handler: .string(WireName.ping), WireName.t1: now])
    return Change.set([ChatField.pingedAt: now], in: residue) + [.combine(Command.send(ping))]
      + Change.startTimer(
        milliseconds, in: ChatField.keepAliveTimer, of: residue, context, slot: 3)
  }

  /// Four fifths to six fifths, so that clients that came together do not ask together.
  private static func jittered(_ milliseconds: Int, _ context: HandlerContext) -> Int {
    milliseconds * 4 / 5 + Int(context.moment.random % UInt64(max(1, milliseconds * 2 / 5)))
  }
}
