import Testing

@testable import SimpaticoTree

/// A document at a limit is read, one beyond it is refused where it goes too far.
@Suite struct JSONLimitTests {
  private func outcome(_ document: String, _ limits: JSONLimits) -> JSONError? {
    do throws(JSONError) {
      _ = try JSON.parse(Array(document.utf8), limits: limits)
      return nil
    } catch {
      return error
    }
  }

  @Test func lengthIsLimited() {
    #expect(outcome("[1]", JSONLimits(maximumBytes: 3)) == nil)
    #expect(outcome("[1] ", JSONLimits(maximumBytes: 3)) == JSONError(.tooLong, at: 3))
  }

  @Test func depthIsLimited() {
    let limits = JSONLimits(maximumDepth: 3)
    #expect(outcome("[[[1]],[[2]]]", limits) == nil)
    #expect(outcome(#"{"a":[{"b":1}]}"#, limits) == nil)
    #expect(outcome("[[[[]]]]", limits) == JSONError(.tooDeep, at: 3))
    #expect(outcome(#"[[[{}]]]"#, limits) == JSONError(.tooDeep, at: 3))
  }

  @Test func depthHasABoundThatCannotBeRaised() {
    let open = String(repeating: "[", count: 200_000)
    #expect(outcome(open, JSONLimits(maximumDepth: .max)) == JSONError(.tooDeep, at: 1_024))
    #expect(outcome(open, JSONLimits()) == JSONError(.tooDeep, at: 128))
    let deep = open.prefix(1_024) + String(repeating: "]", count: 1_024)
    #expect(outcome(String(deep), JSONLimits(maximumDepth: .max)) == nil)
  }

  @Test func fieldsOfTheWholeDocumentAreLimited() {
    let limits = JSONLimits(maximumKeys: 3)
    #expect(outcome(#"[{"a":1,"b":{"c":1}}]"#, limits) == nil)
    #expect(
      outcome(#"[{"a":1},{"b":1},{"c":1},{"d":1}]"#, limits) == JSONError(.tooManyKeys, at: 26))
  }

  @Test func elementsOfTheWholeDocumentAreLimited() {
    let limits = JSONLimits(maximumElements: 4)
    #expect(outcome("[1,[2,3]]", limits) == nil)
    #expect(outcome("[1,[2,3],4]", limits)?.kind == .tooManyElements)
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
