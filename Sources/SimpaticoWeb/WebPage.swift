import Foundation

/// A page as it is served: what it loads is named with a version; the style sheets that it names
/// one after another come as one, in their order, which is the same to a browser; and so do modules
/// with what they import. It has no indentation.
struct WebPage {
  let text: Data
  /// The modules that have become one, by the address of that which imports the others.
  private(set) var scripts: [String: Data] = [:]
  /// What its style sheets have become, where it names any.
  private(set) var styleSheet: (path: String, text: Data)?

  /// - Parameters:
  ///   - path: of the page's file, for example `/index.html`.
  ///   - files: all files by their paths.
  ///   - prefix: what goes before the path of a file to name its version.
  init(_ page: Data, at path: String, files: [String: Data], prefix: String) {
    var text = String(decoding: page, as: UTF8.self)
    let sheetPath = prefix + path.dropLast(".html".count) + ".css"
    var sheets = Data()
    var lines: [Substring] = []
    var isJoining = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if let script = Self.quoted(line, between: Self.beforeScript, and: Self.afterScript) {
        for (path, text) in ModuleBundle.of(script, files: files) ?? [:] {
          scripts[prefix + path] = text
        }
      }
      guard
        let sheet = Self.quoted(line, between: Self.beforeSheet, and: Self.afterSheet)
          .flatMap({ files[$0] }), sheets.isEmpty || isJoining
      else {
        isJoining = false
        lines.append(line.drop { $0 == " " })
        continue
      }
      if !isJoining {
        lines.append("\(Self.beforeSheet.dropFirst(2))\(sheetPath)\(Self.afterSheet)")
      }
      isJoining = true
      sheets += Self.joined(SlimText.of(sheet, type: ContentType.styleSheet))
    }
    if !sheets.isEmpty { styleSheet = (sheetPath, sheets) }
    text = lines.joined(separator: "\n")
    for path in files.keys where !path.hasSuffix(".html") {
      text = text.replacingOccurrences(of: "\"\(path)\"", with: "\"\(prefix)\(path)\"")
    }
    self.text = Data(text.utf8)
  }

  /// The lines of a style sheet, without those that were a comment, and without their ends where
  /// the next one is apart from it in any case.
  private static func joined(_ sheet: Data) -> Data {
    let newline = UInt8(ascii: "\n")
    var joined = Data()
    for line in sheet.split(separator: newline) {
      joined += line
      if line.last.map({ !"{};,".utf8.contains($0) }) ?? false { joined.append(newline) }
    }
    return joined
  }

  private static let beforeSheet = "  <link rel=\"stylesheet\" href=\""
  private static let afterSheet = "\">"
  private static let beforeScript = "  <script type=\"module\" src=\""
  private static let afterScript = "\"></script>"

  /// The path in a line that names a file and does nothing else.
  private static func quoted(
    _ line: Substring, between before: String, and after: String
  ) -> String? {
    guard line.hasPrefix(before), line.hasSuffix(after) else { return nil }
    return String(line.dropFirst(before.count).dropLast(after.count))
  }
}
