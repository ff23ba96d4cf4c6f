import NIOCore

/// What a connection that has proved no key has used of the rates that it may, or all connections
/// of one key together. May be used from any thread.
final class RateAccount: Sendable {
  /// Whose it is, once that is known.
  let owner: RateBook.Owner?
  private let messages = TokenBucket()
  private let bytes = TokenBucket()
  private let lookUps = TokenBucket()

  /// One that has used nothing.
  init(of owner: RateBook.Owner? = nil) {
    self.owner = owner
  }

  /// Counts messages, pings or pongs, and their bytes: the limit that they reach, or nil where they
  /// may pass.
  func take(
    messages count: Int = 1, bytes byteCount: Int, _ limits: RelayLimits, at now: NIODeadline
  ) -> RelayLimit? {
    if !messages.take(count, perSecond: limits.messagesPerSecond, at: now) { return .messages }
    return bytes.take(byteCount, perSecond: limits.bytesPerSecond, at: now) ? nil : .bytes
  }

  /// Counts a look-up; false where it is one too many.
  func takeLookUp(_ limits: RelayLimits, at now: NIODeadline) -> Bool {
    lookUps.take(perSecond: limits.lookUpsPerSecond, at: now)
  }

  /// Takes what was used elsewhere, also where that is more than there is.
  func add(_ other: RateAccount, at now: NIODeadline) {
    messages.add(other.messages, at: now)
    bytes.add(other.bytes, at: now)
    lookUps.add(other.lookUps, at: now)
  }
}
