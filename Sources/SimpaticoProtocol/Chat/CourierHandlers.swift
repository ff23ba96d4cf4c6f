import SimpaticoTree

/// The client's connection as a courier: it seals what its own branches send, opens what comes for
/// them, and hands both on. One box at a time is sealed and one is opened, in order.
enum CourierHandlers {
  /// What waits to be sealed, and to be opened, at most; and how much of the latter is from people
  /// who are no contacts.
  static let leavingAtMost = 512
  static let arrivingAtMost = 128
  static let strangersAtMost = 8

  static func all(_ patterns: WirePatterns) -> [Handler] {
    [
      sendEnvelop, sealNext, acceptEnvelop(patterns.acceptEnvelop), openNext,
      returnEnvelop(patterns.returnEnvelop), lookUp, invite4(patterns.invite4), Vain.inVain,
    ]
  }

  /// Takes a message to be sealed for a contact and sent.
  static let sendEnvelop = Handler(
    "sendEnvelop",
    example: Value(
      json: #"""
        {"handler":"sendEnvelop","to":"pubKeySig2","publicKeyPem":"pubKey2",\#
        "content":{"handler":"receipt","to":"pubKeySig2","stream":"","received":0,"read":0}}
        """#)
  ) { (residue, message, context) throws(Refusal) in
    guard Phases.isVerified(residue), var entry = message.object else {
      return Change.post(returned("the connection ends"), to: message[ChatField.origin])
    }
    if residue[ChatField.leaving]?.object?.count ?? 0 >= leavingAtMost {
      return Change.post(returned("busy"), to: message[ChatField.origin])
    }
    entry[WireName.handler] = nil
    let place = Place.key(residue.count(ChatField.left))
    return [
      .combine(
        .object([
          ChatField.left: 1, ChatField.leaving: .object([place: .object(entry)]),
        ])), .combine(["handler": "sealNext"]),
    ]
  }

  /// Seals the first that waits, where nothing is being sealed.
  static let sealNext = Handler("sealNext", example: Value(json: #"{"handler":"sealNext"}"#)) {
    (residue, message, context) throws(Refusal) in
    guard residue[ChatField.sealing] == nil, let key = residue[Field.privateKey],
      let waiting = residue[ChatField.leaving]?.object, let place = waiting.firstKey(notBefore: ""),
      let entry = waiting[place]
    else { return [] }
    let request = context.requestID()
    let seal = Effect.seal(
      key: key, to: entry[Field.publicKeyPem]?.string ?? Text(),
      clearText: JSON.print(entry[ChatField.content] ?? .null),
      secretName: entry[ChatField.secretName]?.string)
    return [
      .effect(seal.value(id: request)),
      .combine(.object([ChatField.sealing: operation(request, place)])),
    ]
  }

  /// Sends what was sealed, and tells whom it came from; nil where it is nothing of this kind.
  static func sealed(_ residue: Value, _ message: Value, _ context: HandlerContext) -> [Outcome]? {
    guard Phases.isVerified(residue),
      let (place, entry) = awaited(message, ChatField.sealing, ChatField.leaving, residue)
    else { return nil }
    var outcomes = taken(place, ChatField.sealing, ChatField.leaving)
    let origin = entry[ChatField.origin]
    let tag = entry[ChatField.tag]
    if message[WireName.publicKeySig] != entry[WireName.to] {
      outcomes += Change.post(unsendable("the key is not the contact's", tag), to: origin)
    } else {
      var envelope: Object = [
        WireName.handler: .string(WireName.deliverEnvelop),
        WireName.from: residue[Field.publicKeySig] ?? .null,
        WireName.to: entry[WireName.to] ?? .null, WireName.box: message[EffectField.box] ?? .null,
      ]
      if entry[ChatField.introduces]?.bool == true {
        envelope[WireName.fromPublicKeyPem] = residue[Field.publicKeyPem]
      }
      // Nothing in an envelope is beyond ASCII, so bytes are characters.
      let limit = residue[ChatField.maximumCharacters]?.integer ?? Wire.defaultMaximumCharacters
      if JSON.print(.object(envelope)).count > limit {
        outcomes += Change.post(unsendable("it is too long", tag), to: origin)
      } else {
        outcomes.append(.combine(Command.send(.object(envelope))))
        outcomes += Change.post(
          .object([WireName.handler: "sent", ChatField.tag: tag ?? .null]), to: origin)
      }
    }
    return outcomes + [.combine(["handler": "sealNext"])]
  }

  /// Takes an envelope. Nothing is opened for those who are blocked, nor much for those who are
  /// unknown, and neither learns of it.
  static func acceptEnvelop(_ pattern: Pattern) -> Handler {
    Handler(
      WireName.acceptEnvelop, pattern: pattern,
      example: Value(
        json: #"""
          {"handler":"acceptEnvelop","from":"pubKeySig2","to":"pubKeySig1","box":"box"}
          """#)
    ) { (residue, message, context) throws(Refusal) in
      try requireVerified(residue)
      guard message[WireName.to] == residue[Field.publicKeySig],
        let from = message[WireName.from]?.string, !ClientIndex.isBlocked(from, context.summary)
      else { return [drop] }
      let known = knownKey(of: from, context.summary)
      guard let key = known ?? message[WireName.fromPublicKeyPem] else { return [drop] }
      let waiting = residue[ChatField.arriving]?.object ?? Object()
      if waiting.count >= arrivingAtMost { return [drop] }
      if known == nil, strangers(in: waiting) >= strangersAtMost { return [drop] }
      let entry: Value = .object([
        WireName.from: .string(from), Field.publicKeyPem: key,
        WireName.box: message[WireName.box] ?? .null, stranger: .bool(known == nil),
      ])
      let place = Place.key(residue.count(ChatField.arrived))
      return [
        .combine(.object([ChatField.arrived: 1, ChatField.arriving: .object([place: entry])])),
        .combine(["handler": "openNext"]),
      ]
    }
  }

  /// Opens the first that waits, where nothing is being opened.
  static let openNext = Handler("openNext", example: Value(json: #"{"handler":"openNext"}"#)) {
    (residue, message, context) throws(Refusal) in
    guard residue[ChatField.opening] == nil, let key = residue[Field.privateKey],
      let waiting = residue[ChatField.arriving]?.object,
      let place = waiting.firstKey(notBefore: ""), let entry = waiting[place]
    else { return [] }
    let request = context.requestID()
    let unseal = Effect.unseal(
      key: key, from: entry[Field.publicKeyPem]?.string ?? Text(),
      box: entry[WireName.box]?.string ?? Text())
    return [
      .effect(unseal.value(id: request)),
      .combine(.object([ChatField.opening: operation(request, place)])),
    ]
  }

  /// Hands on what was in a box; only forgets its secret where it is nothing of this kind.
  static func unsealed(_ residue: Value, _ message: Value, _ context: HandlerContext) -> [Outcome] {
    guard Phases.isVerified(residue),
      let (place, entry) = awaited(message, ChatField.opening, ChatField.arriving, residue)
    else { return Invitation.forget(message[ChatField.secretName], context, slot: 2) }
    let from = entry[WireName.from]
    var handedOn: [Outcome] = []
    // The box must be of the key that its envelope was sent in the name of.
    if message[WireName.publicKeySig] == from, let clearText = message[WireName.clearText]?.string,
      let content = SealedMessage.read(clearText, for: residue[Field.publicKeySig])
    {
      handedOn = Routing.outcomes(
        content, secretName: message[ChatField.secretName], entry: entry, context)
    }
    if handedOn.isEmpty {
      handedOn = Invitation.forget(message[ChatField.secretName], context, slot: 2) + [drop]
    }
    return taken(place, ChatField.opening, ChatField.arriving) + handedOn
      + [.combine(["handler": "openNext"])]
  }

  /// A box could not be made or opened; nil where it is nothing of this kind.
  static func failed(_ residue: Value, _ message: Value) -> [Outcome]? {
    if let (place, entry) = awaited(message, ChatField.sealing, ChatField.leaving, residue) {
      let notice = unsendable("it could not be sealed", entry[ChatField.tag])
      return taken(place, ChatField.sealing, ChatField.leaving)
        + Change.post(notice, to: entry[ChatField.origin]) + [.combine(["handler": "sealNext"])]
    }
    if let (place, _) = awaited(message, ChatField.opening, ChatField.arriving, residue) {
      return taken(place, ChatField.opening, ChatField.arriving)
        + [drop, .combine(["handler": "openNext"])]
    }
    return nil
  }

  /// The relay could not deliver: the recipient is not there.
  static func returnEnvelop(_ pattern: Pattern) -> Handler {
    Handler(
      WireName.returnEnvelop, pattern: pattern,
      example: Value(
        json: #"""
          {"handler":"returnEnvelop","to":"pubKeySig2","reason":"offline"}
          """#)
    ) { (residue, message, context) throws(Refusal) in
      try requireVerified(residue)
      // No more can come back than went out.
      guard let to = message[WireName.to]?.string,
        residue.count(ChatField.cameBack) < residue.count(ChatField.left)
      else { return [Vain.outcome] }
      let notice = returned(message[ChatField.reason]?.string ?? "offline")
      var outcomes = Change.post(
        notice, to: ClientIndex.contact(to, context.summary)?[ChatField.branch])
      for guest in ClientIndex.guests(of: to, context.summary) {
        outcomes += Change.post(notice, to: guest[ChatField.branch])
      }
      return outcomes + [.combine(.object([ChatField.cameBack: 1]))]
    }
  }

  /// Asks the relay for the key of a host; a connection that ends asks for nothing any more.
  static let lookUp = Handler(
    "lookUp", example: Value(json: #"{"handler":"lookUp","host":"pubKeySig1"}"#)
  ) {
    (residue, message, context) throws(Refusal) in
    guard Phases.isVerified(residue), let host = message[ChatField.host] else { return [] }
    return [
      .combine(.object([ChatField.asked: 1])),
      .combine(
        Command.send([
          WireName.handler: .string(WireName.invite3), WireName.publicKeySig: host,
        ])),
    ]
  }

  /// The relay's answer to a look-up: a key, or none where nobody of that fingerprint is there.
  static func invite4(_ pattern: Pattern) -> Handler {
    Handler(
      WireName.invite4, pattern: pattern,
      example: Value(
        json: #"""
          {"handler":"invite4","publicKeySig":"pubKeySig1","publicKeyPem":"pubKey1"}
          """#)
    ) { (residue, message, context) throws(Refusal) in
      try requireVerified(residue)
      guard let host = message[WireName.publicKeySig]?.string,
        residue.count(ChatField.asked) > 0
      else { return [Vain.outcome] }
      var found: Object = [WireName.handler: "found"]
      found[Field.publicKeyPem] = message[WireName.publicKeyPem]
      var outcomes: [Outcome] = []
      for guest in ClientIndex.guests(of: host, context.summary) {
        outcomes += Change.post(.object(found), to: guest[ChatField.branch])
      }
      return outcomes + [.combine(.object([ChatField.asked: -1]))]
    }
  }
}

extension CourierHandlers {
  private static let stranger: Text = "stranger"
  private static let drop = Outcome.combine(["dropped": 1])

  static func requireVerified(_ residue: Value) throws(Refusal) {
    guard Phases.isVerified(residue) else { throw .because("a message before the verdict") }
  }

  /// The key of a contact, or of a host whose link is being followed: no envelope replaces it.
  private static func knownKey(of person: Text, _ summary: Value) -> Value? {
    if let contact = ClientIndex.contact(person, summary) { return contact[Field.publicKeyPem] }
    for guest in ClientIndex.guests(of: person, summary) {
      if let key = guest[Field.publicKeyPem] { return key }
    }
    return nil
  }

  /// What a connection that is closed lets go.
  static let laidDown: Value = [
    "leaving": .delete, "sealing": .delete, "arriving": .delete, "opening": .delete,
  ]

  private static func operation(_ request: Value, _ place: Text) -> Value {
    .object([Field.request: request, ChatField.place: .string(place)])
  }

  /// The entry that the operation under way is about, where a message is its result.
  private static func awaited(
    _ message: Value, _ operation: Text, _ queue: Text, _ residue: Value
  ) -> (Text, Value)? {
    guard let pending = residue[operation], let request = message[Field.request],
      pending[Field.request] == request, let place = pending[ChatField.place]?.string,
      let entry = residue[queue]?[place]
    else { return nil }
    return (place, entry)
  }

  private static func taken(_ place: Text, _ operation: Text, _ queue: Text) -> [Outcome] {
    [.combine(.object([operation: .delete, queue: .object([place: .delete])]))]
  }

  private static func strangers(in waiting: Object) -> Int {
    var count = 0
    waiting.forEach { _, entry in if entry[stranger]?.bool == true { count += 1 } }
    return count
  }

  static func returned(_ reason: Text) -> Value {
    ["handler": "returned", "reason": .string(reason)]
  }

  private static func unsendable(_ reason: Text, _ tag: Value?) -> Value {
    ["handler": "unsendable", "reason": .string(reason), "tag": tag ?? .null]
  }
}

/// Where the content of an opened box goes.
enum Routing {
  /// Nothing where it is not for anyone.
  static func outcomes(
    _ content: Object, secretName: Value?, entry: Value, _ context: HandlerContext
  ) -> [Outcome] {
    guard let from = entry[WireName.from]?.string, let name = content[WireName.handler]?.string
    else { return [] }
    var message = content
    if name == SealedName.invite5 || name == SealedName.invite6 {
      guard let invitation = content[SealedName.invitation]?.string else { return [] }
      message[WireName.from] = .string(from)
      message[Field.publicKeyPem] = entry[Field.publicKeyPem]
      if name == SealedName.invite6 {
        if secretName != nil { return [] }
        let guest = ClientIndex.guest(of: from, invitation, context.summary)
        return Change.post(.object(message), to: guest?[ChatField.branch])
      }
      guard let branch = context.summary[ChatField.hosted]?[invitation] else {
        return [unknown(entry, invitation)] + Invitation.forget(secretName, context, slot: 2)
      }
      guard let secretName else { return [] }
      message[ChatField.secretName] = secretName
      return Change.post(.object(message), to: branch)
    }
    if secretName != nil { return [] }
    return Change.post(
      .object(message), to: ClientIndex.contact(from, context.summary)?[ChatField.branch])
  }

  /// The answer to a proof for an invitation that this client does not know.
  private static func unknown(_ entry: Value, _ invitation: Text) -> Outcome {
    .combine(
      Invitation.answer(
        .unknown, invitation: invitation, to: entry[WireName.from] ?? .null,
        publicKeyPem: entry[Field.publicKeyPem] ?? .null, name: nil))
  }
}
