/// Reads JSON documents, one after another, and keeps its scratch memory and the key columns of the
/// objects it met from one to the next.
///
/// `JSON.parse` is a reader used once. Who reads many documents of the same few shapes keeps a
/// reader: objects with the same keys then share one key column, and nothing but the values
/// themselves is allocated. What is kept is bounded, whatever the documents are.
///
/// The reader is a loop with a stack of its own, so that a deep document cannot exhaust the
/// machine's.
public struct JSONReader: ~Copyable, @unchecked Sendable {
  /// An array or object whose end has not been read yet.
  struct Frame {
    let isObject: Bool
    let firstValue: Int
    let firstKey: Int
  }

  struct Key {
    let text: Text
    let offset: Int
  }

  /// What documents may be at most.
  public let limits: JSONLimits
  /// The document; to be read only while one is read.
  var source: UnsafePointer<UInt8>
  var end = 0
  var at = 0
  var frame = Frame(isObject: false, firstValue: 0, firstKey: 0)
  var frames = JSONStack<Frame>()
  var values = JSONStack<Value>()
  var keys = JSONStack<Key>()
  var unescaped = JSONStack<UInt8>()
  var shapes = JSONShapes()
  var texts = JSONTexts()
  var keysLeft = 0
  var elementsLeft = 0

  /// A reader that may be used for many documents, one after another.
  public init(limits: JSONLimits = JSONLimits()) {
    self.limits = limits
    source = UnsafePointer<UInt8>(bitPattern: 1).unsafelyUnwrapped
  }

  /// Reads one document with scratch memory from the machine's stack, as long as that suffices.
  static func readOnce(
    _ bytes: UnsafeBufferPointer<UInt8>, limits: JSONLimits
  ) throws(JSONError) -> Value {
    try withUnsafeTemporaryAllocation(of: Frame.self, capacity: 16) {
      (frames) throws(JSONError) -> Value in
      try withUnsafeTemporaryAllocation(of: Value.self, capacity: 64) {
        (values) throws(JSONError) -> Value in
        try withUnsafeTemporaryAllocation(of: Key.self, capacity: 32) {
          (keys) throws(JSONError) -> Value in
          var reader = JSONReader(limits: limits)
          reader.frames = JSONStack(lent: frames)
          reader.values = JSONStack(lent: values)
          reader.keys = JSONStack(lent: keys)
          return try reader.read(bytes)
        }
      }
    }
  }

  /// Reads one document. After an error the reader is as good as new.
  public mutating func read(_ bytes: UnsafeBufferPointer<UInt8>) throws(JSONError) -> Value {
    if bytes.count > limits.maximumBytes { throw JSONError(.tooLong, at: limits.maximumBytes) }
    guard let base = bytes.baseAddress else { throw JSONError(.unexpectedEnd, at: 0) }
    source = base
    end = bytes.count
    at = 0
    keysLeft = limits.maximumKeys
    elementsLeft = limits.maximumElements
    defer { texts.endDocument() }
    do throws(JSONError) {
      try readDocument()
      skipSpace()
      if at < end { throw JSONError(.trailingBytes, at: at) }
    } catch {
      frames.drop(from: 0)
      values.drop(from: 0)
      keys.drop(from: 0)
      unescaped.drop(from: 0)
      throw error
    }
    return values.pop()
  }

  /// Leaves the document's value as the only one on the stack.
  private mutating func readDocument() throws(JSONError) {
    while true {
      skipSpace()
      switch try nextByte() {
      case UInt8(ascii: "\""):
        at &+= 1
        values.push(.string(try readText()))
      case UInt8(ascii: "{"):
        if try !enterObject() { continue }
      case UInt8(ascii: "["):
        if try !enterArray() { continue }
      case UInt8(ascii: "t"):
        try expect("true")
        values.push(.bool(true))
      case UInt8(ascii: "f"):
        try expect("false")
        values.push(.bool(false))
      case UInt8(ascii: "n"):
        try expect("null")
        values.push(.null)
      default:
        values.push(.number(try readNumber()))
      }
      if try finishValue() { return }
    }
  }

  /// Reads what follows a value, closing what ends there. True at the end of the document, false
  /// where another value must follow.
  @inline(__always)
  private mutating func finishValue() throws(JSONError) -> Bool {
    while frames.count > 0 {
      skipSpace()
      let byte = try nextByte()
      if frame.isObject {
        if byte == UInt8(ascii: ",") {
          at &+= 1
          skipSpace()
          try readKey()
          return false
        }
        if byte != UInt8(ascii: "}") { throw JSONError(.unexpectedByte, at: at) }
        at &+= 1
        try closeObject()
      } else {
        if elementsLeft == 0 { throw JSONError(.tooManyElements, at: at) }
        elementsLeft &-= 1
        if byte == UInt8(ascii: ",") {
          at &+= 1
          return false
        }
        if byte != UInt8(ascii: "]") { throw JSONError(.unexpectedByte, at: at) }
        at &+= 1
        closeArray()
      }
    }
    return true
  }

  // MARK: Arrays and objects

  /// True where the object is already complete because it is empty; otherwise its first key has
  /// been read.
  @inline(__always)
  private mutating func enterObject() throws(JSONError) -> Bool {
    if frames.count >= limits.maximumDepth { throw JSONError(.tooDeep, at: at) }
    at &+= 1
    skipSpace()
    if try nextByte() == UInt8(ascii: "}") {
      at &+= 1
      values.push(.object(Object()))
      return true
    }
    frames.push(frame)
    frame = Frame(isObject: true, firstValue: values.count, firstKey: keys.count)
    try readKey()
    return false
  }

  /// True where the array is already complete because it is empty.
  @inline(__always)
  private mutating func enterArray() throws(JSONError) -> Bool {
    if frames.count >= limits.maximumDepth { throw JSONError(.tooDeep, at: at) }
    at &+= 1
    skipSpace()
    if try nextByte() == UInt8(ascii: "]") {
      at &+= 1
      values.push(.array(Vector()))
      return true
    }
    frames.push(frame)
    frame = Frame(isObject: false, firstValue: values.count, firstKey: keys.count)
    return false
  }

  private mutating func closeArray() {
    let elements = values.elements(from: frame.firstValue)
    let count = values.count - frame.firstValue
    let root = VectorNode.moving(elements, count: count)
    values.forget(from: frame.firstValue)
    frame = frames.pop()
    values.push(.array(Vector(root: root)))
  }

  /// Reads a key and the colon after it.
  @inline(__always)
  private mutating func readKey() throws(JSONError) {
    let offset = at
    if try nextByte() != UInt8(ascii: "\"") { throw JSONError(.unexpectedByte, at: at) }
    if keysLeft == 0 { throw JSONError(.tooManyKeys, at: at) }
    keysLeft &-= 1
    at &+= 1
    keys.push(Key(text: try readKeyText(), offset: offset))
    skipSpace()
    if try nextByte() != UInt8(ascii: ":") { throw JSONError(.unexpectedByte, at: at) }
    at &+= 1
  }

  private mutating func closeObject() throws(JSONError) {
    let count = keys.count - frame.firstKey
    let fields = values.elements(from: frame.firstValue)
    let names = keys.elements(from: frame.firstKey)
    let node =
      count <= ObjectNode.width
      ? try shapes.object(names, fields, count: count)
      : try JSONReader.largeObject(names, fields, count: count)
    values.forget(from: frame.firstValue)
    keys.drop(from: frame.firstKey)
    frame = frames.pop()
    values.push(Value(node))
  }

  // MARK: Bytes

  @inline(__always)
  mutating func skipSpace() {
    if at < end, source[at] > 0x20 { return }
    skipSpaces()
  }

  @inline(never)
  private mutating func skipSpaces() {
    while at < end {
      let byte = source[at]
      if byte != 0x20, byte != 0x0A, byte != 0x0D, byte != 0x09 { return }
      at &+= 1
    }
  }

  /// The byte at the cursor, which stays where it is.
  @inline(__always)
  func nextByte() throws(JSONError) -> UInt8 {
    if at >= end { throw JSONError(.unexpectedEnd, at: end) }
    return source[at]
  }

  @inline(__always)
  private mutating func expect(_ word: StaticString) throws(JSONError) {
    for index in 0..<word.utf8CodeUnitCount {
      if try nextByte() != word.utf8Start[index] { throw JSONError(.unexpectedByte, at: at) }
      at &+= 1
    }
  }
}
