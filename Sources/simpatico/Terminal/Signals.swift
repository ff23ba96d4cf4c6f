import Dispatch
import Foundation
import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Signals, in place of what they do otherwise, until they are given back. What the process was
/// started to ignore it goes on to ignore, as `nohup` wants it.
///
/// There is one of these at a time.
final class Signals: Sendable {
  typealias Handler = @convention(c) (Int32) -> Void

  /// What asks a program to end.
  static let ending = [SIGINT, SIGTERM, SIGHUP]

  /// Can be read from when a signal has come.
  let file: Int32
  /// What the signals did before.
  private let former: Mutex<[Int32: Handler?]>

  private static let ends: (read: Int32, write: Int32) = {
    var ends: [Int32] = [-1, -1]
    precondition(pipe(&ends) == 0, "a process that starts has files left")
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    return (ends[0], ends[1])
  }()
  private static let writeEnd = Atomic<Int32>(-1)

  init(_ numbers: [Int32]) {
    file = Signals.ends.read
    Signals.writeEnd.store(Signals.ends.write, ordering: .sequentiallyConsistent)
    var former: [Int32: Handler?] = [:]
    for number in numbers {
      let before = Signals.catchSignal(number)
      if unsafeBitCast(before, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self) {
        signal(number, SIG_IGN)
      } else {
        former[number] = .some(before)
      }
    }
    self.former = Mutex(former)
    // What came for the one before this is past.
    while next() != nil {}
  }

  /// Hardly anything is allowed in a handler (signal-safety(7)), so the number waits in the pipe.
  private static func catchSignal(_ number: Int32) -> Handler? {
    signal(number) { number in
      let error = errno
      var byte = UInt8(truncatingIfNeeded: number)
      _ = write(Signals.writeEnd.load(ordering: .sequentiallyConsistent), &byte, 1)
      errno = error
    }
  }

  /// The signals that come, as a sequence. With the first that asks to end all are given back: who
  /// asks twice ends the process, whatever it waits for.
  ///
  /// - Parameter ending: what cannot wait until the sequence is read, on a thread of Dispatch.
  func received(ending: @escaping @Sendable () -> Void = {}) -> AsyncStream<Int32> {
    let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
    // It is held and otherwise not touched.
    nonisolated(unsafe) let source = DispatchSource.makeReadSource(
      fileDescriptor: file, queue: .global())
    source.setEventHandler { [self] in
      while let number = next() {
        if Signals.ending.contains(number) {
          giveBack()
          ending()
        }
        continuation.yield(number)
      }
    }
    continuation.onTermination = { _ in source.cancel() }
    source.resume()
    return stream
  }

  /// The next signal that has come, or nil where none has.
  func next() -> Int32? {
    var byte = UInt8(0)
    return read(file, &byte, 1) == 1 ? Int32(byte) : nil
  }

  /// Lets signals do again what they did.
  func giveBack() {
    former.withLock { former in
      for (number, handler) in former { signal(number, handler) }
      former = [:]
    }
  }

  /// Lets one signal do to the process what it does by itself.
  func perform(_ number: Int32) {
    guard let handler = former.withLock({ $0[number] }) else { return }
    signal(number, handler)
    // To the process: a thread of Dispatch lets no signal through.
    kill(getpid(), number)
  }

  /// Takes a signal again that was performed, where the process goes on.
  func retake(_ number: Int32) { _ = Signals.catchSignal(number) }
}
