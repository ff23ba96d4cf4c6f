/// Breaks text into rows that are no wider than a terminal.
enum Wrapping {
  /// The rows of a clean text, broken at spaces where there are some, else within words.
  ///
  /// - Parameters:
  ///   - first: the columns of the first row.
  ///   - rest: the columns of those after it.
  static func rows(_ text: String, first: Int, rest: Int) -> [String] {
    var rows: [String] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      var row = ""
      var width = 0
      var columns: Int { max(1, rows.isEmpty ? first : rest) }
      for word in words(line) {
        let wordWidth = DisplayWidth.of(word)
        let bareWidth = DisplayWidth.of(word.trimmingSuffix { $0 == " " })
        if width + bareWidth <= columns {
          row += word
          width += wordWidth
          continue
        }
        if width > 0, bareWidth <= max(1, rest) {
          rows.append(String(row.trimmingSuffix { $0 == " " }))
          row = String(word)
          width = wordWidth
          continue
        }
        for character in word {
          let more = DisplayWidth.of(character)
          if width + more > columns, width > 0 {
            rows.append(row)
            row = ""
            width = 0
          }
          row.append(character)
          width += more
        }
      }
      rows.append(String(row.trimmingSuffix { $0 == " " }))
    }
    return rows
  }

  /// A text of at most so many columns, with an ellipsis where something is left out.
  static func shortened(_ text: String, to columns: Int) -> String {
    if DisplayWidth.of(text) <= columns { return text }
    var short = ""
    var width = 1
    for character in text {
      width += DisplayWidth.of(character)
      if width > columns { break }
      short.append(character)
    }
    return short + "…"
  }

  /// The words of a line, each with the spaces after it.
  private static func words(_ line: Substring) -> [Substring] {
    var words: [Substring] = []
    var start = line.startIndex
    var wasSpace = false
    for index in line.indices {
      let isSpace = line[index] == " "
      if wasSpace, !isSpace {
        words.append(line[start..<index])
        start = index
      }
      wasSpace = isSpace
    }
    if start < line.endIndex { words.append(line[start...]) }
    return words
  }
}

extension StringProtocol {
  func trimmingSuffix(while isDropped: (Character) -> Bool) -> SubSequence {
    var end = endIndex
    while end > startIndex, isDropped(self[index(before: end)]) { end = index(before: end) }
    return self[startIndex..<end]
  }
}
