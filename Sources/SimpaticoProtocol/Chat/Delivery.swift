import SimpaticoTree

/// The bookkeeping of a conversation: what is to be sent, what has arrived, what is waited for.
enum Delivery {
  /// A message that can be sent now.
  struct Ready {
    let number: Double
    let place: Text
    let content: Value
  }

  /// The queued ones of the first messages of the outbox.
  static func ready(_ residue: Value) -> [Ready] {
    guard let outbox = residue[ChatField.outbox]?.object else { return [] }
    var ready: [Ready] = []
    var after = residue[ChatField.peerReceived] ?? 0
    for position in 0..<min(ConversationHandlers.window, outbox.count) {
      let (key, value) = outbox.field(at: position)
      guard let number = number(key), let place = value.string,
        let entry = residue[ChatField.messages]?[place]
      else { continue }
      if DeliveryPhase(entry[ChatField.phase]) == .queued {
        let content: Value = .object([
          WireName.handler: .string(SealedName.message),
          SealedName.to: residue[ChatField.contact]?[Field.publicKeySig] ?? .null,
          SealedName.stream: residue[ChatField.stream] ?? "", SealedName.number: .number(number),
          SealedName.after: after, SealedName.text: entry[SealedName.text] ?? "",
          SealedName.at: entry[SealedName.at] ?? 0,
        ])
        ready.append(Ready(number: number, place: place, content: content))
      }
      after = .number(number)
    }
    return ready
  }

  /// What the contact is told of its messages.
  static func receipt(_ residue: Value) -> Value {
    let stream = residue[ChatField.newest]?.string ?? Text()
    var receipt: Object = [
      WireName.handler: .string(SealedName.receipt),
      SealedName.to: residue[ChatField.contact]?[Field.publicKeySig] ?? .null,
      SealedName.stream: .string(stream),
      SealedName.received: residue[ChatField.incoming]?[stream] ?? 0,
      SealedName.read: residue[ChatField.seen] ?? 0,
    ]
    for field in [SealedName.hello, SealedName.gap] {
      receipt[field] = residue[ChatField.owes]?[field]
    }
    return .object(receipt)
  }

  /// Waits for a receipt, longer with each time that none came.
  static func wait(_ residue: Value, _ context: HandlerContext) -> [Outcome] {
    let attempt = residue.count(ChatField.attempt)
    var most = ConversationHandlers.patienceMilliseconds
    for _ in 0..<min(attempt, 10) where most < ConversationHandlers.patienceMostMilliseconds {
      most *= 2
    }
    // Between half and whole, so that two who wait for one another do not keep step.
    let delay = most / 2 + Int(context.moment.random % UInt64(most / 2 + 1))
    return Change.startTimer(delay, in: ChatField.waitTimer, of: residue, context, slot: 2)
  }

  /// What was under way is queued again: it may have been lost.
  static func requeue(_ residue: Value) -> [Outcome] {
    guard let outbox = residue[ChatField.outbox]?.object else { return [] }
    var messages = Object()
    // Only what stands in the window can be under way.
    for position in 0..<min(ConversationHandlers.window, outbox.count) {
      guard let place = outbox.field(at: position).value.string else { continue }
      let phase = DeliveryPhase(residue[ChatField.messages]?[place]?[ChatField.phase])
      if phase == .sending || phase == .sent {
        messages[place] = [ChatField.phase: .string(DeliveryPhase.queued.name)]
      }
    }
    if messages.isEmpty { return [] }
    return [.combine(.object([ChatField.messages: .object(messages)]))]
  }

  /// The contact is there.
  static func reached(_ residue: Value) -> [Outcome] {
    if residue[ChatField.isReachable]?.bool == true, residue[ChatField.attempt] == nil { return [] }
    return [.combine(.object([ChatField.isReachable: true, ChatField.attempt: .delete]))]
  }

  /// Whatever has not arrived has failed.
  static func giveUp(_ reason: Text, _ residue: Value, _ context: HandlerContext) -> [Outcome] {
    var messages = Object()
    residue[ChatField.outbox]?.object?.forEach { _, place in
      guard let place = place.string else { return }
      messages[place] = [
        ChatField.phase: .string(DeliveryPhase.failed.name), ChatField.reason: .string(reason),
      ]
    }
    return Change.stopTimer(in: ChatField.waitTimer, of: residue, context, slot: 3) + [
      .combine(.object([ChatField.messages: .object(messages), ChatField.outbox: .delete]))
    ]
  }

  /// Calls `body` with the entries of an index by number, from the first to that of a number.
  static func forEach(
    in index: Value?, upTo last: Double,
    _ body: (_ number: Double, _ key: Text, _ place: Text) -> Void
  ) {
    guard let index = index?.object else { return }
    for position in 0..<index.count {
      let (key, place) = index.field(at: position)
      guard let number = number(key), number <= last else { return }
      if let place = place.string { body(number, key, place) }
    }
  }

  /// The number that a key of the outbox spells.
  static func number(_ key: Text) -> Double? {
    key.withUTF8 { bytes in
      var number = 0.0
      for byte in bytes {
        guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
        number = number * 10 + Double(byte - UInt8(ascii: "0"))
      }
      return number
    }
  }
}
