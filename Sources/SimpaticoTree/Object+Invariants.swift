extension Object {
  /// The first invariant that does not hold, in words, or nil. For tests; linear.
  ///
  /// 1. Keys strictly increase, over the whole tree.
  /// 2. A node holds 1 to 16 entries, and one above level 0 at least 2 where it is the root.
  /// 3. A child stands one level below its parent, and all leaves on level 0.
  /// 4. An inner entry's key is above every key before its child, and at most the child's lowest.
  /// 5. A node's total counts the fields below it.
  package func brokenInvariant() -> String? {
    guard let root else { return nil }
    if root.level > 0, root.count < 2 { return "the root has a single child" }
    var last: Text?
    return root.brokenInvariant(after: &last)
  }
}

extension ObjectNode {
  fileprivate func brokenInvariant(after last: inout Text?) -> String? {
    if count < 1 || count > ObjectNode.width { return "a node holds \(count) entries" }
    var fields = 0
    for index in 0..<count {
      let key = keys[index]
      if let last, last >= key { return "'\(key)' stands behind '\(last)'" }
      if level == 0 {
        last = key
        fields += 1
        continue
      }
      let child = child(at: index)
      if child.level + 1 != level { return "level \(child.level) stands below level \(level)" }
      if child.count > 0, child.keys[0] < key {
        return "'\(child.keys[0])' stands in the child of '\(key)'"
      }
      if let broken = child.brokenInvariant(after: &last) { return broken }
      fields += child.total
    }
    return fields == total ? nil : "a node of \(fields) fields counts \(total)"
  }
}
