import Logging
import SimpaticoProtocol
import SimpaticoTree

/// The numbers by which the log names connections: of all shards no two have the same.
struct ConnectionNumbers {
  let shard: Int
  let shardCount: Int

  func number(of branch: BranchID) -> Int { branch * shardCount + shard }
}

/// What an operator reads: phases of connections, by number. No addresses, no keys, no contents.
struct RelayJournal {
  private let logger: Logger
  private let numbers: ConnectionNumbers

  init(_ logger: Logger, _ numbers: ConnectionNumbers) {
    self.logger = logger
    self.numbers = numbers
  }

  func note(_ branch: BranchID, _ reaction: Party.Reaction, _ party: @autoclosure () -> Party) {
    // What nobody reads costs nothing.
    guard logger.logLevel <= .info else { return }
    let party = party()
    if let violation = reaction.violation {
      logger.info("connection \(numbers.number(of: branch)): \(violation.text)")
    }
    for refusal in reaction.refusals {
      logger.debug("connection \(numbers.number(of: refusal.branch)): \(refusal.error.text)")
    }
    for id in reaction.nodes {
      guard let node = try? party.tree.node(id), let parent = node.parent,
        let before = try? party.tree.residue(of: parent)
      else { continue }
      let phases = Phases(node.residue)
      if Phases(before) == phases { continue }
      let connection = phases.connection?.name ?? ""
      let registration = phases.registration?.name ?? ""
      let number = numbers.number(of: node.branch)
      logger.info("connection \(number): \(connection) \(registration)")
    }
  }
}
