import SimpaticoProtocol
import SimpaticoTree

/// A world at one of its moments, and all that led to it.
struct Instant: Sendable {
  var world: World
  var timeline: Timeline

  init(_ settings: World.Settings) {
    world = World(settings)
    timeline = Timeline(trees: world.parties.map { $0.tree })
  }

  /// Lets the next event happen. Answers false where there is none.
  mutating func advance() -> Bool {
    guard let event = world.events.first else { return false }
    let before = Instant.mayKill(event) ? world.parties : []
    world.advance()
    note(event, nil, before)
    return true
  }

  /// Makes an edit, or changes nothing.
  mutating func make(_ edit: Edit, as id: EventID) throws(LabError) {
    var next = world
    let event: Event?
    if case .take(let id) = edit { event = world.events.find(id)?.event } else { event = nil }
    try next.make(edit, as: id) { id in
      guard let index = timeline.index(ofMessage: id),
        case .frame(let socket, let end, let text) = timeline.message(index).kind
      else { return nil }
      return (socket, end, text)
    }
    let before = world.parties
    world = next
    note(event, edit, before)
  }

  /// Whether an event may kill a process. To hold the parties that were costs a copy of what the
  /// event changes.
  private static func mayKill(_ event: Event) -> Bool {
    if case .deed = event.kind { true } else { false }
  }

  private mutating func note(_ event: Event?, _ edit: Edit?, _ before: [Party]) {
    timeline.note(
      Step(event: event, edit: edit, cause: world.events.cause, clock: world.clock), of: world,
      before: before)
  }
}

/// An edit and the step that it makes.
struct PlacedEdit: Equatable, Sendable {
  /// At least 1, and greater than that of the edit before.
  let step: Int
  let edit: Edit
}

/// One world-line: settings and edits, and every moment that they led to.
///
/// The same settings and edits give the same bytes, natively and in the browser. A step is one
/// event, or one edit. A universe grows at its end only; what was, stays. Whoever edits the past
/// forks.
///
/// It keeps the world of every 32nd step, so that any moment is at hand at once: worlds share what
/// they have in common. A copy is a fork and costs O(1) besides the edits.
public struct Universe: Sendable {
  /// More edits than this are refused.
  public static let maximumEdits = 1_000
  /// More steps than this are not made.
  public static let maximumSteps = 1_000_000

  private final class Checkpoint: Record, @unchecked Sendable {
    let instant: Instant

    init(_ instant: Instant) { self.instant = instant }
  }

  static let spacing = 32

  /// What the world started from.
  public let settings: World.Settings
  private(set) var edits: [PlacedEdit] = []
  /// The edits that were made; those after them are planned.
  private var made = 0
  /// The worlds of steps 0, 32, 64, …; what lies behind `kept` belongs to another universe.
  private var checkpoints = Vector<Record>()
  private var kept = 0
  private(set) var newest: Instant

  /// A universe at its start.
  public init(_ settings: World.Settings = World.Settings()) {
    self.settings = settings
    newest = Instant(settings)
    keep()
  }

  /// A universe at its start, whose edits lie ahead. Steps are from 1, and grow.
  init(_ settings: World.Settings, planning edits: [PlacedEdit]) {
    self.init(settings)
    self.edits = edits
  }

  /// The newest moment's world.
  public var world: World { newest.world }
  /// Steps that were made.
  public var steps: Int { newest.timeline.last }
  /// Edits that lie ahead.
  public var planned: Int { edits.count - made }
  /// Whether nothing more happens, and nothing is planned.
  public var isQuiet: Bool { newest.world.isQuiet && planned == 0 }

  private mutating func keep() {
    newest.world.settleDigest()
    let checkpoint = Checkpoint(newest)
    if kept < checkpoints.count {
      checkpoints[kept] = checkpoint
    } else {
      checkpoints.append(checkpoint)
    }
    kept += 1
  }

  /// The id of an edit: what it does, and how many like it were made before.
  private func id(of edit: Edit) -> EventID {
    var count: UInt64 = 0
    for placed in edits[0..<made] where placed.edit == edit { count += 1 }
    return EventID.start.causing(JSON.print(edit.value(in: newest.world))).causing(count)
  }

  /// Makes one more step. Answers false where nothing more happens.
  ///
  /// A planned edit that cannot be made is an error, and is made by nothing else.
  @discardableResult
  public mutating func advance() throws(LabError) -> Bool {
    if steps >= Universe.maximumSteps { return false }
    if made < edits.count, edits[made].step == steps + 1 {
      let place = "edits[" + Text(made) + "]"
      let edit = edits[made].edit
      do throws(LabError) {
        try newest.make(edit, as: id(of: edit))
      } catch {
        throw error.inside(place)
      }
      made += 1
    } else if !newest.advance() {
      guard planned > 0 else { return false }
      throw LabError(
        .badDocument, "nothing happens any more before step " + Text(edits[made].step),
        place: "edits[" + Text(made) + "].at")
    }
    if steps % Universe.spacing == 0 { keep() }
    return true
  }

  /// Advances until nothing more happens, or by at most so many steps, or up to a time. Answers
  /// whether it is quiet.
  @discardableResult
  public mutating func run(
    atMost limit: Int = 100_000, until clock: Int64 = .max
  ) throws(LabError) -> Bool {
    var left = limit
    while left > 0 {
      if planned == 0, let next = newest.world.events.first, next.at > clock { break }
      if try !advance() { break }
      left -= 1
    }
    return isQuiet
  }

  /// Makes an edit as the next step.
  public mutating func make(_ edit: Edit) throws(LabError) {
    guard planned == 0 else {
      throw LabError(.notPossible, "edits are planned: play them first, or fork")
    }
    guard edits.count < Universe.maximumEdits, steps < Universe.maximumSteps else {
      throw LabError(.tooMany, "a universe has at most " + Text(Universe.maximumEdits) + " edits")
    }
    try newest.make(edit, as: id(of: edit))
    edits.append(PlacedEdit(step: steps, edit: edit))
    made += 1
    if steps % Universe.spacing == 0 { keep() }
  }

  /// The moment after a step that was made. At most 31 events are performed again, none of which
  /// is seen outside.
  func instant(at step: Int) -> Instant {
    if step >= steps { return newest }
    let checkpoint = checkpoints[step / Universe.spacing]
    var instant = unsafeDowncast(checkpoint, to: Checkpoint.self).instant
    if instant.timeline.last == step { return instant }
    var next = edits.firstIndex { $0.step > instant.timeline.last } ?? edits.count
    while instant.timeline.last < step {
      if next < made, edits[next].step == instant.timeline.last + 1 {
        var earlier = self
        earlier.made = next
        let id = earlier.id(of: edits[next].edit)
        do throws(LabError) {
          try instant.make(edits[next].edit, as: id)
        } catch {
          preconditionFailure("an edit that was made can be made")
        }
        next += 1
      } else if !instant.advance() {
        preconditionFailure("a step that was made can be made")
      }
    }
    return instant
  }

  /// The world after a step that was made. Fast at any step, and changes nothing.
  public func world(at step: Int) -> World { instant(at: step).world }

  /// Another universe that is the same up to a step, and has no edits ahead.
  public func fork(at step: Int) -> Universe {
    var fork = self
    fork.newest = instant(at: step)
    fork.edits.removeAll { $0.step > step }
    fork.made = fork.edits.count
    fork.kept = min(kept, step / Universe.spacing + 1)
    return fork
  }
}
