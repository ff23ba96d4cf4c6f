public import Testing

@testable public import SimpaticoTree

/// The same data as `Value` on Swift's own collections: what the models work on.
indirect enum Plain: Equatable, Sendable {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  case array([Plain])
  case object([String: Plain])
  case delete
  case handler(String)

  init(_ value: Value) {
    switch value.content {
    case .null: self = .null
    case .bool(let flag): self = .bool(flag)
    case .number(let number): self = .number(number)
    case .string(let text): self = .string(text.description)
    case .array(let elements): self = .array(elements.elements.map { Plain($0) })
    case .object(let fields):
      var object: [String: Plain] = [:]
      fields.forEach { key, field in object[key.description] = Plain(field) }
      self = .object(object)
    case .delete: self = .delete
    case .handler(let name): self = .handler(name.description)
    }
  }

  var value: Value {
    switch self {
    case .null: .null
    case .bool(let flag): .bool(flag)
    case .number(let number): .number(number)
    case .string(let text): .string(Text(text))
    case .array(let elements): .array(elements.map(\.value))
    case .object(let fields): .object(Object(fields.map { (Text($0.key), $0.value.value) }))
    case .delete: .delete
    case .handler(let name): .handler(Text(name))
    }
  }

  var kind: Value.Kind {
    switch self {
    case .null: .null
    case .bool: .bool
    case .number: .number
    case .string: .string
    case .array: .array
    case .object: .object
    case .delete: .delete
    case .handler: .handler
    }
  }

  subscript(key: String) -> Plain? { fields?[key] }

  var fields: [String: Plain]? { if case .object(let fields) = self { fields } else { nil } }
  var elements: [Plain]? { if case .array(let elements) = self { elements } else { nil } }
  var string: String? { if case .string(let text) = self { text } else { nil } }
  var number: Double? { if case .number(let number) = self { number } else { nil } }

  /// How deep the value nests; a scalar does not.
  var nesting: Int {
    switch self {
    case .array(let elements): 1 + (elements.map(\.nesting).max() ?? -1)
    case .object(let fields): 1 + (fields.values.map(\.nesting).max() ?? -1)
    default: 0
    }
  }

  /// Whether a marker stands anywhere in the value.
  var holdsDelete: Bool {
    switch self {
    case .delete: true
    case .array(let elements): elements.contains(where: \.holdsDelete)
    case .object(let fields): fields.values.contains(where: \.holdsDelete)
    default: false
    }
  }

  var withoutHandles: Plain {
    fields.map { .object($0.filter { !$0.key.hasPrefix("_") }) } ?? self
  }
}

extension Plain: CustomStringConvertible {
  var description: String {
    switch self {
    case .null: "null"
    case .bool(let flag): "\(flag)"
    case .number(let number): "\(number)"
    case .string(let text): "\"\(text)\""
    case .array(let elements): "[\(elements.map(\.description).joined(separator: ", "))]"
    case .object(let fields):
      "{\(sortedKeys(fields).map { "\($0): \(fields[$0] ?? .null)" }.joined(separator: ", "))}"
    case .delete: "DELETE"
    case .handler(let name): "<\(name)>"
    }
  }
}

/// So that a failed expectation shows values as people read them.
extension Value: CustomTestStringConvertible {
  public var testDescription: String { Plain(self).description }
}

/// Keys in canonical order: by their bytes.
func sortedKeys(_ fields: [String: Plain]) -> [String] {
  fields.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
}
