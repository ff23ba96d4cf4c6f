/// Validation of UTF-8 as Unicode 16.0 table 3-7 and RFC 3629 define it.
package enum UTF8Check {
  /// Whether the bytes are well-formed UTF-8: no overlong form, no surrogate, nothing above
  /// U+10FFFF. Linear.
  package static func isValid(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    firstError(bytes) == nil
  }

  /// The offset of the first byte of the first ill-formed sequence, or nil. Linear; ASCII goes by
  /// words.
  package static func firstError(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    let count = bytes.count
    guard let base = bytes.baseAddress else { return nil }
    var index = 0
    while index < count {
      while index &+ 8 <= count {
        let word = UnsafeRawPointer(base + index).loadUnaligned(as: UInt64.self)
        if word & 0x8080_8080_8080_8080 != 0 { break }
        index &+= 8
      }
      if index == count { return nil }
      if bytes[index] < 0x80 {
        index &+= 1
        continue
      }
      let length = sequenceLength(bytes, at: index)
      if length == 0 { return index }
      index &+= length
    }
    return nil
  }

  /// The length of the well-formed multi-byte sequence that starts at `index`, or 0 where there is
  /// none.
  static func sequenceLength(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Int {
    let lead = bytes[index]
    let length = lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0
    if length == 0 || index + length > bytes.count { return 0 }
    let second = bytes[index + 1]
    let lowest: UInt8 = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80
    let highest: UInt8 = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF
    if second < lowest || second > highest { return 0 }
    for offset in 2..<max(length, 2) where bytes[index + offset] & 0xC0 != 0x80 { return 0 }
    return length
  }
}
