/// Cuts bytes that come in pieces into lines.
struct InputLines {
  enum Line: Equatable {
    case text(String)
    /// Longer than whatever can be done with a line; it was passed over.
    case tooLong
  }

  static let bytesAtMost = 65_536
  static let tooLong = "a line is longer than \(bytesAtMost) bytes"

  private var open: [UInt8] = []
  private var isTooLong = false

  /// Takes bytes, and answers the lines that they end.
  mutating func take(_ bytes: [UInt8]) -> [Line] {
    var lines: [Line] = []
    var rest = bytes[...]
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      append(rest[..<end])
      lines.append(cut())
      rest = rest[(end + 1)...]
    }
    append(rest)
    return lines
  }

  /// The line that the input ends with, where it does not end with a line break.
  mutating func end() -> Line? { open.isEmpty && !isTooLong ? nil : cut() }

  private mutating func append(_ bytes: ArraySlice<UInt8>) {
    isTooLong = isTooLong || open.count + bytes.count > InputLines.bytesAtMost
    if isTooLong { open = [] } else { open += bytes }
  }

  private mutating func cut() -> Line {
    defer { (open, isTooLong) = ([], false) }
    if isTooLong { return .tooLong }
    let line = String(decoding: open, as: UTF8.self)
    return .text(String(line.trimmingSuffix { $0 == "\r" }))
  }
}
