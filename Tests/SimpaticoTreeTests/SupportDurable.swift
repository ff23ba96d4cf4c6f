@testable import SimpaticoTree

/// A tree of which some branches are durable, as a client's is: what would be kept of it is kept.
struct DurableTree {
  /// Which branches are durable: those of whose id the bit is set.
  let durable: UInt64
  var tree: CombineTree
  var journal: [JournalEntry] = []

  static let base = 1

  init(_ random: inout CaseRandom) throws {
    durable = random.next() | 2
    tree = try Self.trunk(durable)
  }

  /// What a program makes anew each time it starts: a root, the handlers, and a cap.
  static func trunk(_ durable: UInt64) throws -> CombineTree {
    var tree = CombineTree(
      root: ["name": "trunk"], combiner: Combiner(library: Script.library),
      summarize: summarize(durable))
    try tree.add(["handlers": Script.table.value], to: 0)
    try tree.add(["cap": "handlers"], to: base)
    return tree
  }

  /// How many nodes each durable branch has and how large its residue is, handles left out.
  static func summarize(_ durable: UInt64) -> CombineTree.Summarize {
    { summary, change in
      guard isDurable(change.branch, durable) else { return }
      var fields = summary.object ?? Object()
      let key = Text(change.branch)
      let size = change.after.withoutHandles().object?.count ?? 0
      fields[key] = [
        "nodes": .number((fields[key]?["nodes"]?.integer ?? 0) + 1), "size": .number(size),
      ]
      summary = .object(fields)
    }
  }

  static func isDurable(_ branch: BranchID, _ durable: UInt64) -> Bool {
    branch > 0 && durable >> UInt64(branch % 64) & 1 == 1
  }

  func isDurable(_ branch: BranchID) -> Bool { Self.isDurable(branch, durable) }

  var durableBranches: [BranchID] { (0..<tree.tree.branchCount).filter(isDurable) }

  /// Starts a branch or adds to one; answers whether something was added.
  mutating func step(_ random: inout CaseRandom, bare: Bool = false) throws -> Bool {
    let branch = random.below(tree.tree.branchCount)
    let parent =
      branch == 0 || random.chance(percent: 20)
      ? Self.base : try tree.tree.leaf(of: branch)
    let residue = Plain(try tree.residue(of: parent))
    var value =
      random.chance(percent: 60)
      ? random.message(residue: residue, depth: 2) : random.edit(of: residue)
    value = bare ? FlatFormRoundTrip.bare(value.uncounted) : value.uncounted
    return try add(value.value, to: parent, at: Self.moment(&random))
  }

  /// Adds where that is allowed, and journals what is to be kept.
  mutating func add(_ value: Value, to parent: NodeID, at moment: Moment) throws -> Bool {
    guard let added = try? tree.add(value, to: parent, at: moment) else { return false }
    if isDurable(added.branch) { journal.append(try tree.journalEntry(of: added.node)) }
    return true
  }

  static func moment(_ random: inout CaseRandom) -> Moment {
    // A script tells the random bits as a number, which has an end.
    Moment(timeMilliseconds: Int64(random.below(1000)), random: random.next() >> 12)
  }

  /// How a restored tree differs from this one in what was to be kept.
  func difference(_ restored: CombineTree) throws -> String? {
    let all = firstDifference(
      restored.tree.brokenInvariant(),
      differ(
        "the summary", FlatFormRoundTrip.bare(restored.summary),
        FlatFormRoundTrip.bare(tree.summary)),
      differ("the trunk", restored.tree.nodeCount > 2, true))
    if let all { return all }
    for branch in durableBranches {
      let expected = try tree.tree.leaf(of: branch)
      let leaf = try restored.tree.leaf(of: branch)
      let (one, other) = (try tree.tree.node(expected), try restored.tree.node(leaf))
      let broken = firstDifference(
        differ("the leaf of \(branch)", leaf, expected),
        differ("the depth of \(leaf)", other.depth, one.depth),
        differ("the parent of \(leaf)", other.parent, one.parent),
        differ("the moment of \(leaf)", other.input.moment, one.input.moment),
        differ(
          "the value of \(leaf)", Plain(other.input.value),
          FlatFormRoundTrip.bare(one.input.value)),
        differ(
          "the residue of \(leaf)", FlatFormRoundTrip.bare(other.residue),
          FlatFormRoundTrip.bare(one.residue)))
      if let broken { return broken }
    }
    return nil
  }
}

extension Plain {
  /// Without the steps of a script that count fields: a residue has fewer without its handles.
  fileprivate var uncounted: Plain {
    switch self {
    case .array(let elements): .array(elements.map(\.uncounted))
    case .object(let fields):
      .object(fields.filter { $0.key != "count" }.mapValues(\.uncounted))
    default: self
    }
  }
}

extension JournalEntry {
  /// The entry, written as JSON and read again.
  func printedAndRead() throws -> JournalEntry? {
    try JournalEntry(encoded: JSON.parse(JSON.print(encoded)))
  }
}

extension TreeSnapshot {
  /// The snapshot, written as JSON and read again.
  func printedAndRead() throws -> TreeSnapshot? {
    try TreeSnapshot(encoded: JSON.parse(JSON.print(encoded)))
  }
}
