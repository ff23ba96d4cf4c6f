import Testing

/// The tidiness of the house. Every rule is first shown a bad sample, because a check that cannot
/// fail is no check, and then the whole house.
@Suite struct HouseTests {
  /// Fails once, with one line for each finding.
  func expectNone(_ findings: [Finding], _ location: SourceLocation = #_sourceLocation) {
    guard !findings.isEmpty else { return }
    let list = findings.map(\.description).joined(separator: "\n")
    Issue.record("\(findings.count) found:\n\(list)", sourceLocation: location)
  }

  /// The lines at which a rule reports a sample.
  func lines(_ rule: (SourceFile) -> [Finding], _ path: String, _ text: String) -> [Int] {
    rule(SourceFile(path: path, text: text)).map(\.line)
  }

  @Test func theWholeHouseIsRead() {
    let paths = Set(House.files.map(\.path))
    #expect(paths.contains("Package.swift"))
    #expect(paths.contains("Tests/HouseTests/HouseTests.swift"))
    #expect(!paths.contains { $0.hasPrefix(".build/") || $0.hasPrefix(".git/") })
    #expect(!House.swiftSources.isEmpty)
  }

  @Test func everyTargetHasARowInTheTableOfArrows() {
    let targets = Set(House.code.compactMap(\.target))
    #expect(targets == Set(allowedArrows.keys))
  }

  @Test func onlyAllowedArrowsConnectTargets() {
    let path = "Sources/SimpaticoSocket/Sample.swift"
    #expect(lines(Arrows.forbidden, path, "import NIOCore\nimport NIOWebSocket\n") == [])
    #expect(lines(Arrows.forbidden, path, "import NIOCore\npublic import SimpaticoTree\n") == [2])
    #expect(lines(Arrows.forbidden, "Sources/Unknown/Sample.swift", "") == [1])
    expectNone(House.swiftSources.flatMap(Arrows.forbidden))
  }

  @Test(arguments: ["Foundation", "FoundationEssentials", "Dispatch", "Glibc", "NIOCore"])
  func theCoreImportsNothingFromOutside(module: String) {
    for target in coreTargets {
      let sample = SourceFile(path: "Sources/\(target)/Sample.swift", text: "\nimport \(module)\n")
      let message = "\(target) is core and also runs in the browser: it must not import \(module)"
      #expect(
        Arrows.forbidden(sample) == [Finding(path: sample.path, line: 2, message: message)])
    }
  }

  @Test func functionsFitOnAScreen() {
    let body = String(repeating: "  step()\n", count: 68)
    let path = "Sources/SimpaticoTree/Sample.swift"
    #expect(lines(Rules.longFunctions, path, "func fits() {\n\(body)}\n") == [])
    #expect(lines(Rules.longFunctions, path, "\nfunc grows() {\n\(body)  step()\n}\n") == [2])
    expectNone(House.code.filter { $0.ending == "swift" }.flatMap(Rules.longFunctions))
  }

  @Test func filesHaveOneSubject() {
    let full = String(repeating: "let a = 1\n", count: 450)
    #expect(lines(Rules.longFile, "a.swift", full) == [])
    #expect(lines(Rules.longFile, "a.swift", full + "let b = 2\n") == [451])
    expectNone(House.code.flatMap(Rules.longFile))
  }

  @Test func linesEndAtOneHundredColumns() {
    let full = String(repeating: "é", count: 100)
    #expect(lines(Rules.longLines, "a.css", "\(full)\n") == [])
    #expect(lines(Rules.longLines, "a.css", "short\n\(full)x\n") == [2])
    expectNone(House.code.flatMap(Rules.longLines))
  }

  @Test func promisesNameTheirIssue() {
    let marker = "TO" + "DO"
    #expect(lines(Rules.openPromises, "a.py", "# \(marker)(#12): later\n") == [])
    #expect(lines(Rules.openPromises, "a.py", "# \(marker) #12 later\n") == [])
    #expect(lines(Rules.openPromises, "a.py", "x = 1\n# \(marker): later\n") == [2])
    #expect(lines(Rules.openPromises, "a.sh", "mktemp a.XXXXXX\n") == [])
    expectNone(House.files.flatMap(Rules.openPromises))
  }

  @Test func noMachineLeavesItsTraces() {
    let home = "/" + "home/someone"
    let address = "10." + "1.2.3"
    #expect(lines(Rules.machineTraces, "a.md", "see \(home)/notes\n") == [1])
    #expect(lines(Rules.machineTraces, "a.md", "fine\nhttp://\(address):80/\n") == [2])
    #expect(lines(Rules.machineTraces, "a.md", "http://mirror." + "internal/\n") == [1])
    #expect(lines(Rules.machineTraces, "a.md", "http://127.0.0.1:8080/ and version 10.1.2\n") == [])
    #expect(lines(Rules.machineTraces, "a.md", "how the frameworks/home/page work\n") == [])
    expectNone(House.files.flatMap(Rules.machineTraces))
  }

  @Test func publicDeclarationsAreDocumented() {
    let documented: Set<String> = [
      "SimpaticoTree", "SimpaticoProtocol", "SimpaticoWorld", "SimpaticoSocket", "SimpaticoCrypto",
      "SimpaticoClient",
    ]
    let good = """
      public import SimpaticoTree
      /// A box.
      @frozen
      public struct Box {
        /// What it holds.
        @inlinable public var held: Int { 1 }
        public static func == (a: Box, b: Box) -> Bool { true }
        let text = "public func inAString()"
      }
      """
    let bad = "public enum Bare {}\n\n@inlinable public func bare() {}\n"
    #expect(lines(Rules.undocumentedPublic, "a.swift", good) == [])
    #expect(lines(Rules.undocumentedPublic, "a.swift", bad) == [1, 3])
    let files = House.swiftSources.filter { documented.contains($0.target ?? "") }
    expectNone(files.flatMap(Rules.undocumentedPublic))
  }
}
