import NIOCore

/// A rate with a burst of two seconds' worth, kept in one number: the time at which all that was
/// taken would have been earned (the generic cell rate algorithm of ITU-T I.371).
struct TokenBucket {
  /// How long an empty bucket takes to fill.
  static let burst = TimeAmount.seconds(2)

  private var earnedAt = NIODeadline.distantPast

  /// Takes so much, or answers false and takes nothing. A rate of 0 is no limit.
  ///
  /// The rate is given each time, so that a change holds at once and a bucket stays 8 bytes.
  mutating func take(_ amount: Int = 1, perSecond rate: Int, at now: NIODeadline) -> Bool {
    if rate <= 0 { return true }
    let cost = TimeAmount.nanoseconds(Int64(Double(amount) / Double(rate) * 1e9))
    let next = max(earnedAt, now) + cost
    if next - now > Self.burst { return false }
    earnedAt = next
    return true
  }

  /// Whether all is earned again that was taken.
  func isFull(at now: NIODeadline) -> Bool { earnedAt <= now }

  /// Takes what another bucket has not earned yet, even if it is more than there is.
  mutating func add(_ other: TokenBucket, at now: NIODeadline) {
    if !other.isFull(at: now) { earnedAt = max(earnedAt, now) + (other.earnedAt - now) }
  }
}
