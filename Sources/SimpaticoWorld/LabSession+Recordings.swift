import SimpaticoProtocol
import SimpaticoTree

// Trees that come from elsewhere: saved ones, and those of somebody who goes on.
extension LabSession {
  /// Trees to be looked at.
  mutating func open(_ command: LabCommand) throws(LabError) -> Value {
    let name = try command.text("name", atMost: 200, else: "recording")
    var members: [RecordedTrees.Member] = []
    if let list = command["trees"]?.array {
      guard (1...LabSession.maximumTrees).contains(list.count) else {
        throw LabError(
          .badCommand, "1 to " + Text(LabSession.maximumTrees) + " trees are expected",
          at: "trees")
      }
      for index in 0..<list.count {
        do throws(LabError) {
          members.append(try LabSession.member(LabCommand(value: list[index]), Text(index)))
        } catch {
          throw error.inside("trees[" + Text(index) + "]")
        }
      }
    } else {
      members.append(try LabSession.member(command, name))
    }
    var trees = RecordedTrees(members)
    if let messages = command["messages"] {
      let list = try LabSession.list(messages, atLeast: 0, "messages")
      if let place = trees.add(messages: list) {
        throw LabError(
          .badDocument, "this is no message between the trees",
          place: "messages[" + Text(place) + "]")
      }
    }
    let number = try multiverse.add(
      Multiverse.Entry(name: name, parent: nil, fork: 0, content: .recording(trees)))
    return try moment(number, LabCommand(value: [:]))
  }

  /// More trees than this are not opened as one recording.
  private static let maximumTrees = 65

  private static func member(
    _ command: LabCommand, _ usual: Text
  ) throws(LabError) -> RecordedTrees.Member {
    let name = try command.text("name", atMost: 200, else: usual)
    let role = try command.text("role", atMost: 200, else: "")
    if let told = command["transcript"] {
      return try transcript(told, role, name)
    }
    if let recorded = command["recording"] {
      return RecordedTrees.Member(name: name, role: role, tree: try tree(recorded, role, name))
    }
    guard let flat = command["tree"] else {
      throw LabError(
        .badCommand, "a 'tree' in its flat form, a 'recording' or a 'transcript'", at: "tree")
    }
    let combiner = role == "client" ? clientCombiner : serverCombiner
    do throws(FlatFormError) {
      let tree = try FlatForm.read(flat, combiner: combiner)
      return RecordedTrees.Member(name: name, role: role, tree: tree)
    } catch {
      throw LabError(.badDocument, error.text, at: "tree")
    }
  }

  /// A tree from what a journal or a relay kept. A party's own trunk takes the place of the
  /// recorded one.
  private static func tree(
    _ recorded: Value, _ role: Text, _ name: Text
  ) throws(LabError) -> CombineTree {
    let entries = try entries(recorded, atLeast: 1)
    let party: Party =
      role == "client" ? .client(suite: .classic, name: name) : .server(suite: .classic, name: name)
    var tree = party.tree
    try extend(&tree, entries)
    return tree
  }

  /// The entries of a recording, each of which is one, at least so many.
  private static func entries(
    _ recorded: Value, atLeast least: Int
  ) throws(LabError) -> [JournalEntry] {
    let list = try list(recorded, atLeast: least, "recording")
    var entries: [JournalEntry] = []
    for index in 0..<list.count {
      guard let entry = JournalEntry(encoded: list[index]), entry.node < maximumEntries else {
        throw LabError(
          .badDocument, "this is no entry of a journal", place: "recording[" + Text(index) + "]")
      }
      entries.append(entry)
    }
    return entries
  }

  private static func list(
    _ value: Value, atLeast least: Int, _ place: StaticString
  ) throws(LabError) -> Vector<Value> {
    guard let list = value.array, (least...maximumEntries).contains(list.count) else {
      throw LabError(
        .badDocument,
        "an array of " + Text(least) + " to " + Text(maximumEntries) + " entries is expected",
        at: place)
    }
    return list
  }

  /// Adds what of a recording is not here yet.
  private static func extend(
    _ tree: inout CombineTree, _ entries: [JournalEntry]
  ) throws(LabError) {
    let known = tree.nodeCount
    for entry in entries where entry.node >= known {
      do throws(JournalError) {
        do throws(JournalError) {
          try tree.replay(entry)
        } catch {
          guard case .cannotAdd(_, .combine) = error else { throw error }
          try tree.replay(unread(entry))
        }
      } catch {
        throw LabError(.badDocument, error.text, at: "recording")
      }
    }
  }

  /// A tree from what is told of it.
  private static func transcript(
    _ told: Value, _ role: Text, _ name: Text
  ) throws(LabError) -> RecordedTrees.Member {
    let list = try list(told, atLeast: 1, "transcript")
    guard let root = Transcript.Entry(encoded: list[0]), root.node == root.parent else {
      throw LabError(.badDocument, "the root is expected", at: "transcript[0]")
    }
    var member = RecordedTrees.Member(name: name, role: role, root: root)
    try extend(&member, list, from: 1)
    return member
  }

  private static func extend(
    _ member: inout RecordedTrees.Member, _ list: Vector<Value>, from first: Int
  ) throws(LabError) {
    for index in first..<max(first, list.count) {
      guard let entry = Transcript.Entry(encoded: list[index]), member.append(entry) else {
        throw LabError(
          .badDocument, "this is no entry of a transcript, or does not fit those before it",
          place: "transcript[" + Text(index) + "]")
      }
    }
  }

  /// Lets an opened recording grow: entries that are here already are passed over.
  mutating func extend(_ command: LabCommand) throws(LabError) -> Value {
    let number = try universe(command)
    guard case .recording(var trees) = try multiverse.entry(number).content else {
      throw LabError(
        .notPossible, "a world grows by what happens: play it", at: "universe")
    }
    let party = try Scene(try multiverse.entry(number)).party(command)
    var member = trees.members[party]
    if let told = command["transcript"] {
      let list = try LabSession.list(told, atLeast: 0, "transcript")
      try LabSession.extend(&member, list, from: 0)
    } else {
      let recorded = command["recording"] ?? .null
      try LabSession.extend(&member.tree, try LabSession.entries(recorded, atLeast: 0))
    }
    guard member.tree.nodeCount <= LabSession.maximumEntries else {
      throw LabError(
        .tooMany, "a recording has at most " + Text(LabSession.maximumEntries) + " nodes")
    }
    trees.update(party, member)
    multiverse.update(number, trees)
    return try moment(number, command)
  }

  /// An entry that its handlers do not take, such as one that needed a socket's handle: it stays in
  /// its place, as a text.
  private static func unread(_ entry: JournalEntry) -> JournalEntry {
    var value = Fields()
    value.put("unread", JSON.print(entry.value))
    return JournalEntry(
      node: entry.node, parent: entry.parent, branch: entry.branch,
      branchCount: entry.branchCount, moment: entry.moment, value: value.value)
  }

  /// More entries than this, or larger ids, are not opened.
  private static let maximumEntries = 200_000

  private static let serverCombiner = Party.server(suite: .symbolic).tree.combiner
  private static let clientCombiner = Party.client(suite: .symbolic, name: "").tree.combiner
}
