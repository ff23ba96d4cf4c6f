import SimpaticoTree
import Testing

/// The examples of the article "Costs".
@Suite struct ArticleExamplesCosts {
  @Test func valuesTakeSixteenBytes() throws {
    #expect(MemoryLayout<Value>.size == 16)
    #expect(MemoryLayout<Text>.size == 16)
  }

  @Test func nodes() throws {
    #expect(MemoryLayout<Stree<CombineTree.Entry, Value>.Node>.stride <= 80)
  }

  @Test func compaction() throws {
    var tree = CombineTree(root: ["visits": 0])
    let start = try tree.add(["cap": "visits start here"], to: 0).node
    try tree.add(["cap": "branch 0 ends here"], to: start)
    for _ in 0..<100 {
      let visit = try tree.add(["visits": 1], to: start)
      try tree.add(["visits": 1], to: visit.node)
      try tree.retire(visit.branch)
    }
    #expect(tree.tree.retainedNodeCount == 203)
    tree.compact(before: tree.tree.nodeCount)
    #expect(tree.tree.retainedNodeCount == 3)
    #expect(throws: TreeError.compacted(3)) { try tree.residue(of: 3) }
    #expect(try tree.residue(ofBranch: 0)["visits"] == 0)
  }
}
