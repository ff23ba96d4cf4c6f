/// How the files that the process may have open are shared out. Connections get what is left when
/// all else has its own, so that no number of them keeps the admin port from answering.
///
///     files ─┬─ open at the start, those of the event loops, the reserve
///            └─ accepted ─┬─ held ─┬─ served
///                         │        └─ held until they are told why they are not
///                         └─ on their way out, or not judged yet
struct FileShares: Equatable, Sendable {
  /// For the listening sockets, the admin port, the files of a certificate, and what is open for a
  /// moment only.
  static let reserve = 32
  /// What an event loop opens for itself: epoll(7), eventfd(2) and timerfd_create(2).
  static let ofEventLoop = 3
  /// Fewer connections than these are of no use to anybody.
  private static let acceptedAtLeast = 8
  private static let outgoingAtMost = 16

  /// So many files it takes to be of use.
  let needed: Int
  /// Whether there are so many.
  let areEnough: Bool
  /// With this many nothing more is accepted.
  let accepted: Int
  /// With this many counted, more are closed at once.
  let held: Int
  /// With this many counted, more are told that there are too many.
  let served: Int

  /// Shares for which files do not matter.
  static let unlimited = FileShares(files: Int.max, openCount: 0, eventLoops: 0)

  /// - Parameters:
  ///   - files: How many may be open.
  ///   - openCount: How many are, for whatever purpose.
  ///   - eventLoops: How many event loops there will be, those of the admin port included.
  init(files: Int, openCount: Int, eventLoops: Int) {
    let others = openCount + eventLoops * Self.ofEventLoop + Self.reserve
    needed = others + Self.acceptedAtLeast
    areEnough = files >= needed
    accepted = max(Self.acceptedAtLeast, files - others)
    let part = accepted / 8
    held = accepted - min(Self.outgoingAtMost, part)
    served = held - min(ConnectionLedger.refusalAllowance, part)
  }
}

/// There are too few files for a relay to live.
struct FileShortage: Error, CustomStringConvertible {
  let files: Int
  let needed: Int

  var description: String {
    "the \(files) files that may be open are too few: a relay needs \(needed) (ulimit -n)"
  }
}
