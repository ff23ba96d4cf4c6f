import Foundation
import NIOCore

/// The processors that this process may use.
enum Processors {
  /// How many there are, at least one: what a container's quota leaves, and no more than this
  /// process may run on, which `taskset` and systemd's `CPUAffinity` say.
  static var count: Int { max(1, min(System.coreCount, allowed ?? .max)) }

  /// The set bits of the mask that Linux tells (proc_pid_status(5)); nil where there is none.
  private static var allowed: Int? {
    let name = "Cpus_allowed:"
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix(name) })
    else { return nil }
    let count = line.dropFirst(name.count).compactMap(\.hexDigitValue).map(\.nonzeroBitCount)
    return count.reduce(0, +)
  }
}
