/// Watches whether a peer is still there: after silence it asks for a ping, and after more silence
/// for an end. Sans-IO: the caller's timer is its clock.
///
/// It looks several times in a silence and keeps no time: what arrives sets a flag and reads no
/// clock, and a silence is noticed at most one look late.
///
///     listening ──silence──► asking ──silence──► cut
///         ▲                     │
///         └──── heard ──────────┘
struct WebSocketVigil {
  enum Action: Equatable {
    /// Come back after a part of the time that the peer may be silent.
    case wait
    /// Send a ping and come back after the time that an answer may take.
    case ping
    case cut(WebSocketCut)
  }

  /// How often it looks in the time that the peer may be silent.
  static let looksPerSilence = 4

  private var hasHeard = false
  private var isAsking = false
  /// Looks one after another at which nothing had happened.
  private var quietLooks: UInt8 = 0
  /// What was waiting to be sent at the last look, if nothing was read from the peer then.
  private var stalledByteCount: Int?

  /// Something arrived. Answers whether it ended the wait for an answer: then the caller comes back
  /// after a part of the time that the peer may be silent, and not when the answer would be late.
  mutating func heard() -> Bool {
    hasHeard = !isAsking
    guard isAsking else { return false }
    isAsking = false
    return true
  }

  /// The time asked for has passed.
  ///
  /// - Parameter waitingByteCount: Nil if the peer is being read. Otherwise this side waits for
  ///   the peer to read, and so long as these bytes become fewer, it does.
  mutating func look(waitingByteCount: Int?) -> Action {
    defer {
      hasHeard = false
      stalledByteCount = waitingByteCount
    }
    if let waitingByteCount {
      isAsking = false
      if waitingByteCount != stalledByteCount { quietLooks = 0 } else { quietLooks += 1 }
      return quietLooks == Self.looksPerSilence ? .cut(.slowConsumer) : .wait
    }
    // A pause in between may have kept the answer from being read.
    if hasHeard || stalledByteCount != nil {
      isAsking = false
      quietLooks = 0
      return .wait
    }
    if isAsking { return .cut(.unresponsive) }
    quietLooks += 1
    if quietLooks < Self.looksPerSilence { return .wait }
    quietLooks = 0
    isAsking = true
    return .ping
  }
}
