import SimpaticoProtocol
import SimpaticoTree

/// A command of the lab, read field by field: each reading says what is wrong, and where.
struct LabCommand {
  let value: Value

  subscript(key: Text) -> Value? { value[key] }

  /// A whole number in a range, or what stands for its absence.
  func integer(
    _ key: Text, in range: ClosedRange<Int>, else absent: Int? = nil
  ) throws(LabError) -> Int {
    guard let field = value[key] else {
      if let absent { return absent }
      throw LabError(.badCommand, "'" + key + "' is missing", at: key)
    }
    guard let integer = field.small, range.contains(integer) else {
      let upper = range.upperBound == .max ? " or more" : " to " + Text(range.upperBound)
      throw LabError(
        .badCommand, "a whole number is expected, " + Text(range.lowerBound) + upper, at: key)
    }
    return integer
  }

  /// A text up to a length in bytes, or what stands for its absence.
  func text(_ key: Text, atMost limit: Int, else absent: Text? = nil) throws(LabError) -> Text {
    guard let field = value[key] else {
      if let absent { return absent }
      throw LabError(.badCommand, "'" + key + "' is missing", at: key)
    }
    guard let text = field.string, text.count <= limit else {
      throw LabError(
        .badCommand, "a text of at most " + Text(limit) + " bytes is expected", at: key)
    }
    return text
  }

  /// True or false; where nothing is said, `absent`.
  func flag(_ key: Text, else absent: Bool = false) throws(LabError) -> Bool {
    guard let field = value[key] else { return absent }
    guard let flag = field.bool else {
      throw LabError(.badCommand, "true or false is expected", at: key)
    }
    return flag
  }

  /// A half-open range of numbers that are not negative: `[3, 9]`. Nil where nothing is said.
  func range(_ key: Text) throws(LabError) -> Range<Int>? {
    guard let field = value[key] else { return nil }
    guard let pair = field.array, pair.count == 2, let low = pair[0].small,
      let high = pair[1].small, low >= 0, low <= high
    else {
      throw LabError(.badCommand, "two whole numbers are expected, such as [0, 20]", at: key)
    }
    return low..<high
  }

  /// A path into a value: texts for fields, whole numbers for elements. Empty where nothing is
  /// said.
  func path(_ key: Text) throws(LabError) -> [Value] {
    guard let field = value[key] else { return [] }
    guard let path = field.array, path.count <= 64 else {
      throw LabError(.badCommand, "an array of keys and indices is expected", at: key)
    }
    for index in 0..<path.count where path[index].string == nil && path[index].small == nil {
      throw LabError(.badCommand, "a key or an index is expected", at: key)
    }
    return path.elements
  }

  /// The same command with another value's fields.
  func inside(_ key: Text) -> LabCommand? {
    guard let field = value[key], field.object != nil else { return nil }
    return LabCommand(value: field)
  }
}

/// The trees of a universe and what is known of them, whether a world or a recording made them.
final class Scene {
  let timeline: Timeline
  let world: World?
  private let recording: Recording?

  init(_ entry: Multiverse.Entry) {
    switch entry.content {
    case .world(let universe):
      (timeline, world, recording) = (universe.newest.timeline, universe.world, nil)
    case .recording(let trees): (timeline, world, recording) = (trees.timeline, nil, trees)
    }
  }

  var partyCount: Int { timeline.parties.count }

  func name(_ party: Int) -> Text {
    world?.parties[party].name ?? recording?.members[party].name ?? Text()
  }

  func role(_ party: Int) -> Text {
    recording?.members[party].role ?? (party == 0 ? "server" : "client")
  }

  func tree(_ party: Int) -> CombineTree {
    world?.parties[party].tree ?? recording.unsafelyUnwrapped.members[party].tree
  }

  /// A party by its index or its name.
  func party(_ command: LabCommand, _ key: Text = "party") throws(LabError) -> Int {
    if let index = command[key]?.small, index >= 0, index < partyCount { return index }
    if let text = command[key]?.string {
      for index in 0..<partyCount where name(index) == text { return index }
    }
    throw LabError(
      .noSuchParty, "there is no party " + (command[key].map { JSON.print($0) } ?? "of no name"),
      at: key)
  }

  /// A step that was made; the newest where nothing is said.
  func step(_ command: LabCommand, _ key: Text = "step") throws(LabError) -> Int {
    guard let field = command[key] else { return timeline.last }
    guard let step = field.small, step >= 0, step <= timeline.last else {
      throw LabError(
        .noSuchStep,
        "there is no step " + JSON.print(field) + ": the newest is "
          + Text(timeline.last), at: key)
    }
    return step
  }

  func node(
    _ command: LabCommand, of party: Int
  ) throws(LabError) -> (id: NodeID, node: Stree<CombineTree.Entry, Value>.Node) {
    let id = command["node"]?.small ?? -1
    do throws(TreeError) {
      return (id, try tree(party).tree.node(id))
    } catch {
      throw LabError(.noSuchNode, name(party) + ": " + error.text, at: "node")
    }
  }
}

extension Value {
  /// The number where it is a whole one of at most 31 bits, whatever the width of the machine.
  var small: Int? {
    guard let number, number.magnitude <= 2_147_483_647 else { return nil }
    return integer
  }
}
