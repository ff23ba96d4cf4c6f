import Foundation

/// Scripts and style sheets without comments and indentation, line for line, so that a line in them
/// is the same line in the file as it was written; and what pages load is joined of such lines.
///
/// It knows little of the languages, and needs no more: outside of a comment and of a text that
/// goes over several lines, what begins a line with a comment's mark is a comment. A template may
/// go on in another line only within an expression, where white space means nothing. A file in
/// which that cannot be told by its lines alone stays as it is.
enum SlimText {
  enum Language {
    case script
    case styleSheet
  }

  /// A file's bytes in that form, where they are of such a language and can be told; otherwise as
  /// they are.
  static func of(_ data: Data, type: String) -> Data {
    let language: Language
    switch type {
    case ContentType.script: language = .script
    case ContentType.styleSheet: language = .styleSheet
    default: return data
    }
    return of(String(decoding: data, as: UTF8.self), language).map { Data($0.utf8) } ?? data
  }

  /// The text without comments that fill their lines, and without indentation; nil where a comment
  /// or a text ends or begins within a line that holds something else. Linear.
  static func of(_ text: String, _ language: Language) -> String? {
    var isComment = false
    var isTemplate = false
    var lines: [Substring] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let rest = trimmed(line)
      if isComment {
        guard let end = rest.range(of: "*/") else {
          lines.append("")
          continue
        }
        guard end.upperBound == rest.endIndex else { return nil }
        isComment = false
        lines.append("")
      } else if language == .script, rest.hasPrefix("//") {
        lines.append("")
      } else if rest.hasPrefix("/*"), isOneComment(rest) {
        isComment = !rest.hasSuffix("*/")
        lines.append("")
      } else {
        guard isWhole(rest), !rest.hasSuffix("\\") else { return nil }
        let marks = language == .script ? rest.count { $0 == "`" } : 0
        if marks % 2 == 1 {
          guard isTemplate || rest.hasSuffix("${") && !rest.hasSuffix("\\${") else { return nil }
          isTemplate.toggle()
        } else if isTemplate, marks > 0 {
          return nil
        }
        lines.append(language == .script ? withoutTypes(rest) : rest)
      }
    }
    return isComment || isTemplate ? nil : lines.joined(separator: "\n")
  }

  /// Without the comments that tell types within a line, where nothing before them can be a text.
  private static func withoutTypes(_ line: Substring) -> Substring {
    var rest = line
    while let start = rest.range(of: "/** "), let end = rest[start.upperBound...].range(of: " */"),
      !rest[..<start.lowerBound].contains(where: { "\"'`/".contains($0) })
    {
      rest.removeSubrange(start.lowerBound..<end.upperBound)
    }
    return trimmed(rest)
  }

  /// Without white space at its ends, of which none is part of a text that goes on.
  private static func trimmed(_ line: Substring) -> Substring {
    let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\r" }
    guard let last = line.lastIndex(where: { !isSpace($0) }) else { return "" }
    return line[...last].drop(while: isSpace)
  }

  /// Whether a line that begins with a comment holds nothing else: its only end, if any, is last.
  private static func isOneComment(_ line: Substring) -> Bool {
    guard let end = line.dropFirst(2).range(of: "*/") else { return true }
    return end.upperBound == line.endIndex
  }

  /// Whether the comments in a line begin and end in it.
  private static func isWhole(_ line: Substring) -> Bool {
    var rest = line
    while let start = rest.range(of: "/*") {
      guard let end = rest[start.upperBound...].range(of: "*/") else { return false }
      rest = rest[end.upperBound...]
    }
    return true
  }
}
