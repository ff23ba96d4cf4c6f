import SimpaticoProtocol
public import SimpaticoTree

extension World {
  /// One node with all that is known of it; handles are shown as such.
  public func detail(party: Int, node id: NodeID) -> Value {
    guard parties.indices.contains(party) else {
      return LabSession.error("there is no party " + Text(party))
    }
    let tree = parties[party].tree
    do throws(TreeError) {
      let node = try tree.tree.node(id)
      var before: Value = [:]
      if let parent = node.parent {
        let startsBranch = try tree.tree.branch(node.branch).first == id
        let residue = try tree.residue(of: parent)
        before = startsBranch ? residue.withoutHandles() : residue
      }
      var changes = Vector<Value>()
      Difference.append(from: before, to: node.residue, at: "", into: &changes)
      return [
        "party": .string(parties[party].name), "node": .number(id),
        "parent": node.parent.map { .number($0) } ?? .null, "branch": .number(node.branch),
        "at": .number(Double(node.input.moment.timeMilliseconds)),
        "step": .number(stepsOfNodes[party][id]),
        "label": .string(NodeLabel.text(of: node.input.value, isRoot: node.parent == nil)),
        "value": Difference.shown(node.input.value), "residue": Difference.shown(node.residue),
        "changes": .array(changes),
        "cascade": .array(node.input.trace.cascade.map(Difference.shown)),
        "effects": .array(node.input.trace.effects.map(Difference.shown)),
      ]
    } catch {
      return LabSession.error(error.text)
    }
  }
}

/// What changed between two residues.
enum Difference {
  /// Appends `{path, before?, after?}` for each field that differs. Costs what the two do not
  /// share.
  static func append(
    from before: Value, to after: Value, at path: Text, into changes: inout Vector<Value>
  ) {
    guard let old = before.object, let new = after.object else {
      if before != after {
        changes.append(["path": .string(path), "before": shown(before), "after": shown(after)])
      }
      return
    }
    if old.isIdentical(to: new) { return }
    old.forEach { key, value in
      let place = path.isEmpty ? key : path + "." + key
      if let other = new[key] {
        append(from: value, to: other, at: place, into: &changes)
      } else {
        changes.append(["path": .string(place), "before": hidden(key, value)])
      }
    }
    new.forEach { key, value in
      if old[key] == nil {
        let place = path.isEmpty ? key : path + "." + key
        changes.append(["path": .string(place), "after": hidden(key, value)])
      }
    }
  }

  /// A value as people see it: handles are opaque, handler references are names.
  static func shown(_ value: Value) -> Value {
    switch value.content {
    case .object(let fields):
      var result = Object()
      fields.forEach { key, field in result[key] = hidden(key, field) }
      return .object(result)
    case .array(let elements):
      var result = Vector<Value>()
      elements.forEach { result.append(shown($0)) }
      return .array(result)
    default: return value
    }
  }

  private static func hidden(_ key: Text, _ value: Value) -> Value {
    key.firstByte == UInt8(ascii: "_") ? "(handle)" : shown(value)
  }
}
