public import SimpaticoTree

/// A tree as a picture: a row a branch, a circle a node, coloured by handler; curves lead from a
/// parent to the branches that start from it. The same layout as the lab page's: column = depth,
/// row = branch.
public struct TreePicture: Sendable {
  static let pitch = 44
  static let radius = 15
  static let margin = 28
  static let titleHeight = 34

  /// One tree of a picture, with the name that stands above it.
  public struct Panel: Sendable {
    /// What stands above the tree.
    public let title: Text
    /// The tree that is drawn.
    public let tree: CombineTree

    /// A tree with a title.
    public init(title: Text, tree: CombineTree) {
      self.title = title
      self.tree = tree
    }
  }

  private var out: [UInt8] = []

  /// Panels one below another, as a standalone SVG document (SVG 1.1) with light and dark colours.
  /// Linear.
  public static func svg(_ panels: [Panel]) -> Text {
    var picture = TreePicture()
    var width = 240
    var height = margin / 2
    for panel in panels {
      let size = picture.size(panel.tree)
      width = max(width, size.width)
      height += size.height
    }
    picture.open(width: width, height: height + margin / 2)
    var top = margin / 2
    for panel in panels {
      picture.draw(panel, top: top)
      top += picture.size(panel.tree).height
    }
    picture.write("</svg>\n")
    return picture.out.withUnsafeBufferPointer { Text(utf8: $0) ?? "" }
  }

  private func size(_ tree: CombineTree) -> (width: Int, height: Int) {
    var deepest = 0
    tree.tree.forEachNode { _, node in deepest = max(deepest, node.depth) }
    let (pitch, margin) = (TreePicture.pitch, TreePicture.margin)
    return (
      deepest * pitch + 2 * margin,
      TreePicture.titleHeight + (tree.tree.branchCount - 1) * pitch + 2 * margin
    )
  }

  private mutating func open(width: Int, height: Int) {
    write("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ")
    write(Text(width) + " " + Text(height) + "\" width=\"" + Text(width))
    write("\" height=\"" + Text(height) + "\" role=\"img\">\n")
    write(
      """
      <style>
      svg { background: #ffffff; font: 11px system-ui, sans-serif; }
      .title { font-size: 14px; font-weight: 600; fill: #1b2430; }
      .line { fill: none; stroke: #b9c2cf; stroke-width: 1.5; }
      .node { stroke: none; fill: #e4e8ee; }
      .id { fill: #ffffff; text-anchor: middle; dominant-baseline: central; }
      .plain { fill: #4a5566; }
      .cascade { fill: #5b6675; text-anchor: middle; font-size: 9px; }

      """)
    for index in 0..<Palette.count {
      write(".h" + Text(index) + " { fill: " + Palette.colours[index] + "; }\n")
    }
    write(
      """
      @media (prefers-color-scheme: dark) {
      svg { background: #12161d; } .title { fill: #e6eaf0; } .line { stroke: #3a4454; }
      .node:not([class*=h]) { fill: #2a3240; } .plain { fill: #c3ccd8; } .cascade { fill: #93a0b2; }
      }
      </style>

      """)
  }

  private mutating func draw(_ panel: Panel, top: Int) {
    let middle = top + TreePicture.titleHeight + TreePicture.margin
    write("<text class=\"title\" x=\"" + Text(TreePicture.margin - TreePicture.radius))
    write("\" y=\"" + Text(top + 22) + "\">" + escaped(panel.title) + "</text>\n")
    let tree = panel.tree.tree
    tree.forEachNode { _, node in
      if let parent = node.parent, let from = try? tree.node(parent) {
        connect(from.depth, from.branch, node.depth, node.branch, middle)
      }
    }
    tree.forEachNode { id, node in circle(id, node, middle) }
  }

  private mutating func connect(
    _ fromColumn: Int, _ fromRow: Int, _ toColumn: Int, _ toRow: Int, _ top: Int
  ) {
    let (x1, y1) = point(fromColumn, fromRow, top)
    let (x2, y2) = point(toColumn, toRow, top)
    write("<path class=\"line\" d=\"M" + Text(x1) + " " + Text(y1))
    if fromRow == toRow {
      write("H" + Text(x2) + "\"/>\n")
    } else {
      write("C" + Text(x1) + " " + Text(y2) + " " + Text(x1) + " " + Text(y2))
      write(" " + Text(x2) + " " + Text(y2) + "\"/>\n")
    }
  }

  private mutating func circle(
    _ id: NodeID, _ node: Stree<CombineTree.Entry, Value>.Node, _ top: Int
  ) {
    let (x, y) = point(node.depth, node.branch, top)
    let value = node.input.value
    let handler = NodeLabel.handler(of: value)
    let colour = handler.map { " h" + Text(Palette.index(of: $0)) } ?? ""
    write("<g><title>" + Text(id) + " ")
    write(escaped(NodeLabel.text(of: value, isRoot: node.parent == nil)) + "</title>")
    write("<circle class=\"node" + colour + "\" cx=\"" + Text(x) + "\" cy=\"" + Text(y))
    write("\" r=\"" + Text(TreePicture.radius) + "\"/>")
    write("<text class=\"id" + (handler == nil ? " plain" : "") + "\" x=\"" + Text(x))
    write("\" y=\"" + Text(y) + "\">" + Text(id) + "</text>")
    var letters: Text = ""
    for message in node.input.trace.cascade {
      guard let name = NodeLabel.handler(of: message), let first = name.firstLetter else {
        continue
      }
      letters = letters + first
    }
    if !letters.isEmpty {
      write("<text class=\"cascade\" x=\"" + Text(x) + "\" y=\"" + Text(y + 23) + "\">")
      write(escaped(letters) + "</text>")
    }
    write("</g>\n")
  }

  private func point(_ column: Int, _ row: Int, _ top: Int) -> (Int, Int) {
    (
      TreePicture.margin + column * TreePicture.pitch, top + row * TreePicture.pitch
    )
  }

  private mutating func write(_ text: Text) {
    text.withUTF8 { out.append(contentsOf: $0) }
  }

  /// Text for XML (section 2.4 of XML 1.0).
  private func escaped(_ text: Text) -> Text {
    var bytes: [UInt8] = []
    text.withUTF8 { source in
      for byte in source {
        switch byte {
        case UInt8(ascii: "&"): bytes.append(contentsOf: [0x26, 0x61, 0x6D, 0x70, 0x3B])
        case UInt8(ascii: "<"): bytes.append(contentsOf: [0x26, 0x6C, 0x74, 0x3B])
        case UInt8(ascii: "\""): bytes.append(contentsOf: [0x26, 0x23, 0x33, 0x34, 0x3B])
        case 0..<0x20: bytes.append(0x20)  // XML has no form for most control characters
        default: bytes.append(byte)
        }
      }
    }
    return bytes.withUnsafeBufferPointer { Text(utf8: $0) ?? "" }
  }
}
