import Logging
import SimpaticoProtocol
import SimpaticoTree

/// What an operator reads: phases of connections, by number. No addresses, no keys, no contents.
struct RelayJournal {
  private let logger: Logger

  init(_ logger: Logger) { self.logger = logger }

  func note(_ branch: BranchID, _ reaction: Party.Reaction, _ party: @autoclosure () -> Party) {
    // What nobody reads costs nothing.
    guard logger.logLevel <= .info else { return }
    let party = party()
    if let violation = reaction.violation {
      logger.info("connection \(branch): \(violation.text)")
    }
    for refusal in reaction.refusals {
      logger.debug("connection \(refusal.branch): \(refusal.error.text)")
    }
    for id in reaction.nodes {
      guard let node = try? party.tree.node(id), let parent = node.parent,
        let before = try? party.tree.residue(of: parent)
      else { continue }
      let phases = Phases(node.residue)
      if Phases(before) == phases { continue }
      let connection = phases.connection?.name ?? ""
      let registration = phases.registration?.name ?? ""
      logger.info("connection \(node.branch): \(connection) \(registration)")
    }
  }
}
