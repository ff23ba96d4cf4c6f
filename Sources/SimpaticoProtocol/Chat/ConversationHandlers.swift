import SimpaticoTree

/// What is between a person and one contact: messages that arrive once, in order, or are said to
/// have failed.
///
/// Own messages carry a stream and a number. The contact takes a number once, and only after the
/// one that `after` names; its receipts say up to which number it has them. What is not receipted
/// is sent again: when either side comes back, and by a timer. So a message may travel twice and
/// arrives once. A stream is drawn with the conversation: who lost it starts another one.
enum ConversationHandlers {
  static let all =
    [
      begin, write, read, pump, sent, unsendable, returnedNotice, onlineNotice, message, receipt,
      requeue, annotate, block, unblock, remove, retry,
    ] + Forgetting.all

  /// Messages under way at one time. More than one, so that the relay's delay is not waited for
  /// each; few, so that little is sent in vain.
  static let window = 16
  /// How long a receipt is waited for, at first and at most.
  static let patienceMilliseconds = 15_000
  static let patienceMostMilliseconds = 600_000
  /// Streams of one contact that are told apart: one for each time it lost its data.
  static let streamsAtMost = 32
  /// Without a setting: what fits into an envelope of the classic suite.
  static let defaultMaximumTextBytes = 1700

  static let online: Value = ["handler": "online"]

  /// Starts the conversation: draws its stream, and greets.
  static let begin = Handler("begin", example: Value(json: #"{"handler":"begin"}"#)) {
    (residue, message, context) throws(Refusal) in
    try HomeHandlers.require(.conversation, residue)
    if residue[ChatField.standing] != nil { return [] }
    return [
      .combine(
        .object([
          ChatField.standing: .string(Standing.known.name),
          ChatField.stream: .string(Invitation.identifier(context.moment.random)),
          ChatField.owes: [SealedName.hello: true],
        ])), pumping,
    ]
  }

  /// Takes a message that the person has written.
  static let write = Handler(
    "write",
    pattern: Pattern(json: #"{"handler":"write","text":["str","between",1,65536]}"#),
    example: Value(json: #"{"handler":"write","text":"hello"}"#)
  ) { (residue, message, context) throws(Refusal) in
    try HomeHandlers.require(.conversation, residue)
    guard Standing(residue[ChatField.standing]) == .known else {
      throw .because("the contact is blocked or removed")
    }
    let text = message[SealedName.text] ?? ""
    let place = Place.key(residue.count(ChatField.count))
    let size = JSON.print(text).count - 2
    let limit = residue[ChatField.maximumTextBytes]?.integer ?? defaultMaximumTextBytes
    var entry: Object = [
      ChatField.own: true, SealedName.text: text,
      SealedName.at: .number(max(0, context.now)),
    ]
    if size > limit {
      entry[ChatField.phase] = .string(DeliveryPhase.failed.name)
      entry[ChatField.reason] = .string("it is too long by " + Text(size - limit) + " bytes")
      return [added(entry, at: place)]
    }
    entry[ChatField.phase] = .string(DeliveryPhase.queued.name)
    return [added(entry, at: place)] + numbered(place, residue) + [pumping]
  }

  /// Tries a message that has failed once more, as a new one in its old place.
  static let retry = Handler(
    "retry", example: Value(json: #"{"handler":"retry","place":"000000000"}"#)
  ) {
    (residue, message, context) throws(Refusal) in
    try HomeHandlers.require(.conversation, residue)
    guard Standing(residue[ChatField.standing]) == .known,
      let place = message[ChatField.place]?.string,
      let entry = residue[ChatField.messages]?[place],
      let phase = DeliveryPhase(entry[ChatField.phase]),
      DeliveryPhase.leads(from: phase, to: .queued), phase == .failed
    else { throw .because("only a message that has failed can be tried again") }
    let size = JSON.print(entry[SealedName.text] ?? "").count - 2
    if size > residue[ChatField.maximumTextBytes]?.integer ?? defaultMaximumTextBytes { return [] }
    let change: Object = [
      ChatField.phase: .string(DeliveryPhase.queued.name), ChatField.reason: .delete,
    ]
    return [changed(change, at: place)] + numbered(place, residue) + [pumping]
  }

  /// The person has seen everything so far.
  static let read = Handler("read", example: Value(json: #"{"handler":"read"}"#)) {
    (residue, message, context) throws(Refusal) in
    try HomeHandlers.require(.conversation, residue)
    guard residue.count(ChatField.unread) > 0, let newest = residue[ChatField.newest]?.string else {
      return []
    }
    var messages = Object()
    residue[ChatField.unreadPlaces]?.object?.forEach { place, _ in
      messages[place] = [ChatField.phase: .string(DeliveryPhase.read.name)]
    }
    let seen = residue[ChatField.incoming]?[newest] ?? 0
    return Change.set([ChatField.seen: seen], in: residue) + [
      .combine(
        .object([
          ChatField.messages: .object(messages), ChatField.unreadPlaces: .delete,
          ChatField.unread: .delete, ChatField.owes: [:],
        ])), pumping,
    ]
  }

  /// Sends what can be sent: the receipt that is owed, and messages in their order.
  static let pump = Handler("pump", example: Value(json: #"{"handler":"pump"}"#)) {
    (residue, message, context) throws(Refusal) in
    guard Standing(residue[ChatField.standing]) == .known,
      let connection = context.summary[ChatField.connection]
    else { return [] }
    var outcomes: [Outcome] = []
    if residue[ChatField.owes] != nil {
      outcomes += Change.post(
        envelope(Delivery.receipt(residue), residue, context, tag: nil), to: connection)
      outcomes.append(.combine(.object([ChatField.owes: .delete])))
    }
    if residue[ChatField.waitTimer] == nil, residue[ChatField.outbox]?.object?.isEmpty == false {
      outcomes += Delivery.wait(residue, context)
    }
    if residue[ChatField.isReachable]?.bool == false { return outcomes }
    let ready = Delivery.ready(residue)
    if ready.isEmpty { return outcomes }
    var messages = Object()
    for next in ready {
      messages[next.place] = [ChatField.phase: .string(DeliveryPhase.sending.name)]
      outcomes += Change.post(
        envelope(next.content, residue, context, tag: .number(next.number)), to: connection)
    }
    outcomes.append(.combine(.object([ChatField.messages: .object(messages)])))
    return outcomes
  }

  /// Changes what the person says of the contact.
  static let annotate = Handler(
    "annotate",
    pattern: Pattern(
      json: #"""
        {"handler":"annotate","name":["optional","str","between",0,64],"notes":["optional",\#
        "str","between",0,4096]}
        """#),
    example: Value(
      json: #"""
        {"handler":"annotate","name":"Bob","notes":"from the conference"}
        """#)
  ) { (residue, message, context) throws(Refusal) in
    try HomeHandlers.require(.conversation, residue)
    if Standing(residue[ChatField.standing]) == .removed {
      throw .because("the contact is removed")
    }
    var contact = Object()
    contact[ChatField.name] = message[ChatField.name]
    contact[ChatField.notes] = message[ChatField.notes]
    return [.combine(.object([ChatField.contact: .object(contact)]))]
  }

  /// From now on nothing of the contact's is opened, and nothing is sent to them.
  static let block = Handler("block", example: Value(json: #"{"handler":"block"}"#)) {
    (residue, message, context) throws(Refusal) in
    try move(residue, to: .blocked) + Delivery.giveUp("the contact is blocked", residue, context)
  }

  /// Takes a block back.
  static let unblock = Handler("unblock", example: Value(json: #"{"handler":"unblock"}"#)) {
    (residue, message, context) throws(Refusal) in
    try move(residue, to: .known)
      + [.combine(.object([ChatField.owes: [SealedName.hello: true]])), pumping]
  }

  /// Forgets the contact and all that was said.
  static let remove = Handler("remove", example: Value(json: #"{"handler":"remove"}"#)) {
    (residue, message, context) throws(Refusal) in
    try move(residue, to: .removed)
      + Delivery.giveUp("the contact is removed", residue, context) + [
        .combine(
          .object([
            ChatField.messages: .delete, ChatField.unreadPlaces: .delete, ChatField.unread: .delete,
            ChatField.unseen: .delete, ChatField.owes: .delete,
            ChatField.contact: [ChatField.name: .delete, ChatField.notes: .delete],
          ]))
      ] + Forgetting.begin(context)
  }
}

extension ConversationHandlers {
  static let pumping = Outcome.combine(["handler": "pump"])

  static func added(_ entry: Object, at place: Text) -> Outcome {
    .combine(
      .object([
        ChatField.messages: .object([place: .object(entry)]), ChatField.count: 1,
      ]))
  }

  static func changed(_ fields: Object, at place: Text) -> Outcome {
    .combine(.object([ChatField.messages: .object([place: .object(fields)])]))
  }

  /// Gives the message at a place the next number, and a place in the outbox.
  private static func numbered(_ place: Text, _ residue: Value) -> [Outcome] {
    let number = residue.time(ChatField.written) + 1
    return [
      .combine(
        .object([
          ChatField.written: 1,
          ChatField.outbox: .object([Place.key(number): .string(place)]),
        ]))
    ]
  }

  private static func move(_ residue: Value, to standing: Standing) throws(Refusal) -> [Outcome] {
    try HomeHandlers.require(.conversation, residue)
    guard Standing.leads(from: Standing(residue[ChatField.standing]), to: standing) else {
      throw .because("the contact cannot become " + standing.name)
    }
    return [.combine(.object([ChatField.standing: .string(standing.name)]))]
  }

  private static func envelope(
    _ content: Value, _ residue: Value, _ context: HandlerContext, tag: Value?
  ) -> Value {
    var envelope: Object = [
      WireName.handler: "sendEnvelop", ChatField.content: content,
      ChatField.origin: .number(context.branch),
      WireName.to: residue[ChatField.contact]?[Field.publicKeySig] ?? .null,
      Field.publicKeyPem: residue[ChatField.contact]?[Field.publicKeyPem] ?? .null,
    ]
    envelope[ChatField.tag] = tag
    return .object(envelope)
  }
}
