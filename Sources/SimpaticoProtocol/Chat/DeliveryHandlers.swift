import SimpaticoTree

// What comes to a conversation from its connection and from the contact.
extension ConversationHandlers {
  /// The connection has sent a message.
  static let sent = Handler("sent", example: Value(json: #"{"handler":"sent","tag":1}"#)) {
    (residue, message, context) throws(Refusal) in
    if Kind(of: residue) == .invitation { return Guest.sent(residue) }
    guard let place = place(of: message[ChatField.tag], residue),
      phase(at: place, residue) == .sending
    else { return [] }
    return [changed([ChatField.phase: .string(DeliveryPhase.sent.name)], at: place)]
  }

  /// The connection could not make the envelope, and never will.
  static let unsendable = Handler(
    "unsendable",
    example: Value(json: #"{"handler":"unsendable","reason":"it is too long","tag":1}"#)
  ) { (residue, message, context) throws(Refusal) in
    if Kind(of: residue) == .invitation { return Guest.unsendable(residue, message) }
    guard let number = message[ChatField.tag]?.number,
      let place = place(of: message[ChatField.tag], residue)
    else { return [] }
    return [
      changed(
        [
          ChatField.phase: .string(DeliveryPhase.failed.name),
          ChatField.reason: message[ChatField.reason] ?? "",
        ], at: place),
      .combine(.object([ChatField.outbox: .object([Place.key(number): .delete])])), pumping,
    ]
  }

  /// The relay could not deliver, so the contact is not there. Tried again when it greets, and by a
  /// timer.
  static let returnedNotice = Handler(
    "returned", example: Value(json: #"{"handler":"returned","reason":"offline"}"#)
  ) { (residue, message, context) throws(Refusal) in
    if Kind(of: residue) == .invitation { return Guest.returned(residue) }
    guard Standing(residue[ChatField.standing]) == .known else { return [] }
    var outcomes = Delivery.requeue(residue)
    outcomes.append(.combine(.object([ChatField.isReachable: false])))
    if residue[ChatField.waitTimer] == nil, residue[ChatField.outbox]?.object?.isEmpty == false {
      outcomes += Delivery.wait(residue, context)
    }
    return outcomes
  }

  /// The client is online again.
  static let onlineNotice = Handler("online", example: online) {
    (residue, message, context) throws(Refusal) in
    if Kind(of: residue) == .invitation { return [.combine(["handler": "seek"])] }
    guard Standing(residue[ChatField.standing]) == .known else { return [] }
    // A timer of the time before may be a long one.
    return Delivery.requeue(residue)
      + Change.stopTimer(in: ChatField.waitTimer, of: residue, context, slot: 3) + [
        .combine(
          .object([
            ChatField.isReachable: .delete, ChatField.attempt: .delete, gapAt: .delete,
            ChatField.owes: [SealedName.hello: true],
          ])), pumping,
      ]
  }

  /// A message of the contact's. It is taken once and in its order; anything else is answered with
  /// what is there.
  static let message = Handler(
    SealedName.message,
    example: Value(
      json: #"""
        {"handler":"message","to":"pubKeySig1","stream":"7f","n":1,"previous":0,\#
        "text":"hello","time":5}
        """#)
  ) { (residue, message, context) throws(Refusal) in
    try HomeHandlers.require(.conversation, residue)
    guard Standing(residue[ChatField.standing]) == .known,
      let stream = message[SealedName.stream]?.string,
      let number = message[SealedName.number]?.number,
      let after = message[SealedName.after]?.number
    else { return [] }
    let received = residue[ChatField.incoming]?[stream]?.number ?? 0
    if number <= received || after > received {
      let owed: Value = number > received ? [SealedName.gap: true] : [:]
      return Delivery.reached(residue) + [.combine(.object([ChatField.owes: owed])), pumping]
        + Vain.post(context)
    }
    let place = Place.key(residue.count(ChatField.count))
    let entry: Object = [
      ChatField.own: false, SealedName.text: message[SealedName.text] ?? "",
      SealedName.at: message[SealedName.at] ?? 0,
      ChatField.phase: .string(DeliveryPhase.received.name),
    ]
    var fields: Object = [
      ChatField.newest: .string(stream), ChatField.unread: 1, ChatField.owes: [:],
      ChatField.unreadPlaces: .object([place: true]),
      ChatField.incoming: .object([stream: .number(number - received)]),
    ]
    if residue[ChatField.newest] != .string(stream) { fields[ChatField.seen] = .delete }
    return Delivery.reached(residue) + forgetting(stream, residue)
      + [added(entry, at: place), .combine(.object(fields)), pumping]
  }

  /// The contact says what it has of ours.
  static let receipt = Handler(
    SealedName.receipt,
    example: Value(
      json: #"""
        {"handler":"receipt","to":"pubKeySig1","stream":"7f","received":1,"read":0}
        """#)
  ) { (residue, message, context) throws(Refusal) in
    try HomeHandlers.require(.conversation, residue)
    guard Standing(residue[ChatField.standing]) == .known else { return [] }
    let isOurs = message[SealedName.stream] == residue[ChatField.stream]
    let received = isOurs ? message.time(SealedName.received) : 0
    let read = isOurs ? min(message.time(SealedName.read), received) : 0
    var outcomes = Delivery.reached(residue)
    outcomes += Change.set([ChatField.peerReceived: .number(received)], in: residue)
    let acknowledgement = acknowledged(upTo: received, read: read, residue)
    outcomes += acknowledgement
    let isProgress = !acknowledgement.isEmpty
    // A greeting comes from a new connection, and what was sent over the old one may be lost; a gap
    // says that it is. Each message after the lost one tells of the same gap: once is enough.
    let isNewGap =
      message[SealedName.gap]?.bool == true && residue[gapAt] != .number(received)
    if isNewGap { outcomes += Change.set([gapAt: .number(received)], in: residue) }
    let isGreeting = message[SealedName.hello]?.bool == true
    if isNewGap || isGreeting { outcomes.append(.combine(["handler": "requeue"])) }
    // So may be the last receipt.
    if isGreeting, residue[ChatField.newest] != nil {
      outcomes.append(.combine(.object([ChatField.owes: [:]])))
    }
    if isProgress || residue[ChatField.outbox]?.object?.isEmpty ?? true {
      outcomes += Change.stopTimer(in: ChatField.waitTimer, of: residue, context, slot: 3)
    }
    // Also a greeting: a relay can repeat it.
    return outcomes + [pumping] + (isProgress ? [] : Vain.post(context))
  }

  /// What is under way is queued again.
  static let requeue = Handler("requeue", example: Value(json: #"{"handler":"requeue"}"#)) {
    (residue, message, context) throws(Refusal) in Delivery.requeue(residue)
  }

  /// The timer: no receipt has come.
  static func elapsed(
    _ residue: Value, _ request: Value?, _ context: HandlerContext
  ) -> [Outcome] {
    guard let request, request == residue[ChatField.waitTimer] else { return [] }
    return [.combine(.object([ChatField.waitTimer: .delete]))] + Delivery.requeue(residue) + [
      .combine(.object([ChatField.isReachable: .delete, ChatField.attempt: 1, gapAt: .delete])),
      pumping,
    ]
  }

  /// After a restart: nothing is under way any more.
  ///
  /// What was kept may be an older copy of itself, put back. What has been written since it was
  /// made had the next numbers, and the contact would take whatever bears them again for the same.
  /// So numbers go on from the time: nobody writes a thousand messages in a second.
  static func resumed(_ residue: Value, _ context: HandlerContext) -> [Outcome] {
    let isForgetting = residue[ChatField.forgetting] != nil
    let written = max(residue.time(ChatField.written), context.now)
    return Change.set([ChatField.written: .number(written)], in: residue)
      + Delivery.requeue(residue) + [
        .combine(
          .object([ChatField.waitTimer: .delete, ChatField.isReachable: .delete, gapAt: .delete]))
      ] + (isForgetting ? Forgetting.begin(context) : [])
  }
}

extension ConversationHandlers {
  /// The number after which the contact has a gap, where we know and have sent again.
  @inline(__always) private static var gapAt: Text { "gapAt" }

  private static func place(of tag: Value?, _ residue: Value) -> Text? {
    tag?.number.flatMap { residue[ChatField.outbox]?[Place.key($0)]?.string }
  }

  private static func phase(at place: Text, _ residue: Value) -> DeliveryPhase? {
    DeliveryPhase(residue[ChatField.messages]?[place]?[ChatField.phase])
  }

  /// Moves what a receipt covers on: to DELIVERED, out of the outbox, and to READ.
  private static func acknowledged(
    upTo received: Double, read: Double, _ residue: Value
  ) -> [Outcome] {
    var messages = Object()
    var outbox = Object()
    var unseen = Object()
    Delivery.forEach(in: residue[ChatField.outbox], upTo: received) { number, key, place in
      let phase: DeliveryPhase = number <= read ? .read : .delivered
      messages[place] = [ChatField.phase: .string(phase.name)]
      outbox[key] = .delete
      if phase == .delivered { unseen[key] = .string(place) }
    }
    Delivery.forEach(in: residue[ChatField.unseen], upTo: read) { _, key, place in
      messages[place] = [ChatField.phase: .string(DeliveryPhase.read.name)]
      unseen[key] = .delete
    }
    if messages.isEmpty { return [] }
    return [
      .combine(
        .object([
          ChatField.messages: .object(messages), ChatField.outbox: .object(outbox),
          ChatField.unseen: .object(unseen),
        ]))
    ]
  }

  /// Makes room for one more stream where there are many.
  private static func forgetting(_ stream: Text, _ residue: Value) -> [Outcome] {
    guard let incoming = residue[ChatField.incoming]?.object, incoming[stream] == nil,
      incoming.count >= streamsAtMost
    else { return [] }
    let newest = residue[ChatField.newest]?.string
    let first = incoming.field(at: 0).key
    let victim = first == newest ? incoming.field(at: 1).key : first
    return [.combine(.object([ChatField.incoming: .object([victim: .delete])]))]
  }
}
