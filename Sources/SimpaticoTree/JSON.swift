/// Reading and printing JSON (RFC 8259).
///
/// Reading is strict: UTF-8 only, no comments, no trailing commas. An object that names a key twice
/// is refused, because two readers would disagree about which one counts, and a check made by one
/// could be passed by the other. Numbers are read as the nearest double; one beyond the range of
/// doubles is refused, and `-0` keeps its sign. The escape of half a surrogate pair is refused,
/// because no UTF-8 text can hold it.
///
/// Printing is canonical: equal values give equal bytes. Keys come in the order of their bytes,
/// numbers as ECMAScript's Number::toString spells them, strings with the shortest escapes, as
/// `JSON.stringify` has them. `delete` prints as the string `_Symbol_DeleteProperty` and a handler
/// reference as its name; telling them from strings again is the flat form's task.
public enum JSON {
  /// Reads one document. Linear; objects whose keys are not in order cost O(n log n) in their own
  /// keys.
  public static func parse(
    _ bytes: UnsafeBufferPointer<UInt8>, limits: JSONLimits = JSONLimits()
  ) throws(JSONError) -> Value {
    try JSONReader.readOnce(bytes, limits: limits)
  }

  /// Reads one document, as above.
  public static func parse(
    _ bytes: [UInt8], limits: JSONLimits = JSONLimits()
  ) throws(JSONError) -> Value {
    try bytes.withUnsafeBufferPointer { (bytes) throws(JSONError) -> Value in
      try parse(bytes, limits: limits)
    }
  }

  /// Reads one document, as above.
  public static func parse(
    _ text: Text, limits: JSONLimits = JSONLimits()
  ) throws(JSONError) -> Value {
    try text.withUTF8 { (bytes) throws(JSONError) -> Value in
      try parse(bytes, limits: limits)
    }
  }

  /// Appends the canonical form of a value, in UTF-8. Linear in what is printed.
  public static func append(_ value: Value, to bytes: inout [UInt8]) {
    ByteWriter.use { writer in
      writer.print(value)
      bytes.append(copying: writer.written)
    }
  }

  /// Lets `body` read the canonical form of a value, in UTF-8. Linear in what is printed; allocates
  /// nothing for up to a kilobyte.
  public static func withPrinted(_ value: Value, _ body: (UnsafeBufferPointer<UInt8>) -> Void) {
    ByteWriter.use { writer in
      writer.print(value)
      body(writer.written)
    }
  }

  /// Prints the canonical form of a value into memory, in UTF-8, and answers how many bytes it
  /// takes; nil, and nothing of use in the memory, where that is too small. Linear in what is
  /// printed.
  public static func print(_ value: Value, into memory: UnsafeMutableRawBufferPointer) -> Int? {
    ByteWriter.fill(memory.bindMemory(to: UInt8.self)) { $0.print(value) }
  }

  /// How much memory certainly suffices for printing a value whose strings need no escapes, and
  /// mostly for any. Linear in its fields and elements, constant in the lengths of its texts.
  public static func plainByteCount(_ value: Value) -> Int {
    // The printer reserves in steps.
    withUnsafePointer(to: value) { ByteWriter.plainByteCount($0) } + 32
  }

  /// The canonical form of a value. Linear in what is printed.
  public static func print(_ value: Value) -> Text {
    ByteWriter.use { writer in
      writer.print(value)
      return Text(validated: writer.written)
    }
  }
}

extension Value {
  /// A value that is part of the program, spelt as JSON; what is no JSON is a programming error.
  /// Where a value is made once, this takes a tenth of the code that a literal does.
  @inline(never)
  package init(json: StaticString) {
    let bytes = UnsafeBufferPointer(start: json.utf8Start, count: json.utf8CodeUnitCount)
    guard let value = try? JSON.parse(bytes) else { preconditionFailure("bad JSON") }
    self = value
  }
}
