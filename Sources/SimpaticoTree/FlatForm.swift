/// Why an array is not the flat form of a tree. Positions count from 0.
public indirect enum FlatFormError: Error, Equatable, Sendable {
  /// The flat form is an array, not a value of this kind.
  case notAnArray(Value.Kind)
  /// The array lacks even the root's value.
  case empty
  /// A number that is not the id of an earlier node (or, negative, of an earlier branch).
  case badParent(position: Int, Double)
  /// A parent id that no value follows.
  case trailingParent(position: Int)
  /// A value that cannot be added where it stands.
  case cannotAdd(position: Int, TreeError)
  /// A node that the flat form has no way to write: a number, which would read as a parent id, or a
  /// dropped node.
  case cannotWrite(node: NodeID)

  /// One sentence that names the position and what was wrong.
  public var text: Text {
    switch self {
    case .notAnArray(let kind): "a tree's flat form is an array, not " + kind.name
    case .empty: "the array is empty: it needs at least the root's value"
    case .badParent(let position, let number):
      "element " + Text(position) + ": " + JSON.print(.number(number))
        + " is not the id of an earlier node"
    case .trailingParent(let position):
      "element " + Text(position) + ": a parent id must be followed by a value"
    case .cannotAdd(let position, let error): "element " + Text(position) + ": " + error.text
    case .cannotWrite(let node): "node " + Text(node) + " cannot be written in the flat form"
    }
  }
}

extension TreeError {
  /// One sentence that names what was wrong.
  public var text: Text {
    switch self {
    case .noSuchNode(let id): "there is no node " + Text(id)
    case .noSuchBranch(let id): "there is no branch " + Text(id)
    case .compacted(let id): "node " + Text(id) + " is older than what is kept"
    case .retired(let id): "branch " + Text(id) + " has ended"
    case .combine(let error): error.text
    }
  }
}

/// The flat form of a tree, as the original writes it: `[value, value, parentId, value, …]`.
///
/// A value follows the one before it, unless a number before it names another parent: an id of a
/// node, or `-n` for the newest node of branch n. `"_Symbol_DeleteProperty"` stands for `delete`,
/// and a string in an object `handlers` for a reference to the handler of that name. Handles (keys
/// that start with `_`) are neither written nor read.
///
/// The form holds inputs alone. Reading runs their handlers again, with a moment of zeros: a tree
/// whose handlers use moments reads back with other residues.
public enum FlatForm {
  static let deleteSpelling: Text = "_Symbol_DeleteProperty"

  /// Reads a tree whose handlers the combiner's library has. Linear, besides what they do.
  public static func read(
    _ value: Value, combiner: Combiner = Combiner()
  ) throws(FlatFormError) -> CombineTree {
    guard let elements = value.array else { throw .notAnArray(value.kind) }
    guard !elements.isEmpty else { throw .empty }
    let first = try FlatForm.value(at: 0, of: elements, combiner)
    var tree = CombineTree(root: try root(first, combiner), combiner: combiner)
    var parent: NodeID? = nil
    for position in 1..<max(1, elements.count) {
      let element = elements[position]
      if let number = element.number {
        if position + 1 == elements.count { throw .trailingParent(position: position) }
        guard parent == nil, let id = number.integer else {
          throw .badParent(position: position, number)
        }
        // Beside the smallest number there is no positive one, and no branch of that id either.
        let target = id < 0 ? try? tree.tree.leaf(of: 0 &- id) : id
        guard let target, target < tree.nodeCount else {
          throw .badParent(position: position, number)
        }
        parent = target
        continue
      }
      let input = try FlatForm.value(at: position, of: elements, combiner)
      do throws(TreeError) {
        try tree.add(input, to: parent ?? tree.nodeCount - 1)
      } catch {
        throw .cannotAdd(position: position, error)
      }
      parent = nil
    }
    return tree
  }

  /// An element as a value whose references the library can all resolve.
  private static func value(
    at position: Int, of elements: Vector<Value>, _ combiner: Combiner
  ) throws(FlatFormError) -> Value {
    let value = decode(elements[position])
    if let name = missingHandler(in: value, combiner.library) {
      throw .cannotAdd(position: position, .combine(.missingHandler(name)))
    }
    return value
  }

  private static func missingHandler(in value: Value, _ library: HandlerLibrary) -> Text? {
    var missing: Text? = nil
    switch value.content {
    case .handler(let name): return library[name] == nil ? name : nil
    case .array(let elements):
      elements.forEach { missing = missing ?? missingHandler(in: $0, library) }
    case .object(let fields):
      fields.forEach { _, field in missing = missing ?? missingHandler(in: field, library) }
    default: break
    }
    return missing
  }

  /// The root's value, if it is one that could be combined with nothing.
  private static func root(
    _ value: Value, _ combiner: Combiner
  ) throws(FlatFormError) -> Value {
    do throws(CombineError) {
      _ = try combiner.combine(nil, value)
      return value
    } catch {
      throw .cannotAdd(position: 0, .combine(error))
    }
  }

  /// Writes a tree whose history is whole. Linear.
  public static func write(_ tree: CombineTree) throws(FlatFormError) -> Value {
    var elements = Vector<Value>()
    for id in 0..<tree.nodeCount {
      guard let node = try? tree.node(id) else { throw .cannotWrite(node: id) }
      if let parent = node.parent, parent != id - 1 { elements.append(.number(parent)) }
      if id > 0, node.input.value.kind == .number { throw .cannotWrite(node: id) }
      elements.append(encode(node.input.value))
    }
    return .array(elements)
  }

  /// A value as it leaves this process: without handles, with markers and references spelt out.
  public static func encode(_ value: Value) -> Value {
    switch value.content {
    case .delete: return .string(deleteSpelling)
    case .handler(let name): return .string(name)
    case .array(let elements):
      var result = Vector<Value>()
      elements.forEach { result.append(encode($0)) }
      return .array(result)
    case .object(let fields):
      var result = Object()
      fields.forEach { key, field in
        if key.firstByte != UInt8(ascii: "_") { result[key] = encode(field) }
      }
      return .object(result)
    default: return value
    }
  }

  /// A value as it comes from outside: the inverse of `encode`.
  public static func decode(_ value: Value) -> Value {
    switch value.content {
    case .string(let text): return text == deleteSpelling ? .delete : value
    case .array(let elements):
      var result = Vector<Value>()
      elements.forEach { result.append(decode($0)) }
      return .array(result)
    case .object(let fields):
      return .object(
        decode(fields) { key, field in
          guard key == "handlers", let table = field.object else { return decode(field) }
          return .object(decode(table) { _, reference in decodeReference(reference) })
        })
    default: return value
    }
  }

  private static func decodeReference(_ value: Value) -> Value {
    let decoded = decode(value)
    return decoded.string.map { .handler($0) } ?? decoded
  }

  private static func decode(_ fields: Object, _ decodeField: (Text, Value) -> Value) -> Object {
    var result = Object()
    fields.forEach { key, field in
      if key.firstByte != UInt8(ascii: "_") { result[key] = decodeField(key, field) }
    }
    return result
  }
}
