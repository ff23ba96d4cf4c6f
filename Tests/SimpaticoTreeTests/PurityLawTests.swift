import Synchronization
import Testing

@testable import SimpaticoTree

/// Nothing is done twice: residues are kept with their nodes, so that no look, no fork and no
/// branch folds from the root or runs a handler again.
@Suite struct PurityLaws {
  /// Counts calls from inside functions that may hold no state of their own.
  private final class Counter: Sendable {
    private let calls = Mutex(0)
    var count: Int { calls.withLock { $0 } }
    func call() { calls.withLock { $0 += 1 } }
  }

  @Test func addingReducesOneStepAtWhateverDepthItBranches() {
    Cases.holds(15, weight: 10) { random in
      let counter = Counter()
      var tree = Stree<Int, Int>(root: 0, residue: 0) { residue, input in
        counter.call()
        return residue &+ input
      }
      for id in 1..<80 {
        try tree.add(id, to: random.chance(percent: 60) ? id - 1 : random.below(id))
        if let broken = differ("the steps", counter.count, id) { return broken }
        if random.chance(percent: 10) { tree.compact(before: 1) }
        let fork = tree
        _ = try (fork.residue(of: id), fork.path(to: id), fork.residues, TextForm.write(fork))
      }
      return differ("the steps", counter.count, 79)
    }
  }

  /// A message runs its handler once; everything that can be asked of the tree runs none.
  @Test func lookingForkingAndBranchingRunNoHandler() {
    Cases.holds(20) { random in
      let counter = Counter()
      let count = Handler("count") { (_, _, _) throws(Refusal) in
        counter.call()
        return [.combine(["n": 1]), .effect("done")]
      }
      var tree = CombineTree(
        root: count.installed(), combiner: Combiner(library: HandlerLibrary([count])))
      var messages = 0
      for _ in 0..<30 {
        let isMessage = random.chance(percent: 50)
        let parent = random.below(tree.tree.nodeCount)
        try tree.add(isMessage ? ["handler": "count"] : ["other": 1], to: parent)
        messages += isMessage ? 1 : 0
        var fork = tree
        for id in 0..<fork.tree.nodeCount { _ = try (fork.residue(of: id), fork.tree.node(id)) }
        _ = try (FlatForm.write(fork), TextForm.write(fork.tree), fork.tree.residues)
        fork.compact(before: fork.tree.nodeCount)
        if let broken = differ("the calls", counter.count, messages) { return broken }
      }
      return nil
    }
  }

  /// An add that fails has run handlers, but none of it is seen: the next add is told the same.
  @Test func theSameAddAfterAFailedOneDoesTheSame() {
    var failures = 0
    Cases.holds(100) { random in
      var universe = try Universe(&random)
      for _ in 0..<8 { _ = universe.step(&random) }
      var disturbed = universe.tree
      for _ in 0..<4 {
        let parent = universe.anyNode(&random)
        let bad = universe.anyValue(for: parent, &random)
        var attempt = disturbed
        if (try? attempt.add(bad.value, to: parent)) != nil { continue }
        failures += 1
        _ = try? disturbed.add(bad.value, to: parent)
      }
      let parent = universe.anyNode(&random)
      let value = universe.anyValue(for: parent, &random).value
      let one = Attempt { () throws(TreeError) in try universe.tree.add(value, to: parent).node }
      let other = Attempt { () throws(TreeError) in try disturbed.add(value, to: parent).node }
      return firstDifference(
        differ("the add", other, one),
        differ("the residues", disturbed.tree.residues, universe.tree.tree.residues),
        differ("the summary", disturbed.summary, universe.tree.summary))
    }
    Cases.tried("failed adds", failures, atLeast: 50)
  }
}
