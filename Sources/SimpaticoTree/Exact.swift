/// The JSON form of a value that reads back as that very value, for journals and snapshots.
///
/// Handles (fields whose keys start with `_`) are left out, at any depth. So such a key is free to
/// mark what JSON has no form for: `{"_delete": true}`, `{"_handler": name}`, and `{"_bits": …}`
/// with the sixteen hexadecimal digits of a number that is infinite, is none, or is the negative
/// zero. The flat form, which people read and write, spells `delete` and references as strings and
/// cannot tell them from strings that came from outside.
enum Exact {
  private static let delete: Text = "_delete"
  private static let handler: Text = "_handler"
  private static let bits: Text = "_bits"

  /// The form of a value. Linear.
  static func encode(_ value: Value) -> Value {
    switch value.content {
    case .delete: return mark(delete, true)
    case .handler(let name): return mark(handler, .string(name))
    case .number(let number):
      let isPlain = number.isFinite && (number != 0 || number.sign == .plus)
      return isPlain ? value : mark(bits, .string(digits(number.bitPattern)))
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
    case .null, .bool, .string: return value
    }
  }

  /// The value of a form, or nil where it is none. Linear.
  static func decode(_ form: Value) -> Value? {
    switch form.content {
    case .array(let elements):
      var result = Vector<Value>()
      for index in 0..<elements.count {
        guard let element = decode(elements[index]) else { return nil }
        result.append(element)
      }
      return .array(result)
    case .object(let fields):
      if let key = fields.firstKey(notBefore: "_"), key.firstByte == UInt8(ascii: "_") {
        return fields.count == 1 ? marked(key, fields[key] ?? .null) : nil
      }
      var isWhole = true
      var result = Object()
      fields.forEach { key, field in
        result[key] = decode(field)
        if result[key] == nil { isWhole = false }
      }
      return isWhole ? .object(result) : nil
    case .null, .bool, .number, .string: return form
    case .delete, .handler: return nil
    }
  }

  private static func mark(_ key: Text, _ value: Value) -> Value { .object([key: value]) }

  private static func marked(_ key: Text, _ value: Value) -> Value? {
    if key == delete { return value.bool == true ? .delete : nil }
    if key == handler { return value.string.map { .handler($0) } }
    guard key == bits, let bits = value.string.flatMap(number) else { return nil }
    return .number(Double(bitPattern: bits))
  }

  /// A value without its handles, at any depth. Linear.
  static func withoutHandles(_ value: Value) -> Value {
    switch value.content {
    case .array(let elements):
      var result = elements
      for index in 0..<elements.count { result[index] = withoutHandles(elements[index]) }
      return .array(result)
    case .object(let fields):
      var result = Object()
      fields.forEach { key, field in
        if key.firstByte != UInt8(ascii: "_") { result[key] = withoutHandles(field) }
      }
      return .object(result)
    case .null, .bool, .number, .string, .delete, .handler: return value
    }
  }

  // MARK: Integers

  /// An integer of 64 bits: a number as long as a double is exact, and else its hexadecimal digits.
  static func encode(_ integer: UInt64) -> Value {
    integer <= 1 << 53 ? .number(Double(integer)) : .string(digits(integer))
  }

  /// The integer of such a form, or nil where it is none.
  static func integer(_ form: Value?) -> UInt64? {
    guard let form else { return nil }
    if let text = form.string { return number(text) }
    guard let number = form.number, number >= 0, number <= 0x1p53 else { return nil }
    let whole = UInt64(number)
    return Double(whole) == number ? whole : nil
  }

  /// The sixteen hexadecimal digits of a word.
  static func digits(_ word: UInt64) -> Text {
    ByteWriter.use { writer in
      writer.reserve(16)
      for place in 0..<16 {
        writer.putHexadecimal(UInt8(truncatingIfNeeded: word >> UInt64(60 - 4 * place) & 15))
      }
      return Text(validated: writer.written)
    }
  }

  /// The word of such digits.
  private static func number(_ digits: Text) -> UInt64? {
    guard digits.count == 16 else { return nil }
    return digits.withUTF8 { bytes in
      var word: UInt64 = 0
      for byte in bytes {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): word = word << 4 | UInt64(byte - 0x30)
        case UInt8(ascii: "a")...UInt8(ascii: "f"): word = word << 4 | UInt64(byte - 0x57)
        default: return nil
        }
      }
      return word
    }
  }
}
