/// Turns values into trees of conditions, and refuses those that make no sense.
enum PatternCompiler {
  static func node(_ value: Value, path: Text) throws(PatternError) -> PatternNode {
    switch value.content {
    case .array(let elements): return try list(elements, source: value, path: path)
    case .object(let fields): return try object(fields, source: value, path: path)
    case .null, .bool, .number, .string, .delete, .handler:
      return PatternNode(.predicates, source: value, predicates: [.equals(value)])
    }
  }

  private static func object(
    _ fields: Object, source: Value, path: Text
  ) throws(PatternError) -> PatternNode {
    if fields.isEmpty { return PatternNode(.everything, source: source) }
    var nodes: [(key: Text, node: PatternNode)] = []
    nodes.reserveCapacity(fields.count)
    for position in 0..<fields.count {
      let (key, value) = fields.field(at: position)
      let inner = path.isEmpty ? key : path + "." + key
      nodes.append((key, try node(value, path: inner)))
    }
    return PatternNode(.fields, source: source, fields: nodes)
  }

  private static func list(
    _ elements: Vector<Value>, source: Value, path: Text
  ) throws(PatternError) -> PatternNode {
    var arguments = Arguments(elements: elements, path: path)
    var predicates: [PatternPredicate] = []
    var isOptional = false
    while let name = try arguments.nextName() {
      if name == "optional" {
        isOptional = true
      } else if let predicate = PatternPredicate.simple(name) {
        predicates.append(predicate)
      } else {
        predicates.append(try arguments.predicate(name))
      }
    }
    return PatternNode(
      .predicates, source: source, predicates: predicates, isOptional: isOptional)
  }
}

/// Reads a list of predicates from its start.
private struct Arguments {
  let elements: Vector<Value>
  let path: Text
  var index = 0
  /// The predicate that is being read, as it is spelt.
  var predicate: Text = ""

  mutating func nextName() throws(PatternError) -> Text? {
    if index == elements.count { return nil }
    let element = elements[index]
    index += 1
    guard let name = element.string else {
      predicate = JSON.print(element)
      throw error(.notAName)
    }
    predicate = name
    return Arguments.lowercase(name)
  }

  mutating func predicate(_ name: Text) throws(PatternError) -> PatternPredicate {
    if name == "between" {
      let low = try number()
      let high = try number()
      if !(low <= high) { throw error(.badArgument) }
      return .between(low, high)
    }
    if name == "size" { return .size(try number()) }
    if name == "equals" { return .equals(try argument()) }
    if name == "pick" { return try pick() }
    throw error(.unknownPredicate)
  }

  private mutating func pick() throws(PatternError) -> PatternPredicate {
    guard let count = try argument().integer else { throw error(.badArgument) }
    var options = [try argument()]
    if index == elements.count, let listed = options[0].array {
      options = listed.elements
    } else {
      while index < elements.count { options.append(try argument()) }
    }
    if count < 1 || count > options.count { throw error(.badArgument) }
    return .pick(count, options)
  }

  private mutating func number() throws(PatternError) -> Double {
    guard let number = try argument().number else { throw error(.badArgument) }
    return number
  }

  private mutating func argument() throws(PatternError) -> Value {
    if index == elements.count { throw error(.missingArgument) }
    index += 1
    return elements[index - 1]
  }

  private func error(_ kind: PatternError.Kind) -> PatternError {
    PatternError(kind: kind, predicate: predicate, path: path)
  }

  private static func lowercase(_ text: Text) -> Text {
    text.withUTF8 { bytes in
      var lower: [UInt8] = []
      lower.reserveCapacity(bytes.count)
      for byte in bytes {
        let isUpper = byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")
        lower.append(isUpper ? byte | 0x20 : byte)
      }
      return lower.withUnsafeBufferPointer { Text(validated: $0) }
    }
  }
}
