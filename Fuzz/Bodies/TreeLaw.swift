import SimpaticoTree

/// A program of adds, branches, forks, retirements and compactions over some universes of one tree.
///
/// Beside each universe stands a plain list of what its nodes should be. After the program every
/// node that is held has the residue that it got when it was added, whatever was done to other
/// universes, and that is the combination of its parent's residue with its input.
enum TreeLaw {
  private static let stepsAtMost = 100
  private static let universesAtMost = 6

  static func broken(by bytes: UnsafeBufferPointer<UInt8>) -> String? {
    var stream = ByteStream(bytes)
    var universes = [Universe()]
    var steps = 0
    while !stream.isAtEnd, steps < stepsAtMost {
      steps += 1
      let index = stream.below(universes.count)
      if stream.below(16) == 0, universes.count < universesAtMost {
        universes.append(universes[index])
      } else if let broken = universes[index].step(&stream) {
        return "step \(steps): \(broken)"
      }
    }
    for universe in universes {
      if let broken = universe.broken() { return broken }
    }
    return nil
  }
}

private struct Universe {
  private struct Expected {
    let parent: NodeID
    let startsBranch: Bool
    let input: Value
    let residue: Value
  }

  private static let combiner = Combiner(library: Sample.library)
  private static let root: Value = ["count": 0, "handlers": Sample.table, "list": [], "_socket": 7]

  private var tree = CombineTree(root: root, combiner: combiner)
  private var expected: [Expected] = [
    Expected(parent: -1, startsBranch: false, input: root, residue: root)
  ]

  mutating func step(_ stream: inout ByteStream) -> String? {
    switch stream.below(16) {
    case 0: return retire(stream.below(tree.tree.branchCount))
    case 1:
      tree.compact(before: stream.below(tree.tree.nodeCount + 2))
      return nil
    case 2: return addSeveral(&stream)
    case 3...6: return add(stream.value(depth: 2), to: stream.below(tree.tree.nodeCount + 1))
    case 7...9:
      guard let leaf = try? tree.tree.leaf(of: stream.below(tree.tree.branchCount)) else {
        return nil
      }
      return add(stream.value(depth: 2), to: leaf)
    default: return add(stream.value(depth: 2), to: tree.tree.nodeCount - 1)
    }
  }

  private mutating func retire(_ branch: BranchID) -> String? {
    guard (try? tree.retire(branch)) != nil else { return nil }
    let leaf = try? tree.tree.leaf(of: branch)
    let added = leaf.flatMap { try? tree.add(.null, to: $0) }
    return added == nil ? nil : "added to a branch that had ended"
  }

  /// Adds all of some values, or none.
  private mutating func addSeveral(_ stream: inout ByteStream) -> String? {
    let parent = tree.tree.nodeCount - 1
    let values = (0..<stream.below(4)).map { _ in stream.value(depth: 1) }
    guard let added = try? tree.add(contentsOf: values, to: parent) else {
      return tree.tree.nodeCount == expected.count ? nil : "a failed add has changed the tree"
    }
    guard added.count == values.count else { return "added \(added.count) of \(values.count)" }
    for (value, step) in zip(values, added) {
      if let broken = note(value, step, parent: step.node == parent + 1 ? parent : step.node - 1) {
        return broken
      }
    }
    return nil
  }

  private mutating func add(_ value: Value, to parent: NodeID) -> String? {
    guard let added = try? tree.add(value, to: parent) else {
      return tree.tree.nodeCount == expected.count ? nil : "a failed add has changed the tree"
    }
    return note(value, added, parent: parent)
  }

  private mutating func note(
    _ value: Value, _ added: CombineTree.Added, parent: NodeID
  ) -> String? {
    guard added.node == expected.count, let residue = try? tree.residue(of: added.node),
      let row = try? tree.tree.branch(added.branch)
    else { return "a new node cannot be found" }
    expected.append(
      Expected(
        parent: parent, startsBranch: row.first == added.node, input: value, residue: residue))
    return residue.invariantBroken
  }

  /// What does not hold of the whole.
  func broken() -> String? {
    if let broken = tree.tree.brokenInvariant() { return broken }
    if tree.tree.nodeCount != expected.count { return "another number of nodes" }
    for (id, wanted) in expected.enumerated() {
      guard let node = try? tree.tree.node(id) else { continue }
      if node.residue != wanted.residue || node.input.value != wanted.input {
        return "node \(id) has changed"
      }
      if id > 0, node.parent != wanted.parent { return "node \(id) has another parent" }
      if id > 0, let broken = brokenByCombining(id, wanted, node.branch) { return broken }
    }
    if tree.tree.retainedNodeCount == expected.count, (try? TextForm.write(tree.tree)) == nil {
      return "a whole tree has no text form"
    }
    return nil
  }

  private func brokenByCombining(
    _ id: NodeID, _ wanted: Expected, _ branch: BranchID
  ) -> String? {
    var before = expected[wanted.parent].residue
    if wanted.startsBranch { before = before.withoutHandles() }
    let place = Combiner.Place(node: id, branch: branch, summary: tree.summary)
    var trace = Combiner.Trace()
    let after = try? Universe.combiner.combine(before, wanted.input, at: place, trace: &trace)
    return after == wanted.residue ? nil : "node \(id) is not what its path combines to"
  }
}

extension ByteStream {
  private static let keys: [Text] = [
    "count", "list", "a", "b", "c", "é", "a key of more than fourteen bytes", "_socket", "handler",
    "handlers", "by", "value",
  ]
  private static let names: [Text] = [
    "bump", "twice", "forever", "merge", "ask", "refuse", "assert", "log", "nobody",
  ]

  /// A value that mostly can be combined with the residues of these trees.
  mutating func value(depth: Int) -> Value {
    switch below(depth > 0 ? 16 : 6) {
    case 0: return .null
    case 1: return .bool(below(2) == 1)
    case 2: return .number(Int(byte()) - 128)
    case 3: return .string(pick(ByteStream.keys))
    case 4: return .delete
    case 5: return .handler(pick(ByteStream.names))
    case 6, 7: return .array((0..<below(4)).map { _ in value(depth: depth - 1) })
    case 8...11:
      return [
        "handler": .string(pick(ByteStream.names)), "by": .number(below(9)),
        "value": value(depth: depth - 1),
      ]
    case 12: return ["count": .number(below(9))]
    case 13: return wide()
    default:
      var fields = Object()
      for _ in 0..<below(5) { fields[pick(ByteStream.keys)] = value(depth: depth - 1) }
      return .object(fields)
    }
  }

  /// Many fields with numbered keys, so that objects grow and shrink over several levels.
  private mutating func wide() -> Value {
    let first = Int(byte())
    let isRemoving = below(3) == 0
    var fields = Object()
    for index in first..<(first + below(48)) {
      fields["k" + Text(index)] = isRemoving ? .delete : 1
    }
    return .object(fields)
  }
}
