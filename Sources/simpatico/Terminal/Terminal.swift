import Foundation

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The terminal of the process: its size, its mode, what it can do. No library beyond termios.
enum Terminal {
  struct Size: Equatable {
    var rows: Int
    var columns: Int
  }

  /// Whether both ends are a terminal, so that lines can be edited in it.
  static var isInteractive: Bool {
    isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 && environment("TERM") != "dumb"
  }

  /// Colours only where a terminal shows them and nobody objects (https://no-color.org).
  static var hasColours: Bool {
    isatty(STDOUT_FILENO) == 1 && environment("TERM") != "dumb"
      && (environment("NO_COLOR") ?? "").isEmpty
  }

  static var size: Size {
    var window = winsize()
    if ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0, window.ws_row > 0 {
      return Size(rows: Int(window.ws_row), columns: Int(window.ws_col))
    }
    return Size(
      rows: environment("LINES").flatMap { Int($0) } ?? 24,
      columns: environment("COLUMNS").flatMap { Int($0) } ?? 80)
  }

  /// Asks for a passphrase without showing it; nil where there is no terminal to ask at.
  static func readSecret(_ prompt: String) -> String? { SecretPrompt.ask(prompt) }

  static func environment(_ name: String) -> String? { ProcessInfo.processInfo.environment[name] }
}

/// Raw mode, from its beginning to `end`, which may be called more than once and from anywhere.
final class RawMode: Sendable {
  private let before: termios

  /// Nil where standard input is no terminal.
  init?() {
    var attributes = termios()
    guard tcgetattr(STDIN_FILENO, &attributes) == 0 else { return nil }
    before = attributes
    attributes.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG | IEXTEN)
    attributes.c_iflag &= ~tcflag_t(IXON | ICRNL)
    guard tcsetattr(STDIN_FILENO, TCSADRAIN, &attributes) == 0 else { return nil }
    try? StandardFiles.write("\u{1B}[?2004h")
  }

  func end() {
    restore()
    try? StandardFiles.write("\u{1B}[?2004l")
  }

  /// Gives the terminal's mode back, without waiting for what is not written yet.
  func restore() {
    var attributes = before
    tcsetattr(STDIN_FILENO, TCSANOW, &attributes)
  }
}
