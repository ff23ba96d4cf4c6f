import NIOCore

/// What one connection has used of the rates that it may.
struct ConnectionRates {
  private var messages = TokenBucket()
  private var bytes = TokenBucket()
  private var lookUps = TokenBucket()
  private var hasProved = false

  /// The limit that a message reaches, or nil where it may pass.
  ///
  /// - Parameter registration: whether another registration may begin. Asked of the first message
  ///   only, which is the proof: checking it is the costliest thing that a peer can ask for.
  mutating func limit(
    reachedByBytes count: Int, _ limits: RelayLimits, at now: NIODeadline,
    registration: () -> Bool
  ) -> RelayLimit? {
    if !messages.take(perSecond: limits.messagesPerSecond, at: now) { return .messages }
    if !bytes.take(count, perSecond: limits.bytesPerSecond, at: now) { return .bytes }
    if hasProved { return nil }
    hasProved = true
    return registration() ? nil : .registrations
  }

  /// The limit that pings and pongs reach, or nil where they may pass.
  mutating func limit(
    reachedByHeartbeats count: Int, byteCount: Int, _ limits: RelayLimits, at now: NIODeadline
  ) -> RelayLimit? {
    if !messages.take(count, perSecond: limits.messagesPerSecond, at: now) { return .messages }
    return bytes.take(byteCount, perSecond: limits.bytesPerSecond, at: now) ? nil : .bytes
  }

  /// Counts a look-up; false where it is one too many.
  mutating func takeLookUp(_ limits: RelayLimits, at now: NIODeadline) -> Bool {
    lookUps.take(perSecond: limits.lookUpsPerSecond, at: now)
  }
}
