import SimpaticoProtocol
import SimpaticoTree

/// The universes of a lab: a tree, in which a child is the same as its parent up to a step.
struct Multiverse: Sendable {
  /// What a universe is made of. Indirect: entries are copied often, and are large.
  indirect enum Content: Sendable {
    case world(Universe)
    case recording(RecordedTrees)
  }

  /// A universe and its place among the others.
  struct Entry: Sendable {
    var name: Text
    let parent: Int?
    /// The step up to which it is the same as its parent.
    let fork: Int
    var content: Content
    var children = 0
    /// The moment that an imported document spoke of, and its digest then.
    var claim: (step: Int, digest: Text)?
  }

  /// More universes than this are not held at a time.
  static let maximumUniverses = 1_024

  private(set) var entries: [Entry?] = []
  private var count = 0

  /// The numbers of the universes that there are.
  var numbers: [Int] { entries.indices.filter { entries[$0] != nil } }

  func entry(_ number: Int) throws(LabError) -> Entry {
    guard entries.indices.contains(number), let entry = entries[number] else {
      throw LabError(.noSuchUniverse, "there is no universe " + Text(number), at: "universe")
    }
    return entry
  }

  /// A universe that is a world, for those who want it to go on.
  func world(_ number: Int) throws(LabError) -> Universe {
    guard case .world(let universe) = try entry(number).content else {
      throw LabError(.notPossible, "a recording can be looked at only", at: "universe")
    }
    return universe
  }

  /// Whether another one can be added.
  var hasRoom: Bool { count < Multiverse.maximumUniverses }

  mutating func add(_ entry: Entry) throws(LabError) -> Int {
    guard hasRoom else {
      throw LabError(
        .tooMany,
        "there are " + Text(Multiverse.maximumUniverses) + " universes: remove some first")
    }
    if let parent = entry.parent { entries[parent]?.children += 1 }
    entries.append(entry)
    count += 1
    return entries.count - 1
  }

  mutating func update(_ number: Int, _ universe: Universe) {
    entries[number]?.content = .world(universe)
  }

  mutating func update(_ number: Int, _ trees: RecordedTrees) {
    entries[number]?.content = .recording(trees)
  }

  mutating func rename(_ number: Int, _ name: Text) { entries[number]?.name = name }

  mutating func claim(_ number: Int, step: Int, digest: Text) {
    entries[number]?.claim = (step, digest)
  }

  mutating func remove(_ number: Int) throws(LabError) {
    let entry = try entry(number)
    guard entry.children == 0 else {
      throw LabError(.notPossible, "others have forked from it: remove them first", at: "universe")
    }
    if let parent = entry.parent { entries[parent]?.children -= 1 }
    entries[number] = nil
    count -= 1
  }
}
