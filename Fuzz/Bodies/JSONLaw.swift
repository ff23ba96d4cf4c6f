import SimpaticoTree

/// What is accepted is printed so that it reads as the same value and prints as the same bytes;
/// limits are kept; an error names a byte of the document or its end.
enum JSONLaw {
  static func broken(by bytes: UnsafeBufferPointer<UInt8>) -> String? {
    do throws(JSONError) {
      let value = try JSON.parse(bytes)
      return brokenByPrinting(value) ?? brokenByLimits(value, bytes)
    } catch {
      guard (0...bytes.count).contains(error.offset) else {
        return "an error at byte \(error.offset) of \(bytes.count)"
      }
      return error.message.isEmpty ? "an error without words" : nil
    }
  }

  private static func brokenByPrinting(_ value: Value) -> String? {
    let printed = value.bytes
    guard printed.withUnsafeBufferPointer(UTF8Check.isValid) else { return "printed no UTF-8" }
    guard let again = try? JSON.parse(printed) else { return "refused what was printed" }
    guard again == value else { return "read another value than was printed" }
    guard again.bytes == printed else { return "printed an equal value as other bytes" }
    guard JSON.print(value) == Text(String(decoding: printed, as: UTF8.self)) else {
      return "printed a text unlike the bytes"
    }
    return value.invariantBroken
  }

  /// A limit at what the document needs lets it pass, and one below does not.
  private static func brokenByLimits(
    _ value: Value, _ bytes: UnsafeBufferPointer<UInt8>
  ) -> String? {
    var needs = Needs()
    needs.count(value, depth: 0)
    func isAccepted(_ change: Needs, bytes limit: Int) -> Bool {
      let limits = JSONLimits(
        maximumBytes: limit, maximumDepth: change.depth, maximumKeys: change.keys,
        maximumElements: change.elements)
      return (try? JSON.parse(bytes, limits: limits)) == value
    }
    if !isAccepted(needs, bytes: bytes.count) { return "refused \(needs), which is the limit" }
    if isAccepted(needs, bytes: bytes.count - 1) { return "took a byte too many" }
    for part in [\Needs.depth, \.keys, \.elements] where needs[keyPath: part] > 0 {
      var fewer = needs
      fewer[keyPath: part] -= 1
      if isAccepted(fewer, bytes: bytes.count) { return "took \(needs) with limits \(fewer)" }
    }
    return nil
  }

  private struct Needs {
    var depth = 0
    var keys = 0
    var elements = 0

    mutating func count(_ value: Value, depth outside: Int) {
      if let fields = value.object {
        depth = max(depth, outside + 1)
        keys += fields.count
        fields.forEach { _, field in count(field, depth: outside + 1) }
      } else if let items = value.array {
        depth = max(depth, outside + 1)
        elements += items.count
        items.forEach { count($0, depth: outside + 1) }
      }
    }
  }
}

extension Value {
  /// What is out of order in its objects, at any depth; nil where nothing is.
  var invariantBroken: String? {
    var broken: String?
    switch content {
    case .array(let items): items.forEach { broken = broken ?? $0.invariantBroken }
    case .object(let fields):
      broken = fields.brokenInvariant()
      fields.forEach { _, field in broken = broken ?? field.invariantBroken }
    default: break
    }
    return broken
  }
}
