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

  static func environment(_ name: String) -> String? { ProcessInfo.processInfo.environment[name] }

  /// Asks for a passphrase without showing it; nil where there is no terminal to ask at.
  static func readSecret(_ prompt: String) -> String? {
    let terminal = open("/dev/tty", O_RDWR)
    guard terminal >= 0 else { return nil }
    defer { close(terminal) }
    var before = termios()
    guard tcgetattr(terminal, &before) == 0 else { return nil }
    var silent = before
    silent.c_lflag &= ~tcflag_t(ECHO)
    // Not to lose what was typed ahead.
    tcsetattr(terminal, TCSADRAIN, &silent)
    defer { tcsetattr(terminal, TCSADRAIN, &before) }
    _ = StandardFiles.write(prompt, to: terminal)
    var line: [UInt8] = []
    var byte: UInt8 = 0
    while read(terminal, &byte, 1) == 1, byte != UInt8(ascii: "\n"), line.count < 4096 {
      line.append(byte)
    }
    _ = StandardFiles.write("\n", to: terminal)
    return String(validating: line, as: UTF8.self)
  }
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
