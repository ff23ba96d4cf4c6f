import ArgumentParser
import Foundation
import SimpaticoTree
import SimpaticoWorld

/// `simpatico tree`: reads a tree in the flat array form and shows it.
struct Tree: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Read a tree in the flat array form, [value, value, parentId, value, …], and show it.",
    subcommands: [Residues.self, AsText.self, AsPicture.self])

  /// What every subcommand reads.
  struct Input: ParsableArguments {
    @Argument(help: "A JSON file; - for standard input.")
    var file: String

    func read() throws -> CombineTree {
      let limit = 1 << 28
      let data = try InputFile.readOrInput(file, limit: limit)
      let value: Value
      do throws(JSONError) {
        value = try JSON.parse(Array(data), limits: JSONLimits(maximumBytes: limit))
      } catch {
        throw Failure("\(file): \(error.message)")
      }
      do throws(FlatFormError) {
        return try FlatForm.read(
          value, combiner: Combiner(library: HandlerLibrary(StockHandlers.all)))
      } catch {
        throw Failure("\(file): \(error.text)")
      }
    }
  }

  struct Residues: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print the residues of all branches, in branch order, as a JSON array.")
    @OptionGroup var input: Input

    func run() throws {
      let residues = try input.read().tree.residues.map { FlatForm.encode($0) }
      try printLine(JSON.print(.array(residues)).description)
    }
  }

  struct AsText: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "text", abstract: "Print the text form, a line a branch.")
    @OptionGroup var input: Input
    @Flag(help: "Add a line for each node with its letter and value.")
    var values = false

    func run() throws {
      let tree = try input.read()
      var text = try TextForm.write(tree.tree).description
      if values {
        text += "\n"
        tree.tree.forEachNode { id, node in
          text += "\(TextForm.letters(id)) \(JSON.print(FlatForm.encode(node.input.value)))\n"
        }
      }
      try StandardFiles.write(text)
    }
  }

  struct AsPicture: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "svg", abstract: "Print the tree as an SVG picture.")
    @OptionGroup var input: Input
    @Option(name: .shortAndLong, help: "Where to write it; - for standard output.")
    var output = "-"

    func run() throws {
      let name = input.file == "-" ? "tree" : (input.file as NSString).lastPathComponent
      let panel = TreePicture.Panel(title: Text(name), tree: try input.read())
      try Output.write(TreePicture.svg([panel]).description, to: output)
    }
  }
}
