import Foundation

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A passphrase that is typed without being shown.
///
/// A signal finds the terminal as it was: what ends or stops the program does so after its mode was
/// given back. When the program goes on, nothing is shown again, and the question is asked anew.
final class SecretPrompt {
  private let terminal: Int32
  private let prompt: String
  private var before: termios
  private let signals = Signals(Signals.ending + [SIGQUIT, SIGTSTP, SIGCONT])
  /// How long a stop is waited for: a group of processes that nobody watches is not stopped.
  private static let stopMilliseconds: Int32 = 1000

  /// Asks; nil where there is no terminal to ask at.
  static func ask(_ prompt: String) -> String? {
    let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC)
    guard terminal >= 0 else { return nil }
    defer { close(terminal) }
    var before = termios()
    guard tcgetattr(terminal, &before) == 0 else { return nil }
    let asking = SecretPrompt(terminal, prompt, before)
    defer { asking.end() }
    return asking.line().flatMap { String(validating: $0, as: UTF8.self) }
  }

  private init(_ terminal: Int32, _ prompt: String, _ before: termios) {
    self.terminal = terminal
    self.prompt = prompt
    self.before = before
  }

  private func begin() {
    var silent = before
    silent.c_lflag &= ~tcflag_t(ECHO)
    // Not to lose what was typed ahead.
    tcsetattr(terminal, TCSADRAIN, &silent)
    _ = StandardFiles.write(prompt, to: terminal)
  }

  private func restore() {
    tcsetattr(terminal, TCSADRAIN, &before)
    _ = StandardFiles.write("\n", to: terminal)
  }

  private func end() {
    restore()
    signals.giveBack()
  }

  private func line() -> [UInt8]? {
    var line: [UInt8] = []
    begin()
    while line.count < 4096 {
      _ = wait(for: [terminal, signals.file])
      if let number = signals.next() {
        line = []
        obey(number)
        continue
      }
      var byte: UInt8 = 0
      let count = read(terminal, &byte, 1)
      if count < 0, errno == EINTR { continue }
      if count != 1 || byte == UInt8(ascii: "\n") { break }
      line.append(byte)
    }
    return line
  }

  private func obey(_ number: Int32) {
    if number == SIGCONT { return begin() }
    restore()
    // Another thread performs it, in a moment.
    signals.perform(number)
    if number != SIGTSTP { while true { pause() } }
    let goesOn = wait(for: [signals.file], milliseconds: SecretPrompt.stopMilliseconds)
    signals.retake(number)
    if !goesOn { begin() }
  }

  /// Answers whether something can be read.
  private func wait(for files: [Int32], milliseconds: Int32 = -1) -> Bool {
    var places = files.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    while true {
      let count = poll(&places, nfds_t(places.count), milliseconds)
      if count >= 0 || errno != EINTR { return count > 0 }
    }
  }
}
