import NIOCore
import Synchronization

/// A rate with a burst of two seconds' worth, kept in one number: the time at which all that was
/// taken would have been earned (the generic cell rate algorithm of ITU-T I.371).
///
/// May be used from any thread, and takes no lock: connections of one key, which share it, may be
/// on several event loops.
struct TokenBucket: ~Copyable {
  /// How long an empty bucket takes to fill.
  static let burst = TimeAmount.seconds(2)

  private let earnedAt = Atomic<UInt64>(0)

  /// Takes so much, or answers false and takes nothing. A rate of 0 is no limit.
  ///
  /// The rate is given each time, so that a change holds at once and a bucket stays 8 bytes.
  func take(_ amount: Int = 1, perSecond rate: Int, at now: NIODeadline) -> Bool {
    if rate <= 0 { return true }
    return add(.nanoseconds(Int64(Double(amount) / Double(rate) * 1e9)), at: now, upTo: Self.burst)
  }

  /// How long it takes to earn all that was taken.
  func debt(at now: NIODeadline) -> TimeAmount {
    max(.zero, .uptimeNanoseconds(earnedAt.load(ordering: .relaxed)) - now)
  }

  /// Takes what was taken of another bucket and is not earned yet, even if it is more than there
  /// is.
  func add(_ other: borrowing TokenBucket, at now: NIODeadline) {
    _ = add(other.debt(at: now), at: now, upTo: .hours(1))
  }

  /// Takes what takes so long to earn, where no more than `limit` is to be earned then.
  private func add(_ cost: TimeAmount, at now: NIODeadline, upTo limit: TimeAmount) -> Bool {
    var known = earnedAt.load(ordering: .relaxed)
    while true {
      let next = max(.uptimeNanoseconds(known), now) + cost
      if next - now > limit { return false }
      let result = earnedAt.compareExchange(
        expected: known, desired: next.uptimeNanoseconds, ordering: .relaxed)
      if result.exchanged { return true }
      known = result.original
    }
  }
}
