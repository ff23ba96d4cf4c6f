public import SimpaticoTree

extension QRCode {
  /// The light margin that a drawing leaves around a code, so that a reader finds it.
  public enum QuietZone: UInt8, Sendable, CaseIterable {
    /// Four modules: what the standard demands (section 6.3.8).
    case full
    /// Two modules, where there is little room. Most readers are content with them.
    case narrow

    /// Its width in modules.
    public var modules: Int {
      switch self {
      case .full: 4
      case .narrow: 2
      }
    }
  }

  /// How a terminal shows dark and light.
  public enum TerminalStyle: UInt8, Sendable, CaseIterable {
    /// Black on white by colours 16 and 231 of the 256-colour palette, which no theme changes.
    /// Right on every ground; needs a terminal that understands `ESC [ 38 ; 5 ; n m`.
    case coloured
    /// Without colours, on a dark ground: light modules are drawn.
    case plainOnDark
    /// Without colours, on a light ground: dark modules are drawn.
    case plainOnLight
  }

  /// The length of a side of a drawing, in modules.
  public func side(quietZone: QuietZone = .full) -> Int { size + 2 * quietZone.modules }

  /// How many columns of a terminal `terminalLines` takes: one for each module of a side.
  public func terminalColumns(quietZone: QuietZone = .full) -> Int { side(quietZone: quietZone) }

  /// How many rows of a terminal `terminalLines` takes: one for two modules of a side.
  ///
  /// In 24 rows, with one left for a prompt, fits up to version 5 with a full and up to version 6
  /// with a narrow quiet zone. Version 7 takes 27 or 25 rows.
  public func terminalRows(quietZone: QuietZone = .full) -> Int {
    (side(quietZone: quietZone) + 1) / 2
  }

  /// The code as lines of half blocks (U+2580 and its kin), each of which shows two modules, one
  /// above the other. As high as wide where a character is twice as high as wide.
  ///
  /// The sides are odd, so there is one more light row at the end. Lines have no line break; a
  /// coloured one ends with the terminal's own colours. Linear in the modules.
  public func terminalLines(style: TerminalStyle, quietZone: QuietZone = .full) -> [Text] {
    let margin = quietZone.modules
    var lines: [Text] = []
    for row in 0..<terminalRows(quietZone: quietZone) {
      var line = Lettering()
      if style == .coloured { line.write("\u{1B}[38;5;16;48;5;231m") }
      for x in -margin..<(size + margin) {
        let isInked = (
          upper: self[x, 2 * row - margin] != (style == .plainOnDark),
          lower: self[x, 2 * row + 1 - margin] != (style == .plainOnDark)
        )
        switch isInked {
        case (true, true): line.write("\u{2588}")
        case (true, false): line.write("\u{2580}")
        case (false, true): line.write("\u{2584}")
        case (false, false): line.write(" ")
        }
      }
      if style == .coloured { line.write("\u{1B}[0m") }
      lines.append(line.text)
    }
    return lines
  }

  /// The lines of `terminalLines`, each ended by a line feed.
  public func terminalText(style: TerminalStyle, quietZone: QuietZone = .full) -> Text {
    var lettering = Lettering()
    for line in terminalLines(style: style, quietZone: quietZone) {
      lettering.write(line)
      lettering.write("\n")
    }
    return lettering.text
  }

  /// The dark modules as the `d` of one SVG path, in units of a module.
  ///
  /// The quiet zone is left around them: draw the path on a light ground whose `viewBox` is
  /// `0 0 n n`, n being `side(quietZone:)`, with `shape-rendering="crispEdges"`. Each run of dark
  /// modules in a row is one rectangle. Linear in the modules.
  public func svgPath(quietZone: QuietZone = .full) -> Text {
    let margin = quietZone.modules
    var path = Lettering()
    for y in 0..<size {
      var x = 0
      while x < size {
        let start = x
        while self[x, y] { x += 1 }
        if x > start {
          path.write("M")
          path.write(Text(start + margin))
          path.write(" ")
          path.write(Text(y + margin))
          path.write("h")
          path.write(Text(x - start))
          path.write("v1h-")
          path.write(Text(x - start))
          path.write("z")
        }
        x += 1
      }
    }
    return path.text
  }

  /// A text that is put together piece by piece.
  private struct Lettering {
    private var bytes: [UInt8] = []

    mutating func write(_ text: Text) {
      text.withUTF8 { bytes.append(contentsOf: $0) }
    }

    /// Pieces of UTF-8 are UTF-8.
    var text: Text { bytes.withUnsafeBufferPointer { Text(utf8: $0) } ?? "" }
  }
}
