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
/// of the process.
public final class RelaySignals: Sendable {
  /// Those of this process, which are for one relay.
  public static let ofProcess = RelaySignals()

  enum Word: Sendable { case leave, readAgain }

  /// What was said, in order.
  let words: AsyncStream<Word>
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
    source.setEventHandler {
      var number = UInt8(0)
      while read(readEnd, &number, 1) == 1 {
        continuation.yield(Int32(number) == SIGHUP ? .readAgain : .leave)
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
}
