public struct Pattern: Sendable {
  public init(_ value: Value) {}
  public func failures(of value: Value?) -> Value? { nil }
}
