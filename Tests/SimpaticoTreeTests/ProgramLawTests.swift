import Testing

@testable import SimpaticoTree

/// Whole lives of trees: adds at random places, branches, forks that diverge, failed adds, posts
/// passed on, retirement, compaction and looks, in any order, against a model that forgets nothing.
@Suite struct ProgramLaws {
  @Test func anyProgramDoesWhatTheModelDoes() {
    var tally: [String: Int] = [:]
    Cases.holds(60) { random in
      var universes = [try Universe(&random)]
      let steps = 10 + random.below(50)
      for _ in 0..<steps {
        let index = random.below(universes.count)
        if random.chance(percent: 6), universes.count < 4 {
          universes.append(universes[index])
          universes[universes.count - 1].tally = ["forks": 1]
        }
        if let broken = universes[index].step(&random) { return broken }
        if random.chance(percent: 3), let broken = random.pick(universes).difference() {
          return broken
        }
      }
      for universe in universes {
        if let broken = universe.difference() { return broken }
        tally.merge(universe.tally) { $0 + $1 }
      }
      return nil
    }
    for what in [
      "forks", "posts", "cascades", "compactions", "refused adds", "adds to nowhere",
      "adds to what was dropped", "adds to what has ended",
    ] { Cases.tried(what, tally[what, default: 0], atLeast: 15) }
  }

  /// Also where the path leads past nodes that compaction has dropped.
  @Test func residueEqualsFoldOfPathWhateverHappenedToTheTree() {
    var pastTheDropped = 0
    Cases.holds(40) { random in
      var universe = try Universe(&random)
      for _ in 0..<30 { if let broken = universe.step(&random) { return broken } }
      for id in universe.model.nodes.indices {
        guard let residue = try? universe.tree.residue(of: id) else { continue }
        if (try? universe.tree.tree.path(to: id)) == nil { pastTheDropped += 1 }
        let folded = try universe.model.fold(to: id)
        if let broken = differ("the residue of \(id)", Plain(residue), folded) { return broken }
      }
      return nil
    }
    Cases.tried("residues past dropped nodes", pastTheDropped, atLeast: 20)
  }

  /// A fork that nobody touches is, whatever happens to the other, what it was.
  @Test func aForkNeverSeesTheOther() {
    Cases.holds(40) { random in
      var universe = try Universe(&random)
      for _ in 0..<(1 + random.below(20)) { _ = universe.step(&random) }
      let kept = universe
      for _ in 0..<25 { _ = universe.step(&random) }
      return kept.difference()
    }
  }
}
