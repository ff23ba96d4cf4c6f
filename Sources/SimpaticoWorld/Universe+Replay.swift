import SimpaticoTree

/// An edit of the original that could not be made again, and why.
struct ImpossibleEdit: Sendable {
  let placed: PlacedEdit
  let reason: Text
}

extension Universe {
  /// Lets what followed a step in another universe happen here, after something else was done.
  ///
  /// Events come by themselves: one with the same cause has the same name and takes the same time,
  /// so what is not concerned by the difference comes again in the same order. The original's later
  /// edits are made again where the event before them has come, or, if it never will, when its time
  /// is over. Answers those that could not be made.
  mutating func replay(_ original: Universe, after step: Int) -> [ImpossibleEdit] {
    let plan = ReplayPlan(original, after: step)
    var happened = IDTable(capacity: plan.causes)
    var impossible: [ImpossibleEdit] = []
    var next = 0
    var left = plan.causes + Universe.longestRun
    while left > 0 {
      left -= 1
      if next < plan.edits.count, isDue(plan.edits[next], happened) {
        let placed = plan.edits[next].placed
        next += 1
        do throws(LabError) {
          try make(placed.edit)
          happened.insert(newest.timeline.step(steps).cause, 0)
        } catch {
          impossible.append(ImpossibleEdit(placed: placed, reason: error.text))
        }
        continue
      }
      guard let event = newest.world.events.first else { break }
      if next == plan.edits.count, plan.isOver(event) { break }
      guard let isMade = try? advance(), isMade else { break }
      happened.insert(event.id, 0)
    }
    return impossible
  }

  /// More steps than this are not made in one go without being asked for by number.
  static let longestRun = 10_000

  private func isDue(_ edit: ReplayPlan.Offer, _ happened: IDTable) -> Bool {
    guard let anchor = edit.anchor, happened[anchor] == nil else { return true }
    guard let first = newest.world.events.first else { return true }
    return first.at > edit.clock && newest.world.events.find(anchor) == nil
  }
}

/// What is to be offered again.
private struct ReplayPlan {
  /// An edit, the step before it, and when it was made.
  struct Offer {
    let placed: PlacedEdit
    /// What caused the step before; nil where that is before the fork.
    let anchor: EventID?
    let clock: Int64
  }

  private(set) var edits: [Offer] = []
  /// How many steps followed.
  let causes: Int
  private var ids: IDTable
  private let isQuiet: Bool
  private let clock: Int64

  init(_ original: Universe, after step: Int) {
    let timeline = original.newest.timeline
    causes = original.steps - step
    isQuiet = original.isQuiet
    clock = original.world.clock
    ids = IDTable(capacity: causes)
    for index in stride(from: step + 1, through: original.steps, by: 1) {
      ids.insert(timeline.step(index).cause, 0)
    }
    for placed in original.edits where placed.step > step && placed.step <= original.steps {
      edits.append(
        Offer(
          placed: placed,
          anchor: placed.step - 1 > step ? timeline.step(placed.step - 1).cause : nil,
          clock: timeline.step(placed.step).clock))
    }
  }

  /// Whether an event is beyond what the original had come to.
  func isOver(_ event: Event) -> Bool {
    if isQuiet || event.at < clock { return false }
    return event.at > clock || ids[event.id] == nil
  }
}
