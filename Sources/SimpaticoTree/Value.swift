/// An immutable JSON-like datum: what nodes hold, what residues are made of, what messages and
/// effects are.
///
/// Beside JSON's six kinds there are `delete`, which removes a field when combined, and a reference
/// to a handler by name. A value takes 16 bytes; texts of up to 14 bytes, numbers and booleans
/// allocate nothing; a copy costs at most one retain, and large arrays and objects share what they
/// have in common.
public struct Value: @unchecked Sendable {
  enum Storage {
    case null
    case bool(Bool)
    case number(Double)
    case smallText(UInt64, UInt32, UInt16, UInt8)
    case largeText(TextBuffer)
    case array(Vector<Value>)
    case object(Object)
    case delete
    case handler(TextBuffer)
  }

  /// The kinds of values.
  public enum Kind: UInt8, Sendable {
    case null, bool, number, string, array, object, delete, handler
  }

  /// A value taken apart, for exhaustive `switch`es.
  public enum Content: Sendable {
    case null
    case bool(Bool)
    case number(Double)
    case string(Text)
    case array(Vector<Value>)
    case object(Object)
    case delete
    case handler(Text)
  }

  let storage: Storage

  init(storage: Storage) { self.storage = storage }

  init(_ node: ObjectNode) { storage = .object(Object(root: node)) }

  var objectNode: ObjectNode? {
    if case .object(let object) = storage { return object.root }
    return nil
  }

  /// JSON's null.
  public static let null = Value(storage: .null)
  /// The marker that removes a field when it is combined with it.
  public static let delete = Value(storage: .delete)

  /// JSON's true or false.
  public static func bool(_ value: Bool) -> Value { Value(storage: .bool(value)) }
  /// A number, exact as an IEEE 754 double. JSON has no form for infinities and NaN; they print as
  /// null.
  public static func number(_ value: Double) -> Value { Value(storage: .number(value)) }
  /// An integer of at most 2⁵³ in magnitude, which a double holds exactly.
  public static func number(_ value: Int) -> Value { Value(storage: .number(Double(value))) }
  /// A text.
  @inline(never)
  public static func string(_ text: Text) -> Value {
    switch text.storage {
    case .small(let a, let b, let c, let n): Value(storage: .smallText(a, b, c, n))
    case .large(let buffer): Value(storage: .largeText(buffer))
    }
  }
  /// An array that shares its elements with the vector. Constant.
  public static func array(_ elements: Vector<Value>) -> Value { Value(storage: .array(elements)) }
  /// An array of the given elements. Linear.
  @inline(never)
  public static func array(_ elements: [Value]) -> Value {
    Value(storage: .array(Vector(elements)))
  }
  /// An object of the given fields. Constant.
  public static func object(_ fields: Object) -> Value { Value(storage: .object(fields)) }
  /// A reference to a handler by its name in a `HandlerLibrary`.
  public static func handler(_ name: Text) -> Value {
    Value(storage: .handler(name.withUTF8 { TextBuffer.make($0) }))
  }

  /// The value taken apart. Constant.
  public var content: Content {
    switch storage {
    case .null: .null
    case .bool(let value): .bool(value)
    case .number(let value): .number(value)
    case .smallText(let a, let b, let c, let n): .string(Text(storage: .small(a, b, c, n)))
    case .largeText(let buffer): .string(Text(storage: .large(buffer)))
    case .array(let elements): .array(elements)
    case .object(let fields): .object(fields)
    case .delete: .delete
    case .handler(let name): .handler(Value.handlerName(name))
    }
  }

  /// The kind of the value. Constant.
  public var kind: Kind {
    switch storage {
    case .null: .null
    case .bool: .bool
    case .number: .number
    case .smallText, .largeText: .string
    case .array: .array
    case .object: .object
    case .delete: .delete
    case .handler: .handler
    }
  }

  static func handlerName(_ buffer: TextBuffer) -> Text {
    buffer.withUnsafeMutablePointers { count, bytes in
      Text(validated: UnsafeBufferPointer(start: bytes, count: count.pointee))
    }
  }
}

extension Value {
  /// The field of an object, or nil where this is no object or has no such field. O(log n).
  @inline(never)
  public subscript(key: Text) -> Value? {
    if case .object(let object) = storage { return object[key] }
    return nil
  }
  /// The truth value, or nil where this is none.
  @inline(never)
  public var bool: Bool? { if case .bool(let value) = storage { value } else { nil } }
  /// The number, or nil where this is none.
  @inline(never)
  public var number: Double? { if case .number(let value) = storage { value } else { nil } }
  /// The number where it is an integer that fits an `Int`.
  public var integer: Int? { number.flatMap { $0.integer } }
  /// The text, or nil where this is none.
  @inline(never)
  public var string: Text? { if case .string(let value) = content { value } else { nil } }
  /// The elements, or nil where this is no array.
  @inline(never)
  public var array: Vector<Value>? { if case .array(let value) = storage { value } else { nil } }
  /// The fields, or nil where this is no object.
  @inline(never)
  public var object: Object? { if case .object(let value) = storage { value } else { nil } }
  /// The name of the handler that is referred to, or nil where this is no reference.
  public var handlerName: Text? {
    if case .handler(let name) = storage { Value.handlerName(name) } else { nil }
  }
  /// Whether this is JSON's null.
  public var isNull: Bool { if case .null = storage { true } else { false } }
  /// Whether this is the marker that removes a field.
  public var isDelete: Bool { if case .delete = storage { true } else { false } }
}

extension Value: ExpressibleByStringLiteral, ExpressibleByFloatLiteral,
  ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral
{
  @inline(never)
  public init(stringLiteral value: StaticString) { self = .string(Text(stringLiteral: value)) }
  public init(floatLiteral value: Double) { self = .number(value) }
  public init(integerLiteral value: Int64) { self = .number(Double(value)) }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  @inline(never)
  public init(arrayLiteral elements: Value...) { self = .array(elements) }
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
    switch (left.storage, right.storage) {
    case (.null, .null), (.delete, .delete): true
    case (.bool(let a), .bool(let b)): a == b
    case (.number(let a), .number(let b)): a == b
    case (.smallText(let a, let b, let c, let n), .smallText(let x, let y, let z, let m)):
      a == x && b == y && c == z && n == m
    case (.largeText(let a), .largeText(let b)):
      Text(storage: .large(a)) == Text(storage: .large(b))
    case (.array(let a), .array(let b)): sameElements(a, b)
    case (.object(let a), .object(let b)): a == b
    case (.handler(let a), .handler(let b)): handlerName(a) == handlerName(b)
    default: false
    }
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
