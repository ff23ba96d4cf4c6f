import Testing

@testable import SimpaticoTree

/// Limits beyond what `Vectors/json/limits.json` says of them.
@Suite struct JSONLimitTests {
  private func outcome(_ document: String, _ limits: JSONLimits) -> JSONError? {
    do throws(JSONError) {
      _ = try JSON.parse(Array(document.utf8), limits: limits)
      return nil
    } catch {
      return error
    }
  }

  @Test func depthHasABoundThatCannotBeRaised() {
    let open = String(repeating: "[", count: 200_000)
    #expect(outcome(open, JSONLimits(maximumDepth: .max)) == JSONError(.tooDeep, at: 1_024))
    #expect(outcome(open, JSONLimits()) == JSONError(.tooDeep, at: 128))
    let deep = open.prefix(1_024) + String(repeating: "]", count: 1_024)
    #expect(outcome(String(deep), JSONLimits(maximumDepth: .max)) == nil)
  }

  @Test func readerIsAsGoodAsNewAfterAnError() throws {
    var reader = JSONReader(limits: JSONLimits(maximumKeys: 3, maximumElements: 3))
    for document in [#"[1,{"a":[1,{"b":"\u12"#, #"{"a":1,"a":2}"#, "[1,2,3,4]", "[[", "x"] {
      let bytes = Array(document.utf8)
      #expect(throws: JSONError.self) { try bytes.withUnsafeBufferPointer { try reader.read($0) } }
      let good = Array(#"{"a":[1,2,3],"b":{"c":"text"}}"#.utf8)
      let value = try good.withUnsafeBufferPointer { try reader.read($0) }
      #expect(JSON.print(value).description == #"{"a":[1,2,3],"b":{"c":"text"}}"#)
    }
  }
}
