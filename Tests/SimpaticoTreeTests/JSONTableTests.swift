import Testing

@testable import SimpaticoTree

/// What RFC 8259 allows and what it does not, case by case.
@Suite struct JSONTableTests {
  @Test(arguments: [
    ("null", "null"), (" true ", "true"), ("false", "false"), ("\t\r\n 1 \n", "1"),
    ("0", "0"), ("-0", "0"), ("-0.0e5", "0"), ("1E2", "100"), ("1e+2", "100"), ("1e-2", "0.01"),
    ("0.1", "0.1"), ("1.0", "1"), ("0e99999999999999999999999", "0"), ("1e-400", "0"),
    ("123456789012345678901234567890", "1.2345678901234568e+29"), ("1e21", "1e+21"),
    ("1e20", "100000000000000000000"), ("0.000001", "0.000001"), ("0.0000001", "1e-7"),
    ("1.7976931348623157e308", "1.7976931348623157e+308"), ("5e-324", "5e-324"),
    (#""""#, #""""#), (#""a""#, #""a""#), (#""\u0061""#, #""a""#), (#""\/""#, #""/""#),
    (#""\"\\\b\f\n\r\t""#, #""\"\\\b\f\n\r\t""#),
    (#""\u0000\u001F\u007f""#, "\"\\u0000\\u001f\u{7F}\""),
    (#""\ud83d\ude00 \uD83D\uDE00""#, "\"😀 😀\""), (#""é\u00e9\u20ac""#, "\"éé€\""),
    ("\"\u{2028}\u{FFFF}\u{FEFF}\"", "\"\u{2028}\u{FFFF}\u{FEFF}\""),
    (#""fourteen bytes""#, #""fourteen bytes""#), (#""fifteen bytes!!""#, #""fifteen bytes!!""#),
    ("[]", "[]"), (" [ ] ", "[]"), ("[1,[2,[3]],{}]", "[1,[2,[3]],{}]"), ("{}", "{}"),
    ("{ }", "{}"),
    (#"{"b":1,"a":2,"":3,"B":4}"#, #"{"":3,"B":4,"a":2,"b":1}"#),
    (
      #"{"é":1,"z":2,"a long key of many bytes":3}"#, #"{"a long key of many bytes":3,"z":2,"é":1}"#
    ),
    (
      #"[{"a":1,"b":2},{"b":3,"a":4},{"a":5,"b":6}]"#,
      #"[{"a":1,"b":2},{"a":4,"b":3},{"a":5,"b":6}]"#
    ),
  ])
  func acceptedAndPrintedCanonically(document: String, canonical: String) throws {
    let value = try JSON.parse(Text(document))
    #expect(JSON.print(value).description == canonical)
    var bytes: [UInt8] = [0x2A]
    JSON.append(value, to: &bytes)
    #expect(bytes == [0x2A] + Array(canonical.utf8))
  }

  @Test(
    arguments: [
      ("", .unexpectedEnd, 0), ("  ", .unexpectedEnd, 2), ("nul", .unexpectedEnd, 3),
      ("nulL", .unexpectedByte, 3), ("tRue", .unexpectedByte, 1), ("NaN", .unexpectedByte, 0),
      ("Infinity", .unexpectedByte, 0), ("'a'", .unexpectedByte, 0), ("+1", .unexpectedByte, 0),
      (".5", .unexpectedByte, 0), ("/**/1", .unexpectedByte, 0), ("\u{FEFF}1", .unexpectedByte, 0),
      ("\u{C}1", .unexpectedByte, 0), ("undefined", .unexpectedByte, 0),
      ("-", .unexpectedEnd, 1), ("-a", .badNumber, 1), ("01", .badNumber, 0),
      ("-01", .badNumber, 1),
      ("00", .badNumber, 0), ("1.", .unexpectedEnd, 2), ("1.e1", .badNumber, 2),
      ("1.a", .badNumber, 2),
      ("1e", .unexpectedEnd, 2), ("1e+", .unexpectedEnd, 3), ("1ea", .badNumber, 2),
      ("--1", .badNumber, 1),
      ("[1.]", .badNumber, 3), ("[-]", .badNumber, 2), ("01.5", .badNumber, 0),
      ("1-2", .trailingBytes, 1),
      ("0x10", .trailingBytes, 1), ("1e400", .numberOutOfRange, 0),
      ("[-1e309]", .numberOutOfRange, 2),
      ("1.7976931348623159e308", .numberOutOfRange, 0),
      ("0.02378116873444065380e310", .numberOutOfRange, 0),
      ("2e308", .numberOutOfRange, 0), ("1e99999999999999999999", .numberOutOfRange, 0),
      ("[", .unexpectedEnd, 1), ("[1", .unexpectedEnd, 2), ("[1,", .unexpectedEnd, 3),
      ("[1,]", .unexpectedByte, 3), ("[,1]", .unexpectedByte, 1), ("[1 2]", .unexpectedByte, 3),
      ("[1}", .unexpectedByte, 2), ("]", .unexpectedByte, 0), ("{", .unexpectedEnd, 1),
      (#"{"a""#, .unexpectedEnd, 4), (#"{"a":"#, .unexpectedEnd, 5),
      (#"{"a":1"#, .unexpectedEnd, 6),
      (#"{"a":1,"#, .unexpectedEnd, 7), (#"{"a":1,}"#, .unexpectedByte, 7),
      ("{,}", .unexpectedByte, 1),
      (#"{"a" 1}"#, .unexpectedByte, 5), (#"{a:1}"#, .unexpectedByte, 1),
      (#"{1:1}"#, .unexpectedByte, 1),
      (#"{"a":1]"#, .unexpectedByte, 6), (#"{"a":1 "b":2}"#, .unexpectedByte, 7),
      ("1 2", .trailingBytes, 2), ("{}{}", .trailingBytes, 2), ("null,", .trailingBytes, 4),
      (#"{"a":1,"a":1}"#, .duplicateKey, 7), (#"{"b":1,"a":1,"b":2}"#, .duplicateKey, 13),
      (#"{"a":1,"\u0061":2}"#, .duplicateKey, 7), (#"[{"a":{"b":1,"b":2}}]"#, .duplicateKey, 13),
      ("\"a", .unexpectedEnd, 2), ("\"\\", .unexpectedEnd, 2), ("\"\\u00", .unexpectedEnd, 5),
      (#""\x""#, .badEscape, 2), (#""\u00g0""#, .badEscape, 5), (#""\U0061""#, .badEscape, 2),
      ("\"a\nb\"", .controlCharacter, 2), ("\"\0\"", .controlCharacter, 1),
      ("\"0123456789 0123456789 \u{1F}\"", .controlCharacter, 23),
      (#""\ud800""#, .loneSurrogate, 1), (#""a\udc00""#, .loneSurrogate, 2),
      (#""\ud800\ud800""#, .loneSurrogate, 1), (#""\ud800\n""#, .loneSurrogate, 1),
      (#""\ud800a""#, .loneSurrogate, 1),
    ] as [(String, JSONError.Kind, Int)])
  func refusedWithKindAndOffset(document: String, kind: JSONError.Kind, offset: Int) {
    #expect(throws: JSONError(kind, at: offset)) { try JSON.parse(Text(document)) }
  }

  @Test(
    arguments: [
      ([0x22, 0x80, 0x22], 1), ([0x22, 0x61, 0xC3, 0x22], 2), ([0x22, 0xC0, 0x80, 0x22], 1),
      ([0x22, 0xED, 0xA0, 0x80, 0x22], 1), ([0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], 1),
      ([0x22, 0xC3, 0xA9, 0xE2, 0x82, 0x22], 3), ([0x22, 0xFF, 0x22], 1), ([0x22, 0xC3], 1),
    ] as [([UInt8], Int)])
  func stringThatIsNoUTF8IsRefused(document: [UInt8], offset: Int) {
    #expect(throws: JSONError(.badUTF8, at: offset)) { try JSON.parse(document) }
    // The same as a key, and behind more text than fits a word.
    let padding = Array("{\"a longer key with more than fourteen bytes ".utf8)
    let key = padding + document.dropFirst() + Array(":1}".utf8)
    #expect(throws: JSONError(.badUTF8, at: offset + padding.count - 1)) { try JSON.parse(key) }
  }

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
