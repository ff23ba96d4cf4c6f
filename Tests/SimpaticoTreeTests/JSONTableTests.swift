import Testing

@testable import SimpaticoTree

/// What the vector files cannot say: how markers, signs and errors are told.
@Suite struct JSONTableTests {
  @Test func markersPrintAsStrings() {
    #expect(
      JSON.print(["a": .delete, "b": .handler("register1")]).description
        == #"{"a":"_Symbol_DeleteProperty","b":"register1"}"#)
    #expect(
      JSON.print([.number(.infinity), .number(.nan), .number(-0.0)]).description
        == "[null,null,0]")
  }

  @Test func signOfZeroIsRead() throws {
    #expect(try sameBits(JSON.parse("-0").number ?? 1, -0.0))
    #expect(try sameBits(JSON.parse("-1e-400").number ?? 1, -0.0))
    #expect(try sameBits(JSON.parse("0").number ?? 1, 0.0))
  }

  @Test func errorNamesTheFaultAndTheByte() {
    #expect(
      JSONError(.duplicateKey, at: 7).description
        == "a key stands twice in one object at byte 7")
  }
}
