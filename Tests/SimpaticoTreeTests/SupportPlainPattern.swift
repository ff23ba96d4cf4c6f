@testable import SimpaticoTree

/// What a pattern means, read off the pattern itself each time it is asked.
enum PlainPattern {
  /// One predicate of a list, as it is spelt in answers, and what it demands.
  struct Condition {
    let spelling: [Plain]
    let holds: (Plain?) -> Bool

    init(_ name: String, _ arguments: [Plain] = [], _ holds: @escaping (Plain) -> Bool) {
      spelling = [.string(name)] + arguments
      self.holds = { value in value.map(holds) ?? false }
    }

    init(absent name: String) {
      spelling = [.string(name)]
      holds = { $0 == nil }
    }
  }

  /// The failing parts, or nil. Throws what a bad pattern is refused with.
  static func failures(_ pattern: Plain, of value: Plain?) throws(PatternError) -> Plain? {
    try validate(pattern, [])
    return try pattern == .null ? .object([:]) : failing(pattern, value)
  }

  private static func validate(_ pattern: Plain, _ path: [String]) throws(PatternError) {
    if case .array(let list) = pattern { _ = try conditions(list, path) }
    for key in sortedKeys(pattern.fields ?? [:]) {
      try validate(pattern[key] ?? .null, path + [key])
    }
  }

  private static func failing(_ pattern: Plain, _ value: Plain?) throws(PatternError) -> Plain? {
    switch pattern {
    case .array(let list):
      let (conditions, isOptional) = try conditions(list, [])
      if isOptional, value == nil { return nil }
      let failed = conditions.filter { !$0.holds(value) }
      return failed.isEmpty ? nil : .array(failed.flatMap(\.spelling))
    case .object(let fields):
      if fields.isEmpty { return nil }
      guard let object = value?.fields else { return pattern }
      var failed: [String: Plain] = [:]
      for (key, field) in fields { failed[key] = try failing(field, object[key]) }
      return failed.isEmpty ? nil : .object(failed)
    default:
      return value == pattern ? nil : .array([.string("equals"), pattern])
    }
  }

  /// A value without what the pattern does not name.
  static func restricted(_ value: Plain, by pattern: Plain) -> Plain {
    guard let fields = value.fields, let named = pattern.fields else { return value }
    var kept: [String: Plain] = [:]
    for (key, field) in fields {
      if let inner = named[key] { kept[key] = restricted(field, by: inner) }
    }
    return .object(kept)
  }

  static func conditions(
    _ list: [Plain], _ path: [String]
  ) throws(PatternError) -> ([Condition], isOptional: Bool) {
    var rest = list[...]
    var conditions: [Condition] = []
    var isOptional = false
    while let first = rest.popFirst() {
      func refused(_ kind: PatternError.Kind) -> PatternError {
        let spelt = first.string.map { Text($0) } ?? JSON.print(first.value)
        return PatternError(
          kind: kind, predicate: spelt, path: Text(path.joined(separator: ".")))
      }
      func argument() throws(PatternError) -> Plain {
        guard let next = rest.popFirst() else { throw refused(.missingArgument) }
        return next
      }
      func number() throws(PatternError) -> Double {
        guard let number = try argument().number else { throw refused(.badArgument) }
        return number
      }
      guard let name = first.string?.lowercased() else { throw refused(.notAName) }
      switch name {
      case "optional": isOptional = true
      case "between":
        let (low, high) = (try number(), try number())
        if low > high { throw refused(.badArgument) }
        conditions.append(
          Condition(name, [.number(low), .number(high)]) {
            $0.size.map { low <= $0 && $0 <= high } ?? false
          })
      case "size":
        let size = try number()
        conditions.append(Condition(name, [.number(size)]) { $0.size == size })
      case "equals":
        let wanted = try argument()
        conditions.append(Condition(name, [wanted]) { $0 == wanted })
      case "pick":
        guard let count = try argument().number, count == count.rounded() else {
          throw refused(.badArgument)
        }
        var options = [try argument()] + rest
        rest = []
        if options.count == 1, let listed = options[0].elements { options = listed }
        if count < 1 || count > Double(options.count) { throw refused(.badArgument) }
        conditions.append(pick(Int(count), options))
      default:
        guard let condition = simple(name) else { throw refused(.unknownPredicate) }
        conditions.append(condition)
      }
    }
    return (conditions, isOptional)
  }

  private static func pick(_ count: Int, _ options: [Plain]) -> Condition {
    Condition("pick", [.number(Double(count)), .array(options)]) { value in
      if count == 1 { return options.contains(value) }
      guard let picked = value.elements, picked.count == count else { return false }
      return picked.indices.allSatisfy { index in
        options.contains(picked[index]) && !picked[..<index].contains(picked[index])
      }
    }
  }

  private static func simple(_ name: String) -> Condition? {
    let kinds: [String: Value.Kind] = [
      "num": .number, "str": .string, "bool": .bool, "arr": .array, "obj": .object,
    ]
    if let kind = kinds[name] { return Condition(name) { $0.kind == kind } }
    let hexadecimal = "0123456789abcdefABCDEF"
    let base64url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    switch name {
    case "undef": return Condition(absent: name)
    case "int": return Condition(name) { $0.number.map { $0 == $0.rounded() } ?? false }
    case "hex": return Condition(name) { $0.string?.allSatisfy(hexadecimal.contains) ?? false }
    case "base64url": return Condition(name) { $0.string?.allSatisfy(base64url.contains) ?? false }
    default: return nil
    }
  }
}

extension Plain {
  /// What `between` and `size` measure.
  fileprivate var size: Double? {
    switch self {
    case .number(let number): number
    case .string(let text): Double(text.unicodeScalars.count)
    case .array(let elements): Double(elements.count)
    case .object(let fields): Double(fields.count)
    default: nil
    }
  }
}
