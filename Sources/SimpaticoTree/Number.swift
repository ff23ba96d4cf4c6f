/// Appends the decimal form of an integer.
func appendInteger(_ value: Int64, to bytes: inout [UInt8]) {
  var writer = ByteWriter(room: 20)
  writer.write(value)
  bytes.append(contentsOf: writer.written)
}

/// Numbers as ECMAScript's Number::toString spells them, radix 10 (ECMA-262, 6.1.6.1.20).
extension ByteWriter {
  mutating func write(_ value: Int64) {
    reserve(20)
    if value < 0 { put(UInt8(ascii: "-")) }
    putDigits(value.magnitude)
  }

  /// Writes a finite number; the others have no JSON form and are written as `null`, as
  /// `JSON.stringify` does.
  ///
  /// The shortest digits that read back as the same number, and of those the nearest to it. Both
  /// zeros are `0`.
  mutating func write(_ value: Double) {
    let magnitude = value.magnitude
    if magnitude < 0x1p53 {
      let integer = Int64(value)
      if Double(integer) == value {
        write(integer)
        return
      }
    } else if !value.isFinite {
      write("null")
      return
    }
    reserve(32)
    if value < 0 { put(UInt8(ascii: "-")) }
    if writeShortFraction(magnitude) { return }
    writeShortest(magnitude)
  }

  /// Writes a number of few decimals, as most are: less than a million, at most nine digits after
  /// the point.
  ///
  /// Two different decimals of at most fifteen digits never read as the same double, so the first
  /// one found that reads back as the number is the shortest there is. Dividing two exact doubles
  /// is how it reads back.
  private mutating func writeShortFraction(_ magnitude: Double) -> Bool {
    guard magnitude >= 1e-6, magnitude < 1e6 else { return false }
    var places = 1
    while places <= 9 {
      let power = NumberReading.exactPowers[places]
      let scaled = Int64(magnitude * power + 0.5)
      if Double(scaled) / power == magnitude {
        let unit = UInt64(power)
        putDigits(scaled.magnitude / unit)
        put(UInt8(ascii: "."))
        putDigits(scaled.magnitude % unit, count: places)
        return true
      }
      places &+= 1
    }
    return false
  }

  /// Writes any positive number that is not an integer below 2^53.
  private mutating func writeShortest(_ magnitude: Double) {
    let (digits, length, point) = ByteWriter.shortestDigits(magnitude)
    if length <= point, point <= 21 {
      putDigits(digits, count: length)
      for _ in length..<point { put(UInt8(ascii: "0")) }
    } else if point > 0, point <= 21 {
      let unit = ByteWriter.powerOfTen(length - point)
      putDigits(digits / unit, count: point)
      put(UInt8(ascii: "."))
      putDigits(digits % unit, count: length - point)
    } else if point > -6, point <= 0 {
      put(UInt8(ascii: "0"))
      put(UInt8(ascii: "."))
      putDigits(digits, count: length - point)
    } else {
      let unit = ByteWriter.powerOfTen(length - 1)
      putDigits(digits / unit, count: 1)
      if length > 1 {
        put(UInt8(ascii: "."))
        putDigits(digits % unit, count: length - 1)
      }
      put(UInt8(ascii: "e"))
      put(point > 0 ? UInt8(ascii: "+") : UInt8(ascii: "-"))
      putDigits(UInt64((point - 1).magnitude))
    }
  }

  private static func powerOfTen(_ power: Int) -> UInt64 {
    var result: UInt64 = 1
    for _ in 0..<power { result &*= 10 }
    return result
  }

  /// The digits, how many they are, and where the point stands: the number is 0.digits × 10^point.
  ///
  /// The standard library finds the shortest digits; only how it lays them out differs from
  /// ECMAScript.
  private static func shortestDigits(_ magnitude: Double) -> (UInt64, length: Int, point: Int) {
    var digits: UInt64 = 0
    var length = 0
    var zeros = 0
    var point = 0
    var exponent = 0
    var hasPoint = false
    var hasExponent = false
    var isNegative = false
    for byte in magnitude.description.utf8 {
      switch byte {
      case UInt8(ascii: "."): hasPoint = true
      case UInt8(ascii: "e"): hasExponent = true
      case UInt8(ascii: "-"): isNegative = true
      case UInt8(ascii: "+"): break
      default:
        let digit = Int(byte) - 0x30
        if hasExponent {
          exponent = exponent * 10 + digit
        } else if digit == 0 {
          // Zeros in front do not count; those behind only where another digit follows.
          if length > 0 { zeros += 1 } else if hasPoint { point -= 1 }
          if length > 0, !hasPoint { point += 1 }
        } else {
          for _ in 0...zeros { digits &*= 10 }
          digits &+= UInt64(digit)
          length += zeros + 1
          zeros = 0
          if !hasPoint { point += 1 }
        }
      }
    }
    return (digits, length, point + (isNegative ? -exponent : exponent))
  }
}
