import SimpaticoProtocol
import SimpaticoTree

/// How a world stands, or ended, in one word, and for whom.
enum Ending: UInt8, Sendable {
  // In the order of badness: the whole ends like the worst of its clients.
  case verified, unstarted, closed, refused, error, stuck, running

  var name: Text {
    Words.word(Int(rawValue), of: "verified unstarted closed refused error stuck running")
  }
}

extension World {
  /// How a client stands: its newest connection, and why it is as it is.
  func ending(of party: Int, isOver: Bool) -> (ending: Ending, reason: Text) {
    let tree = parties[party].tree.tree
    var branch = tree.branchCount - 1
    while branch >= 0 {
      if let leaf = try? tree.leaf(of: branch), let residue = try? tree.residue(of: leaf),
        residue[Field.connection] != nil
      {
        return World.ending(residue, isOver: isOver)
      }
      branch -= 1
    }
    return (isOver ? .unstarted : .running, Text())
  }

  private static func ending(_ residue: Value, isOver: Bool) -> (ending: Ending, reason: Text) {
    let phases = Phases(residue)
    let why = residue[Field.error]?.string ?? closing(residue)
    switch phases.registration {
    case .verified:
      return phases.connection == .closed ? (.closed, why) : (.verified, Text())
    case .unverified: return (.refused, why)
    case .error: return (.error, why)
    default:
      let at = (phases.connection?.name ?? "") + " " + (phases.registration?.name ?? "")
      return (isOver ? .stuck : .running, at)
    }
  }

  private static func closing(_ residue: Value) -> Text {
    guard let closing = residue[Field.closing], let code = closing["code"]?.integer else {
      return Text()
    }
    let reason = closing["reason"]?.string ?? Text()
    return Text(code) + (reason.isEmpty ? Text() : " " + reason)
  }

  /// How the whole stands: like the worst of its clients, with that client's reason.
  func ending(isOver: Bool) -> (ending: Ending, reason: Text) {
    var worst = (ending: Ending.verified, reason: Text())
    for party in parties.indices.dropFirst() {
      let (ending, reason) = ending(of: party, isOver: isOver)
      if ending.rawValue > worst.ending.rawValue {
        worst = (ending, parties[party].name + (reason.isEmpty ? Text() : ": " + reason))
      }
    }
    return worst
  }
}
