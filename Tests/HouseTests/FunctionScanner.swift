/// A function, initialiser, subscript or computed property, and the lines it spans.
struct FunctionSpan: Equatable {
  var name: String
  var firstLine: Int
  var lastLine: Int

  var length: Int { lastLine - firstLine + 1 }
}

/// Finds functions with a body by their keywords and by matching braces.
enum FunctionScanner {
  private struct Token {
    var text: Substring
    var line: Int
    var startsLine: Bool
  }

  /// Every function of a Swift source, nested ones too, in the order in which they start.
  static func functions(in source: String) -> [FunctionSpan] {
    let tokens = tokenize(SwiftScanner.mask(source))
    var found: [FunctionSpan] = []
    for index in tokens.indices {
      guard let name = declaredName(tokens, at: index),
        let opening = bodyOpening(tokens, after: index),
        let closing = matchingBrace(tokens, of: opening)
      else { continue }
      found.append(
        FunctionSpan(
          name: name, firstLine: tokens[index].line, lastLine: tokens[closing].line))
    }
    return found
  }

  /// Words and single marks, with the line of each.
  private static func tokenize(_ masked: String) -> [Token] {
    var tokens: [Token] = []
    for (offset, line) in masked.split(separator: "\n", omittingEmptySubsequences: false)
      .enumerated()
    {
      var rest = line[...]
      var startsLine = true
      while let first = rest.first {
        let length = isWordPart(first) ? rest.prefix(while: isWordPart).count : 1
        if !first.isWhitespace {
          tokens.append(
            Token(text: rest.prefix(length), line: offset + 1, startsLine: startsLine))
          startsLine = false
        }
        rest = rest.dropFirst(length)
      }
    }
    return tokens
  }

  private static func isWordPart(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || character == "_" || character == "`"
  }

  /// The name that the token at `index` declares, where it is the keyword of a declaration.
  private static func declaredName(_ tokens: [Token], at index: Int) -> String? {
    let next = index + 1 < tokens.count ? String(tokens[index + 1].text) : ""
    let previous = index > 0 ? tokens[index - 1].text : ""
    if previous == "." { return nil }
    switch tokens[index].text {
    case "func", "var": return next
    case "init": return ["(", "<", "?", "!"].contains(next) ? "init" : nil
    case "subscript": return ["(", "<"].contains(next) ? "subscript" : nil
    case "deinit": return next == "{" ? "deinit" : nil
    default: return nil
    }
  }

  /// The brace that opens the body, or nil for a requirement or a stored property. A declaration
  /// goes on in the next line only after or before what cannot end or start one.
  private static func bodyOpening(_ tokens: [Token], after keyword: Int) -> Int? {
    let continues: Set<Substring> = ["{", "-", "where", "throws", "rethrows", "async", "&", ":"]
    let expectsMore: Set<Substring> = [",", "where", ">", "&", ":", "(", "async", "throws"]
    let isVariable = tokens[keyword].text == "var"
    var depth = 0
    var index = keyword + 1
    while index < tokens.count {
      let token = tokens[index]
      let goesOn =
        !token.startsLine || continues.contains(token.text)
        || expectsMore.contains(tokens[index - 1].text)
      if depth == 0, !goesOn { return nil }
      switch token.text {
      case "(", "[": depth += 1
      case ")", "]": depth -= 1
      case "{" where depth == 0: return index
      case "}" where depth <= 0: return nil
      case "=" where depth == 0 && isVariable: return nil
      default: break
      }
      index += 1
    }
    return nil
  }

  private static func matchingBrace(_ tokens: [Token], of opening: Int) -> Int? {
    var depth = 0
    for index in opening..<tokens.count {
      if tokens[index].text == "{" { depth += 1 }
      if tokens[index].text == "}" { depth -= 1 }
      if depth == 0 { return index }
    }
    return nil
  }
}
