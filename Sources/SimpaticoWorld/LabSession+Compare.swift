import SimpaticoTree

extension LabSession {
  /// How the nodes of one universe stand to those of another one, in runs.
  func compare(_ command: LabCommand) throws(LabError) -> Value {
    let (number, other) = (try universe(command), try universe(command, "with"))
    let mine = Scene(try multiverse.entry(number))
    let theirs: Scene
    do throws(LabError) {
      theirs = Scene(try multiverse.entry(other))
    } catch {
      throw LabError(error.kind, error.text, at: "with")
    }
    var parties = Vector<Value>()
    for party in 0..<min(mine.partyCount, theirs.partyCount) {
      let comparison = Comparison(party, mine, theirs)
      parties.append(LabSession.runs(comparison, mine.name(party)))
    }
    var fields = Fields()
    fields.put("universe", number)
    fields.put("with", other)
    fields.put("step", LabSession.lastCommon(mine.timeline, theirs.timeline))
    fields.put("parties", parties)
    return fields.value
  }

  /// The step up to which both universes were made of the same things in the same order.
  private static func lastCommon(_ mine: Timeline, _ theirs: Timeline) -> Int {
    var step = 0
    while step < mine.last, step < theirs.last,
      mine.step(step + 1).cause == theirs.step(step + 1).cause,
      mine.step(step + 1).clock == theirs.step(step + 1).clock
    {
      step += 1
    }
    return step
  }

  private static func runs(_ comparison: Comparison, _ name: Text) -> Value {
    var marks = Vector<Value>()
    var counts = (same: 0, changed: 0, new: 0)
    var from = 0
    for node in 0..<comparison.nodes.count {
      let pair = comparison.nodes[node]
      if let pair {
        if pair.difference == 0 { counts.same += 1 } else { counts.changed += 1 }
      } else {
        counts.new += 1
      }
      let isLast = node + 1 == comparison.nodes.count
      if !isLast, continues(pair, comparison.nodes[node + 1]) { continue }
      marks.append(mark(from, node + 1, comparison.nodes[from]))
      from = node + 1
    }
    var others = Vector<Value>()
    var gone = 0
    var start: Int? = nil
    for node in 0...comparison.isFound.count {
      let isGone = node < comparison.isFound.count && !comparison.isFound[node]
      if isGone {
        gone += 1
        start = start ?? node
      } else if let first = start {
        var entry = Fields()
        entry.put("from", first)
        entry.put("to", node)
        others.append(entry.value)
        start = nil
      }
    }
    var fields = Fields()
    fields.put("party", name)
    fields.put("same", counts.same)
    fields.put("changed", counts.changed)
    fields.put("new", counts.new)
    fields.put("gone", gone)
    fields.put("marks", marks)
    fields.put("others", others)
    return fields.value
  }

  /// Whether the next node belongs to the same run.
  private static func continues(
    _ pair: (other: NodeID, difference: UInt8)?, _ next: (other: NodeID, difference: UInt8)?
  ) -> Bool {
    guard let pair, let next else { return pair == nil && next == nil }
    return next.other == pair.other + 1 && next.difference == pair.difference
  }

  private static func mark(
    _ from: NodeID, _ to: NodeID, _ pair: (other: NodeID, difference: UInt8)?
  ) -> Value {
    guard let pair else {
      var fields = Fields()
      fields.put("from", from)
      fields.put("to", to)
      fields.put("mark", word: "new")
      fields.put("other", value: .null)
      return fields.value
    }
    var fields = Fields()
    fields.put("from", from)
    fields.put("to", to)
    fields.put("other", pair.other)
    fields.put("mark", word: "same")
    if pair.difference == 0 { return fields.value }
    fields.put("mark", word: "changed")
    var what = Vector<Value>()
    if pair.difference & Comparison.Difference.value != 0 { what.append("value") }
    if pair.difference & Comparison.Difference.residue != 0 { what.append("residue") }
    if pair.difference & Comparison.Difference.time != 0 { what.append("time") }
    if pair.difference & Comparison.Difference.place != 0 { what.append("place") }
    fields.put("what", what)
    return fields.value
  }
}
