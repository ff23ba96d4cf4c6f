public struct PatternError: Error {}
public struct Pattern: Sendable {
  public init(_ value: Value) throws(PatternError) {}
  public func failures(of value: Value?) -> Value? { nil }
  public func restricted(_ value: Value) -> Value { value }
}
