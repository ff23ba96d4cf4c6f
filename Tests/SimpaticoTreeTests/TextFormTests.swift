import Testing

@testable import SimpaticoTree

/// The text form, as the original prints it.
@Suite struct TextFormTests {
  static func tree() -> Stree<Int, Int> { Stree(root: 0, residue: 0) { $0 + $1 } }

  @Test func theExampleIsPrintedExactly() throws {
    var tree = Self.tree()
    try tree.add(contentsOf: [1, 2], to: 0)
    try tree.add(contentsOf: [3, 4, 5], to: 1)
    try tree.add(contentsOf: [6, 7], to: 1)
    try tree.add(8, to: 4)
    #expect(
      try TextForm.write(tree) == """
        - a b c :r(a,b,c)
        B d e f :r(a,b,d,e,f)
        B g h :r(a,b,g,h)
        E i :r(a,b,d,e,i)

        """)
  }

  @Test func aRootAloneIsOneLine() throws {
    #expect(try TextForm.write(Self.tree()) == "- a :r(a)\n")
  }

  @Test func lettersGoOnBeyondZ() {
    let letters = [0, 25, 26, 27, 51, 52, 701, 702, 703, 18_277, 18_278].map(TextForm.letters)
    #expect(
      letters == ["a", "z", "aa", "ab", "az", "ba", "zz", "aaa", "aab", "zzz", "aaaa"])
  }

  @Test func lettersAreBijectiveBaseTwentySix() {
    var next = "a"
    for id in 0..<20_000 {
      if TextForm.letters(id).description != next {
        Issue.record("node \(id) is \(TextForm.letters(id)), but should be \(next)")
        return
      }
      next = Self.successor(next)
    }
  }

  /// Counts on as on an odometer: the last letter turns, and carries at z.
  static func successor(_ letters: String) -> String {
    guard let last = letters.utf8.last else { return "a" }
    let head = String(letters.dropLast())
    if last == UInt8(ascii: "z") { return successor(head) + "a" }
    return head + String(decoding: [last + 1], as: UTF8.self)
  }

  @Test func parentsBeyondZAreCapitals() throws {
    var tree = Self.tree()
    try tree.add(contentsOf: Array(repeating: 1, count: 27), to: 0)
    try tree.add(1, to: 26)
    let lines = try TextForm.write(tree).description.split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines.first?.hasPrefix("- a b c ") == true)
    #expect(lines.first?.contains(" y z aa ab :r(a,b,") == true)
    #expect(lines.last?.hasPrefix("AA ac :r(a,b,c,") == true)
    #expect(lines.last?.hasSuffix(",y,z,aa,ac)") == true)
  }

  @Test func linesSayWhatTheTreeSays() {
    Cases.holds(200) { random in
      let tree = try StreeLaws.grown(40, &random)
      var expected = ""
      for branch in 0..<tree.branchCount {
        let found = try tree.branch(branch)
        let path = try tree.path(to: found.leaf)
        let row = try path.filter { try tree.node($0).branch == branch }
        let parent = found.parent.map { TextForm.letters($0).description.uppercased() } ?? "-"
        let letters = row.map { TextForm.letters($0).description }.joined(separator: " ")
        let reduced = path.map { TextForm.letters($0).description }.joined(separator: ",")
        expected += "\(parent) \(letters) :r(\(reduced))\n"
      }
      return try differ("the text", TextForm.write(tree).description, expected)
    }
  }

  @Test func aCombineTreeHasTheSameForm() throws {
    let tree = try FlatForm.read([[:], [:], [:], 1, [:], 0, [:]])
    #expect(try TextForm.write(tree.tree) == "- a b c :r(a,b,c)\nB d :r(a,b,d)\nA e :r(a,e)\n")
  }

  @Test func aPathThatWasDroppedIsAnError() throws {
    var tree = Self.tree()
    try tree.add(1, to: 0)
    try tree.add(contentsOf: [2, 3], to: 0)
    tree.compact(before: 4)
    #expect(throws: TreeError.compacted(2)) { try TextForm.write(tree) }
  }
}
