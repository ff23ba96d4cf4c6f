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

  /// After how long every bucket is full from which nothing is taken.
  static let longestDebt = TimeAmount.seconds(4)

  private let earnedAt = Atomic<UInt64>(0)

  /// Takes so much, or answers false and takes nothing. A rate of 0 is no limit.
  ///
  /// The rate is given each time, so that a change holds at once and a bucket stays 8 bytes.
  func take(_ amount: Int = 1, perSecond rate: Int, at now: NIODeadline) -> Bool {
    if rate <= 0 { return true }
    let cost = TimeAmount.nanoseconds(Int64(Double(amount) / Double(rate) * 1e9))
    return change { earnedAt in
      let next = max(earnedAt, now) + cost
      return next - now > Self.burst ? nil : next
    }
  }

  /// How long it takes to earn all that was taken.
  func debt(at now: NIODeadline) -> TimeAmount {
    max(.zero, .uptimeNanoseconds(earnedAt.load(ordering: .relaxed)) - now)
  }

  /// Takes what was taken of another bucket and is not earned yet, also where that is more than
  /// there is, up to ``longestDebt``.
  func add(_ other: borrowing TokenBucket, at now: NIODeadline) {
    let debt = other.debt(at: now)
    _ = change { earnedAt in min(max(earnedAt, now) + debt, now + Self.longestDebt) }
  }

  /// Puts what `next` makes of the number in its place; answers false where that is nil.
  private func change(_ next: (NIODeadline) -> NIODeadline?) -> Bool {
    var known = earnedAt.load(ordering: .relaxed)
    while true {
      guard let wanted = next(.uptimeNanoseconds(known)) else { return false }
      let result = earnedAt.compareExchange(
        expected: known, desired: wanted.uptimeNanoseconds, ordering: .relaxed)
      if result.exchanged { return true }
      known = result.original
    }
  }
}
