import NIOCore

/// A rate with a burst of two seconds' worth, kept in one number: the time at which all that was
/// taken would have been earned (the generic cell rate algorithm of ITU-T I.371).
struct TokenBucket {
  private static let burstNanoseconds: Int64 = 2_000_000_000
  private var earnedAt = NIODeadline.distantPast

  /// Takes so much, or answers false and takes nothing. A rate of 0 is no limit.
  ///
  /// The rate is given each time, so that a change holds at once and a bucket stays 8 bytes.
  mutating func take(_ amount: Int = 1, perSecond rate: Int, at now: NIODeadline) -> Bool {
    if rate <= 0 { return true }
    let cost = TimeAmount.nanoseconds(Int64(Double(amount) / Double(rate) * 1e9))
    let next = max(earnedAt, now) + cost
    if next - now > .nanoseconds(Self.burstNanoseconds) { return false }
    earnedAt = next
    return true
  }
}
