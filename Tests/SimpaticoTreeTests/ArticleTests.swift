import Foundation
import Testing

/// What the documentation shows is what the tests run.
@Suite struct Articles {
  private static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  private static let sources = root.appending(path: "Sources/SimpaticoTree")

  /// The files of a folder whose names end in a certain way.
  private static func files(in folder: URL, ending: String) throws -> [URL] {
    try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .filter { $0.lastPathComponent.hasSuffix(ending) }
      .sorted { $0.path < $1.path }
  }

  /// The lines of a text without the spaces around them.
  private static func lines(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.trimmingCharacters(in: .whitespaces) }
  }

  /// The contents of the fences of a text, each with the language that it names.
  private static func fences(_ text: String) -> [(language: String, lines: [String])] {
    var found: [(language: String, lines: [String])] = []
    var isInside = false
    for line in lines(text) {
      if line.hasPrefix("```") {
        isInside.toggle()
        if isInside { found.append((String(line.dropFirst(3)), [])) }
      } else if isInside {
        found[found.count - 1].lines.append(line)
      }
    }
    return found
  }

  /// The doc comments of a source, without their slashes.
  private static func comments(_ source: String) -> String {
    lines(source).filter { $0.hasPrefix("///") }
      .map { String($0.dropFirst(3)) }.joined(separator: "\n")
  }

  /// The Swift examples of a text that do not stand in `code`, line by line and in one piece.
  private static func strays(in text: String, from code: String) -> [String] {
    let whole = "\n" + lines(code).joined(separator: "\n") + "\n"
    return fences(text).filter { $0.language == "swift" }
      .map { $0.lines.joined(separator: "\n") }
      .filter { !whole.contains("\n" + $0 + "\n") }
  }

  private static func examples() throws -> String {
    let folder = root.appending(path: "Tests/SimpaticoTreeTests")
    return try files(in: folder, ending: ".swift")
      .filter { $0.lastPathComponent.hasPrefix("ArticleExamples") }
      .map { try String(contentsOf: $0, encoding: .utf8) }.joined(separator: "\n")
  }

  @Test func aStrayExampleIsFound() {
    let text = "Words.\n```swift\nlet a = 1\nlet b = 2\n```\n```text\nlet c = 3\n```\n"
    #expect(Self.strays(in: text, from: "{\n    let a = 1\n    let b = 2\n}") == [])
    #expect(Self.strays(in: text, from: "let a = 1\n\nlet b = 2") == ["let a = 1\nlet b = 2"])
    #expect(Self.strays(in: text, from: "let a = 1\nlet b = 20") == ["let a = 1\nlet b = 2"])
    #expect(Self.comments("  /// ```\n  let a = 1\n  /// b") == " ```\n b")
  }

  @Test(arguments: ["TheModel", "Costs", "WritingHandlers", "ModellingAProtocol"])
  func examplesAreTests(of article: String) throws {
    let path = Self.sources.appending(path: "SimpaticoTree.docc/\(article).md")
    let text = try String(contentsOf: path, encoding: .utf8)
    #expect(Self.strays(in: text, from: try Self.examples()) == [])
    #expect(Self.fences(text).contains { $0.language == "swift" })
  }

  @Test func everyPageIsHeldToIt() throws {
    for page in try Self.files(
      in: Self.sources.appending(path: "SimpaticoTree.docc"), ending: ".md")
    {
      let text = try String(contentsOf: page, encoding: .utf8)
      #expect(Self.strays(in: text, from: try Self.examples()) == [], "\(page.lastPathComponent)")
      for fence in Self.fences(text) {
        #expect(["swift", "text"].contains(fence.language), "\(page.lastPathComponent)")
      }
      let long = text.split(separator: "\n").filter { $0.count > 100 }
      #expect(long == [], "\(page.lastPathComponent)")
    }
  }

  @Test func examplesInCommentsAreTests() throws {
    for source in try Self.files(in: Self.sources, ending: ".swift") {
      let text = Self.comments(try String(contentsOf: source, encoding: .utf8))
      let strays = Self.strays(in: text, from: try Self.examples())
      #expect(strays == [], "\(source.lastPathComponent)")
    }
  }
}
