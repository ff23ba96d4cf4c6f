import Testing

@testable import SimpaticoTree

/// The laws of `Stree`, with a reducer that keeps the whole path: a residue is its own proof.
@Suite struct StreeLaws {
  typealias Tree = Stree<Int, [Int]>

  static func tree() -> Tree { Tree(root: 0, residue: [0]) { $0 + [$1] } }

  /// A tree of `count` nodes at random places; each node's input is its id.
  static func grown(_ count: Int, _ random: inout CaseRandom) throws -> Tree {
    var tree = Self.tree()
    for id in 1..<count {
      try tree.add(id, to: random.chance(percent: 50) ? id - 1 : random.below(id))
    }
    return tree
  }

  @Test func residueEqualsFoldOfPath() {
    Cases.holds(400) { random in
      let tree = try Self.grown(40, &random)
      for id in 0..<tree.nodeCount {
        let path = try tree.path(to: id)
        let node = try tree.node(id)
        let broken = try firstDifference(
          differ("the residue of \(id)", node.residue, path),
          differ("the residue of \(id)", tree.residue(of: id), path),
          differ("the depth of \(id)", node.depth, path.count - 1),
          differ("the input of \(id)", node.input, id),
          differ("the parent of \(id)", node.parent, path.dropLast().last))
        if let broken { return broken }
      }
      return tree.brokenInvariant()
    }
  }

  @Test func theFirstChildExtendsAndLaterOnesBranch() {
    Cases.holds(300) { random in
      var tree = Self.tree()
      var hasChild: Set<Int> = []
      var rows = [[0]]
      var rowOf = [0: 0]
      for id in 1..<60 {
        let parent = random.chance(percent: 40) ? id - 1 : random.below(id)
        try tree.add(id, to: parent)
        if hasChild.insert(parent).inserted {
          rowOf[id] = rowOf[parent]
          rows[rowOf[parent] ?? 0].append(id)
        } else {
          rowOf[id] = rows.count
          rows.append([id])
        }
      }
      for (branch, row) in rows.enumerated() {
        let found = try tree.branch(branch)
        let broken = try firstDifference(
          differ("the first of \(branch)", found.first, row.first),
          differ("the leaf of \(branch)", found.leaf, row.last),
          differ("the leaf of \(branch)", tree.leaf(of: branch), row.last),
          differ("the parent of \(branch)", found.parent, tree.node(found.first).parent))
        if let broken { return broken }
      }
      return firstDifference(
        differ("the branch count", tree.branchCount, rows.count),
        differ("the residues", tree.residues.map(\.last), rows.map(\.last)))
    }
  }

  @Test func nodesAndBranchesAreVisitedInOrder() {
    Cases.holds(100) { random in
      let tree = try Self.grown(80, &random)
      var nodes: [Int] = []
      var branches: [Int] = []
      tree.forEachNode { id, _ in nodes.append(id) }
      tree.forEachBranch { id, _ in branches.append(id) }
      return firstDifference(
        differ("the nodes", nodes, Array(0..<80)),
        differ("the branches", branches, Array(0..<tree.branchCount)))
    }
  }

  @Test func forksAreIndependent() {
    Cases.holds(80) { random in
      var forks: [(tree: Tree, inputs: [(input: Int, parent: Int)])] = [(Self.tree(), [])]
      for step in 0..<150 {
        let index = random.below(forks.count)
        if random.chance(percent: 6) { forks.append(forks[index]) }
        let parent = random.below(forks[index].tree.nodeCount)
        try forks[index].tree.add(step, to: parent)
        forks[index].inputs.append((step, parent))
      }
      for fork in forks {
        if let broken = fork.tree.brokenInvariant() { return broken }
        var again = Self.tree()
        for (input, parent) in fork.inputs { try again.add(input, to: parent) }
        if let broken = differ("the residues", fork.tree.residues, again.residues) {
          return broken
        }
        for id in 0..<again.nodeCount {
          let broken = try differ("\(id)", fork.tree.residue(of: id), again.residue(of: id))
          if let broken { return broken }
        }
      }
      return nil
    }
  }

  @Test func addingManyChainsThem() throws {
    var tree = Self.tree()
    #expect(try tree.add(contentsOf: [1, 2, 3], to: 0) == 3)
    #expect(try tree.add(contentsOf: [4, 5], to: 1) == 5)
    #expect(try tree.add(contentsOf: [], to: 2) == 2)
    #expect(try tree.path(to: 5) == [0, 1, 4, 5])
    #expect(throws: TreeError.noSuchNode(9)) { try tree.add(contentsOf: [6, 7], to: 9) }
    #expect(tree.nodeCount == 6)
    #expect(tree.residues == [[0, 1, 2, 3], [0, 1, 4, 5]])
  }

  @Test func idsThatAreNotThereAreErrors() throws {
    var tree = Self.tree()
    try tree.add(1, to: 0)
    for id in [-1, 2, 33, Int.max, Int.min] {
      #expect(throws: TreeError.noSuchNode(id)) { try tree.node(id) }
      #expect(throws: TreeError.noSuchNode(id)) { try tree.residue(of: id) }
      #expect(throws: TreeError.noSuchNode(id)) { try tree.path(to: id) }
      #expect(throws: TreeError.noSuchNode(id)) { try tree.add(2, to: id) }
    }
    for id in [-1, 1, 33, Int.max, Int.min] {
      #expect(throws: TreeError.noSuchBranch(id)) { try tree.branch(id) }
      #expect(throws: TreeError.noSuchBranch(id)) { try tree.leaf(of: id) }
      #expect(throws: TreeError.noSuchBranch(id)) { try tree.retire(id) }
    }
    #expect(tree.nodeCount == 2)
  }

  @Test func depthOfThousandsNeedsNoRecursion() throws {
    var tree = Stree<Int, Int>(root: 0, residue: 0) { $0 + $1 }
    let leaf = try tree.add(contentsOf: Array(repeating: 1, count: 20_000), to: 0)
    #expect(try tree.residue(of: leaf) == 20_000)
    #expect(try tree.path(to: leaf).count == 20_001)
    let fork = try tree.add(5, to: 10_000)
    #expect(try tree.residue(of: fork) == 10_005)
    #expect(try tree.node(fork).branch == 1)
    #expect(tree.brokenInvariant() == nil)
  }
}
