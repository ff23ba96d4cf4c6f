@testable import SimpaticoTree

/// A tree and its model, that live through the same: what is done to one is done to both, and every
/// answer is compared.
struct Universe {
  var tree: CombineTree
  var model: PlainHistory
  /// How often what was tried, so that a law can tell whether it was about anything.
  var tally: [String: Int] = [:]

  init(_ random: inout CaseRandom) throws {
    var root = random.object().fields ?? [:]
    root["handlers"] = Script.table
    if random.chance(percent: 30) {
      let wide = (0..<random.below(40)).map { ("key \($0)", Plain.number(Double($0))) }
      root["wide"] = .object(Dictionary(uniqueKeysWithValues: wide))
      root["list"] = .array((0..<random.below(70)).map { .number(Double($0)) })
    }
    tree = CombineTree(
      root: Plain.object(root).value, combiner: Combiner(library: Script.library),
      summarize: PlainTree.summarize)
    model = try PlainHistory(root: .object(root), combiner: Script.plain)
  }

  mutating func count(_ what: String) { tally[what, default: 0] += 1 }

  // MARK: Choices

  /// The id of a node, mostly one that is there.
  func anyNode(_ random: inout CaseRandom) -> Int {
    switch random.below(20) {
    case 0: random.pick([-1, model.nodes.count, model.nodes.count + 40, Int.max, Int.min])
    case 1..<9: model.nodes.count - 1
    case 9..<13: model.rows[random.below(model.rows.count)].leaf
    default: random.below(model.nodes.count)
    }
  }

  func anyBranch(_ random: inout CaseRandom) -> Int {
    random.chance(percent: 4)
      ? random.pick([-1, model.rows.count, Int.max, Int.min]) : random.below(model.rows.count)
  }

  /// An input for a node: a message, an edit of its residue, a large edit, or one that fails.
  func anyValue(for id: Int, _ random: inout CaseRandom) -> Plain {
    let residue = model.nodes.indices.contains(id) ? model.nodes[id].residue : .null
    switch random.below(20) {
    case 0..<8: return random.message(residue: residue, depth: 2)
    case 8: return random.pick(Universe.refused)
    case 9, 10:
      let fields = (0..<(1 + random.below(14))).map { _ -> (String, Plain) in
        let marker = random.chance(percent: 30)
        return ("key \(random.below(60))", marker ? .delete : .number(Double(random.below(9))))
      }
      return .object([
        "wide": .object(Dictionary(fields) { $1 }),
        "list": .array((0..<random.below(24)).map { .number(Double($0)) }),
      ])
    default: return random.edit(of: residue)
    }
  }

  /// What no residue of these trees takes, with an effect that must then not be asked for.
  private static let refused: [Plain] = [
    .object(["handlers": .number(1)]),
    .object(["handler": .string("nobody")]),
    .object([
      "handler": .string("script"),
      "do": .array([
        .object(["effect": .string("never")]), .object(["merge": .object(["new": .number(1)])]),
        .object(["refuse": .string("on purpose")]),
      ]),
    ]),
  ]

  func anyMoment(_ random: inout CaseRandom) -> Moment {
    Moment(timeMilliseconds: Int64(random.below(1000)), random: UInt64(random.below(1000)))
  }

  // MARK: Deeds

  /// Does one random thing to both. Answers how they differ in what came of it.
  mutating func step(_ random: inout CaseRandom) -> String? {
    switch random.below(100) {
    case 0..<55:
      let parent = anyNode(&random)
      return add(anyValue(for: parent, &random), to: parent, &random)
    case 55..<65:
      let branch = anyBranch(&random)
      let leaf = model.rows.indices.contains(branch) ? model.rows[branch].leaf : 0
      return add(anyValue(for: leaf, &random), toLeafOf: branch, at: anyMoment(&random))
    case 65..<71: return addMany(&random)
    case 71..<77: return retire(anyBranch(&random))
    case 77..<82:
      let horizon = random.below(model.nodes.count + 10) - 5
      count("compactions")
      tree.compact(before: horizon)
      model.compact(before: horizon)
      return overview()
    case 82..<95: return look(at: anyNode(&random)) ?? look(atBranch: anyBranch(&random))
    default: return forms()
    }
  }

  /// Adds to a node and then, as a host does, passes on the posts of the answer.
  private mutating func add(
    _ value: Plain, to parent: Int, _ random: inout CaseRandom
  ) -> String? {
    let moment = anyMoment(&random)
    let expected = Attempt { () throws(TreeError) in try model.add(value, to: parent, at: moment) }
    var posts: [Combiner.Post] = []
    let actual = Attempt { () throws(TreeError) in
      let added = try tree.add(value.value, to: parent, at: moment)
      posts = added.trace.posts
      return added.node
    }
    let broken =
      differ("adding \(value) to \(parent)", actual, expected)
      ?? check(expected.value, failure: expected)
    if let broken { return broken }
    for post in posts {
      count("posts")
      if let broken = add(Plain(post.message), toLeafOf: post.branch, at: moment) { return broken }
    }
    return nil
  }

  private mutating func add(
    _ value: Plain, toLeafOf branch: Int, at moment: Moment
  ) -> String? {
    let expected = Attempt { () throws(TreeError) in
      try model.add(value, toLeafOf: branch, at: moment)
    }
    let actual = Attempt { () throws(TreeError) in
      try tree.add(value.value, toLeafOf: branch, at: moment).node
    }
    return differ("adding \(value) to branch \(branch)", actual, expected)
      ?? check(expected.value, failure: expected)
  }

  private mutating func addMany(_ random: inout CaseRandom) -> String? {
    let (parent, moment) = (anyNode(&random), anyMoment(&random))
    let values = (0..<random.below(4)).map { _ in anyValue(for: parent, &random) }
    let expected = Attempt { () throws(TreeError) in
      try model.add(contentsOf: values, to: parent, at: moment)
    }
    let actual = Attempt { () throws(TreeError) in
      try tree.add(contentsOf: values.map(\.value), to: parent, at: moment).map(\.node)
    }
    if let broken = differ("adding \(values) to \(parent)", actual, expected) { return broken }
    for id in expected.value ?? [] { if let broken = look(at: id) { return broken } }
    return overview()
  }

  private mutating func retire(_ branch: Int) -> String? {
    let expected = Attempt { () throws(TreeError) in
      try model.retire(branch)
      return branch
    }
    let actual = Attempt { () throws(TreeError) in
      try tree.retire(branch)
      return branch
    }
    return differ("retiring \(branch)", actual, expected) ?? look(atBranch: branch)
  }

  /// What was added is as the model says; a failed add has changed nothing that can be seen.
  private mutating func check(_ added: Int?, failure: Attempt<Int, TreeError>) -> String? {
    if let added {
      if !model.nodes[added].run.cascade.isEmpty { count("cascades") }
      return look(at: added)
    }
    switch failure {
    case .failure(.combine): count("refused adds")
    case .failure(.compacted): count("adds to what was dropped")
    case .failure(.retired): count("adds to what has ended")
    default: count("adds to nowhere")
    }
    return overview()
  }
}
