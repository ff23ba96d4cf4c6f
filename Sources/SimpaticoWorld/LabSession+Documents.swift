import SimpaticoProtocol
import SimpaticoTree

extension LabSession {
  /// The version of documents that this lab writes and reads.
  static let documentVersion = 1

  /// A universe as a document: its settings and edits, and the moment that is looked at.
  func export(_ command: LabCommand) throws(LabError) -> Value {
    let number = try universe(command)
    let entry = try multiverse.entry(number)
    let step = try Scene(entry).step(command)
    let universe = try multiverse.world(number)
    let edits = universe.edits.map { placed in
      placed.edit.value(in: universe.world).with("at", .number(placed.step))
    }
    var fields = Fields()
    fields.put("simpatico", word: "universe")
    fields.put("version", LabSession.documentVersion)
    fields.put("name", entry.name)
    fields.put("settings", value: universe.settings.value)
    fields.put("edits", edits)
    fields.put("steps", universe.steps)
    fields.put("step", step)
    fields.put("digest", universe.world(at: step).digest)
    return fields.value
  }

  /// A universe from a document. It stands at its start, with its edits ahead, and plays only where
  /// it is told to go to the document's moment.
  mutating func importing(_ command: LabCommand) throws(LabError) -> Value {
    guard let document = command.inside("document") else {
      throw LabError(.badCommand, "an object is expected", at: "document")
    }
    var universe: Universe
    let name: Text
    do throws(LabError) {
      universe = try LabSession.universe(from: document)
      name = try document.text("name", atMost: 200, else: "import")
    } catch {
      throw LabError(.badDocument, error.text, place: error.place).inside("document")
    }
    let step = try document.integer("step", in: 0...Universe.maximumSteps, else: 0)
    if try command.flag("go") {
      guard step <= LabSession.longestWay else {
        throw LabError(
          .tooMany, "a link leads over at most " + Text(LabSession.longestWay) + " steps",
          at: "document.step")
      }
      do throws(LabError) {
        while universe.steps < step, try universe.advance() {}
      } catch {
        throw error.inside("document")
      }
      guard universe.steps == step else {
        throw LabError(
          .badDocument, "nothing happens any more after step " + Text(universe.steps),
          at: "document.step")
      }
    }
    let number = try multiverse.add(
      Multiverse.Entry(name: name, parent: nil, fork: 0, content: .world(universe)))
    if let digest = document["digest"]?.string, digest.count <= 64 {
      multiverse.claim(number, step: step, digest: digest)
    }
    return try moment(number, LabCommand(value: [:]))
  }

  /// The steps that a link may lead over.
  private static let longestWay = 100_000

  private static func universe(from document: LabCommand) throws(LabError) -> Universe {
    guard document["simpatico"]?.string == "universe" else {
      throw LabError(.badDocument, "a universe is expected", at: "simpatico")
    }
    guard document["version"]?.small == documentVersion else {
      throw LabError(
        .badDocument, "version " + Text(documentVersion) + " is expected", at: "version")
    }
    let settings = try World.Settings(document["settings"] ?? [:])
    guard let list = (document["edits"] ?? []).array, list.count <= Universe.maximumEdits else {
      throw LabError(
        .badDocument, "an array of at most " + Text(Universe.maximumEdits) + " is expected",
        at: "edits")
    }
    let cast = World(settings)
    var edits: [PlacedEdit] = []
    for index in 0..<list.count {
      do throws(LabError) {
        let least = (edits.last?.step ?? 0) + 1
        let step = try LabCommand(value: list[index])
          .integer("at", in: least...Universe.maximumSteps)
        edits.append(PlacedEdit(step: step, edit: try Edit(list[index], in: cast)))
      } catch {
        throw error.inside("edits[" + Text(index) + "]")
      }
    }
    return Universe(settings, planning: edits)
  }
}
