import SimpaticoTree

/// A part of a party's tree as it is seen through a window of rows and columns.
struct TreeWindow {
  let layout: TreeLayout
  private let rows: Timeline.Rows
  private let tree: CombineTree
  /// Nodes that there are at the moment that is looked at.
  private let count: Int

  init(_ scene: Scene, _ party: Int, count: Int) {
    rows = scene.timeline.parties[party]
    layout = TreeLayout(rows.layout)
    tree = scene.tree(party)
    self.count = count
  }

  /// The nodes in a window, row by row. O(log n) a row, besides the nodes that are answered.
  func nodes(
    rows wanted: Range<Int>, columns: Range<Int>, atMost limit: Int
  ) -> (ids: [NodeID], isMore: Bool) {
    var ids: [NodeID] = []
    for row in wanted.clamped(to: 0..<rows.branchCount) {
      let nodes = rows.nodes(of: row)
      guard !nodes.isEmpty, let first = rows.view(nodes[0], tree) else { continue }
      // A row has no gaps: each of its nodes was added to the one before.
      let end = min(nodes.count, columns.upperBound - first.depth)
      for place in stride(from: max(0, columns.lowerBound - first.depth), to: end, by: 1) {
        if nodes[place] >= count { break }
        if ids.count == limit { return (ids, true) }
        ids.append(nodes[place])
      }
    }
    return (ids, false)
  }

  /// The lines that lead down from parents to the branches below them, as far as they cross a
  /// window. Linear in the branches.
  func spines(rows wanted: Range<Int>, columns: Range<Int>) -> [Value] {
    var spines: [(parent: NodeID, column: Int, from: Int, to: Int)] = []
    for row in 0..<rows.branchCount {
      let nodes = rows.nodes(of: row)
      guard !nodes.isEmpty, nodes[0] < count, let first = rows.view(nodes[0], tree),
        let parent = first.parent, let from = rows.view(parent, tree),
        columns.contains(from.depth)
      else { continue }
      if let place = spines.firstIndex(where: { $0.parent == parent }) {
        spines[place].to = row
      } else if spines.count < TreeWindow.maximumSpines {
        spines.append((parent, from.depth, from.branch, row))
      }
    }
    spines.removeAll { $0.to < wanted.lowerBound || $0.from >= wanted.upperBound }
    return spines.map { spine -> Value in
      var fields = Fields()
      fields.put("x", layout.x(spine.column))
      fields.put("y1", layout.y(spine.from))
      fields.put("y2", layout.y(spine.to))
      fields.put("column", spine.column)
      fields.put("fromRow", spine.from)
      fields.put("toRow", spine.to)
      return fields.value
    }
  }

  private static let maximumSpines = 500
}
