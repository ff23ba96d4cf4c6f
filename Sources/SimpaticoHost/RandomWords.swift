#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Random bits of the system's source, drawn many at a time: asking for each word by itself costs
/// a call of the operating system, which is as much as half of what an input costs.
struct RandomWords {
  /// 256 bytes, which is the most that getentropy(3) gives at once.
  private static let drawnCount = 32
  private var words: [UInt64] = []

  /// 64 random bits, each word given out once. A system call in 32 calls.
  mutating func next() -> UInt64 {
    if words.isEmpty {
      words = Array(repeating: 0, count: Self.drawnCount)
      let result = words.withUnsafeMutableBytes { getentropy($0.baseAddress, $0.count) }
      precondition(result == 0, "the system has random bits")
    }
    return words.removeLast()
  }
}
