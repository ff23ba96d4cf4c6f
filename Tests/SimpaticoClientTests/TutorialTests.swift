import Foundation
import Testing

/// What the tutorial shows is the program that `Tests/Peer/test_tutorial.py` runs.
@Suite struct Tutorial {
  private static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  /// The contents of a page's fences of a language.
  private static func fences(_ language: String, of page: String) -> [String] {
    page.components(separatedBy: "```\(language)\n").dropFirst()
      .compactMap { $0.components(separatedBy: "\n```").first }
  }

  @Test func itsPiecesPastedTogetherAreTheExample() throws {
    let page = try Self.text(
      "Sources/SimpaticoClient/SimpaticoClient.docc/TalkingWithSomebody.md")
    let pieces = Self.fences("swift", of: page)
    #expect(pieces.count == 8)
    #expect(
      pieces.joined(separator: "\n\n") + "\n"
        == (try Self.text("Examples/Talk/Sources/Talk/main.swift")))
  }

  @Test func itsPackageIsTheExamples() throws {
    let page = try Self.text(
      "Sources/SimpaticoClient/SimpaticoClient.docc/TalkingWithSomebody.md")
    let package = try #require(Self.fences("text", of: page).first)
    let example = try Self.text("Examples/Talk/Package.swift")
      .replacing(#"path: "../..""#, with: #"path: "../simpatico""#)
      .replacing("  ],\n  swiftLanguageModes: [.v6]\n", with: "  ]\n")
    #expect(package + "\n" == example)
  }
}
