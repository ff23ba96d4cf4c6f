import Foundation

/// A seeded source of test inputs (SplitMix64). Tests put the seed into every expectation, and
/// the environment variable SIMPATICO_SEED repeats a run.
struct Random: RandomNumberGenerator, CustomStringConvertible {
  let seed: UInt64
  private var state: UInt64

  init() {
    let chosen = ProcessInfo.processInfo.environment["SIMPATICO_SEED"].flatMap(UInt64.init)
    seed = chosen ?? UInt64.random(in: 0...UInt64.max)
    state = seed
  }

  var description: String { "SIMPATICO_SEED=\(seed)" }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  mutating func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8.random(in: 0...255, using: &self) }
  }
}
