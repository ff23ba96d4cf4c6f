/// A seeded random source that is split by purpose, so that drawing more for one purpose changes
/// nothing for another.
///
/// SplitMix64 (Steele, Lea and Flood, 2014): good enough for simulations, worthless for secrets.
public struct RandomSource: Sendable {
  /// What numbers are drawn for.
  public enum Purpose: Int, Sendable, CaseIterable {
    /// How long a frame travels.
    case latency
    /// How long a cipher operation takes.
    case computation
    /// What handlers are given with their moment.
    case moment
  }

  private var states: (UInt64, UInt64, UInt64)

  /// A source whose every draw follows from the seed.
  public init(seed: UInt64) {
    var root = seed
    states = (
      RandomSource.next(&root), RandomSource.next(&root), RandomSource.next(&root)
    )
  }

  /// The next 64 bits for a purpose.
  public mutating func next(_ purpose: Purpose) -> UInt64 {
    switch purpose {
    case .latency: RandomSource.next(&states.0)
    case .computation: RandomSource.next(&states.1)
    case .moment: RandomSource.next(&states.2)
    }
  }

  /// A number in a range, without bias that matters at these sizes.
  public mutating func next(_ purpose: Purpose, in range: ClosedRange<Int64>) -> Int64 {
    let span = UInt64(range.upperBound - range.lowerBound) + 1
    return range.lowerBound + Int64(next(purpose) % span)
  }

  private static func next(_ state: inout UInt64) -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
