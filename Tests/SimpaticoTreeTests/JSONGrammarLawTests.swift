import Testing

@testable import SimpaticoTree

/// The grammar as laws: every byte, every escape, every character, and where an error stands.
@Suite struct JSONGrammarLaws {
  private static func parse(
    _ bytes: some Collection<UInt8>, _ limits: JSONLimits = JSONLimits()
  ) -> Result<Value, JSONError> {
    do throws(JSONError) { return .success(try JSON.parse(Array(bytes), limits: limits)) } catch {
      return .failure(error)
    }
  }

  private static func fault(
    _ bytes: some Collection<UInt8>, _ limits: JSONLimits = JSONLimits()
  ) -> JSONError? {
    if case .failure(let error) = parse(bytes, limits) { error } else { nil }
  }

  /// Only digits are documents of one byte, and only white space and the starts of values leave
  /// anything to come.
  @Test func everySingleByteIsADigitOrRefused() {
    for byte in UInt8.min...UInt8.max {
      let isDigit = (0x30...0x39).contains(byte)
      let isStart = Array(" \t\r\n[{\"-tfn".utf8).contains(byte)
      let expected: JSONError? =
        isDigit ? nil : JSONError(isStart ? .unexpectedEnd : .unexpectedByte, at: isStart ? 1 : 0)
      #expect(Self.fault([byte]) == expected, "byte \(byte)")
    }
  }

  /// Wherever in a string it stands, for whatever is looked at in one go.
  @Test func everyControlCharacterMustBeEscapedAndCanBe() throws {
    for control in UInt8(0)..<0x20 {
      for place in 0..<40 {
        let before = Array(String(repeating: "x", count: place).utf8)
        let after = Array("behind\"".utf8)
        let raw = [0x22] + before + [control] + after
        #expect(Self.fault(raw) == JSONError(.controlCharacter, at: place + 1))
        #expect(
          Self.fault([0x7B] + raw + Array(":1}".utf8))
            == JSONError(.controlCharacter, at: place + 2))
        let digits = String(0x100 + Int(control), radix: 16).suffix(2)
        let escaped = [0x22] + before + Array("\\u00\(digits)".utf8) + after
        let text = try #require(try JSON.parse(escaped).string)
        #expect(Array(text.description.utf8) == before + [control] + Array("behind".utf8))
      }
    }
  }

  /// Every escape stands for its code unit, in either case of its digits, but for the halves of
  /// pairs, which stand for nothing alone.
  @Test func everyEscapeIsItsCodeUnit() {
    let stride = CaseRandom.effort(20) == 20 ? 1 : 37
    for unit in Swift.stride(from: UInt32(0), through: 0xFFFF, by: stride) {
      let digits = String(0x10000 + unit, radix: 16).dropFirst()
      for spelt in [String(digits), digits.uppercased()] {
        let result = Self.parse(Array("\"a\\u\(spelt)\"".utf8))
        let expected: Result<Value, JSONError> =
          Unicode.Scalar(unit).map { .success(.string(Text("a\(String($0))"))) }
          ?? .failure(JSONError(.loneSurrogate, at: 2))
        if result != expected { Issue.record("the escape of \(spelt) is \(result)") }
      }
    }
  }

  @Test func everyPairOfEscapesIsItsCharacter() {
    Cases.holds(3000) { random in
      let high = 0xD7F0 + random.below(0x420)
      let low = 0xDBF0 + random.below(0x420)
      let isPair = (0xD800...0xDBFF).contains(high) && (0xDC00...0xDFFF).contains(low)
      let document = "\"\\u\(String(high, radix: 16))\\u\(String(low, radix: 16))\""
      let result = Self.parse(Array(document.utf8))
      if isPair {
        let scalar = Unicode.Scalar(UInt32(0x10000 + (high - 0xD800) << 10 + low - 0xDC00))
        return differ(document, try? result.get().string?.description, scalar.map { String($0) })
      }
      let units = [high, low].map { Unicode.Scalar(UInt32($0)) }
      guard let first = units[0], let second = units[1] else {
        let offset = units[0] == nil ? 1 : 7
        return differ(document, result, .failure(JSONError(.loneSurrogate, at: offset)))
      }
      return differ(document, result, .success(.string(Text(String(first) + String(second)))))
    }
  }

  /// Bytes of any kind in a string are read where the standard library takes them for UTF-8, and
  /// come back as they were.
  @Test func aStringIsReadExactlyWhereItIsUTF8() {
    var valid = 0
    Cases.holds(20_000) { random in
      var bytes = Array(String(repeating: "x", count: random.below(20)).utf8)
      for _ in 0...random.below(3) {
        switch random.below(3) {
        case 0: bytes += (0..<random.below(5)).map { _ in UInt8(0x80 + random.below(128)) }
        case 1:
          let scalar = Unicode.Scalar(UInt32(0x20 + random.below(0x11_0000 - 0x20)))
          bytes += Array(String(scalar.map { Character($0) } ?? "é").utf8)
        default: bytes += [0x61]
        }
      }
      if random.chance(percent: 30), !bytes.isEmpty { bytes.remove(at: random.below(bytes.count)) }
      if bytes.contains(0x22) || bytes.contains(0x5C) { return nil }
      let isValid = String(validating: bytes, as: UTF8.self) != nil
      valid += isValid ? 1 : 0
      switch Self.parse([0x22] + bytes + [0x22]) {
      case .success(let value):
        let back = value.string.map { Array($0.description.utf8) }
        return isValid && back == bytes ? nil : "\(bytes) is read"
      case .failure(let error):
        let isExact = String(validating: bytes.prefix(error.offset - 1), as: UTF8.self) != nil
        return !isValid && error.kind == .badUTF8 && isExact ? nil : "\(bytes) is \(error)"
      }
    }
    Cases.tried("UTF-8", valid, atLeast: 2_000)
  }

  /// The bytes before an error are the start of a document; with the byte of the error they are
  /// not, where it is a byte that is wrong and not what it leads to.
  @Test func anErrorStandsAtTheFirstByteThatCannotStand() {
    var kinds: [JSONError.Kind: Int] = [:]
    Cases.holds(6_000) { random in
      var bytes = Array(random.spelling(random.json(depth: 2)).utf8)
      for _ in 0...random.below(2) where !bytes.isEmpty {
        let wrong = Array("{}[]\",:\\u0123456789.eE+-truefalsn \n\u{1}é".utf8)
        bytes[random.below(bytes.count)] = random.pick(wrong)
      }
      guard let error = Self.fault(bytes) else { return nil }
      kinds[error.kind, default: 0] += 1
      let document = String(decoding: bytes, as: UTF8.self)
      let before = Self.fault(bytes.prefix(error.offset))
      if before != nil, before != JSONError(.unexpectedEnd, at: error.offset) {
        return "\(document) is \(error), but before it \(String(describing: before))"
      }
      let isByte = [.unexpectedByte, .badEscape, .controlCharacter].contains(error.kind)
      if !isByte { return nil }
      return differ("\(document) up to it", Self.fault(bytes.prefix(error.offset + 1)), error)
    }
    for kind: JSONError.Kind in [
      .unexpectedEnd, .unexpectedByte, .trailingBytes, .badNumber, .controlCharacter, .badUTF8,
    ] { Cases.tried("\(kind)", kinds[kind, default: 0], atLeast: 20) }
  }

  /// Any document is read with limits that are just what it needs, and refused with any of them one
  /// less.
  @Test func everyLimitIsExactForAnyDocument() {
    Cases.holds(4_000) { random in
      let value = random.json()
      let bytes = Array(random.spelling(value).utf8)
      let plain = Plain(value)
      let needs = JSONLimits(
        maximumBytes: bytes.count, maximumDepth: plain.depth, maximumKeys: plain.fieldCount,
        maximumElements: plain.elementCount)
      if let error = Self.fault(bytes, needs) { return "\(plain) at its limits is \(error)" }
      var less = needs
      less.maximumBytes -= 1
      let short = Self.fault(bytes, less)
      less = needs
      less.maximumKeys -= 1
      let keys = plain.fieldCount == 0 ? nil : Self.fault(bytes, less)?.kind
      less = needs
      less.maximumElements -= 1
      let elements = plain.elementCount == 0 ? nil : Self.fault(bytes, less)?.kind
      let flat = JSONLimits(maximumDepth: plain.depth - 1)
      let depth = plain.depth == 0 ? nil : Self.fault(bytes, flat)?.kind
      return firstDifference(
        differ("too long", short, JSONError(.tooLong, at: bytes.count - 1)),
        differ("too many keys", keys, plain.fieldCount == 0 ? nil : .tooManyKeys),
        differ("too many elements", elements, plain.elementCount == 0 ? nil : .tooManyElements),
        differ("too deep", depth, plain.depth == 0 ? nil : .tooDeep))
    }
  }
}

extension Plain {
  /// Arrays and objects inside one another, empty ones included.
  fileprivate var depth: Int {
    switch self {
    case .array(let elements): 1 + (elements.map(\.depth).max() ?? 0)
    case .object(let fields): 1 + (fields.values.map(\.depth).max() ?? 0)
    default: 0
    }
  }

  fileprivate var fieldCount: Int {
    switch self {
    case .array(let elements): elements.map(\.fieldCount).reduce(0, +)
    case .object(let fields): fields.values.map(\.fieldCount).reduce(fields.count, +)
    default: 0
    }
  }

  fileprivate var elementCount: Int {
    switch self {
    case .array(let elements): elements.map(\.elementCount).reduce(elements.count, +)
    case .object(let fields): fields.values.map(\.elementCount).reduce(0, +)
    default: 0
    }
  }
}
