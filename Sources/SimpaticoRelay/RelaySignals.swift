import Dispatch
import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What an operator says to a relay by signals: SIGTERM and SIGINT to leave, SIGHUP to read its
/// configuration again.
///
/// From the moment on at which ``ofProcess`` is first asked for they do nothing else, and wait
/// until a relay takes them: one that comes while it is still starting is neither lost nor the end
/// of the process. Only who says twice that it is to leave, before it listens to that, ends the
/// process as if nobody had asked for signals: a start may hang.
public final class RelaySignals: Sendable {
  /// Those of this process, which are for one relay.
  public static let ofProcess = RelaySignals()

  enum Word: Sendable { case leave, readAgain }

  private let words: AsyncStream<Word>
  private let isTaken = Atomic(false)
  private let hasToLeave = Atomic(false)
  // It is held and otherwise not touched.
  nonisolated(unsafe) private let source: any DispatchSourceRead

  private static let numbers = [SIGTERM, SIGINT, SIGHUP]
  private static let writeEnd = Atomic<Int32>(-1)

  private init() {
    var ends: [Int32] = [-1, -1]
    precondition(pipe(&ends) == 0, "a process that starts has files left")
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    let (words, continuation) = AsyncStream.makeStream(of: Word.self)
    self.words = words
    let readEnd = ends[0]
    source = DispatchSource.makeReadSource(fileDescriptor: readEnd, queue: .global())
    source.setEventHandler { [unowned self] in
      var byte = UInt8(0)
      while read(readEnd, &byte, 1) == 1 {
        let number = Int32(byte)
        if number == SIGHUP {
          continuation.yield(.readAgain)
        } else {
          if mustEnd() { Self.end(by: number) }
          continuation.yield(.leave)
        }
      }
    }
    source.resume()
    Self.writeEnd.store(ends[1], ordering: .sequentiallyConsistent)
    for number in Self.numbers {
      // Hardly anything is allowed in here: signal-safety(7). The number waits in the pipe.
      signal(number) { number in
        let error = errno
        var byte = UInt8(truncatingIfNeeded: number)
        _ = write(RelaySignals.writeEnd.load(ordering: .sequentiallyConsistent), &byte, 1)
        errno = error
      }
    }
  }

  /// What was said, in order, those words included that have waited. For one relay.
  func take() -> AsyncStream<Word> {
    isTaken.store(true, ordering: .sequentiallyConsistent)
    return words
  }

  /// Whether it is said once more that the process is to leave, and nobody has listened yet.
  private func mustEnd() -> Bool {
    let isFirst = !hasToLeave.exchange(true, ordering: .sequentiallyConsistent)
    return !isFirst && !isTaken.load(ordering: .sequentiallyConsistent)
  }

  private static func end(by number: Int32) {
    signal(number, SIG_DFL)
    // To the process: a thread of Dispatch lets no signal through.
    kill(getpid(), number)
  }
}
