public import SimpaticoTree

/// A tree as a picture: a row a branch, a circle a node, coloured by handler; curves lead from a
/// parent to the branches that start from it. `TreeLayout` places the nodes, here as on the page.
public struct TreePicture: Sendable {
  static let titleHeight = 34

  /// One tree of a picture, with the name that stands above it.
  public struct Panel: Sendable {
    /// What stands above the tree.
    public let title: Text
    /// The tree that is drawn.
    public let tree: CombineTree
    /// Nodes from this id on are left out.
    let nodeCount: Int
    /// Where the nodes stand: as in the whole tree, so that pictures of its moments fit together.
    let layout: TreeLayout

    /// A tree with a title.
    public init(title: Text, tree: CombineTree) {
      self.init(title: title, tree: tree, nodeCount: tree.tree.nodeCount)
    }

    init(title: Text, tree: CombineTree, nodeCount: Int) {
      self.title = title
      self.tree = tree
      self.nodeCount = nodeCount
      layout = TreeLayout(tree)
    }
  }

  private var out: [UInt8] = []

  /// Panels one below another, as a standalone SVG document (SVG 1.1) with light and dark colours.
  /// Linear.
  public static func svg(_ panels: [Panel]) -> Text {
    var picture = TreePicture()
    var width = 240
    var height = 0
    for panel in panels {
      width = max(width, panel.layout.width)
      height += TreePicture.titleHeight + panel.layout.height
    }
    picture.open(width: width, height: height + TreeLayout.margin)
    var top = 0
    for panel in panels {
      picture.draw(panel, top: top)
      top += TreePicture.titleHeight + panel.layout.height
    }
    picture.write("</svg>\n")
    return picture.out.withUnsafeBufferPointer { Text(utf8: $0) ?? "" }
  }

  private mutating func open(width: Int, height: Int) {
    write("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ")
    write(Text(width) + " " + Text(height) + "\" width=\"" + Text(width))
    write("\" height=\"" + Text(height) + "\" role=\"img\">\n")
    write(
      """
      <style>
      svg { background: #ffffff; font: 10px system-ui, sans-serif; }
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
    write("<text class=\"title\" x=\"" + Text(TreeLayout.margin) + "\" y=\"" + Text(top + 22))
    write("\">" + escaped(panel.title) + "</text>\n")
    write("<g transform=\"translate(0 " + Text(top + TreePicture.titleHeight) + ")\">\n")
    for id in 0..<panel.nodeCount {
      guard let node = NodeView(panel.tree, id), let parent = node.parent,
        let from = NodeView(panel.tree, parent)
      else { continue }
      let link = panel.layout.link(from: (from.depth, from.branch), to: (node.depth, node.branch))
      write("<path class=\"line\" d=\"" + link + "\"/>\n")
    }
    for id in 0..<panel.nodeCount {
      if let node = NodeView(panel.tree, id) { circle(node, panel.layout) }
    }
    write("</g>\n")
  }

  private mutating func circle(_ node: NodeView, _ layout: TreeLayout) {
    let (x, y) = (layout.x(node.depth), layout.y(node.branch))
    let handler = node.handler
    let colour = handler.map { " h" + Text(Palette.index(of: $0)) } ?? ""
    write("<g><title>" + Text(node.id) + " " + escaped(node.label) + "</title>")
    write("<circle class=\"node" + colour + "\" cx=\"" + Text(x) + "\" cy=\"" + Text(y))
    write("\" r=\"" + Text(TreeLayout.radius(isPlain: node.isPlain)) + "\"/>")
    write("<text class=\"id" + (handler == nil ? " plain" : "") + "\" x=\"" + Text(x))
    write("\" y=\"" + Text(y) + "\">" + Text(node.id) + "</text>")
    var letters: Text = ""
    for message in node.trace.cascade {
      if let first = NodeLabel.handler(of: message)?.firstLetter { letters = letters + first }
    }
    if !letters.isEmpty {
      write("<text class=\"cascade\" x=\"" + Text(x) + "\" y=\"")
      write(Text(y + TreeLayout.cascadeDrop) + "\">" + escaped(letters) + "</text>")
    }
    write("</g>\n")
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
