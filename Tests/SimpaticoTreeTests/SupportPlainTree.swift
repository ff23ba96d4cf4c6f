@testable import SimpaticoTree

/// A tree that keeps nothing but what was added, and folds each path from the root.
struct PlainTree {
  struct Node {
    let value: Plain
    let parent: Int?
    let moment: Moment
  }

  /// What the model says of every node, in order.
  struct Told {
    var residues: [Plain] = []
    var runs: [PlainRun] = []
    var branches: [Int] = []
    var summaries: [Plain] = []
  }

  let combiner: PlainCombiner
  private(set) var nodes: [Node]

  init(root: Plain, combiner: PlainCombiner) {
    self.combiner = combiner
    nodes = [Node(value: root, parent: nil, moment: Moment())]
  }

  /// A node starts a branch where its parent already had a child when it came.
  func startsBranch(_ id: Int) -> Bool {
    id > 0 && nodes[..<id].contains { $0.parent == nodes[id].parent }
  }

  /// The first node of each branch, in branch order.
  var firsts: [Int] { [0] + nodes.indices.filter(startsBranch) }

  func branch(of id: Int) -> Int {
    var node = id
    while let parent = nodes[node].parent, !startsBranch(node) { node = parent }
    return firsts.firstIndex(of: node) ?? -1
  }

  func path(to id: Int) -> [Int] {
    nodes[id].parent.map { path(to: $0) + [id] } ?? [id]
  }

  /// Folds the path of the newest node from the root, and adds what that says.
  func tell(_ told: inout Told) throws(CombineError) {
    let newest = nodes.count - 1
    var residue = try combiner.settled(nodes[0].value, 0) ?? .null
    var before = residue
    var run = PlainRun()
    told.branches.append(branch(of: newest))
    for step in path(to: newest).dropFirst() {
      before = residue
      run = PlainRun(
        node: step, branch: told.branches[step], moment: nodes[step].moment,
        summary: told.summaries[step - 1])
      let start = startsBranch(step) ? residue.withoutHandles : residue
      residue = try combiner.combine(start, nodes[step].value, &run)
    }
    let summary = told.summaries.last.map {
      PlainTree.summarize($0, newest, told.branches[newest], before, residue)
    }
    told.residues.append(residue)
    told.runs.append(run)
    told.summaries.append(summary ?? .object([:]))
  }

  /// Adds a value where the fold allows it; where it does not, nothing is added.
  mutating func add(
    _ value: Plain, to parent: Int, at moment: Moment, _ told: inout Told
  ) throws(CombineError) {
    var fork = self
    var extended = told
    fork.nodes.append(Node(value: value, parent: parent, moment: moment))
    try fork.tell(&extended)
    self = fork
    told = extended
  }

  /// A summary that depends on everything that it is told.
  static func summarize(
    _ summary: Plain, _ node: Int, _ branch: Int, _ before: Plain, _ after: Plain
  ) -> Plain {
    var fields = summary.fields ?? [:]
    fields["last"] = .number(Double(node))
    let size = Double((before.fields?.count ?? 0) * 100 + (after.fields?.count ?? 0))
    fields["branch \(branch)"] = .number((fields["branch \(branch)"]?.number ?? 0) + size)
    return .object(fields)
  }

  static let summarize: CombineTree.Summarize = { summary, change in
    var fields = summary.object ?? Object()
    fields["last"] = .number(change.node)
    let key = Text("branch \(change.branch)")
    let size = (change.before.object?.count ?? 0) * 100 + (change.after.object?.count ?? 0)
    fields[key] = .number((fields[key]?.integer ?? 0) + size)
    summary = .object(fields)
  }
}

/// A tree and its model, that go through the same.
struct TreePair {
  var tree: CombineTree
  var model: PlainTree
  var told: PlainTree.Told

  init(_ random: inout CaseRandom) throws {
    let extra = random.object(deletes: true).fields ?? [:]
    let root = Plain.object(extra.merging(["handlers": Script.table]) { $1 })
    tree = CombineTree(
      root: root.value, combiner: Combiner(library: Script.library),
      summarize: PlainTree.summarize)
    model = PlainTree(root: root, combiner: Script.plain)
    told = PlainTree.Told()
    try model.tell(&told)
  }

  /// Adds one random value to both at a random place. Answers how they differ in that.
  mutating func grow(_ random: inout CaseRandom) -> String? {
    let parent =
      random.chance(percent: 60) ? model.nodes.count - 1 : random.below(model.nodes.count)
    let residue = told.residues[parent]
    let value =
      random.chance(percent: 40)
      ? random.message(residue: residue, depth: 2)
      : random.edit(of: residue)
    let moment = Moment(
      timeMilliseconds: Int64(random.below(1000)), random: UInt64(random.below(1000)))
    let expected = Attempt { () throws(TreeError) in
      do throws(CombineError) {
        try model.add(value, to: parent, at: moment, &told)
        return model.nodes.count - 1
      } catch { throw .combine(error) }
    }
    let actual = Attempt { () throws(TreeError) in
      try tree.add(value.value, to: parent, at: moment).node
    }
    return differ("adding \(value) to \(parent)", actual, expected)
  }

  /// How the tree differs from the model in anything that can be asked.
  func difference() throws -> String? {
    if let broken = tree.tree.brokenInvariant() { return broken }
    if let broken = differ("the node count", tree.tree.nodeCount, model.nodes.count) {
      return broken
    }
    for id in model.nodes.indices {
      let node = try tree.tree.node(id)
      let trace = node.input.trace
      let run = told.runs[id]
      let broken = try firstDifference(
        differ("the residue of \(id)", Plain(node.residue), told.residues[id]),
        differ("the value of \(id)", Plain(node.input.value), model.nodes[id].value),
        differ("the moment of \(id)", node.input.moment, model.nodes[id].moment),
        differ("the parent of \(id)", node.parent, model.nodes[id].parent),
        differ("the branch of \(id)", node.branch, told.branches[id]),
        differ("the path to \(id)", tree.tree.path(to: id), model.path(to: id)),
        differ("the depth of \(id)", node.depth, model.path(to: id).count - 1),
        differ("the cascade of \(id)", trace.cascade.map { Plain($0) }, run.cascade),
        differ("the effects of \(id)", trace.effects.map { Plain($0) }, run.effects),
        differ(
          "the posts of \(id)", trace.posts.map { Plain([.number($0.branch), $0.message]) },
          run.posts))
      if let broken { return broken }
    }
    return try branchDifference()
  }

  private func branchDifference() throws -> String? {
    let firsts = model.firsts
    if let broken = differ("the branch count", tree.tree.branchCount, firsts.count) {
      return broken
    }
    for (id, first) in firsts.enumerated() {
      let leaf = told.branches.lastIndex(of: id)
      let branch = try tree.tree.branch(id)
      let broken = try firstDifference(
        differ("the first of branch \(id)", branch.first, first),
        differ("the parent of branch \(id)", branch.parent, model.nodes[first].parent),
        differ("the leaf of branch \(id)", tree.tree.leaf(of: id), leaf),
        differ(
          "the residue of branch \(id)", Plain(tree.residue(ofBranch: id)),
          told.residues[leaf ?? 0]))
      if let broken { return broken }
    }
    let residues = firsts.indices.map { told.residues[told.branches.lastIndex(of: $0) ?? 0] }
    return firstDifference(
      differ("the residues", tree.tree.residues.map { Plain($0) }, residues),
      differ("the summary", Plain(tree.summary), told.summaries.last ?? .null))
  }
}
