import Foundation
import SimpaticoProtocol
import SimpaticoTree
import SimpaticoWorld

/// Runs the protocol, then every universe in which one thing goes wrong, and writes one in which
/// somebody is blocked for the lab.
@main struct Program {
  static func main() throws {
    let file = CommandLine.arguments.dropFirst().first ?? "two-phase-commit.json"
    var usual = Universe(World.Settings(cast: cast(participants: 3)))
    _ = try usual.run()
    print("nothing goes wrong: \(end(of: usual))")

    var ends: [String: (count: Int, example: Text, universe: Universe)] = [:]
    for step in 0..<usual.steps {
      let world = usual.world(at: step)
      for fault in world.faults {
        var universe = usual.fork(at: step)
        try universe.make(fault)
        _ = try universe.run()
        let end = end(of: universe)
        let count = (ends[end]?.count ?? 0) + 1
        ends[end] = (count, world.told(fault) + " at step " + Text(step), universe)
      }
    }
    for (end, (count, example, _)) in ends.sorted(by: { $0.key < $1.key }) {
      print("\(end): \(count) of all faults, such as: \(example)")
    }
    guard let shown = ends["blocked"] else { return }
    let recording = shown.universe.recording(named: "two-phase commit: " + shown.example)
    try Data(JSON.print(recording).description.utf8).write(to: URL(fileURLWithPath: file))
    print("wrote \(file): drop it on the lab, or open it by its Share menu")
  }

  /// A coordinator and so many participants.
  static func cast(participants: Int) -> Cast {
    let coordinator = Party(
      name: "coordinator", handlers: Commit.connection + Commit.coordinator,
      wire: Wire(accepting: ["vote"]), summarize: Commit.votes)
    return Cast(
      server: Cast.Member(coordinator, settings: ["participants": .number(participants)]),
      clients: (0..<participants).map { index in
        let participant = Party(
          name: World.clientName(index), handlers: Commit.connection + Commit.participant,
          wire: Wire(accepting: ["prepare", "decided"]))
        return Cast.Member(participant, settings: ["peer": "coordinator", "willing": true])
      })
  }

  /// What became of the participants, in one word: whoever says yes and hears no more is blocked.
  static func end(of universe: Universe) -> String {
    let phases = universe.world.parties.dropFirst().map { party in
      (party.tree.tree.residues.last?["phase"]?.string ?? "NONE").description
    }
    if phases.contains("COMMITTED") && phases.contains("ABORTED") { return "mixed" }
    if phases.contains("READY") { return "blocked" }
    return phases.contains("COMMITTED") ? "committed" : "aborted"
  }
}
