/// The text form of a tree, as the original prints it:
///
/// ```text
/// - a b c :r(a,b,c)
/// B d e f :r(a,b,d,e,f)
/// ```
///
/// A line a branch. Nodes are lettered in the order in which they were added (`a` … `z`, `aa`,
/// `ab`, …); a line starts with its parent in capitals, or `-`, and ends with the path that its
/// residue reduces.
public enum TextForm {
  /// One line a branch. Fails with `TreeError.compacted` where a path is not whole. Costs the sum
  /// of the branches' depths.
  public static func write<Input: Sendable, Residue: Sendable>(
    _ tree: Stree<Input, Residue>
  ) throws(TreeError) -> Text {
    var rows: [[NodeID]] = Array(repeating: [], count: tree.branchCount)
    tree.forEachNode { id, node in rows[node.branch].append(id) }
    var out: [UInt8] = []
    try tree.forEachBranch { (id, branch) throws(TreeError) in
      if let parent = branch.parent {
        appendLetters(parent, capital: true, to: &out)
      } else {
        out.append(UInt8(ascii: "-"))
      }
      for node in rows[id] {
        out.append(UInt8(ascii: " "))
        appendLetters(node, to: &out)
      }
      out.append(contentsOf: [0x20, 0x3A, 0x72, 0x28])  // " :r("
      var isFirst = true
      for node in try tree.path(to: branch.leaf) {
        if !isFirst { out.append(UInt8(ascii: ",")) }
        isFirst = false
        appendLetters(node, to: &out)
      }
      out.append(contentsOf: [0x29, 0x0A])
    }
    return out.withUnsafeBufferPointer { Text(validated: $0) }
  }

  /// The letters of a node: bijective base 26, so that 0 is `a`, 25 is `z` and 26 is `aa`.
  public static func letters(_ node: NodeID) -> Text {
    var out: [UInt8] = []
    appendLetters(node, to: &out)
    return out.withUnsafeBufferPointer { Text(validated: $0) }
  }

  private static func appendLetters(
    _ node: NodeID, capital: Bool = false, to out: inout [UInt8]
  ) {
    if node >= 26 { appendLetters(node / 26 - 1, capital: capital, to: &out) }
    out.append((capital ? 0x41 : 0x61) + UInt8(node % 26))
  }
}
