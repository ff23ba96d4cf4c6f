import Foundation
import Testing

@testable import SimpaticoWeb

@Suite struct SlimTexts {
  @Test func commentsAndIndentationGoAndLinesStay() {
    let text = """
      /** What it is for,
       * in two lines. */
      export const a = 1; // stays
        // goes
        /* goes */
        b(/** @type {any} */ (c), "// stays");
        "/** stays */"; /** stays */
      """
    #expect(
      SlimText.of(text, .script) == """


        export const a = 1; // stays


        b( (c), "// stays");
        "/** stays */"; /** stays */
        """)
  }

  @Test func aTemplateMayGoOnWithinAnExpression() {
    let text = "a(`one ${\n  two}`);\n  b(`three`);"
    #expect(SlimText.of(text, .script) == "a(`one ${\ntwo}`);\nb(`three`);")
  }

  @Test(arguments: [
    "a(`one\n  two`);", "a(`one \\${\n  two`);", "a(`${\n`b`\n}`);", "a('one\\\n  two');",
    "a = 1; /* one\n  two */", "/* one\n  two */ a = 1;", "a(`", "/* one",
  ])
  func whatCannotBeToldByItsLinesStaysAsItIs(_ text: String) {
    #expect(SlimText.of(text, .script) == nil)
    let data = Data(text.utf8)
    #expect(SlimText.of(data, type: ContentType.script) == data)
  }

  @Test func aStyleSheetHasOneKindOfComment() {
    #expect(SlimText.of("/* a */\n  b: c; /* d */\n  //e", .styleSheet) == "\nb: c; /* d */\n//e")
    #expect(SlimText.of("a { content: '`' }", .styleSheet) == "a { content: '`' }")
  }
}

@Suite struct ModuleBundles {
  private func scripts(_ files: [String: String]) -> [String: String]? {
    let data = files.reduce(into: [String: Data]()) { $0["/lab/" + $1.key] = Data($1.value.utf8) }
    return ModuleBundle.of("/lab/main.js", files: data)?
      .reduce(into: [String: String]()) { $0[$1.key] = String(decoding: $1.value, as: UTF8.self) }
  }

  @Test func modulesComeBehindWhatTheyImport() {
    let made = scripts([
      "main.js":
        "import { a, b as c } from \"./one.js\";\nimport {\n  d,\n} from \"./t-wo.js\";\na();",
      "one.js":
        "import { d } from \"./t-wo.js\";\nexport function a() {\n  d();\n}\nexport const b = 1;",
      "t-wo.js": "export class d {}\n",
    ])
    #expect(
      made == [
        "/lab/main.js": """
        const $t_wo_js = (() => {
        class d {}
        return {d};
        })();
        const $one_js = (() => {
        const { d } = $t_wo_js;
        function a() {d();}
        const b = 1;return {a, b};
        })();
        const $main_js = (() => {
        const { a, b: c } = $one_js;
        const { d, } = $t_wo_js;
        a();return {};
        })();

        """
      ])
  }

  @Test func whatIsImportedLaterComesLaterAndIsNotDoubled() {
    let made = scripts([
      "main.js": "import { a } from \"./one.js\";\na(() => import(\"./later.js\"));",
      "one.js": "/** @param {import('./types.js').A} b */\nexport function a(b) {}",
      "later.js":
        "import { a } from \"./one.js\";\nimport { c } from \"./two.js\";\nexport const d = c;",
      "two.js": "export const c = 2;",
    ])
    #expect(made?.keys.sorted() == ["/lab/later.js", "/lab/main.js"])
    #expect(made?["/lab/main.js"]?.hasSuffix("export {$one_js};\n") == true)
    #expect(
      made?["/lab/later.js"] == """
        import {$one_js} from "./main.js";
        const $two_js = (() => {
        const c = 2;return {c};
        })();
        const $later_js = (() => {
        const { a } = $one_js;
        const { c } = $two_js;
        const d = c;return {d};
        })();
        export const {d} = $later_js;

        """)
  }

  @Test(arguments: [
    "export let a = 1;", "export default 1;", "export { a };", "export * from \"./two.js\";",
    "export const { a } = b;", "const a = await b;", "import \"./two.js\";",
    "import a from \"./two.js\";", "import * as a from \"./two.js\";",
    "import { a } from \"../two.js\";", "import { a } from \"./none.js\";",
    "import { a } from \"./main.js\";", "const a = $b;", "a(import(b));",
    "a(import(\"./main.js\"));",
    "const a = `one\n  two`;",
  ])
  func modulesStayApartWhereOneIsOfAnotherShape(_ text: String) {
    #expect(
      scripts([
        "main.js": "import { a } from \"./one.js\";\na();", "one.js": text,
        "two.js": "export const a = 1;",
      ]) == nil)
  }

  @Test func aModuleAloneStaysAsItIs() {
    #expect(scripts(["main.js": "a();"]) == nil)
  }
}

@Suite struct Pages {
  @Test func aPageNamesTheVersionOfWhatItLoads() throws {
    let assets = try WebAssets()
    let index = try #require(assets["/"])
    let page = String(decoding: index.bytes, as: UTF8.self)
    let main = "/v/\(assets.version)/lab/main.js"
    #expect(page.contains("src=\"\(main)\""))
    #expect(!page.contains("\"/lab/"))
    #expect(!index.isVersioned)
    let script = try #require(assets[main])
    #expect(script.isVersioned)
    #expect(assets["/v/other/lab/main.js"] == nil)
  }

  @Test func whatALabLoadsTogetherComesTogether() throws {
    let assets = try WebAssets()
    let page = String(decoding: try #require(assets["/"]).bytes, as: UTF8.self)
    let sheet = "/v/\(assets.version)/index.css"
    #expect(page.components(separatedBy: "rel=\"stylesheet\"").count == 2)
    #expect(page.contains("href=\"\(sheet)\""))
    let styles = String(decoding: try #require(assets[sheet]).bytes, as: UTF8.self)
    #expect(styles.contains(".inspector") && styles.contains("--ground"))
    let main = try #require(assets["/v/\(assets.version)/lab/main.js"])
    #expect(String(decoding: main.bytes, as: UTF8.self).contains("const $lab_js = "))
    // As it was written it stays at its own address.
    let written = String(decoding: try #require(assets["/lab/main.js"]).bytes, as: UTF8.self)
    #expect(written.hasPrefix("/** The lab page"))
  }

  @Test func theLinesOfStyleSheetsAreJoinedWhereTheNextIsApart() throws {
    let sheets = ["/a.css": "/* a */\na,\nb {\n  c: d\n    e;\n}", "/b.css": "f {}\n@g h\n"]
    let page = WebPage(
      Data(
        sheets.keys.sorted().map { "  <link rel=\"stylesheet\" href=\"\($0)\">\n" }.joined().utf8),
      at: "/index.html", files: sheets.mapValues { Data($0.utf8) }, prefix: "/v")
    let sheet = try #require(page.styleSheet)
    #expect(String(decoding: sheet.text, as: UTF8.self) == "a,b {c: d\ne;}f {}@g h\n")
  }

  @Test func aPackedFormIsSentOnlyForWhatItHolds() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(
      at: folder.appending(path: "joined"), withIntermediateDirectories: true)
    func write(_ text: String, _ path: String) throws {
      try Data(text.utf8).write(to: folder.appending(path: path))
    }
    func sheet() throws -> WebAssets.Asset {
      let assets = try WebAssets(folder: folder.path)
      return try #require(assets["/v/\(assets.version)/index.css"])
    }
    try write("  <link rel=\"stylesheet\" href=\"/a.css\">", "index.html")
    try write("a { b: c }", "a.css")
    let before = try sheet()
    #expect(before.brotli == nil)
    try write("stands for it", "joined/\(before.digest).br")
    #expect(try sheet().brotli == Array("stands for it".utf8))
    try write("a { b: d }", "a.css")
    #expect(try sheet().brotli == nil)
  }

  @Test func everyScriptAndStyleSheetIsSlim() throws {
    let assets = try WebAssets()
    for path in assets.paths where path.hasPrefix("/lab/") || path.hasPrefix("/chat/") {
      guard let written = assets[path], path.hasSuffix(".js") || path.hasSuffix(".css") else {
        continue
      }
      let language: SlimText.Language = path.hasSuffix(".js") ? .script : .styleSheet
      let text = String(decoding: written.bytes, as: UTF8.self)
      let slim = try #require(SlimText.of(text, language), "\(path) cannot be told by its lines")
      #expect(
        slim.components(separatedBy: "\n").count == text.components(separatedBy: "\n").count)
    }
  }

  @Test func theVersionIsThatOfAllFilesTogether() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    func write(_ name: String, _ text: String) throws -> String {
      try Data(text.utf8).write(to: folder.appending(path: name))
      return try WebAssets(folder: folder.path).version
    }
    let first = try write("a.js", "1")
    #expect(try write("a.js", "1") == first)
    #expect(try write("a.js", "2") != first)
    _ = try write("a.js", "1")
    #expect(try write("b.js", "") != first)
  }
}
