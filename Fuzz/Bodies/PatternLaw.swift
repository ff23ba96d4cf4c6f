import SimpaticoTree

/// Two documents, one a line: a pattern, and a value to check by it.
///
/// Every answer but that of the null pattern is itself a pattern that the value fails; a value
/// without the fields that the pattern does not name is judged alike, and cannot lose more.
enum PatternLaw {
  static func broken(by bytes: UnsafeBufferPointer<UInt8>) -> String? {
    var stream = ByteStream(bytes)
    guard let line = stream.line(), let source = try? JSON.parse(line) else { return nil }
    let pattern: Pattern
    do throws(PatternError) {
      pattern = try Pattern(source)
    } catch {
      return error.message.isEmpty ? "an error without words" : nil
    }
    if let broken = broken(pattern, nil) { return broken }
    guard let value = try? JSON.parse(stream.rest()) else { return nil }
    return broken(pattern, value)
  }

  private static func broken(_ pattern: Pattern, _ value: Value?) -> String? {
    let failures = pattern.failures(of: value)
    if let failures, !pattern.source.isNull {
      guard let again = try? Pattern(failures) else {
        return "the answer \(JSON.print(failures)) is no pattern"
      }
      if again.failures(of: value) == nil { return "passes the answer \(JSON.print(failures))" }
    }
    guard let value else { return nil }
    let restricted = pattern.restricted(value)
    if pattern.failures(of: restricted) != failures { return "judged otherwise once restricted" }
    if pattern.restricted(restricted) != restricted { return "restricted twice, it loses more" }
    return restricted.invariantBroken
  }
}
