import Foundation
import SimpaticoFuzz
import Testing

/// Every input that was ever worth keeping, given to the law that it was kept for.
@Suite struct CorpusTests {
  private static let folder = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Fuzz/corpus")

  private static func names(in folder: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  @Test(arguments: FuzzTarget.all) func lawHoldsForEveryKeptInput(target: FuzzTarget) throws {
    let folder = CorpusTests.folder.appending(path: target.name)
    let names = try CorpusTests.names(in: folder)
    #expect(!names.isEmpty)
    for name in names {
      let bytes = [UInt8](try Data(contentsOf: folder.appending(path: name)))
      let broken = bytes.withUnsafeBufferPointer(target.broken)
      #expect(broken == nil, "Fuzz/corpus/\(target.name)/\(name)")
    }
  }

  @Test func everyFolderHasItsTarget() throws {
    let folders = try CorpusTests.names(in: CorpusTests.folder)
    #expect(folders == FuzzTarget.all.map(\.name).sorted())
  }
}
