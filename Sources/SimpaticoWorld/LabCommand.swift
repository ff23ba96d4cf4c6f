import SimpaticoProtocol
import SimpaticoTree

/// A command of the lab, read field by field: each reading says what is wrong, and where.
struct LabCommand {
  let value: Value

  subscript(key: StaticString) -> Value? {
    @inline(never)
    get { value[Text(stringLiteral: key)] }
  }

  /// A whole number in a range, or what stands for its absence.
  @inline(never)
  func integer(
    _ key: StaticString, in range: ClosedRange<Int>, else absent: Int? = nil
  ) throws(LabError) -> Int {
    guard let field = self[key] else {
      if let absent { return absent }
      throw LabError(.badCommand, "'" + Text(stringLiteral: key) + "' is missing", at: key)
    }
    guard let integer = field.small, range.contains(integer) else {
      let upper = range.upperBound == .max ? " or more" : " to " + Text(range.upperBound)
      throw LabError(
        .badCommand, "a whole number is expected, " + Text(range.lowerBound) + upper, at: key)
    }
    return integer
  }

  /// A text up to a length in bytes, or what stands for its absence.
  @inline(never)
  func text(_ key: StaticString, atMost limit: Int, else absent: Text? = nil) throws(LabError)
    -> Text
  {
    guard let field = self[key] else {
      if let absent { return absent }
      throw LabError(.badCommand, "'" + Text(stringLiteral: key) + "' is missing", at: key)
    }
    guard let text = field.string, text.count <= limit else {
      throw LabError(
        .badCommand, "a text of at most " + Text(limit) + " bytes is expected", at: key)
    }
    return text
  }

  /// True or false; where nothing is said, `absent`.
  @inline(never)
  func flag(_ key: StaticString, else absent: Bool = false) throws(LabError) -> Bool {
    guard let field = self[key] else { return absent }
    guard let flag = field.bool else {
      throw LabError(.badCommand, "true or false is expected", at: key)
    }
    return flag
  }

  /// One end of a socket.
  @inline(never)
  func end(_ key: StaticString) throws(LabError) -> SocketEnd {
    switch Words.index(of: try text(key, atMost: 16), in: "client server") {
    case 0: return .client
    case 1: return .server
    default: throw LabError(.badCommand, "'client' or 'server' is expected", at: key)
    }
  }

  /// A half-open range of numbers that are not negative: `[3, 9]`. Nil where nothing is said.
  @inline(never)
  func range(_ key: StaticString) throws(LabError) -> Range<Int>? {
    guard let field = self[key] else { return nil }
    guard let pair = field.array, pair.count == 2, let low = pair[0].small,
      let high = pair[1].small, low >= 0, low <= high
    else {
      throw LabError(.badCommand, "two whole numbers are expected, such as [0, 20]", at: key)
    }
    return low..<high
  }

  /// A path into a value: texts for fields, whole numbers for elements. Empty where nothing is
  /// said.
  @inline(never)
  func path(_ key: StaticString) throws(LabError) -> [Value] {
    guard let field = self[key] else { return [] }
    guard let path = field.array, path.count <= 64 else {
      throw LabError(.badCommand, "an array of keys and indices is expected", at: key)
    }
    for index in 0..<path.count where path[index].string == nil && path[index].small == nil {
      throw LabError(.badCommand, "a key or an index is expected", at: key)
    }
    return path.elements
  }

  /// The same command with another value's fields.
  @inline(never)
  func inside(_ key: StaticString) -> LabCommand? {
    guard let field = self[key], field.object != nil else { return nil }
    return LabCommand(value: field)
  }
}

/// The trees of a universe and what is known of them, whether a world or a recording made them.
final class Scene {
  let timeline: Timeline
  let world: World?
  private let recording: RecordedTrees?

  init(_ entry: Multiverse.Entry) {
    switch entry.content {
    case .world(let universe):
      (timeline, world, recording) = (universe.newest.timeline, universe.world, nil)
    case .recording(let trees): (timeline, world, recording) = (trees.timeline, nil, trees)
    }
  }

  var partyCount: Int { timeline.parties.count }

  @inline(never)
  func name(_ party: Int) -> Text {
    world?.parties[party].name ?? recording?.members[party].name ?? Text()
  }

  @inline(never)
  func role(_ party: Int) -> Text {
    recording?.members[party].role ?? (party == 0 ? "server" : "client")
  }

  @inline(never)
  func tree(_ party: Int) -> CombineTree {
    world?.parties[party].tree ?? recording.unsafelyUnwrapped.members[party].tree
  }

  /// A party by its index or its name.
  @inline(never)
  func party(_ command: LabCommand, _ key: StaticString = "party") throws(LabError) -> Int {
    if let index = command[key]?.small, index >= 0, index < partyCount { return index }
    if let text = command[key]?.string {
      for index in 0..<partyCount where name(index) == text { return index }
    }
    throw LabError(
      .noSuchParty, "there is no party " + (command[key].map { JSON.print($0) } ?? "of no name"),
      at: key)
  }

  /// A step that was made; the newest where nothing is said.
  @inline(never)
  func step(_ command: LabCommand, _ key: StaticString = "step") throws(LabError) -> Int {
    guard let field = command[key] else { return timeline.last }
    guard let step = field.small, step >= 0, step <= timeline.last else {
      throw LabError(
        .noSuchStep,
        "there is no step " + JSON.print(field) + ": the newest is "
          + Text(timeline.last), at: key)
    }
    return step
  }

  @inline(never)
  func node(
    _ command: LabCommand, of party: Int
  ) throws(LabError) -> NodeView {
    let id = command["node"]?.small ?? -1
    if let node = view(id, party) { return node }
    throw LabError(.noSuchNode, name(party) + " has no node " + Text(id), at: "node")
  }

  /// A node of a party, or nil where there is none.
  @inline(never)
  func view(_ node: NodeID, _ party: Int) -> NodeView? {
    timeline.parties[party].view(node, tree(party))
  }
}

extension Value {
  /// The number where it is a whole one of at most 31 bits, whatever the width of the machine.
  var small: Int? {
    guard let number, number.magnitude <= 2_147_483_647 else { return nil }
    return integer
  }
}
