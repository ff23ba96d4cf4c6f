import Testing

@testable import SimpaticoTree

/// A transcript reads back as a tree that looks the same, without any handler.
@Suite struct Transcripts {
  private static func grow(_ random: inout CaseRandom) throws -> CombineTree {
    var original = try DurableTree(&random)
    for _ in 0..<25 {
      let parent = random.below(original.tree.tree.nodeCount)
      let residue = Plain(try original.tree.residue(of: parent))
      let value = random.message(residue: residue, depth: 2).value
      _ = try? original.add(value, to: parent, at: DurableTree.moment(&random))
    }
    return original.tree
  }

  /// What a reader is to see of a value: that there is a handle, and not which.
  private static func shown(_ value: Value) -> Value {
    switch value.content {
    case .array(let elements): return .array(elements.elements.map(shown))
    case .object(let fields):
      var result = Object()
      fields.forEach { key, field in
        let isHandle = key.firstByte == UInt8(ascii: "_") && field.kind != .delete
        result[key] = isHandle ? "(handle)" : shown(field)
      }
      return .object(result)
    case .number(let number): return number.isFinite ? value : .null
    default: return value
    }
  }

  @Test func whatIsReadLooksLikeWhatWasWritten() {
    var effects = 0
    Cases.holds(80) { random in
      let tree = try Self.grow(&random)
      let printed = JSON.print(Transcript.write(tree))
      let again = try Transcript.read(JSON.parse(printed))
      var broken = differ("nodes", again.tree.nodeCount, tree.tree.nodeCount)
      for id in 0..<tree.tree.nodeCount {
        let (one, other) = (try tree.tree.node(id), try again.tree.node(id))
        effects += one.input.trace.effects.count
        broken = firstDifference(
          broken, differ("parent of \(id)", other.parent, one.parent),
          differ("branch of \(id)", other.branch, one.branch),
          differ("value of \(id)", other.input.value, Self.shown(one.input.value)),
          differ("residue of \(id)", other.residue, Self.shown(one.residue)),
          differ(
            "time of \(id)", other.input.moment.timeMilliseconds,
            one.input.moment.timeMilliseconds),
          differ(
            "cascade of \(id)", other.input.trace.cascade,
            one.input.trace.cascade.map(Self.shown)),
          differ(
            "effects of \(id)", other.input.trace.effects,
            one.input.trace.effects.map(Self.shown)))
      }
      return broken
    }
    Cases.tried("effects", effects, atLeast: 10)
  }

  @Test func anEntryTellsOnlyWhatItsNodeHasChanged() throws {
    var tree = CombineTree(root: ["a": 1, "b": ["c": 2, "d": 3]])
    try tree.add(["b": ["c": 5]], to: 0)
    try tree.add(["a": .delete, "list": [1]], to: 1)
    let second = try #require(Transcript.Entry(of: 1, in: tree))
    #expect(second.change == ["b": ["c": 7]])
    let third = try #require(Transcript.Entry(of: 2, in: tree))
    #expect(third.change == ["a": .delete, "list": [1]])
    #expect(JSON.print(third.encoded).description.contains(#""a":{"_delete":true}"#))
  }

  @Test func aHandleIsNotToldNorWhatItWas() throws {
    var tree = CombineTree(root: ["_key": "secret"])
    try tree.add(["inner": ["_socket": 17], "_other": "secret"], to: 0)
    let printed = JSON.print(Transcript.write(tree)).description
    #expect(!printed.contains("secret") && !printed.contains("17"))
    let again = try Transcript.read(Transcript.write(tree))
    #expect(try again.residue(of: 1)["inner"] == ["_socket": "(handle)"])
  }

  @Test func afterACompactionTheFirstOfABranchTellsAllOfIt() throws {
    var tree = CombineTree(root: ["a": 1])
    try tree.add(["trunk": true], to: 0)
    try tree.add(["cap": true], to: 1)
    try tree.add(["b": 1], to: 1)
    for _ in 0..<10 { try tree.add(["b": 1], toLeafOf: 1) }
    tree.compact(before: 10)
    let first = try #require(Transcript.Entry(of: 10, in: tree))
    #expect(first.change == ["a": 1, "trunk": true, "b": 8])
    #expect(Transcript.Entry(of: 5, in: tree) == nil)
    #expect(throws: TranscriptError.badPlace(position: 3)) {
      try Transcript.read(Transcript.write(tree))
    }
  }

  @Test(arguments: [
    ("{}", TranscriptError.notAnArray(.object)), ("[]", .empty), ("[1]", .badEntry(position: 0)),
    (#"[{"node":1,"parent":0,"branch":0,"time":0,"value":{}}]"#, .badEntry(position: 0)),
    (#"[{"node":0,"parent":0,"branch":0,"time":"x","value":{}}]"#, .badEntry(position: 0)),
    (root + #",7]"#, .badEntry(position: 1)),
    (root + #",{"node":2,"parent":0,"branch":0,"time":0,"value":{}}]"#, .badPlace(position: 1)),
    (root + #",{"node":1,"parent":0,"branch":1,"time":0,"value":{}}]"#, .badPlace(position: 1)),
    (root + #",{"node":1,"parent":1,"branch":0,"time":0,"value":{}}]"#, .badPlace(position: 1)),
    (root + #",{"node":1,"parent":-1,"branch":0,"time":0,"value":{}}]"#, .badEntry(position: 1)),
  ])
  func whatIsNoTranscriptIsRefusedWithItsPlace(_ text: String, _ error: TranscriptError) throws {
    let value = try JSON.parse(Text(text))
    #expect(throws: error) { try Transcript.read(value) }
    #expect(!error.text.isEmpty)
  }

  private static let root = #"[{"node":0,"parent":0,"branch":0,"time":0,"value":{}}"#
}
