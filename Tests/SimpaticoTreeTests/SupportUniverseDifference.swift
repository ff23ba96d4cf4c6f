@testable import SimpaticoTree

/// How a tree differs from its model, in anything that can be asked.
extension Universe {
  /// Everything: each node, each branch, the walks over them, and the forms.
  func difference() -> String? {
    if let broken = tree.tree.brokenInvariant() { return broken }
    for id in model.nodes.indices { if let broken = look(at: id) { return broken } }
    for id in model.rows.indices { if let broken = look(atBranch: id) { return broken } }
    var nodes: [Int] = []
    var branches: [Int] = []
    tree.tree.forEachNode { id, _ in nodes.append(id) }
    tree.tree.forEachBranch { id, _ in branches.append(id) }
    let leaves = model.rows.filter(\.isHeld).map { model.nodes[$0.leaf].residue }
    return firstDifference(
      differ("the held nodes", nodes, model.nodes.indices.filter { model.nodes[$0].isHeld }),
      differ("the held branches", branches, model.rows.indices.filter { model.rows[$0].isHeld }),
      differ("the residues", tree.tree.residues.map { Plain($0) }, leaves)
    ) ?? overview() ?? forms()
  }

  /// What changes whenever something is added: counts and the summary.
  func overview() -> String? {
    firstDifference(
      differ("the node count", tree.tree.nodeCount, model.nodes.count),
      differ("the branch count", tree.tree.branchCount, model.rows.count),
      differ("the held count", tree.tree.retainedNodeCount, model.nodes.count { $0.isHeld }),
      differ("the summary", Plain(tree.summary), model.summary))
  }

  /// One node, whether it is there or not.
  func look(at id: Int) -> String? {
    let path = Attempt { () throws(TreeError) in try tree.tree.path(to: id) }
    let residue = Attempt { () throws(TreeError) in Plain(try tree.residue(of: id)) }
    let broken = firstDifference(
      differ("the path to \(id)", path, Attempt { () throws(TreeError) in try model.path(to: id) }),
      differ(
        "the residue of \(id)", residue,
        Attempt { () throws(TreeError) in try model.node(id).residue }))
    guard broken == nil, let node = try? tree.tree.node(id), let plain = try? model.node(id) else {
      return broken
    }
    let trace = node.input.trace
    return firstDifference(
      node.residue.object?.brokenInvariant(),
      differ("the value of \(id)", Plain(node.input.value), plain.value),
      differ("the moment of \(id)", node.input.moment, plain.context.moment),
      differ("the parent of \(id)", node.parent, plain.parent),
      differ("the branch of \(id)", node.branch, plain.branch),
      differ("the depth of \(id)", node.depth, plain.depth),
      differ("the cascade of \(id)", trace.cascade.map { Plain($0) }, plain.run.cascade),
      differ("the effects of \(id)", trace.effects.map { Plain($0) }, plain.run.effects),
      differ(
        "the posts of \(id)", trace.posts.map { Plain([.number($0.branch), $0.message]) },
        plain.run.posts))
  }

  /// One branch, whether it is there or not.
  func look(atBranch id: Int) -> String? {
    let row = Attempt { () throws(TreeError) in
      let row = try tree.tree.branch(id)
      return PlainHistory.Row(
        parent: row.parent, first: row.first, leaf: row.leaf, isRetired: row.isRetired)
    }
    let residue = Attempt { () throws(TreeError) in Plain(try tree.residue(ofBranch: id)) }
    return firstDifference(
      differ("branch \(id)", row, Attempt { () throws(TreeError) in try model.row(id) }),
      differ(
        "the residue of branch \(id)", residue,
        Attempt { () throws(TreeError) in try model.node(model.row(id).leaf).residue }))
  }

  /// The forms in which a tree is written, or why it cannot be.
  func forms() -> String? {
    let text = Attempt { () throws(TreeError) in try TextForm.write(tree.tree).description }
    let flat = Attempt { () throws(FlatFormError) in Plain(try FlatForm.write(tree)) }
    return firstDifference(
      differ("the text form", text, Attempt { () throws(TreeError) in try model.text() }),
      differ("the flat form", flat, Attempt { () throws(FlatFormError) in try model.flat() }))
  }
}
