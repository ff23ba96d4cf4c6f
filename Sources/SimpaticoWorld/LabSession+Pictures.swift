import SimpaticoTree

extension LabSession {
  /// More nodes than this are not drawn into one picture.
  private static let maximumPicture = 20_000

  /// The trees as one SVG document.
  func picture(_ command: LabCommand) throws(LabError) -> Value {
    let scene = try scene(command)
    let step = try scene.step(command)
    var panels: [TreePicture.Panel] = []
    var total = 0
    for party in try parties(command, scene) {
      let count = scene.timeline.nodeCount(of: party, after: step)
      total += count
      panels.append(
        TreePicture.Panel(title: scene.name(party), tree: scene.tree(party), nodeCount: count))
    }
    guard total <= LabSession.maximumPicture else {
      throw LabError(
        .tooMany, "a picture has at most " + Text(LabSession.maximumPicture) + " nodes",
        at: "parties")
    }
    var fields = Fields()
    fields.put("svg", TreePicture.svg(panels))
    return fields.value
  }

  private func parties(_ command: LabCommand, _ scene: Scene) throws(LabError) -> [Int] {
    guard let field = command["parties"] else { return Array(0..<scene.partyCount) }
    guard let list = field.array, list.count <= scene.partyCount else {
      throw LabError(.badCommand, "an array of parties is expected", at: "parties")
    }
    var parties: [Int] = []
    for index in 0..<list.count {
      do throws(LabError) {
        parties.append(try scene.party(LabCommand(value: ["party": list[index]])))
      } catch {
        throw error.inside("parties[" + Text(index) + "]")
      }
    }
    return parties
  }
}
