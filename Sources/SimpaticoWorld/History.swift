import SimpaticoProtocol
import SimpaticoTree

/// The nodes that were added to the parties of a world, in order, and a digest of them.
///
/// Noting a node is O(1) amortised; only who asks for the digest pays for printing the nodes. A
/// copy shares all that it holds.
struct History: Sendable {
  private struct Addition: Sendable {
    let step: Int
    let party: Int
    let node: NodeID
  }

  private var additions = Vector<Addition>()
  /// The digest of the first `digested` additions.
  private var digest = Digest()
  private var digested = 0

  mutating func note(_ node: NodeID, of party: Int, in step: Int) {
    additions.append(Addition(step: step, party: party, node: node))
  }

  /// For each node of each party, the step in which it was added; 0 for the trunks. Linear.
  func steps(of parties: [Party]) -> [[Int]] {
    var steps = parties.map { Array(repeating: 0, count: $0.tree.nodeCount) }
    additions.forEach { steps[$0.party][$0.node] = $0.step }
    return steps
  }

  /// The digest of all nodes. Linear in those that were noted since the last `settle`.
  func digest(of parties: [Party]) -> Digest {
    var digest = digest
    for index in digested..<additions.count {
      let addition = additions[index]
      guard let node = try? parties[addition.party].tree.node(addition.node) else { continue }
      digest.update(Int64(addition.party))
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
