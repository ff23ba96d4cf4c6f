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
    if let decimal = ShortestDecimal(magnitude) {
      write(decimal)
    } else if !writeShortFraction(magnitude) {
      write(ShortestDecimal(description: magnitude.description))
    }
  }

  /// Writes a number of few decimals, such as 0.5, which `ShortestDecimal` leaves to others: less
  /// than a million, at most nine digits after the point.
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

  /// Lays digits out as ECMAScript does, depending on where the point stands.
  private mutating func write(_ decimal: ShortestDecimal) {
    let digits = decimal.digits
    let length = ByteWriter.digitCount(digits)
    let point = length + decimal.exponent
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
}
