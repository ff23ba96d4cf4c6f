import SimpaticoTree
import Testing

@testable import SimpaticoProtocol

/// Drawings of codes, read back from what is drawn.
@Suite("Drawings of QR codes") struct QRDrawingTests {
  static let codes: [(name: String, text: String, correction: QRCode.Correction)] = [
    ("smallest", "a", .high), ("invitation, low", QRCode.link, .low),
    ("invitation", QRCode.link, .medium), ("large", String(repeating: "ä", count: 300), .quartile),
  ]

  /// Whether the upper and the lower half of a character are inked.
  static let halves: [Character: (upper: Bool, lower: Bool)] = [
    "█": (true, true), "▀": (true, false), "▄": (false, true), " ": (false, false),
  ]

  /// What a terminal shows of lines of half blocks, two modules a character.
  private func shown(_ lines: [String], style: QRCode.TerminalStyle) throws -> QRPicture {
    var inked: [[Bool]] = []
    for line in lines {
      var characters = line[...]
      if style == .coloured {
        let (black, plain) = ("\u{1B}[38;5;16;48;5;231m", "\u{1B}[0m")
        try #require(line.hasPrefix(black) && line.hasSuffix(plain))
        characters = line.dropFirst(black.count).dropLast(plain.count)
      }
      let halves = try characters.map { character in
        try #require(Self.halves[character])
      }
      inked.append(halves.map(\.upper))
      inked.append(halves.map(\.lower))
    }
    let width = try #require(inked.first).count
    try #require(inked.allSatisfy { $0.count == width })
    return QRPicture(width: width, height: inked.count) { x, y in
      inked[y][x] != (style == .plainOnDark)
    }
  }

  @Test(arguments: QRCode.TerminalStyle.allCases)
  func terminalsShowWhatADecoderReads(_ style: QRCode.TerminalStyle) throws {
    var readings: [QRReading] = []
    for (name, text, correction) in Self.codes {
      let code = try QRCode.make(text, correction)
      for quietZone in QRCode.QuietZone.allCases {
        let lines = code.terminalLines(style: style, quietZone: quietZone).map(\.description)
        let picture = try shown(lines, style: style)
        #expect(picture.width == code.terminalColumns(quietZone: quietZone))
        #expect(picture.width == code.size + 2 * quietZone.modules)
        #expect(lines.count == code.terminalRows(quietZone: quietZone))
        let grounds =
          switch style {
          case .coloured: [true, false]
          case .plainOnDark: [true]
          case .plainOnLight: [false]
          }
        for isDark in grounds {
          readings.append(
            QRReading("\(name), \(quietZone), \(isDark)", picture.framed(dark: isDark), text))
        }
      }
    }
    #expect(try QRDecoder.misread(readings) == [])
  }

  @Test(arguments: QRCode.TerminalStyle.allCases, QRCode.QuietZone.allCases)
  func terminalsShowEveryModuleAndTheQuietZone(
    style: QRCode.TerminalStyle, quietZone: QRCode.QuietZone
  ) throws {
    let code = try QRCode.make(QRCode.link, .medium)
    let lines = code.terminalLines(style: style, quietZone: quietZone).map(\.description)
    let picture = try shown(lines, style: style)
    let margin = quietZone.modules
    let expected = QRPicture(width: code.size + 2 * margin, height: code.size + 2 * margin + 1) {
      code[$0 - margin, $1 - margin]
    }
    #expect(picture.isDark == expected.isDark)
    let text = code.terminalText(style: style, quietZone: quietZone)
    #expect(text.description == lines.map { $0 + "\n" }.joined())
  }

  /// A screen of 24 lines, one of them for a prompt.
  @Test func anInvitationOfLowCorrectionFitsOnASmallTerminal() throws {
    let low = try QRCode.make(QRCode.link, .low)
    #expect(low.terminalColumns(quietZone: .narrow) == 45)
    #expect(low.terminalRows(quietZone: .narrow) == 23)
    let medium = try QRCode.make(QRCode.link, .medium)
    #expect(medium.terminalRows(quietZone: .narrow) == 25)
    #expect(medium.terminalRows() == 27 && medium.terminalColumns() == 53)
  }

  /// The rectangles of a path, as column, row and width.
  private func rectangles(_ path: String) throws -> [(x: Int, y: Int, width: Int)] {
    try path.split(separator: "M").map { part in
      let match = try #require(part.wholeMatch(of: #/(\d+) (\d+)h(\d+)v1h-(\d+)z/#))
      #expect(match.3 == match.4)
      return (try #require(Int(match.1)), try #require(Int(match.2)), try #require(Int(match.3)))
    }
  }

  @Test(arguments: QRCode.QuietZone.allCases)
  func thePathCoversTheDarkModulesOnce(_ quietZone: QRCode.QuietZone) throws {
    for (name, text, correction) in Self.codes {
      let code = try QRCode.make(text, correction)
      let side = code.side(quietZone: quietZone)
      let margin = quietZone.modules
      var times = [Int](repeating: 0, count: side * side)
      for rectangle in try rectangles(code.svgPath(quietZone: quietZone).description) {
        for x in rectangle.x..<(rectangle.x + rectangle.width) {
          times[rectangle.y * side + x] += 1
        }
      }
      let expected = (0..<(side * side)).map { index in
        code[index % side - margin, index / side - margin] ? 1 : 0
      }
      #expect(times == expected, "\(name)")
    }
  }

  /// Runs in a row are one rectangle: the finder pattern's first row is seven modules wide.
  @Test func thePathJoinsRunsOfModules() throws {
    let path = try QRCode.make("a", .low).svgPath(quietZone: .full)
    #expect(path.hasPrefix("M4 4h7v1h-7z"))
    for (left, right) in zip(
      try rectangles(path.description), try rectangles(path.description).dropFirst())
    where left.y == right.y {
      #expect(left.x + left.width < right.x)
    }
  }
}
