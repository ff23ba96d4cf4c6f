import SimpaticoTree

/// An array that reads as a tree is written so that it reads as the same tree again.
enum FlatFormLaw {
  static func broken(by bytes: UnsafeBufferPointer<UInt8>) -> String? {
    guard let value = try? JSON.parse(bytes, limits: JSONLimits(maximumBytes: 1 << 16)) else {
      return nil
    }
    let combiner = Combiner(library: Sample.library)
    do throws(FlatFormError) {
      let tree = try FlatForm.read(value, combiner: combiner)
      return tree.tree.brokenInvariant() ?? brokenByWriting(tree, combiner)
    } catch {
      return error.text.isEmpty ? "an error without words" : nil
    }
  }

  private static func brokenByWriting(_ tree: CombineTree, _ combiner: Combiner) -> String? {
    do throws(FlatFormError) {
      let written = try FlatForm.write(tree)
      let again = try FlatForm.read(written, combiner: combiner)
      if again.tree.nodeCount != tree.tree.nodeCount { return "another number of nodes" }
      for node in 0..<tree.tree.nodeCount
      where (try? tree.residue(of: node)) != (try? again.residue(of: node)) {
        return "another residue at node \(node)"
      }
      if try FlatForm.write(again) != written { return "written in another way" }
    } catch {
      return "not read as it was written: \(error.text)"
    }
    guard let lines = try? TextForm.write(tree.tree) else { return "it has no text form" }
    let count = lines.description.utf8.count { $0 == UInt8(ascii: "\n") }
    return count == tree.tree.branchCount ? nil : "the text form has \(count) lines"
  }
}

/// Handlers that do one of everything a handler can do.
enum Sample {
  static let library = HandlerLibrary(
    StockHandlers.all + [
      Handler("bump", pattern: try? Pattern(["by": ["optional", "num"]])) {
        (_, message, _) throws(Refusal) in [.combine(["count": message["by"] ?? 1])]
      },
      Handler("twice") { (_, _, _) throws(Refusal) in
        [.combine(["handler": "bump", "by": 1]), .combine(["handler": "bump", "by": 10])]
      },
      Handler("forever") { (_, message, _) throws(Refusal) in [.combine(message)] },
      Handler("merge") { (_, message, _) throws(Refusal) in [.combine(message["value"] ?? .null)] },
      Handler("ask") { (_, _, context) throws(Refusal) in
        [
          .effect(["effect": "ask", "id": context.requestID()]),
          .combine(["asked": context.requestID()]), .post(to: 0, ["a": 1]),
        ]
      },
      Handler("refuse") { (_, _, _) throws(Refusal) in throw .because("it always does") },
    ])

  /// A residue's table of all of them.
  static let table: Value = {
    var table = Object()
    for handler in library.handlers { table[handler.name] = .handler(handler.name) }
    return .object(table)
  }()
}
