public import Testing

@testable public import SimpaticoTree

/// Failures show values as JSON.
extension Value: CustomTestStringConvertible {
  public var testDescription: String { JSON.print(self).description }
}
