import Foundation
import SimpaticoProtocol
import SimpaticoTree
import SimpaticoWorld

/// Runs the protocol, then every universe in which one thing goes wrong, and writes the worst of
/// them for the lab.
@main struct Program {
  static func main() throws {
    let file = CommandLine.arguments.dropFirst().first ?? "two-phase-commit.json"
    let all = try run()
    print("nothing goes wrong: \(end(of: all))")

    var ends: [String: (count: Int, first: (text: Text, universe: Universe))] = [:]
    for step in 0..<all.steps {
      for fault in all.world(at: step).faults {
        var universe = all.fork(at: step)
        try universe.make(fault)
        _ = try universe.run()
        let text = all.world(at: step).told(fault) + ", at step " + Text(step)
        ends[end(of: universe), default: (0, (text, universe))].count += 1
      }
    }
    for (end, (count, first)) in ends.sorted(by: { $0.key < $1.key }) {
      print("\(count) times \(end), as after: \(first.text)")
    }
    let worst = ends.first { $0.key.contains("blocked") } ?? ends.first
    guard let (text, universe) = worst?.value.first else { return }
    let recording = JSON.print(universe.recording(named: "two-phase commit: " + text))
    try Data(recording.description.utf8).write(to: URL(fileURLWithPath: file))
    print("wrote \(file): drop it on the lab, or open it by its Share menu")
  }

  static func run() throws -> Universe {
    var universe = Universe(World.Settings(cast: Commit.cast(participants: 3)))
    _ = try universe.run()
    return universe
  }

  /// What became of the participants, in one word: whoever says yes and hears no more is blocked.
  static func end(of universe: Universe) -> String {
    let phases = universe.world.parties.dropFirst().map { party in
      (party.tree.tree.residues.last?["phase"]?.string ?? "NONE").description
    }
    let isMixed = phases.contains("COMMITTED") && phases.contains("ABORTED")
    if isMixed { return "mixed, which must never be" }
    if phases.contains("READY") { return "blocked" }
    return phases.contains("COMMITTED") ? "committed" : "aborted"
  }
}
