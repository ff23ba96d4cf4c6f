import SimpaticoProtocol
import SimpaticoTree

/// The nodes that were added to the parties of a world, in order, and a digest of them.
///
/// Noting a node is O(1) amortised; only who asks for the digest pays for printing the nodes. A
/// copy shares all that it holds.
struct History: Sendable {
  /// Step, party and node of each addition, one after another: vectors of numbers are in the
  /// browser's core in any case.
  private var additions = Vector<Int>()
  /// The digest of what the first `digested` numbers tell.
  private var digest = Digest()
  private var digested = 0

  mutating func note(_ node: NodeID, of party: Int, in step: Int) {
    additions.append(step)
    additions.append(party)
    additions.append(node)
  }

  /// For each node of each party, the step in which it was added; 0 for the trunks. Linear.
  func steps(of parties: [Party]) -> [[Int]] {
    var steps = parties.map { Array(repeating: 0, count: $0.tree.nodeCount) }
    for place in stride(from: 0, to: additions.count, by: 3) {
      steps[additions[place + 1]][additions[place + 2]] = additions[place]
    }
    return steps
  }

  /// The digest of all nodes. Linear in those that were noted since the last `settle`.
  func digest(of parties: [Party]) -> Digest {
    var digest = digest
    for place in stride(from: digested, to: additions.count, by: 3) {
      let party = additions[place + 1]
      guard let node = try? parties[party].tree.node(additions[place + 2]) else { continue }
      digest.update(Int64(party))
      digest.update(Int64(node.parent ?? -1))
      digest.update(node.input.moment.timeMilliseconds)
      digest.update(node.input.value)
    }
    return digest
  }

  /// Keeps the digest of all nodes so far, for those who ask for it again and again.
  mutating func settle(_ parties: [Party]) {
    digest = digest(of: parties)
    digested = additions.count
  }
}
