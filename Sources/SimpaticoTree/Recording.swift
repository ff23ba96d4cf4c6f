/// Why a recording could not be written or read. Positions count from 0.
public indirect enum RecordingError: Error, Equatable, Sendable {
  /// A recording is an array, not a value of this kind.
  case notAnArray(Value.Kind)
  /// The array lacks even the root.
  case empty
  /// An element is no journal entry, or the first one is not that of a root.
  case badEntry(position: Int)
  /// An element that does not fit the ones before it.
  case cannotAdd(position: Int, JournalError)
  /// A node was dropped that a node after it was added to, so that its residue cannot be made
  /// again.
  case compacted(NodeID)

  /// One sentence that names the position and what was wrong.
  public var text: Text {
    switch self {
    case .notAnArray(let kind): "a recording is an array, not " + kind.name
    case .empty: "the array is empty: it needs at least the root's entry"
    case .badEntry(let position): "element " + Text(position) + " is no entry of a journal"
    case .cannotAdd(let position, let error): "element " + Text(position) + ": " + error.text
    case .compacted(let node): "node " + Text(node) + " is older than what is kept"
    }
  }
}

/// A whole tree as an array of its journal's entries, the root's first.
///
/// Other than the flat form it keeps moments and ids. So a tree reads back with the same residues
/// also where its handlers use moments or make request ids, and also where branches are missing.
/// Handles are not kept.
public enum Recording {
  /// The most nodes of a tree that `read` makes unless told otherwise: some programs go over all
  /// ids, also those that are missing.
  public static let defaultMaximumNodes = 1 << 24

  /// Writes what a tree holds. Fails with `compacted` where a node's parent was dropped. Linear.
  public static func write(_ tree: CombineTree) throws(RecordingError) -> Value {
    try write(trunk: tree, journal: [])
  }

  /// Writes what a tree holds, and after it what its journal holds: a client's trunk, say, and its
  /// whole history. Fails as above. Linear.
  public static func write(
    trunk: CombineTree, journal: [JournalEntry]
  ) throws(RecordingError) -> Value {
    var elements = Vector<Value>()
    try trunk.tree.forEachNode { (id, node) throws(RecordingError) in
      if let parent = node.parent, (try? trunk.tree.node(parent)) == nil {
        throw .compacted(parent)
      }
      guard let entry = try? trunk.journalEntry(of: id) else { throw .compacted(id) }
      elements.append(entry.encoded)
    }
    for entry in journal { elements.append(entry.encoded) }
    return .array(elements)
  }

  /// Writes a trunk, branches as a snapshot has them, and what the journal holds after it: a
  /// history whose beginning was forgotten. Each branch of the snapshot begins with what it had
  /// come to.
  ///
  /// Fails as above. O(n log n).
  public static func write(
    trunk: CombineTree, from snapshot: TreeSnapshot, journal: [JournalEntry]
  ) throws(RecordingError) -> Value {
    var firsts: [NodeID: NodeID] = [:]
    var entries: [JournalEntry] = []
    for leaf in snapshot.leaves.sorted(by: { $0.first < $1.first }) {
      firsts[leaf.node] = leaf.first
      entries.append(
        JournalEntry(
          node: leaf.first, parent: leaf.start, branch: leaf.branch,
          branchCount: leaf.branch + 1, moment: leaf.moment, value: leaf.residue))
    }
    for entry in journal {
      entries.append(
        JournalEntry(
          node: entry.node, parent: firsts[entry.parent] ?? entry.parent, branch: entry.branch,
          branchCount: entry.branchCount, moment: entry.moment, value: entry.value))
    }
    return try write(trunk: trunk, journal: entries)
  }

  /// Reads a tree whose handlers the combiner's library has. Linear, besides what they do.
  ///
  /// `summary` and `summarize` are those that the tree was made with. A recording may come from
  /// anywhere: give its JSON limits of its own. One that goes beyond `maximumNodes` is refused.
  public static func read(
    _ value: Value, combiner: Combiner = Combiner(), summary: Value = [:],
    summarize: CombineTree.Summarize? = nil, maximumNodes: Int = defaultMaximumNodes
  ) throws(RecordingError) -> CombineTree {
    guard let elements = value.array else { throw .notAnArray(value.kind) }
    guard !elements.isEmpty else { throw .empty }
    let root = try entry(at: 0, of: elements)
    guard root.node == 0, root.parent == 0, root.branch == 0 else { throw .badEntry(position: 0) }
    do throws(CombineError) {
      _ = try combiner.combine(nil, root.value)
    } catch {
      throw .cannotAdd(position: 0, .cannotAdd(node: 0, .combine(error)))
    }
    var tree = CombineTree(
      root: root.value, combiner: combiner, summary: summary, summarize: summarize)
    for position in 1..<max(1, elements.count) {
      let entry = try entry(at: position, of: elements)
      do throws(JournalError) {
        if entry.node >= maximumNodes { throw .badNode(entry.node) }
        try tree.replay(entry)
      } catch {
        throw .cannotAdd(position: position, error)
      }
    }
    return tree
  }

  private static func entry(
    at position: Int, of elements: Vector<Value>
  ) throws(RecordingError) -> JournalEntry {
    guard let entry = JournalEntry(encoded: elements[position]) else {
      throw .badEntry(position: position)
    }
    return entry
  }
}
