public struct Digest: Sendable {
  public init() {}
  public mutating func update(_ v: Value) {}
  public mutating func update(_ v: Int64) {}
  public var hexadecimal: Text { "" }
}
