/// Numbers: one pass over the digits; `NumberReading` makes the double.
extension JSONReader {
  /// Reads a number, or refuses whatever else stands where a value should.
  @inline(__always)
  mutating func readNumber() throws(JSONError) -> Double {
    // Locals, because the compiler cannot keep the reader's own properties in registers.
    let source = source
    let end = end
    var index = at
    let isNegative = source[index] == UInt8(ascii: "-")
    if isNegative {
      index &+= 1
    } else if source[index] &- UInt8(ascii: "0") > 9 {
      throw JSONError(.unexpectedByte, at: index)
    }
    let first = index
    var mantissa: UInt64 = 0
    var next: UInt8 = 0
    while index < end {
      next = source[index]
      let digit = next &- UInt8(ascii: "0")
      if digit > 9 { break }
      mantissa = mantissa &* 10 &+ UInt64(digit)
      index &+= 1
    }
    at = index
    let digits = index &- first
    if digits == 0 || digits > 15 || next == UInt8(ascii: ".") || next | 0x20 == UInt8(ascii: "e") {
      return try readFraction(from: first, mantissa: mantissa, isNegative: isNegative)
    }
    if digits > 1, source[first] == UInt8(ascii: "0") { throw JSONError(.badNumber, at: first) }
    let magnitude = Double(Int64(truncatingIfNeeded: mantissa))
    return isNegative ? -magnitude : magnitude
  }

  /// Reads the rest of a number that is more than a few digits.
  @inline(never)
  private mutating func readFraction(
    from first: Int, mantissa: UInt64, isNegative: Bool
  ) throws(JSONError) -> Double {
    if at == first {
      _ = try nextByte()
      throw JSONError(.badNumber, at: at)
    }
    if at &- first > 1, source[first] == UInt8(ascii: "0") {
      throw JSONError(.badNumber, at: first)
    }
    var mantissa = mantissa
    var digits = at &- first
    var exponent: Int64 = 0
    if at < end, source[at] == UInt8(ascii: ".") {
      at &+= 1
      let start = at
      try skipDigits(into: &mantissa)
      digits &+= at &- start
      exponent = Int64(start) - Int64(at)
    }
    let last = at
    if at < end, source[at] | 0x20 == UInt8(ascii: "e") { exponent += try readExponent() }
    let magnitude: Double
    if digits <= 19 {
      magnitude = NumberReading.double(mantissa, exponent: exponent)
    } else {
      let spelt = UnsafeBufferPointer(start: source + first, count: last &- first)
      magnitude = NumberReading.double(spelt, exponent: exponent)
    }
    if magnitude.isInfinite { throw JSONError(.numberOutOfRange, at: first) }
    return isNegative ? -magnitude : magnitude
  }

  private mutating func readExponent() throws(JSONError) -> Int64 {
    at &+= 1
    let sign = try nextByte()
    if sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { at &+= 1 }
    let start = at
    var exponent: Int64 = 0
    while at < end, source[at] &- UInt8(ascii: "0") <= 9 {
      // No document is long enough to bring so large an exponent back into the range.
      if exponent < 1 << 50 { exponent = exponent * 10 + Int64(source[at] - UInt8(ascii: "0")) }
      at &+= 1
    }
    if at == start {
      _ = try nextByte()
      throw JSONError(.badNumber, at: at)
    }
    return sign == UInt8(ascii: "-") ? -exponent : exponent
  }

  /// Reads one digit or more. What the mantissa becomes after nineteen digits has no meaning.
  private mutating func skipDigits(into mantissa: inout UInt64) throws(JSONError) {
    let source = source
    let end = end
    let start = at
    var index = at
    var value = mantissa
    while index < end {
      let digit = source[index] &- UInt8(ascii: "0")
      if digit > 9 { break }
      value = value &* 10 &+ UInt64(digit)
      index &+= 1
    }
    mantissa = value
    at = index
    if at == start {
      _ = try nextByte()
      throw JSONError(.badNumber, at: at)
    }
  }
}
