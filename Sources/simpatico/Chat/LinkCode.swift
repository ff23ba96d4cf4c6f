import SimpaticoProtocol
import SimpaticoTree

/// The QR code of a link in a terminal.
enum LinkCode {
  /// From the easiest to read to the smallest.
  private static let ways: [(QRCode.Correction, QRCode.QuietZone)] = [
    (.medium, .full), (.medium, .narrow), (.low, .narrow),
  ]

  /// The rows of the largest code that fits above the line for typing; nil where none does.
  static func rows(_ link: String, _ size: Terminal.Size, hasColours: Bool) -> [String]? {
    for (correction, zone) in ways {
      guard let code = try? QRCode(text: Text(link), correction: correction),
        code.terminalRows(quietZone: zone) < size.rows,
        code.terminalColumns(quietZone: zone) <= size.columns
      else { continue }
      let style: QRCode.TerminalStyle = hasColours ? .coloured : .plainOnDark
      return code.terminalLines(style: style, quietZone: zone).map(\.description)
    }
    return nil
  }

  /// What a person is told where none fits.
  static func hint(_ link: String) -> String {
    guard let code = try? QRCode(text: Text(link), correction: .low) else {
      return "The link is too long for a QR code."
    }
    let rows = code.terminalRows(quietZone: .narrow) + 1
    let columns = code.terminalColumns(quietZone: .narrow)
    return "For its QR code the terminal needs \(columns) columns and \(rows) rows; /link shows it."
  }
}
