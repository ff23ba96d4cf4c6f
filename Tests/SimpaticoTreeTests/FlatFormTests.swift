import Testing

@testable import SimpaticoTree

/// The flat form by example.
@Suite struct FlatFormTests {
  static let combiner = Combiner(library: Script.library)

  @Test func valuesFollowOneAnotherUnlessANumberNamesAParent() throws {
    let tree = try FlatForm.read([["n": 1], ["n": 2], 0, ["n": 10], ["n": 20], 1, ["n": 100]])
    #expect(tree.tree.residues == [["n": 103], ["n": 31]])
    #expect(try tree.tree.path(to: 3) == [0, 2, 3])
    #expect(try tree.tree.path(to: 4) == [0, 1, 4])
  }

  @Test func theWrittenFormNamesAParentOnlyWhereItMust() throws {
    var tree = CombineTree(root: ["n": 1])
    try tree.add(["n": 2], to: 0)
    try tree.add(["n": 10], to: 0)
    try tree.add(["n": 20], to: 2)
    try tree.add(["n": 100], to: 1)
    try tree.add(["n": 200], to: 1)
    #expect(
      try FlatForm.write(tree) == [
        ["n": 1], ["n": 2], 0, ["n": 10], ["n": 20], 1, ["n": 100], 1, ["n": 200],
      ])
  }

  @Test func aLoneRootIsATree() throws {
    for root: Value in [["a": 1], [:], [], "text", 5, true, .null] {
      let tree = try FlatForm.read([root])
      #expect(tree.tree.residues == [root])
      #expect(try FlatForm.write(tree) == [root])
    }
  }

  @Test func aNegativeNumberIsTheNewestNodeOfABranch() throws {
    let tree = try FlatForm.read([
      ["n": 1], ["n": 2], 0, ["n": 10], 1, ["n": 5], -1, ["n": 20], -1, ["n": 30],
    ])
    #expect(tree.tree.residues == [["n": 8], ["n": 61]])
    #expect(try tree.tree.path(to: 5) == [0, 2, 4, 5])
  }

  @Test func deleteHasItsSpelling() throws {
    let flat: Value = [
      ["a": 1, "b": ["c": 1, "d": 2]],
      ["a": "_Symbol_DeleteProperty", "b": ["c": "_Symbol_DeleteProperty"]],
    ]
    let tree = try FlatForm.read(flat)
    #expect(tree.tree.residues == [["b": ["d": 2]]])
    #expect(try tree.tree.node(1).input.value == ["a": .delete, "b": ["c": .delete]])
    #expect(try FlatForm.write(tree) == flat)
  }

  @Test func aRootWithMarkersIsWrittenAsItWasRead() throws {
    let flat: Value = [["a": "_Symbol_DeleteProperty", "b": 1]]
    let tree = try FlatForm.read(flat)
    #expect(tree.tree.residues == [["b": 1]])
    #expect(try FlatForm.write(tree) == flat)
  }

  @Test func handlersAreWrittenAndReadByName() throws {
    let step: Value = ["handler": "say", "do": [["merge": ["said": "hello"]]]]
    let flat: Value = [["handlers": ["say": "script", "other": "quiet"]], step]
    let tree = try FlatForm.read(flat, combiner: Self.combiner)
    #expect(
      try tree.residue(of: 1) == [
        "handlers": ["say": .handler("script"), "other": .handler("quiet")], "said": "hello",
      ])
    #expect(try FlatForm.write(tree) == flat)
  }

  @Test func handlerTablesAreTablesAtAnyDepth() {
    let flat: Value = [
      "conn": ["handlers": ["a": "script", "gone": "_Symbol_DeleteProperty"]],
      "list": [["handlers": ["b": "quiet"]]], "handler": "a", "name": "script",
      "handlers": "these are no table",
    ]
    #expect(
      FlatForm.decode(flat) == [
        "conn": ["handlers": ["a": .handler("script"), "gone": .delete]],
        "list": [["handlers": ["b": .handler("quiet")]]], "handler": "a", "name": "script",
        "handlers": "these are no table",
      ])
    #expect(FlatForm.encode(FlatForm.decode(flat)) == flat)
  }

  @Test func handlesAreNeitherWrittenNorRead() throws {
    var tree = CombineTree(root: ["_clock": 1, "n": 0])
    try tree.add(["_socket": 7, "n": 1, "inner": ["_key": "secret", "x": [["_y": 1]]]], to: 0)
    #expect(
      try FlatForm.write(tree) == [["n": 0], ["n": 1, "inner": ["x": [[:]]]]])
    let read = try FlatForm.read([["_clock": 1, "n": 0], ["_socket": 7, "inner": ["_key": 1]]])
    #expect(try read.residue(of: 1) == ["n": 0, "inner": [:]])
    #expect(try read.tree.node(0).input.value == ["n": 0])
  }

  @Test func aNodeThatCannotBeWrittenIsNamed() throws {
    var numbers = CombineTree(root: 1)
    try numbers.add(2, to: 0)
    #expect(throws: FlatFormError.cannotWrite(node: 1)) { try FlatForm.write(numbers) }
    var compacted = CombineTree(root: [:])
    try compacted.add(["a": 1], to: 0)
    try compacted.add(contentsOf: [["b": 1], ["c": 1]], to: 0)
    compacted.compact(before: 4)
    let error = FlatFormError.cannotWrite(node: 2)
    #expect(throws: error) { try FlatForm.write(compacted) }
    #expect(error.text == "node 2 cannot be written in the flat form")
  }
}
