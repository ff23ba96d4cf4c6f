package import SimpaticoTree

/// Outcomes that many handlers of the chat need.
enum Change {
  /// Sets fields of a residue whatever they held: by the laws of `combine` numbers would add,
  /// arrays concatenate and objects merge.
  static func set(_ fields: Object, in residue: Value) -> [Outcome] {
    var removed = Object()
    fields.forEach { key, _ in
      switch residue[key]?.kind {
      case .number?, .array?, .object?: removed[key] = .delete
      default: break
      }
    }
    let set = Outcome.combine(.object(fields))
    return removed.isEmpty ? [set] : [.combine(.object(removed)), set]
  }

  /// Posts a message to the branch that a field names, if it names one.
  static func post(_ message: Value, to branch: Value?) -> [Outcome] {
    guard let branch = branch?.integer else { return [] }
    return [.post(to: branch, message)]
  }

  /// Starts a timer and keeps its handle in a field, in place of the one that runs.
  static func startTimer(
    _ milliseconds: Int, in field: Text, of residue: Value, _ context: HandlerContext, slot: Int
  ) -> [Outcome] {
    let request = context.requestID(slot)
    var outcomes = stopTimer(in: field, of: residue, context, slot: slot + 8)
    outcomes.append(.effect(Effect.startTimer(milliseconds: milliseconds).value(id: request)))
    outcomes.append(.combine(.object([field: request])))
    return outcomes
  }

  /// Stops the timer of a field, if one runs.
  static func stopTimer(
    in field: Text, of residue: Value, _ context: HandlerContext, slot: Int
  ) -> [Outcome] {
    guard let timer = residue[field] else { return [] }
    return [
      .effect(Effect.cancelTimer(timer: timer).value(id: context.requestID(slot))),
      .combine(.object([field: .delete])),
    ]
  }

  /// A delay of full jitter: anything up to an exponentially growing bound (Brooker, "Exponential
  /// Backoff And Jitter", 2015).
  static func backoff(
    attempt: Int, base: Int, most: Int, _ context: HandlerContext
  ) -> Int {
    var bound = base
    for _ in 0..<min(max(attempt, 0), 30) where bound < most { bound *= 2 }
    return Int(context.moment.random % UInt64(min(bound, most))) + 1
  }
}

/// Keys that sort as the numbers that they spell: of places, and of messages in their stream.
package enum Place {
  static let digits = 9

  /// Nine decimal digits, which is more than a person writes.
  package static func key(_ number: Int) -> Text { key(Double(number)) }

  /// The same for a number that may be a time. Those have thirteen digits until the year 2286, and
  /// sort after all of nine, which begin with a zero.
  static func key(_ number: Double) -> Text {
    let spelled = JSON.print(.number(max(number, 0)))
    var key = Text()
    for _ in 0..<max(0, digits - spelled.count) { key = key + "0" }
    return key + spelled
  }
}

extension Value {
  /// The number of a field, or 0 where there is none.
  func count(_ field: Text) -> Int { self[field]?.integer ?? 0 }

  /// The time of a field in milliseconds, or the number of a message in its stream; 0 where there
  /// is none. They are no `Int`, which has 32 bits in the browser.
  func time(_ field: Text) -> Double { self[field]?.number ?? 0 }
}

extension HandlerContext {
  /// The time of the input, in milliseconds.
  var now: Double { Double(moment.timeMilliseconds) }
}
