/// An immutable JSON-like datum: what nodes hold, what residues are made of, what messages and
/// effects are.
///
/// Beside JSON's six kinds there are `delete`, which removes a field when combined, and a reference
/// to a handler by name. A value takes 16 bytes; texts of up to 14 bytes, numbers and booleans
/// allocate nothing; a copy costs at most one retain, and large arrays and objects share what they
/// have in common.
public struct Value: @unchecked Sendable {
  @usableFromInline
  var cell: Cell

  /// The kinds of values.
  public enum Kind: UInt8, Sendable {
    /// JSON's null.
    case null
    /// JSON's true or false.
    case bool
    /// An IEEE 754 double.
    case number
    /// A text.
    case string
    /// A sequence of values.
    case array
    /// Fields, ordered by the bytes of their keys.
    case object
    /// The marker that removes a field when it is combined with it.
    case delete
    /// A reference to a handler by its name.
    case handler
  }

  /// A value taken apart, for exhaustive `switch`es.
  public enum Content: Sendable {
    /// JSON's null.
    case null
    /// JSON's true or false.
    case bool(Bool)
    /// An IEEE 754 double.
    case number(Double)
    /// A text.
    case string(Text)
    /// The elements of an array, which are shared with it.
    case array(Vector<Value>)
    /// The fields of an object, which are shared with it.
    case object(Object)
    /// The marker that removes a field.
    case delete
    /// The name of the handler that is referred to.
    case handler(Text)
  }

  @inlinable @inline(__always)
  init(cell: Cell) { self.cell = cell }

  @inline(__always)
  init(_ node: ObjectNode?) { cell = .tree(node, tag: Cell.Tag.object) }

  @inline(__always)
  init(_ node: VectorNode<Value>?) { cell = .tree(node, tag: Cell.Tag.array) }

  /// The node of an object that has fields.
  @inline(__always)
  var objectNode: ObjectNode? {
    if case .shared(let node) = cell.slot, cell.tag == Cell.Tag.object {
      return unsafeDowncast(node, to: ObjectNode.self)
    }
    return nil
  }

  /// The node of an object that has fields, to be looked at while the value is held. Unlike
  /// `objectNode` it retains nothing.
  @inline(__always)
  var seenNode: Unmanaged<ObjectNode>? {
    guard case .shared(let node) = cell.slot, cell.tag == Cell.Tag.object else { return nil }
    return .passUnretained(unsafeDowncast(node, to: ObjectNode.self))
  }

  /// Where the value of a field is, or nil where there is no such field. It is valid while this
  /// value is held and not changed. O(log n), and retains nothing.
  @inline(__always)
  func place(of key: Text) -> UnsafePointer<Value>? {
    guard let node = seenNode else { return nil }
    return node._withUnsafeGuaranteedRef { $0.place(of: key) }
  }

  /// The same of a key that is held elsewhere and only looked at.
  @inline(__always)
  func place(of key: UnsafePointer<Text>) -> UnsafePointer<Value>? {
    guard let node = seenNode else { return nil }
    return node._withUnsafeGuaranteedRef { $0.place(of: key) }
  }

  /// The node of an array that has elements.
  @inline(__always)
  var vectorNode: VectorNode<Value>? {
    if case .shared(let node) = cell.slot, cell.tag == Cell.Tag.array {
      return unsafeDowncast(node, to: VectorNode<Value>.self)
    }
    return nil
  }

  /// JSON's null.
  public static let null = Value(cell: .plain(0, 0, 0, Cell.Tag.null))
  /// The marker that removes a field when it is combined with it.
  public static let delete = Value(cell: .plain(0, 0, 0, Cell.Tag.delete))

  /// JSON's true or false.
  public static func bool(_ value: Bool) -> Value {
    Value(cell: .plain(value ? 1 : 0, 0, 0, Cell.Tag.bool))
  }
  /// A number, exact as an IEEE 754 double. JSON has no form for infinities and NaN; they print as
  /// null.
  public static func number(_ value: Double) -> Value {
    Value(cell: .plain(value.bitPattern, 0, 0, Cell.Tag.number))
  }
  /// An integer: exact up to 2⁵³ in magnitude, beyond that the nearest double.
  public static func number(_ value: Int) -> Value { .number(Double(value)) }
  /// A text.
  @inlinable
  public static func string(_ text: Text) -> Value { Value(cell: text.cell) }
  /// An array that shares its elements with the vector. Constant.
  public static func array(_ elements: Vector<Value>) -> Value { Value(elements.root) }
  /// An array of the given elements. Linear.
  @inline(never)
  public static func array(_ elements: [Value]) -> Value { Value(Vector(elements).root) }
  /// An object of the given fields. Constant.
  public static func object(_ fields: Object) -> Value { Value(fields.root) }
  /// A reference to a handler by its name in a `HandlerLibrary`.
  public static func handler(_ name: Text) -> Value { Value(cell: name.tagged(Cell.Tag.handler)) }

  /// The value taken apart. Constant.
  public var content: Content {
    switch cell.tag & Cell.Tag.kindMask {
    case Cell.Tag.null: .null
    case Cell.Tag.bool: .bool(cell.word != 0)
    case Cell.Tag.number: .number(Double(bitPattern: cell.word))
    case Cell.Tag.text: .string(Text(cell: cell))
    case Cell.Tag.array: .array(Vector(root: vectorNode))
    case Cell.Tag.object: .object(Object(root: objectNode))
    case Cell.Tag.delete: .delete
    default: .handler(Text(cell: Text(cell: cell).tagged(Cell.Tag.text)))
    }
  }

  /// The kind of the value. Constant.
  public var kind: Kind {
    switch cell.tag & Cell.Tag.kindMask {
    case Cell.Tag.null: .null
    case Cell.Tag.bool: .bool
    case Cell.Tag.number: .number
    case Cell.Tag.text: .string
    case Cell.Tag.array: .array
    case Cell.Tag.object: .object
    case Cell.Tag.delete: .delete
    default: .handler
    }
  }
}

extension Text {
  /// The cell of the same bytes as a text or as a handler's name.
  func tagged(_ kind: UInt8) -> Cell {
    let tag = cell.tag & ~Cell.Tag.kindMask | kind
    switch cell.slot {
    case .plain(let second, let third, _): return .plain(cell.word, second, third, tag)
    case .shared(let buffer):
      return Cell(cell.word & ~(0xFF << 56) | UInt64(tag) << 56, .shared(buffer))
    }
  }
}

extension Value {
  /// The field of an object, or nil where this is no object or has no such field. O(log n).
  @inline(never)
  public subscript(key: Text) -> Value? { place(of: key)?.pointee }
  /// Whether the field of a key is there and is a text. O(log n), and unlike comparing what the
  /// subscript answers it copies nothing.
  @inline(never)
  package func holds(_ text: Text, at key: Text) -> Bool {
    guard let field = place(of: key) else { return false }
    return field.pointee.isText(text)
  }

  /// The same of a field of the object in a field.
  @inline(never)
  package func holds(_ text: Text, at outer: Text, _ inner: Text) -> Bool {
    guard let field = place(of: outer)?.pointee.place(of: inner) else { return false }
    return field.pointee.isText(text)
  }
  /// Whether a field is the text that stands in a field of the object in a field of another value;
  /// false where either is not there or no text. Copies nothing.
  @inline(never)
  package func sharesText(at key: Text, with other: Value, at outer: Text, _ inner: Text) -> Bool {
    guard let mine = place(of: key), let theirs = other.place(of: outer)?.pointee.place(of: inner),
      mine.pointee.cell.tag & Cell.Tag.kindMask == Cell.Tag.text
    else { return false }
    return theirs.pointee.isText(Text.at(mine).pointee)
  }

  @inline(__always)
  private func isText(_ text: Text) -> Bool {
    switch (cell.slot, text.cell.slot) {
    case (.plain(let b, let c, let n), .plain(let y, let z, let m)):
      return cell.word == text.cell.word && b == y && c == z && n == m
    case (.shared, .shared): return string == text
    default: return false
    }
  }
  /// The truth value, or nil where this is none.
  public var bool: Bool? { cell.tag == Cell.Tag.bool ? cell.word != 0 : nil }
  /// The number, or nil where this is none.
  public var number: Double? {
    cell.tag == Cell.Tag.number ? Double(bitPattern: cell.word) : nil
  }
  /// The number where it is an integer that fits an `Int`; nil where it has a fraction, is too
  /// large or is no number.
  public var integer: Int? { number.flatMap { $0.integer } }
  /// The text, or nil where this is none.
  public var string: Text? {
    cell.tag & Cell.Tag.kindMask == Cell.Tag.text ? Text(cell: cell) : nil
  }
  /// The elements, or nil where this is no array.
  public var array: Vector<Value>? {
    cell.tag == Cell.Tag.array ? Vector(root: vectorNode) : nil
  }
  /// The fields, or nil where this is no object.
  public var object: Object? {
    cell.tag == Cell.Tag.object ? Object(root: objectNode) : nil
  }
  /// The name of the handler that is referred to, or nil where this is no reference.
  public var handlerName: Text? {
    cell.tag & Cell.Tag.kindMask == Cell.Tag.handler
      ? Text(cell: Text(cell: cell).tagged(Cell.Tag.text)) : nil
  }
  /// Whether this is JSON's null.
  public var isNull: Bool { cell.tag == Cell.Tag.null }
  /// Whether this is the marker that removes a field.
  public var isDelete: Bool { cell.tag == Cell.Tag.delete }
}

extension Value: ExpressibleByStringLiteral, ExpressibleByFloatLiteral,
  ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral
{
  /// A string of the literal, as `Text` makes it.
  @inlinable @inline(__always)
  public init(stringLiteral value: StaticString) { self = .string(Text(stringLiteral: value)) }
  /// A number.
  public init(floatLiteral value: Double) { self = .number(value) }
  /// A number; beyond 2⁵³ in magnitude the nearest double.
  public init(integerLiteral value: Int64) { self = .number(Double(value)) }
  /// True or false.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// An array of the elements. Linear.
  @inline(never)
  public init(arrayLiteral elements: Value...) { self = .array(elements) }
  /// An object of the fields; the last of equal keys wins. O(n log n). Null is written `.null`.
  @inline(never)
  public init(dictionaryLiteral fields: (Text, Value)...) { self = .object(Object(fields)) }
}

extension Double {
  /// The same number as an `Int`, or nil where it has a fraction or is out of range.
  ///
  /// `Int(exactly:)` would ask the C library to round, which neither the browser build nor a native
  /// one without Foundation has.
  package var integer: Int? {
    guard magnitude < 0x1p63 else { return nil }
    let whole = Int64(self)
    return Double(whole) == self ? Int(exactly: whole) : nil
  }
}

extension Value: Equatable {
  /// Structural equality; texts by their bytes, numbers as IEEE 754 compares them. Linear, constant
  /// where storage is shared.
  @inline(never)
  public static func == (left: Value, right: Value) -> Bool {
    let tag = left.cell.tag
    if tag != right.cell.tag { return false }
    switch tag {
    case Cell.Tag.number:
      return Double(bitPattern: left.cell.word) == Double(bitPattern: right.cell.word)
    case Cell.Tag.object: return Object(root: left.objectNode) == Object(root: right.objectNode)
    case Cell.Tag.array:
      return sameElements(Vector(root: left.vectorNode), Vector(root: right.vectorNode))
    default: return Text(cell: left.cell) == Text(cell: right.cell)  // which compares the words
    }
  }

  /// Whether both are the very same object, which implies that they are equal. Constant; false says
  /// nothing.
  func sharesStorage(with other: Value) -> Bool {
    guard let mine = seenNode, let theirs = other.seenNode else { return false }
    return mine.toOpaque() == theirs.toOpaque()
  }

  private static func sameElements(_ left: Vector<Value>, _ right: Vector<Value>) -> Bool {
    if left.isIdentical(to: right) { return true }
    if left.count != right.count { return false }
    for index in 0..<left.count where left[index] != right[index] { return false }
    return true
  }
}

extension Value.Kind {
  /// The kind's name as errors and patterns spell it.
  public var name: Text {
    switch self {
    case .null: "null"
    case .bool: "bool"
    case .number: "number"
    case .string: "string"
    case .array: "array"
    case .object: "object"
    case .delete: "DELETE"
    case .handler: "handler"
    }
  }
}
