/// One condition of a pattern.
enum PatternPredicate: Sendable {
  case number, integer, string, bool, array, object, absent
  case hexadecimal, base64url
  case between(Double, Double)
  case size(Double)
  case equals(Value)
  /// How many, of which.
  case pick(Int, [Value])

  /// The predicates without arguments, by their lower-case names.
  static func simple(_ name: Text) -> PatternPredicate? {
    if name == "num" { return .number }
    if name == "int" { return .integer }
    if name == "str" { return .string }
    if name == "bool" { return .bool }
    if name == "arr" { return .array }
    if name == "obj" { return .object }
    if name == "undef" { return .absent }
    if name == "hex" { return .hexadecimal }
    if name == "base64url" { return .base64url }
    return nil
  }

  /// The predicate as patterns spell it: its name and its arguments.
  var spelling: [Value] {
    switch self {
    case .number: ["num"]
    case .integer: ["int"]
    case .string: ["str"]
    case .bool: ["bool"]
    case .array: ["arr"]
    case .object: ["obj"]
    case .absent: ["undef"]
    case .hexadecimal: ["hex"]
    case .base64url: ["base64url"]
    case .between(let low, let high): ["between", .number(low), .number(high)]
    case .size(let size): ["size", .number(size)]
    case .equals(let value): ["equals", value]
    case .pick(let count, let options): ["pick", .number(count), .array(options)]
    }
  }

  /// Whether a value, or none, meets the condition. Allocates nothing.
  func holds(for value: UnsafePointer<Value>?) -> Bool {
    var isASCII = false
    return holds(for: value, isASCII: &isASCII)
  }

  /// The same where it may be known already that the value is a text of ASCII, whose scalars need
  /// not be counted; or that becomes known here.
  func holds(for value: UnsafePointer<Value>?, isASCII: inout Bool) -> Bool {
    guard let value else {
      if case .absent = self { return true }
      return false
    }
    switch self {
    case .number: return value.pointee.kind == .number
    case .integer: return PatternPredicate.isInteger(value)
    case .string: return value.pointee.kind == .string
    case .bool: return value.pointee.kind == .bool
    case .array: return value.pointee.kind == .array
    case .object: return value.pointee.kind == .object
    case .absent: return false
    case .hexadecimal:
      isASCII = PatternPredicate.consists(value, of: PatternPredicate.isNoHexadecimal)
      return isASCII
    case .base64url:
      isASCII = PatternPredicate.consists(value, of: PatternPredicate.isNoBase64URL)
      return isASCII
    case .between(let low, let high):
      guard let size = PatternPredicate.size(of: value, isASCII: isASCII) else { return false }
      return low <= size && size <= high
    case .size(let wanted):
      return PatternPredicate.size(of: value, isASCII: isASCII) == wanted
    case .equals(let wanted): return value.pointee == wanted
    case .pick(let count, let options):
      return PatternPredicate.isPick(value.pointee, count: count, from: options)
    }
  }

  /// What `between` and `size` compare: a number itself, a text's Unicode scalars, a container's
  /// entries.
  private static func size(of value: UnsafePointer<Value>, isASCII: Bool) -> Double? {
    switch value.pointee.kind {
    case .number: value.pointee.number
    case .string:
      Double(isASCII ? Text.at(value).pointee.count : Text.at(value).pointee.scalarCount)
    case .array: value.pointee.array.map { Double($0.count) }
    case .object: value.pointee.object.map { Double($0.count) }
    case .null, .bool, .delete, .handler: nil
    }
  }

  private static func isInteger(_ value: UnsafePointer<Value>) -> Bool {
    guard let number = value.pointee.number else { return false }
    // From 2^53 on there are no fractions.
    if number.magnitude < 0x1p53 { return Double(Int64(number)) == number }
    return number.isFinite
  }

  private static func isPick(_ value: Value, count: Int, from options: [Value]) -> Bool {
    if count == 1 { return contains(options, value) }
    guard let picked = value.array, picked.count == count else { return false }
    for index in 0..<count {
      if !contains(options, picked[index]) { return false }
      for other in 0..<index where picked[other] == picked[index] { return false }
    }
    return true
  }

  private static func contains(_ options: [Value], _ value: Value) -> Bool {
    for option in options where option == value { return true }
    return false
  }

  /// Whether a value is a text of certain bytes only: `strangeness` answers 0 for those.
  ///
  /// Looks at all bytes without a branch for any, so that the compiler compares many at once; the
  /// last 32 may overlap those before. The browser build compares one after another, and would
  /// only grow.
  @inline(__always)
  private static func consists(
    _ value: UnsafePointer<Value>, of strangeness: (UInt8) -> UInt8
  ) -> Bool {
    guard value.pointee.kind == .string else { return false }
    return Text.at(value).pointee.withUTF8 { bytes in
      var strange: UInt8 = 0
      #if !arch(wasm32)
        if let first = bytes.baseAddress, bytes.count >= 32 {
          for index in 0..<(bytes.count & ~31) { strange |= strangeness(first[index]) }
          let last = first + (bytes.count &- 32)
          for index in 0..<32 { strange |= strangeness(last[index]) }
          return strange == 0
        }
      #endif
      for byte in bytes { strange |= strangeness(byte) }
      return strange == 0
    }
  }

  @inline(__always)
  private static func isNoHexadecimal(_ byte: UInt8) -> UInt8 {
    isOutside(byte, UInt8(ascii: "0"), UInt8(ascii: "9"))
      & isOutside(byte | 0x20, UInt8(ascii: "a"), UInt8(ascii: "f"))
  }

  @inline(__always)
  private static func isNoBase64URL(_ byte: UInt8) -> UInt8 {
    isOutside(byte, UInt8(ascii: "0"), UInt8(ascii: "9"))
      & isOutside(byte | 0x20, UInt8(ascii: "a"), UInt8(ascii: "z"))
      & isOutside(byte, UInt8(ascii: "-"), UInt8(ascii: "-"))
      & isOutside(byte, UInt8(ascii: "_"), UInt8(ascii: "_"))
  }

  /// 1 where a byte is below `low` or above `high`, and 0 between.
  @inline(__always)
  private static func isOutside(_ byte: UInt8, _ low: UInt8, _ high: UInt8) -> UInt8 {
    byte &- low > high &- low ? 1 : 0
  }
}
