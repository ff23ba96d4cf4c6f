import Foundation

enum WallClock {
  /// Seconds since the Unix epoch, as the machine's clock has it.
  static func seconds() -> Int64 { Int64(Date().timeIntervalSince1970) }
}
