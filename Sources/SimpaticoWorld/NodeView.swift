import SimpaticoTree

/// A node as the lab looks at it: one reference to pass on, where the node itself is many words.
final class NodeView {
  let id: NodeID
  let parent: NodeID?
  let branch: BranchID
  let depth: Int
  let time: Int64
  let value: Value
  let residue: Value
  let trace: Combiner.Trace

  /// Nil where the tree has no such node, or has dropped it.
  @inline(never)
  init?(_ tree: CombineTree, _ id: NodeID) {
    guard let node = try? tree.node(id) else { return nil }
    self.id = id
    parent = node.parent
    branch = node.branch
    depth = node.depth
    time = node.input.moment.timeMilliseconds
    value = node.input.value
    residue = node.residue
    trace = node.input.trace
  }

  var handler: Text? { NodeLabel.handler(of: value) }
  var label: Text { NodeLabel.text(of: value, isRoot: parent == nil) }
  var isPlain: Bool { handler == nil && trace.cascade.isEmpty }
}
