import SimpaticoProtocol
import SimpaticoTree

/// How the nodes of one party stand to those of the same party in another universe.
///
/// Nodes are counterparts where the same cause brought them (`Timeline.key`), wherever and whenever
/// that was; a node's place is the nearest node above it that both have. Request ids are compared
/// by the node that asked, since an insertion shifts node ids.
struct Comparison {
  /// What is different about a node, as a set.
  struct Difference {
    static let value: UInt8 = 1
    static let residue: UInt8 = 2
    static let time: UInt8 = 4
    static let place: UInt8 = 8
  }

  /// For each node of this universe: its counterpart, and what is different; nil where it is new.
  private(set) var nodes: [(other: NodeID, difference: UInt8)?] = []
  /// For each node of the other universe, whether it has a counterpart.
  private(set) var isFound: [Bool]

  private let party: Int
  private let mine: Scene
  private let theirs: Scene

  /// Compares what two universes brought one party up to their newest steps. Linear, and constant
  /// for a node that both share.
  init(_ party: Int, _ mine: Scene, _ theirs: Scene) {
    self.party = party
    self.mine = mine
    self.theirs = theirs
    let count = theirs.timeline.parties[party].steps.count
    isFound = Array(repeating: false, count: count)
    var table = IDTable(capacity: count)
    for node in 0..<count {
      table.insert(theirs.timeline.key(ofNode: node, party: party), node)
    }
    for node in 0..<mine.timeline.parties[party].steps.count {
      let other = table[mine.timeline.key(ofNode: node, party: party)]
      nodes.append(other.map { ($0, 0) })
      if let other { isFound[other] = true }
    }
    let theirPlaces = places(theirs, count) { isFound[$0] ? $0 : nil }
    let myPlaces = places(mine, nodes.count) { nodes[$0]?.other }
    for node in nodes.indices {
      guard let other = nodes[node]?.other else { continue }
      var difference = difference(node, other)
      if myPlaces[node] != theirPlaces[other] { difference |= Difference.place }
      nodes[node] = (other, difference)
    }
  }

  /// For each node, the nearest node above it that is in both universes, as the other one calls it;
  /// -1 where there is none.
  private func places(
    _ scene: Scene, _ count: Int, _ counterpart: (NodeID) -> NodeID?
  ) -> [NodeID] {
    var places = Array(repeating: -1, count: count)
    for node in 0..<count {
      guard let parent = scene.view(node, party)?.parent else { continue }
      places[node] = counterpart(parent) ?? places[parent]
    }
    return places
  }

  private func difference(_ node: NodeID, _ other: NodeID) -> UInt8 {
    guard let one = mine.view(node, party), let two = theirs.view(other, party) else {
      return 0
    }
    var difference: UInt8 = 0
    if !isSame(one.value, two.value) { difference |= Difference.value }
    if !isSame(one.residue, two.residue) { difference |= Difference.residue }
    if one.time != two.time {
      difference |= Difference.time
    }
    return difference
  }

  /// Whether two values say the same.
  private func isSame(_ left: Value, _ right: Value) -> Bool {
    guard let one = left.object, let two = right.object else {
      guard let one = left.array, let two = right.array, one.count == two.count else {
        return left == right
      }
      return (0..<one.count).allSatisfy { isSame(one[$0], two[$0]) }
    }
    if one.isIdentical(to: two) { return true }
    if one.count != two.count { return false }
    for position in 0..<one.count {
      let (a, b) = (one.field(at: position), two.field(at: position))
      if a.key != b.key { return false }
      if a.key.firstByte == UInt8(ascii: "_") { continue }  // handles are each universe's own
      if a.key == Field.request ? !isSameRequest(a.value, b.value) : !isSame(a.value, b.value) {
        return false
      }
    }
    return true
  }

  /// Whether two request ids were given by counterparts for the same effect.
  private func isSameRequest(_ left: Value, _ right: Value) -> Bool {
    guard let one = RequestID(left), let two = RequestID(right) else { return left == right }
    let (node, other) = (one.node, two.node)
    guard one.rest == two.rest else { return false }
    return nodes.indices.contains(node) && nodes[node]?.other == other
  }
}

/// A request id, taken apart: `HandlerContext.requestID` puts it together.
struct RequestID {
  /// The node that asked.
  let node: NodeID
  /// Which of its effects it is.
  let rest: Int

  init?(_ value: Value) {
    guard let number = value.number, number >= 0, number < 0x1p41 else { return nil }
    let whole = Int64(number)
    guard Double(whole) == number else { return nil }
    (node, rest) = (Int(whole >> 10), Int(whole & 1023))
  }
}
