import SimpaticoTree

/// Where the nodes of a tree stand in a picture: the page's and the tool's.
///
/// A column a depth, a row a branch. Columns before the first message anywhere are narrow, and the
/// first row is low while it holds only plain values, so that the story gets the room. Adding a
/// node moves others only where a message lands in a narrow column or in the low row.
struct TreeLayout: Sendable {
  /// What the layout depends on, kept as nodes are added. O(1) a node.
  struct Shape: Sendable {
    private(set) var columns = 0
    private(set) var rows = 0
    /// The least column that holds a message.
    private(set) var firstMessage = Int.max
    private(set) var isFirstRowPlain = true

    mutating func add(_ node: NodeView) {
      columns = max(columns, node.depth + 1)
      rows = max(rows, node.branch + 1)
      if node.isPlain { return }
      firstMessage = min(firstMessage, node.depth)
      if node.branch == 0 { isFirstRowPlain = false }
    }
  }

  static let margin = 14
  static let wideColumn = 46
  static let narrowColumn = 26
  static let messageRow = 52
  static let plainRow = 36
  /// From the top of a row of messages to the centres of its circles.
  static let messageCentre = 20
  static let messageRadius = 13
  static let plainRadius = 8
  /// From the centre of a circle to the baseline of its cascade.
  static let cascadeDrop = 27

  let columns: Int
  let rows: Int
  let narrowColumns: Int
  let isFirstRowLow: Bool

  init(_ shape: Shape) {
    columns = shape.columns
    rows = shape.rows
    narrowColumns = min(shape.firstMessage, shape.columns)
    isFirstRowLow = shape.isFirstRowPlain
  }

  /// The layout of a whole tree. Linear.
  init(_ tree: CombineTree) {
    var shape = Shape()
    for node in 0..<tree.nodeCount {
      if let view = NodeView(tree, node) { shape.add(view) }
    }
    self.init(shape)
  }

  static func radius(isPlain: Bool) -> Int { isPlain ? plainRadius : messageRadius }

  var width: Int { edge(columns) + TreeLayout.margin }
  var height: Int { top(rows) }

  /// The left edge of a column.
  private func edge(_ column: Int) -> Int {
    let narrow = min(column, narrowColumns)
    return TreeLayout.margin + narrow * TreeLayout.narrowColumn
      + (column - narrow) * TreeLayout.wideColumn
  }

  /// The centre of a column.
  func x(_ column: Int) -> Int { (edge(column) + edge(column + 1)) / 2 }

  /// The top edge of a row.
  func top(_ row: Int) -> Int {
    if !isFirstRowLow || row == 0 { return row * TreeLayout.messageRow }
    return TreeLayout.plainRow + (row - 1) * TreeLayout.messageRow
  }

  /// The centre of a row's circles.
  func y(_ row: Int) -> Int {
    row == 0 && isFirstRowLow ? TreeLayout.plainRow / 2 : top(row) + TreeLayout.messageCentre
  }

  /// SVG path data from a node to its child: straight within a row; into another row down from the
  /// parent and round a wide bend, so that siblings share their descent.
  func link(from parent: (column: Int, row: Int), to child: (column: Int, row: Int)) -> Text {
    let (x1, y1) = (x(parent.column), y(parent.row))
    let (x2, y2) = (x(child.column), y(child.row))
    let start = "M" + Text(x1) + " " + Text(y1)
    if parent.row == child.row { return start + "H" + Text(x2) }
    let bend = min(abs(y2 - y1), max(0, x2 - x1))
    let turn = y2 < y1 ? y2 + bend : y2 - bend
    return start + "V" + Text(turn) + "Q" + Text(x1) + " " + Text(y2) + " " + Text(x1 + bend) + " "
      + Text(y2) + "H" + Text(x2)
  }
}
