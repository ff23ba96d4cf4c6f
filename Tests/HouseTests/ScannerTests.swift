import Testing

/// The scanner that the rules rest on, shown what usually misleads one.
@Suite struct ScannerTests {
  @Test(arguments: [
    (#"let a = "{" // {"#, "let a =         "),
    (#"f("\(g("}", { 1 }))") {"#, "f(                  ) {"),
    (##"let b = #"\(" {"# + c"##, "let b =           + c"),
    ("/* { /* } */ { */ }", "                  }"),
    (#"let d = "\\" + e"#, "let d =      + e"),
    (##"x.match(#/ \/ { /#) {"##, "x.match(          ) {"),
    ("let f = \"\"\"\n  { \"quoted\" }\n  \"\"\"\n}", "let f =    \n              \n     \n}"),
  ])
  func onlyCodeIsLeft(source: String, code: String) {
    #expect(SwiftScanner.mask(source) == code)
  }

  @Test func maskingKeepsEveryLineWhereItIs() {
    let source = "a \"\"\"\n\n\\(b)\n\"\"\"\n// ü\nc"
    #expect(
      SwiftScanner.mask(source).split(separator: "\n", omittingEmptySubsequences: false).count == 6)
  }

  @Test func functionsAreFoundWithTheirLines() {
    let source = """
      protocol Door {
        func open()
        var isOpen: Bool { get }
      }
      struct House {
        var stored = { 1 }()
        var rooms: Int {
          2
        }
        init?(key: String) { nil }
        func enter(
          by door: some Door
        ) throws -> Int
        where Never: Error {
          func inner() {}
          return self.init(key: "{")
        }
        subscript(index: Int) -> Int { index }
        deinit {
          let var1 = "func no() {"
        }
      }
      """
    let expected = [
      FunctionSpan(name: "isOpen", firstLine: 3, lastLine: 3),
      FunctionSpan(name: "rooms", firstLine: 7, lastLine: 9),
      FunctionSpan(name: "init", firstLine: 10, lastLine: 10),
      FunctionSpan(name: "enter", firstLine: 11, lastLine: 17),
      FunctionSpan(name: "inner", firstLine: 15, lastLine: 15),
      FunctionSpan(name: "subscript", firstLine: 18, lastLine: 18),
      FunctionSpan(name: "deinit", firstLine: 19, lastLine: 21),
    ]
    #expect(FunctionScanner.functions(in: source) == expected)
  }

  @Test func importsAreReadWhateverStandsAroundThem() {
    let source = """
      import A
      public import B  // import NotThis
      @preconcurrency internal import struct C.Thing
      @_spi(Testing) import D
      let text = "import NotThat"
      """
    let found = Arrows.imports(in: source)
    #expect(found.map(\.module) == ["A", "B", "C", "D"])
    #expect(found.map(\.line) == [1, 2, 3, 4])
  }
}
