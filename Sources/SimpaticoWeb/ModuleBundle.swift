import Foundation

/// Modules that import each other, as one script: a page then asks once instead of once for each,
/// and what they have in common is compressed together. What they import while the page runs comes
/// as another script, with all that the first one does not hold.
///
/// Each module becomes a function that is called once, after those that it imports and in the order
/// in which a browser would evaluate them; what it exports is what the function returns. That is
/// the same to the page where no export changes after its module was evaluated and no module waits.
/// So only what can be seen to be so is joined: every import and export stands at the beginning of
/// a line and names what it means, constants, classes and functions only; nothing is imported in a
/// circle, nor by two scripts; all lie in one folder, so that `import.meta.url` still leads there.
struct ModuleBundle {
  private struct Module {
    var names: [String] = []
    var imports: [(path: String, names: String)] = []
    var lines: [Substring] = []
  }

  private let files: [String: Data]
  private let folder: String
  /// The modules that another script holds.
  private let given: Set<String>
  private var text = ""
  /// The modules that can be used, and those whose imports are being added.
  private var done: Set<String>
  private var open: Set<String> = []
  /// Those of another script that are used.
  private var borrowed: Set<String> = []
  /// Those that are imported while the page runs, in the order of their names.
  private var later: Set<String> = []
  private var exports: [String] = []

  /// The scripts that a page needs for a module and for all that it imports, by the module that
  /// each one is loaded for; nil where the modules have to stay apart.
  static func of(_ entry: String, files: [String: Data]) -> [String: Data]? {
    guard let end = entry.lastIndex(of: "/") else { return nil }
    var main = ModuleBundle(files: files, folder: String(entry[...end]), given: [])
    guard main.add(entry), main.done.count > 1 else { return nil }
    var scripts: [String: Data] = [:]
    var taken = main.done
    for path in main.later.sorted() {
      var script = ModuleBundle(files: files, folder: main.folder, given: main.done)
      guard script.add(path) else { return nil }
      let own = script.done.subtracting(main.done)
      guard script.later.isEmpty, own.contains(path), taken.isDisjoint(with: own) else {
        return nil
      }
      taken.formUnion(own)
      main.borrowed.formUnion(script.borrowed)
      let exports = script.exports.joined(separator: ", ")
      scripts[path] = Data(
        """
        import {\(main.names(of: script.borrowed))} from "./\(entry[end...].dropFirst())";
        \(script.text)export const {\(exports)} = \(script.name(path));

        """.utf8)
    }
    if !main.borrowed.isEmpty {
      main.text += "export {\(main.names(of: main.borrowed))};\n"
    }
    scripts[entry] = Data(main.text.utf8)
    return scripts
  }

  private init(files: [String: Data], folder: String, given: Set<String>) {
    (self.files, self.folder, self.given, done) = (files, folder, given, given)
  }

  /// Adds a module behind those that it imports. Answers whether that can be done.
  private mutating func add(_ path: String) -> Bool {
    if given.contains(path) { borrowed.insert(path) }
    if done.contains(path) { return true }
    guard open.insert(path).inserted, let data = files[path], let module = module(data) else {
      return false
    }
    for (path, _) in module.imports { guard add(path) else { return false } }
    done.insert(path)
    exports = module.names
    text += "const \(name(path)) = (() => {\n"
    for (path, names) in module.imports { text += "const {\(names)} = \(name(path));\n" }
    for line in module.lines where !line.isEmpty {
      // After these a statement goes on in any case.
      let isOpen = line.last.map { "{;,([".contains($0) } ?? false
      text += line + (isOpen && !line.contains("//") ? "" : "\n")
    }
    text += "return {\(module.names.joined(separator: ", "))};\n})();\n"
    return true
  }

  /// What stands for a module: no word in the modules begins like it.
  private func name(_ path: String) -> String {
    let letters = path.dropFirst(folder.count).map { $0.isLetter || $0.isNumber ? $0 : "_" }
    return "$" + String(letters)
  }

  private func names(of paths: Set<String>) -> String {
    paths.sorted().map(name).joined(separator: ", ")
  }

  private mutating func module(_ data: Data) -> Module? {
    let written = String(decoding: data, as: UTF8.self)
    guard let slim = SlimText.of(written, .script), !slim.contains(/\$\w/) else { return nil }
    var module = Module()
    var statement: String?
    let lines = zip(
      written.split(separator: "\n", omittingEmptySubsequences: false),
      slim.split(separator: "\n", omittingEmptySubsequences: false))
    for (line, slim) in lines {
      if let before = statement {
        statement = before + " " + slim
      } else if !slim.isEmpty, line.first == slim.first, line.hasPrefix("import") {
        statement = String(slim)
      } else {
        guard keep(line, slim, in: &module) else { return nil }
        continue
      }
      guard let whole = statement, whole.hasSuffix(";") else { continue }
      guard let (path, names) = imported(whole) else { return nil }
      module.imports.append((path, names))
      statement = nil
    }
    return statement == nil ? module : nil
  }

  /// The path and the names of `import { name, name as other } from "./file.js";`.
  private func imported(_ statement: String) -> (path: String, names: String)? {
    let shape = /import \{([\w\s,]+)\} from "\.\/([\w.-]+)";/
    guard let match = statement.wholeMatch(of: shape) else { return nil }
    return (folder + String(match.2), String(match.1).replacing(" as ", with: ": "))
  }

  /// Keeps a line that is no import, without its `export`, whose name is noted. Answers whether
  /// nothing in it needs a module of its own.
  private mutating func keep(
    _ line: Substring, _ slim: Substring, in module: inout Module
  ) -> Bool {
    if slim.contains("import(") {
      // Comments name types so.
      let code = slim.replacing(/\/\*.*?\*\//, with: "")
      let paths = code.matches(of: /\bimport\("\.\/([\w.-]+)"\)/).map { folder + String($0.1) }
      guard paths.count == code.components(separatedBy: "import(").count - 1 else { return false }
      later.formUnion(paths)
    }
    guard line.first == slim.first, !slim.isEmpty else {
      module.lines.append(slim)
      return true
    }
    if slim.contains("await") { return false }
    guard line.hasPrefix("export") else {
      module.lines.append(slim)
      return true
    }
    if slim == "export {};" { return true }
    let shape = /export (?:class|const|function|async function) (\w+)\b.*/
    guard let match = slim.wholeMatch(of: shape) else { return false }
    module.names.append(String(match.1))
    module.lines.append(slim.dropFirst("export ".count))
    return true
  }
}
