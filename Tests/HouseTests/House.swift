import Foundation

/// One breach of a rule of the house, printed the way compilers do: `path:line: what is wrong`.
struct Finding: CustomStringConvertible, Equatable {
  var path: String
  var line: Int
  var message: String

  var description: String { "\(path):\(line): \(message)" }
}

/// One file of the house: its path from the root, written with `/`, and its text.
struct SourceFile: Sendable {
  var path: String
  var text: String

  /// The part of the name after the last dot, or "" where there is none.
  var ending: String {
    guard let name = path.split(separator: "/").last, let dot = name.lastIndex(of: "."),
      dot != name.startIndex
    else { return "" }
    return String(name[name.index(after: dot)...])
  }

  /// The lines of the text; the first is line 1 of a finding.
  var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

  /// The target that the file belongs to: the folder below `Sources`, here or in an example, or
  /// the laws that are fuzzed; nil elsewhere.
  var target: String? {
    if path.hasPrefix("Fuzz/Bodies/") { return "SimpaticoFuzz" }
    var parts = path.split(separator: "/")
    if parts.first == "Examples" { parts.removeFirst(min(2, parts.count)) }
    return parts.count > 2 && parts[0] == "Sources" ? String(parts[1]) : nil
  }
}

/// The files of the house, read once. What `.gitignore` names is not part of the house.
enum House {
  /// The root of the package, found upwards from this very file.
  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Every text file, in the order of its path.
  static let files: [SourceFile] = readFiles()

  /// The files that people write code in.
  static let code: [SourceFile] = files.filter { codeEndings.contains($0.ending) }

  /// The Swift files of all targets.
  static let swiftSources: [SourceFile] = code.filter { $0.ending == "swift" && $0.target != nil }

  static let codeEndings: Set<String> = ["swift", "js", "mjs", "css", "py", "c", "h"]

  private static func readFiles() -> [SourceFile] {
    let ignored = ignoredNames()
    let walk = FileManager.default.enumerator(atPath: root.path)
    var found: [SourceFile] = []
    while let path = walk?.nextObject() as? String {
      if isIgnored(path.split(separator: "/").last ?? "", by: ignored) {
        walk?.skipDescendants()
      } else if let text = text(at: path) {
        found.append(SourceFile(path: path, text: text))
      }
    }
    return found.sorted { $0.path < $1.path }
  }

  /// The text of a file, or nil for a folder and for what is not text, which is UTF-8 without a
  /// zero byte.
  private static func text(at path: String) -> String? {
    guard let data = try? Data(contentsOf: root.appending(path: path)), !data.contains(0) else {
      return nil
    }
    return String(data: data, encoding: .utf8)
  }

  private static func ignoredNames() -> [String] {
    let text = (try? String(contentsOf: root.appending(path: ".gitignore"), encoding: .utf8)) ?? ""
    return text.split(separator: "\n").map {
      $0.hasSuffix("/") ? String($0.dropLast()) : String($0)
    }
  }

  /// Understands the two kinds of pattern that our `.gitignore` holds: a name, and `*.ending`.
  private static func isIgnored(_ name: Substring, by patterns: [String]) -> Bool {
    name == ".git"
      || patterns.contains { $0 == name || ($0.hasPrefix("*") && name.hasSuffix($0.dropFirst())) }
  }
}
