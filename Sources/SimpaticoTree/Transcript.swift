/// Why an array is no transcript of a tree. Positions count from 0.
public enum TranscriptError: Error, Equatable, Sendable {
  /// A transcript is an array, not a value of this kind.
  case notAnArray(Value.Kind)
  /// The array lacks even the root.
  case empty
  /// An element that tells of no node, or the first one tells of no root.
  case badEntry(position: Int)
  /// A node that does not stand where its entry says, after the nodes before it.
  case badPlace(position: Int)

  /// One sentence that names the position and what was wrong.
  public var text: Text {
    switch self {
    case .notAnArray(let kind): "a transcript is an array, not " + kind.name
    case .empty: "the array is empty: it needs at least the root's entry"
    case .badEntry(let position): "element " + Text(position) + " is no entry of a transcript"
    case .badPlace(let position):
      "element " + Text(position) + " does not fit the nodes before it"
    }
  }
}

/// A tree for looking at, node by node and each with what it did: whoever reads it needs none of
/// its handlers, and runs none.
///
/// It is how a tree of any protocol gets into the lab. Handles are told of and not told, by
/// `{"_handle": true}`. An entry is
///
/// ```text
/// {"node": 7, "parent": 5, "branch": 2, "time": 1200, "value": {…},
///  "residue": {…}, "cascade": [{…}], "effects": [{…}]}
/// ```
///
/// where `residue` is what differs from the parent's (the whole of it where the parent is not
/// there): fields of objects are replaced one by one at any depth, `{"_delete": true}` removes one.
/// The last three are left out where they are empty. The root is its own parent.
public enum Transcript {
  /// What one node did.
  public struct Entry: Sendable, Equatable {
    /// The node's id, larger than those before it; where the tree was compacted, with gaps.
    public var node: NodeID
    /// The node that it was added after.
    public var parent: NodeID
    /// The branch that it stands in.
    public var branch: BranchID
    /// When it came.
    public var timeMilliseconds: Int64
    /// The input.
    public var value: Value
    /// What the residue has that the parent's has not.
    public var change: Value
    /// The messages that it set off.
    public var cascade: [Value]
    /// What it asked the outside for.
    public var effects: [Value]
  }

  /// All that a tree holds, the oldest first. Linear.
  public static func write(_ tree: CombineTree) -> Value {
    var elements = Vector<Value>()
    tree.tree.forEachNode { id, _ in
      if let entry = Entry(of: id, in: tree) { elements.append(entry.encoded) }
    }
    return .array(elements)
  }

  /// Reads a tree of which nothing was dropped. Nothing is combined, and no handler runs. Linear.
  public static func read(_ value: Value) throws(TranscriptError) -> CombineTree {
    guard let elements = value.array else { throw .notAnArray(value.kind) }
    guard !elements.isEmpty else { throw .empty }
    guard let root = Entry(encoded: elements[0]), root.node == 0, root.parent == 0,
      root.branch == 0
    else { throw .badEntry(position: 0) }
    var tree = CombineTree(root: root.value)
    for position in 1..<max(1, elements.count) {
      guard let entry = Entry(encoded: elements[position]) else {
        throw .badEntry(position: position)
      }
      guard tree.append(entry) else { throw .badPlace(position: position) }
    }
    return tree
  }
}

extension Transcript.Entry {
  /// What a node did, or nil where it is not held. Costs what it changed.
  public init?(of id: NodeID, in tree: CombineTree) {
    guard let node = try? tree.node(id) else { return nil }
    self.node = id
    parent = node.parent ?? id
    branch = node.branch
    timeMilliseconds = node.input.moment.timeMilliseconds
    value = node.input.value
    let before = node.parent.flatMap { try? tree.tree.residue(of: $0) }
    change = Transcript.change(from: before ?? .null, to: node.residue)
    cascade = node.input.trace.cascade
    effects = node.input.trace.effects
  }

  /// The entry as JSON. Linear.
  public var encoded: Value {
    var fields: Object = [
      "node": .number(node), "parent": .number(parent), "branch": .number(branch),
      "time": Moment(timeMilliseconds: timeMilliseconds, random: 0).encodedTime,
      "value": Transcript.encode(value),
    ]
    if change != .object(Object()) { fields["residue"] = Transcript.encode(change) }
    if !cascade.isEmpty { fields["cascade"] = .array(cascade.map(Transcript.encode)) }
    if !effects.isEmpty { fields["effects"] = .array(effects.map(Transcript.encode)) }
    return .object(fields)
  }

  /// The entry of such a form, or nil where it is none. Fields that it does not know are nothing to
  /// it. Linear.
  public init?(encoded: Value) {
    guard let node = encoded["node"]?.integer, let parent = encoded["parent"]?.integer,
      let branch = encoded["branch"]?.integer, let value = encoded["value"],
      let time = Moment(encodedIn: ["time": encoded["time"] ?? 0, "random": 0]),
      node >= 0, (0...node).contains(parent), (0...node).contains(branch)
    else { return nil }
    self.node = node
    self.parent = parent
    self.branch = branch
    timeMilliseconds = time.timeMilliseconds
    self.value = Transcript.decode(value)
    change = Transcript.decode(encoded["residue"] ?? .object(Object()))
    cascade = Transcript.list(encoded["cascade"])
    effects = Transcript.list(encoded["effects"])
  }
}

extension CombineTree {
  /// Adds a node as a transcript tells of it. Nothing is combined, and no handler runs.
  ///
  /// Answers false, and changes nothing, where its id is not the next one, or it does not stand in
  /// the branch that it names. Costs what it changes.
  public mutating func append(_ entry: Transcript.Entry) -> Bool {
    guard entry.node == tree.nodeCount,
      let place = try? tree.place(in: entry.branch, after: entry.parent),
      place.branch <= tree.branchCount, let before = try? tree.residue(of: entry.parent)
    else { return false }
    var trace = Combiner.Trace()
    if !entry.cascade.isEmpty || !entry.effects.isEmpty {
      trace.add { log in
        log.cascade = Few(entry.cascade)
        log.effects = Few(entry.effects)
      }
    }
    let moment = Moment(timeMilliseconds: entry.timeMilliseconds, random: 0)
    _ = tree.append(
      Entry(value: entry.value, moment: moment, trace: trace),
      residue: Transcript.applying(entry.change, to: before), at: place)
    return true
  }
}

// MARK: - Changes, and the form of values

extension Transcript {
  /// What has to be replaced in one value to get another. Costs what the two do not share.
  static func change(from before: Value, to after: Value) -> Value {
    guard let old = before.object, let new = after.object else { return after }
    var change = Object()
    if old.isIdentical(to: new) { return .object(change) }
    old.forEach { key, _ in
      if new[key] == nil { change[key] = .delete }
    }
    new.forEach { key, value in
      guard let other = old[key] else {
        change[key] = value
        return
      }
      if other != value { change[key] = self.change(from: other, to: value) }
    }
    return .object(change)
  }

  /// The value that a change leads to.
  static func applying(_ change: Value, to before: Value) -> Value {
    guard let fields = change.object, var result = before.object else { return change }
    fields.forEach { key, value in
      if value.kind == .delete {
        result[key] = nil
      } else {
        result[key] = applying(value, to: result[key] ?? .null)
      }
    }
    return .object(result)
  }

  private static let delete: Text = "_delete"
  private static let handler: Text = "_handler"
  private static let handle: Text = "_handle"
  /// What stands for a handle in a tree that was read.
  private static let someHandle: Value = "(handle)"

  @inline(never)
  fileprivate static func encode(_ value: Value) -> Value {
    switch value.content {
    case .delete: return .object([delete: true])
    case .handler(let name): return .object([handler: .string(name)])
    case .number(let number): return number.isFinite ? value : .null
    case .array(let elements):
      var result = Vector<Value>()
      elements.forEach { result.append(encode($0)) }
      return .array(result)
    case .object(let fields):
      var result = Object()
      fields.forEach { key, field in
        let isHandle = key.firstByte == UInt8(ascii: "_") && field.kind != .delete
        result[key] = isHandle ? .object([handle: true]) : encode(field)
      }
      return .object(result)
    case .null, .bool, .string: return value
    }
  }

  @inline(never)
  fileprivate static func decode(_ form: Value) -> Value {
    switch form.content {
    case .array(let elements):
      var result = Vector<Value>()
      elements.forEach { result.append(decode($0)) }
      return .array(result)
    case .object(let fields):
      if fields.count == 1 {
        if fields[delete]?.bool == true { return .delete }
        if fields[handle]?.bool == true { return someHandle }
        if let name = fields[handler]?.string { return .handler(name) }
      }
      var result = Object()
      fields.forEach { key, field in result[key] = decode(field) }
      return .object(result)
    default: return form
    }
  }

  fileprivate static func list(_ form: Value?) -> [Value] {
    guard let elements = form?.array else { return [] }
    return (0..<elements.count).map { decode(elements[$0]) }
  }
}
