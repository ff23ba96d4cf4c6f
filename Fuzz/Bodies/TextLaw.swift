import SimpaticoTree

/// UTF-8 is what the standard library takes for it, and texts behave as their bytes do.
enum TextLaw {
  static func broken(by bytes: UnsafeBufferPointer<UInt8>) -> String? {
    let expected = String(validating: bytes, as: UTF8.self)
    let error = UTF8Check.firstError(bytes)
    guard let text = Text(utf8: bytes) else {
      if expected != nil { return "refused UTF-8" }
      guard let error, error < bytes.count else { return "refused bytes without an error" }
      let good = UnsafeBufferPointer(rebasing: bytes[..<error])
      return String(validating: good, as: UTF8.self) == nil
        ? "found the first error too late, at \(error)" : nil
    }
    guard let expected, error == nil else { return "took what is no UTF-8" }
    if text.withUTF8({ !$0.elementsEqual(bytes) }) { return "holds other bytes" }
    if text.count != bytes.count || text.isEmpty != bytes.isEmpty { return "a wrong count" }
    if text.scalarCount != expected.unicodeScalars.count { return "a wrong count of scalars" }
    if text.firstByte != bytes.first { return "a wrong first byte" }
    let letter = expected.unicodeScalars.first.map { String($0) }
    if text.firstLetter.map({ Array($0.description.utf8) }) != letter.map({ Array($0.utf8) }) {
      return "a wrong first letter"
    }
    if Text(expected) != text { return "unlike the same string" }
    return brokenByParts(text, bytes) ?? brokenByJSON(text)
  }

  /// Two parts of a text are ordered as their bytes are, and make the whole again.
  private static func brokenByParts(
    _ text: Text, _ bytes: UnsafeBufferPointer<UInt8>
  ) -> String? {
    let middle = bytes.count / 2
    guard let left = Text(utf8: UnsafeBufferPointer(rebasing: bytes[..<middle])),
      let right = Text(utf8: UnsafeBufferPointer(rebasing: bytes[middle...]))
    else { return nil }
    if left + right != text { return "parts make another whole" }
    if !text.hasPrefix(left) { return "does not begin with its first part" }
    let isLess = bytes[..<middle].lexicographicallyPrecedes(bytes[middle...])
    if (left < right) != isLess { return "ordered unlike the bytes" }
    let isEqual = bytes[..<middle].elementsEqual(bytes[middle...])
    return (left == right) != isEqual ? "equal unlike the bytes" : nil
  }

  private static func brokenByJSON(_ text: Text) -> String? {
    let value = Value.string(text)
    return (try? JSON.parse(value.bytes)) == value ? nil : "not read as it was printed"
  }
}
