@testable import SimpaticoTree

/// The whole life of a tree, as plainly as possible: nodes, branches, retirement and compaction.
///
/// It forgets nothing. What compaction drops is only marked, so that the model can still fold any
/// path from the root.
struct PlainHistory {
  struct Node {
    let value: Plain
    let parent: Int?
    let branch: Int
    let depth: Int
    let residue: Plain
    /// What the handlers were told.
    let context: PlainRun
    /// What they set off.
    let run: PlainRun
    var isHeld = true
  }

  struct Row: Equatable {
    let parent: Int?
    let first: Int
    var leaf: Int
    var isRetired = false
    var isHeld = true
  }

  let combiner: PlainCombiner
  private(set) var nodes: [Node]
  private(set) var rows = [Row(parent: nil, first: 0, leaf: 0)]
  private(set) var summary: Plain = .object([:])

  init(root: Plain, combiner: PlainCombiner) throws(CombineError) {
    self.combiner = combiner
    let residue = try combiner.settled(root, 0) ?? .null
    nodes = [
      Node(
        value: root, parent: nil, branch: 0, depth: 0, residue: residue, context: PlainRun(),
        run: PlainRun())
    ]
  }

  func node(_ id: Int) throws(TreeError) -> Node {
    guard nodes.indices.contains(id) else { throw .noSuchNode(id) }
    if !nodes[id].isHeld { throw .compacted(id) }
    return nodes[id]
  }

  func row(_ id: Int) throws(TreeError) -> Row {
    guard rows.indices.contains(id) else { throw .noSuchBranch(id) }
    if !rows[id].isHeld { throw .retired(id) }
    return rows[id]
  }

  func path(to id: Int) throws(TreeError) -> [Int] {
    guard let parent = try node(id).parent else { return [id] }
    return try path(to: parent) + [id]
  }

  /// Adds a value where that is allowed; otherwise throws before anything is changed.
  mutating func add(
    _ value: Plain, to parent: Int, at moment: Moment
  ) throws(TreeError) -> Int {
    let start = try node(parent)
    let row = try row(start.branch)
    let extends = row.leaf == parent
    if extends, row.isRetired { throw .retired(start.branch) }
    let (id, branch) = (nodes.count, extends ? start.branch : rows.count)
    let context = PlainRun(node: id, branch: branch, moment: moment, summary: summary)
    var run = context
    let residue: Plain
    do throws(CombineError) {
      let before = extends ? start.residue : start.residue.withoutHandles
      residue = try combiner.combine(before, value, &run)
    } catch {
      throw .combine(error)
    }
    nodes.append(
      Node(
        value: value, parent: parent, branch: branch, depth: start.depth + 1, residue: residue,
        context: context, run: run))
    if extends {
      rows[branch].leaf = id
    } else {
      rows.append(Row(parent: parent, first: id, leaf: id))
    }
    summary = PlainTree.summarize(summary, id, branch, start.residue, residue)
    return id
  }

  mutating func add(
    _ value: Plain, toLeafOf branch: Int, at moment: Moment
  ) throws(TreeError) -> Int {
    let row = try row(branch)
    if row.isRetired { throw .retired(branch) }
    return try add(value, to: row.leaf, at: moment)
  }

  /// All of the values or none.
  mutating func add(
    contentsOf values: [Plain], to parent: Int, at moment: Moment
  ) throws(TreeError) -> [Int] {
    var fork = self
    var ids: [Int] = []
    for value in values {
      ids.append(try fork.add(value, to: ids.last ?? parent, at: moment))
    }
    self = fork
    return ids
  }

  mutating func retire(_ branch: Int) throws(TreeError) {
    _ = try row(branch)
    rows[branch].isRetired = true
  }

  mutating func compact(before horizon: Int) {
    for id in nodes.indices where id < horizon && nodes[id].branch != 0 {
      let row = rows[nodes[id].branch]
      if row.leaf != id || row.isRetired { nodes[id].isHeld = false }
    }
    for branch in rows.indices where rows[branch].isRetired && !nodes[rows[branch].leaf].isHeld {
      rows[branch].isHeld = false
    }
  }

  /// The residue of a node, made anew from the root, past everything that was dropped.
  func fold(to id: Int) throws(CombineError) -> Plain {
    guard let parent = nodes[id].parent else {
      return try combiner.settled(nodes[id].value, 0) ?? .null
    }
    let before = try fold(to: parent)
    var run = nodes[id].context
    let startsBranch = rows[nodes[id].branch].first == id
    let start = startsBranch ? before.withoutHandles : before
    return try combiner.combine(start, nodes[id].value, &run)
  }

  /// The text form, line by line.
  func text() throws(TreeError) -> String {
    var lines = ""
    for (branch, row) in rows.enumerated() where row.isHeld {
      let own = nodes.indices.filter { nodes[$0].branch == branch && nodes[$0].isHeld }
      let path = try path(to: row.leaf)
      lines += row.parent.map { TextForm.letters($0).description.uppercased() } ?? "-"
      for id in own { lines += " " + TextForm.letters(id).description }
      let letters = path.map { TextForm.letters($0).description }
      lines += " :r(\(letters.joined(separator: ",")))\n"
    }
    return lines
  }

  /// The flat form: values, and a parent's id before a value that does not follow the one before
  /// it.
  func flat() throws(FlatFormError) -> Plain {
    var elements: [Plain] = []
    for (id, node) in nodes.enumerated() {
      if !node.isHeld || (id > 0 && node.value.kind == .number) { throw .cannotWrite(node: id) }
      if let parent = node.parent, parent != id - 1 { elements.append(.number(Double(parent))) }
      elements.append(node.value.spelled)
    }
    return .array(elements)
  }
}

extension Plain {
  /// As it leaves the process: without handles, with markers and references spelt out.
  var spelled: Plain {
    switch self {
    case .delete: .string("_Symbol_DeleteProperty")
    case .handler(let name): .string(name)
    case .array(let elements): .array(elements.map(\.spelled))
    case .object(let fields):
      .object(fields.filter { !$0.key.hasPrefix("_") }.mapValues(\.spelled))
    default: self
    }
  }
}
