/// The rules of the house that can be read off the text of one file. Each is a pure function, so
/// that its test can also show it a bad sample and see it report.
enum Rules {
  static let functionLinesAtMost = 70
  static let fileLinesAtMost = 450
  static let lineColumnsAtMost = 100

  /// A function fits on a screen.
  static func longFunctions(_ file: SourceFile) -> [Finding] {
    FunctionScanner.functions(in: file.text)
      .filter { $0.length > functionLinesAtMost }
      .map {
        Finding(
          path: file.path, line: $0.firstLine,
          message: "\($0.name) spans \($0.length) lines; at most \(functionLinesAtMost), so that a"
            + " function fits on a screen. Give its steps names of their own.")
      }
  }

  /// A file has one subject.
  static func longFile(_ file: SourceFile) -> [Finding] {
    let count = file.lines.count - (file.text.hasSuffix("\n") ? 1 : 0)
    guard count > fileLinesAtMost else { return [] }
    return [
      Finding(
        path: file.path, line: fileLinesAtMost + 1,
        message: "the file has \(count) lines; at most \(fileLinesAtMost). Which of its subjects"
          + " deserves a file of its own?")
    ]
  }

  /// Two files fit side by side.
  static func longLines(_ file: SourceFile) -> [Finding] {
    report(file, "the line is longer than \(lineColumnsAtMost) columns; break it") { line in
      line.utf8.count > lineColumnsAtMost && line.count > lineColumnsAtMost
    }
  }

  /// A promise to do something later names the issue that keeps it: `(#12)` after the marker.
  static func openPromises(_ file: SourceFile) -> [Finding] {
    // Spelled in two halves, so that this file keeps its own rule.
    let markers = ["TO" + "DO", "FIX" + "ME", "XX" + "X"]
    return report(file, "a marker for later names its issue, as in `(#12)`; or do it now") { line in
      markers.contains { marker in
        line.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.contains { $0 == marker }
          && !followedByIssue(line, marker)
      }
    }
  }

  private static func followedByIssue(_ line: Substring, _ marker: String) -> Bool {
    guard let end = line.firstRange(of: marker)?.upperBound else { return false }
    return line[end...].prefixMatch(of: #/[:\s]*\(?#[0-9]+/#) != nil
  }

  /// The house knows nothing of the machine it was built on.
  static func machineTraces(_ file: SourceFile) -> [Finding] {
    let path = #/(?:^|[^A-Za-z0-9_.\-])/(?:home|Users|root|work|mnt|(?:opt|srv|tmp)/\w+)(?:/|\b)/#
    let host = #/\b(?:10\.[0-9]{1,3}|192\.168|172\.(?:1[6-9]|2[0-9]|3[01]))(?:\.[0-9]{1,3}){2}\b/#
    let inner = #///[A-Za-z0-9.\-]+\.(?:internal|lan|corp|intranet)\b/#
    let registry = #/index[\-]url|registry[.]npmjs/#
    return report(file, "a path or host of one machine does not belong in the house") { line in
      (line.utf8.contains(UInt8(ascii: "/")) && (line.contains(path) || line.contains(inner)))
        || (line.utf8.contains(UInt8(ascii: ".")) && line.contains(host))
        || line.contains(registry)
    }
  }

  /// What others may call says what it means.
  static func undocumentedPublic(_ file: SourceFile) -> [Finding] {
    let code = SwiftScanner.mask(file.text).split(separator: "\n", omittingEmptySubsequences: false)
    let lines = file.lines
    return code.indices.compactMap { index in
      guard isPublicDeclaration(code[index]), !isDocumented(lines, code, before: index) else {
        return nil
      }
      return Finding(
        path: file.path, line: index + 1,
        message: "a public declaration has a doc comment: what it means, its units, its errors")
    }
  }

  private static func isPublicDeclaration(_ line: Substring) -> Bool {
    let words = line.split(separator: " ").drop { $0.hasPrefix("@") || $0.hasSuffix(")") }
    guard let first = words.first, first == "public" || first == "open" else { return false }
    return words.dropFirst().first != "import" && !isWitness(line)
  }

  /// What a well-known protocol demands means what the protocol says it means.
  private static func isWitness(_ line: Substring) -> Bool {
    let witnesses = #/func (==|<|hash\(into)|init\(\w+Literal|var (d|debugD)escription: String/#
    return line.contains(witnesses)
  }

  /// Attributes and conditions may stand between a declaration and its comment.
  private static func isDocumented(
    _ lines: [Substring], _ code: [Substring], before index: Int
  ) -> Bool {
    var above = index - 1
    while above >= 0 {
      let line = lines[above].drop { $0 == " " }
      if line.hasPrefix("///") || line.hasSuffix("*/") { return true }
      guard line.hasPrefix("@") || line.hasPrefix("#if") else { return false }
      above -= 1
    }
    return false
  }

  private static func report(
    _ file: SourceFile, _ message: String, where isBad: (Substring) -> Bool
  ) -> [Finding] {
    file.lines.enumerated().filter { isBad($0.element) }
      .map { Finding(path: file.path, line: $0.offset + 1, message: message) }
  }
}
