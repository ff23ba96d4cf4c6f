import ArgumentParser
import Foundation
import SimpaticoProtocol
import SimpaticoTree
import SimpaticoWorld

/// `simpatico simulate`: runs a world until nothing more happens, and shows its trees.
struct Simulate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run the protocol on mock sockets, without a network and without waiting.",
    discussion: "The same clients and seed always give the same bytes.")

  @Option(help: "Clients beside the server, 1 to 64.")
  var clients = 3

  @Option(help: "What all chance in the world comes from.")
  var seed: UInt64 = 1

  @Flag(help: "Print the trees in the text form, with the phases of each connection (the default).")
  var text = false

  @Flag(help: "Print each party's tree in the flat array form, as one JSON object.")
  var json = false

  @Option(help: "Write a picture of all trees to a file; - for standard output.")
  var svg: String?

  func validate() throws {
    guard (1...World.maximumClients).contains(clients) else {
      throw ValidationError("--clients must be 1 to \(World.maximumClients).")
    }
    // Beyond 2^53 a number in JSON would name another seed.
    guard seed <= 1 << 53 else { throw ValidationError("--seed must be 0 to \(1 << 53).") }
    if text, json { throw ValidationError("--text and --json exclude each other.") }
  }

  func run() throws {
    var world = World(World.Settings(seed: seed, clients: clients))
    guard world.run() else { throw Failure("the world did not come to rest") }
    if let svg {
      let panels = world.parties.map { TreePicture.Panel(title: $0.name, tree: $0.tree) }
      try Output.write(TreePicture.svg(panels).description, to: svg)
    }
    if json {
      try printLine(JSON.print(try flat(world)).description)
    } else if text || svg == nil {
      // An empty line follows each.
      for party in world.parties { try printLine(shown(party)) }
      try printLine("digest \(world.digest) after \(world.step) events in \(world.clock) ms")
    }
  }

  private func flat(_ world: World) throws -> Value {
    var parties = Object()
    for party in world.parties {
      do throws(FlatFormError) {
        parties[party.name] = try FlatForm.write(party.tree)
      } catch {
        throw Failure(error.text.description)
      }
    }
    return [
      "clients": .number(clients), "seed": .number(Double(seed)),
      "clock": .number(Double(world.clock)), "steps": .number(world.step),
      "digest": .string(world.digest),
      "trees": .object(parties),
    ]
  }

  private func shown(_ party: Party) throws -> String {
    var text = "\(party.name)\n\(try TextForm.write(party.tree.tree))"
    for residue in party.tree.tree.residues {
      let phases = Phases(residue)
      guard let connection = phases.connection?.name else { continue }
      text += "  \(connection) \(phases.registration?.name ?? "")\n"
    }
    return text
  }
}

/// Where commands read and write.
enum Output {
  static func write(_ text: String, to path: String) throws {
    if path == "-" {
      try StandardFiles.write(text)
      return
    }
    do {
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    } catch {
      throw Failure("cannot write \(path): \(error.localizedDescription)")
    }
  }
}
