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
      self.init(title: title, tree: tree, nodeCount: tree.nodeCount)
    }

    init(title: Text, tree: CombineTree, nodeCount: Int) {
      self.title = title
      self.tree = tree
      self.nodeCount = nodeCount
      layout = TreeLayout(tree)
    }
  }

  private var out: [UInt8] = []
  private var glyphs = Glyphs()

  /// Panels one below another, as a standalone SVG document (SVG 1.1) with light and dark colours.
  /// Linear.
  public static func svg(_ panels: [Panel]) -> Text {
    var picture = TreePicture()
    var width = 240
    var height = 0
    for panel in panels {
      for id in 0..<panel.nodeCount {
        if let node = NodeView(panel.tree, id) { picture.glyphs.meet(node) }
      }
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
      .line { fill: none; stroke: #a9b2c0; stroke-width: 1.75; }
      .node { fill: #ffffff; }
      .plain { stroke: #a9b2c0; stroke-width: 1.5; }
      .glyph { fill: #ffffff; font: 650 13px ui-monospace, Menlo, Consolas, monospace; }
      .glyph, .cascade { text-anchor: middle; dominant-baseline: central; }
      .number { fill: #616978; font-size: 9px; font-weight: 500; }
      .effect { fill: #14171d; stroke: #ffffff; stroke-width: 1.5; }
      .cascade { fill: #616978; font: 600 10.5px ui-monospace, Menlo, Consolas, monospace; }
      .cascade { dominant-baseline: auto; }

      """)
    for index in 0..<Palette.count {
      write(".h" + Text(index) + " { fill: " + Palette.colours[index] + "; }\n")
    }
    write(
      """
      @media (prefers-color-scheme: dark) {
      svg { background: #14181f; } .title { fill: #eceff4; } .node { fill: #14181f; }
      .line, .plain { stroke: #566176; } .glyph { fill: #0e1116; }
      .number, .cascade { fill: #929bab; } .effect { fill: #eceff4; stroke: #14181f; }

      """)
    for index in 0..<Palette.count {
      write(".h" + Text(index) + " { fill: " + Palette.darkColours[index] + "; }\n")
    }
    write("}\n</style>\n")
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
    let radius = TreeLayout.radius(isPlain: node.isPlain)
    let colour = node.handler.map { "h" + Text(Palette.index(of: $0)) } ?? "plain"
    write("<g><title>" + Text(node.id) + " " + escaped(node.label) + "</title>")
    write("<circle class=\"node " + colour + "\" cx=\"" + Text(x) + "\" cy=\"" + Text(y))
    write("\" r=\"" + Text(radius) + "\"/>")
    if let handler = node.handler, !node.isPlain {
      text("glyph", glyphs.glyph(of: handler), x, y)
    } else if node.id < TreePicture.longNumber {
      text("glyph number", Text(node.id), x, y)
    }
    if !node.trace.effects.isEmpty {
      // 0.72 of the radius to the right and up.
      let away = Text(radius * 72 / 100) + "." + Text(radius * 72 % 100)
      write("<circle class=\"effect\" cx=\"" + Text(x) + "\" cy=\"" + Text(y))
      write("\" transform=\"translate(" + away + " -" + away + ")\" r=\"3.5\"/>")
    }
    cascade(node, x, y + TreeLayout.cascadeDrop)
    write("</g>\n")
  }

  /// Numbers of more digits have no room in a circle.
  private static let longNumber = 1_000
  /// Letters that fit below a circle; where there are more, the last place counts the rest.
  private static let cascadeLetters = 5

  private mutating func cascade(_ node: NodeView, _ x: Int, _ y: Int) {
    let handlers = node.trace.cascade.map { NodeLabel.handler(of: $0) ?? "" }
    if handlers.isEmpty { return }
    let isLong = handlers.count > TreePicture.cascadeLetters
    let shown = isLong ? TreePicture.cascadeLetters - 2 : handlers.count
    write("<text class=\"cascade\" x=\"" + Text(x) + "\" y=\"" + Text(y) + "\">")
    for handler in handlers.prefix(shown) {
      write("<tspan class=\"h" + Text(Palette.index(of: handler)) + "\">")
      write(escaped(glyphs.glyph(of: handler)) + "</tspan>")
    }
    if isLong { write("<tspan>+" + Text(handlers.count - shown) + "</tspan>") }
    write("</text>")
  }

  private mutating func text(_ style: Text, _ text: Text, _ x: Int, _ y: Int) {
    write("<text class=\"" + style + "\" x=\"" + Text(x) + "\" y=\"" + Text(y))
    write("\">" + escaped(text) + "</text>")
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
