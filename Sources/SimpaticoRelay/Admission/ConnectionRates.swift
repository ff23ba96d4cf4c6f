import NIOCore

/// What a connection, or a key on all of its connections, has used of the rates that it may.
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

  /// Whether there is as much left as for somebody new.
  func isUnused(at now: NIODeadline) -> Bool {
    messages.isFull(at: now) && bytes.isFull(at: now) && lookUps.isFull(at: now)
  }

  /// Takes what was used elsewhere, even if it is more than there is.
  mutating func add(_ other: ConnectionRates, at now: NIODeadline) {
    messages.add(other.messages, at: now)
    bytes.add(other.bytes, at: now)
    lookUps.add(other.lookUps, at: now)
    hasProved = hasProved || other.hasProved
  }

  /// Counts a look-up; false where it is one too many.
  mutating func takeLookUp(_ limits: RelayLimits, at now: NIODeadline) -> Bool {
    lookUps.take(perSecond: limits.lookUpsPerSecond, at: now)
  }
}
