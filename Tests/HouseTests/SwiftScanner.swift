/// Swift source in which every string, comment and extended regular expression is blanked out, so
/// that braces and keywords may be looked for without a parser. Line breaks stay, so line numbers
/// hold. It does not know bare `/…/` regular expressions; write `#/…/#` where one holds a brace.
struct SwiftScanner {
  private let bytes: [UInt8]
  private var masked: [UInt8]
  private var position = 0

  /// The source with all text that is not code replaced by spaces. O(n) in its length.
  static func mask(_ source: String) -> String {
    var scanner = SwiftScanner(source)
    scanner.scanCode(untilClosingParenthesis: false)
    return String(decoding: scanner.masked, as: UTF8.self)
  }

  private init(_ source: String) {
    bytes = Array(source.utf8)
    masked = bytes
  }

  private func peek(_ offset: Int = 0) -> UInt8 {
    position + offset < bytes.count ? bytes[position + offset] : 0
  }

  private func looksAt(_ text: String) -> Bool {
    var index = position
    for byte in text.utf8 {
      guard index < bytes.count, bytes[index] == byte else { return false }
      index += 1
    }
    return true
  }

  /// Steps over bytes that are not code.
  private mutating func blank(_ count: Int) {
    for _ in 0..<count where position < bytes.count {
      if bytes[position] != UInt8(ascii: "\n") { masked[position] = UInt8(ascii: " ") }
      position += 1
    }
  }

  /// Scans code up to the end, or up to the parenthesis that closes an interpolation. Code inside
  /// an interpolation is blanked like the string around it.
  private mutating func scanCode(untilClosingParenthesis inside: Bool) {
    var depth = 0
    while position < bytes.count {
      if looksAt("//") {
        scanLineComment()
      } else if looksAt("/*") {
        scanBlockComment()
      } else if let hashes = openingHashes() {
        scanLiteral(hashes: hashes)
      } else {
        if inside, peek() == UInt8(ascii: "(") { depth += 1 }
        if inside, peek() == UInt8(ascii: ")") {
          if depth == 0 { return }
          depth -= 1
        }
        if inside { blank(1) } else { position += 1 }
      }
    }
  }

  private mutating func scanLineComment() {
    while position < bytes.count, peek() != UInt8(ascii: "\n") { blank(1) }
  }

  /// Block comments nest in Swift.
  private mutating func scanBlockComment() {
    var depth = 0
    repeat {
      if looksAt("/*") {
        depth += 1
        blank(2)
      } else if looksAt("*/") {
        depth -= 1
        blank(2)
      } else {
        blank(1)
      }
    } while depth > 0 && position < bytes.count
  }

  /// The number of `#` before a string or an extended regular expression that starts here.
  private func openingHashes() -> Int? {
    var hashes = 0
    while peek(hashes) == UInt8(ascii: "#") { hashes += 1 }
    let opener = peek(hashes)
    if opener == UInt8(ascii: "\"") { return hashes }
    return hashes > 0 && opener == UInt8(ascii: "/") ? hashes : nil
  }

  /// A string of any kind, with its interpolations, or an extended regular expression.
  private mutating func scanLiteral(hashes: Int) {
    let marks = String(repeating: "#", count: hashes)
    blank(hashes)
    let isExpression = peek() == UInt8(ascii: "/")
    let isMultiline = looksAt("\"\"\"")
    let quote = isExpression ? "/" : isMultiline ? "\"\"\"" : "\""
    let escape = isExpression ? "\\" : "\\" + marks
    blank(quote.utf8.count)
    while position < bytes.count {
      if looksAt(quote + marks) {
        blank(quote.utf8.count + hashes)
        return
      }
      if !isExpression, looksAt(escape + "(") {
        blank(escape.utf8.count + 1)
        scanCode(untilClosingParenthesis: true)
        blank(1)
      } else if looksAt(escape) {
        blank(escape.utf8.count + 1)
      } else if !isMultiline, !isExpression, peek() == UInt8(ascii: "\n") {
        return  // An unclosed string ends with its line, so one mistake does not hide a file.
      } else {
        blank(1)
      }
    }
  }
}
