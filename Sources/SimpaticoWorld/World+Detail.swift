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
      let node = try tree.node(id)
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
  @inline(never)
  static func append(
    from before: Value, to after: Value, at path: Text, into changes: inout Vector<Value>
  ) {
    guard let old = before.object, let new = after.object else {
      if before != after { note(shown(before), shown(after), at: path, in: &changes) }
      return
    }
    if old.isIdentical(to: new) { return }
    old.forEach { key, value in
      if let other = new[key] {
        append(from: value, to: other, at: place(of: key, in: path), into: &changes)
      } else {
        note(hidden(key, value), nil, at: place(of: key, in: path), in: &changes)
      }
    }
    new.forEach { key, value in
      if old[key] == nil {
        note(nil, hidden(key, value), at: place(of: key, in: path), in: &changes)
      }
    }
  }

  private static func note(
    _ before: Value?, _ after: Value?, at path: Text, in changes: inout Vector<Value>
  ) {
    var change: Object = ["path": .string(path)]
    change["before"] = before
    change["after"] = after
    changes.append(.object(change))
  }

  private static func place(of key: Text, in path: Text) -> Text {
    path.isEmpty ? key : path + "." + key
  }

  /// A value as people see it: handles are opaque, handler references are names.
  @inline(never)
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

  @inline(never)
  private static func hidden(_ key: Text, _ value: Value) -> Value {
    key.firstByte == UInt8(ascii: "_") ? "(handle)" : shown(value)
  }
}
