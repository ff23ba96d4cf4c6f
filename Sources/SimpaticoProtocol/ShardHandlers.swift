package import SimpaticoTree

/// What the parties that are one server together say to one another (docs/decisions/0009).
///
/// Each shard is a party with its own connections. Its summary says of every key that is verified
/// anywhere where that is, and what other shards say comes to a branch of its own, the directory.
///
/// ```text
/// verified here ── enrol ──> the host draws a number ── enrolled ──> `present` to all others
/// gone from here ──────────────────────────────────────────────────> `absent` to all others
/// an envelope, a look-up ──> `convey` to the shard of its key ──> there, or `otherwise` back
/// ```
///
/// Numbers are drawn one after another for all shards, and the higher one of a key takes over. So
/// shards that hear of the same enrolments end with the same directory, whatever came first.
enum ShardHandlers {
  static let all = [enrolled, present, absent, convey, undelivered]

  /// The number of the enrolment has been drawn: the others are told before the client is, so that
  /// who hears of this verification from the client finds it known everywhere.
  static let enrolled = Handler(LocalName.enrolled, example: EffectResult.enrolled(1, number: 7)) {
    (residue, message, context) throws(Refusal) in
    guard let request = residue[ShardField.enrolment], message[Field.request] == request,
      let number = message[ShardField.number]
    else { return [] }
    let news = news(LocalName.present, residue, number)
    return [
      .combine(enrolledForm.filled(number)),
      .effect(Effect.forward(shard: nil, message: news).value(id: context.requestID())),
      .combine(Command.send(Answer.register4(.verified))),
    ]
  }

  private static let enrolledForm: Form = ["enrolment": .delete, "enrolled": nil]

  /// A key was verified in another shard. A connection that has proved it here before is over.
  static let present = Handler(LocalName.present, example: newsExample(LocalName.present)) {
    (residue, message, context) throws(Refusal) in
    let entry = context.summary[message[WireName.publicKeySig]?.string ?? Text()]
    let known = entry?[ShardField.number]?.number ?? 0
    guard let number = message[ShardField.number]?.number, number > known else { return [] }
    var outcomes = noting(message, isPresent: true)
    if case .here(let branch)? = Whereabouts(entry) {
      outcomes.append(.post(to: branch, Command.replaced))
    }
    return outcomes
  }

  /// A connection of another shard is over; nothing where its key is verified anew meanwhile.
  static let absent = Handler(LocalName.absent, example: newsExample(LocalName.absent)) {
    (residue, message, context) throws(Refusal) in
    let entry = context.summary[message[WireName.publicKeySig]?.string ?? Text()]
    guard let entry, entry[ShardField.shard] == message[ShardField.shard],
      entry[ShardField.number] == message[ShardField.number]
    else { return [] }
    return noting(message, isPresent: false)
  }

  /// A message for the connection of a key. Where it is no more here, what was to be said
  /// `otherwise` goes back.
  static let convey = Handler(
    LocalName.convey,
    example: Value(
      json: #"""
        {"handler":"convey","to":"pubKeySig2","message":{"handler":"replaced"},\#
        "otherwise":{"shard":0,"to":"pubKeySig1","branch":3,\#
        "message":{"handler":"replaced"}}}
        """#)
  ) { (residue, message, context) throws(Refusal) in
    let here = outcomes(of: message, context)
    if !here.isEmpty { return here }
    guard let otherwise = message[ShardField.otherwise],
      let shard = otherwise[ShardField.shard]?.integer
    else { return [] }
    let back = Shard.conveyance(
      to: otherwise[WireName.to] ?? .null, otherwise[EffectField.message] ?? .null,
      only: otherwise[ChatField.branch])
    return [.effect(Effect.forward(shard: shard, message: back).value(id: context.requestID()))]
  }

  /// Another shard has too much to do to take a message: its sender is told what was to be said
  /// otherwise.
  static let undelivered = Handler(
    LocalName.undelivered,
    example: Value(json: #"{"handler":"undelivered","message":{"handler":"convey"}}"#)
  ) { (residue, message, context) throws(Refusal) in
    outcomes(of: message[EffectField.message]?[ShardField.otherwise] ?? .null, context)
  }

  private static func outcomes(of letter: Value, _ context: HandlerContext) -> [Outcome] {
    let entry = context.summary[letter[WireName.to]?.string ?? Text()]
    guard case .here(let branch)? = Whereabouts(entry), let message = letter[EffectField.message]
    else { return [] }
    // An answer is for the connection that asked, not for a newer one of the same key.
    if let asker = letter[ChatField.branch]?.integer, asker != branch { return [] }
    return [.post(to: branch, message)]
  }

  /// What the directory's summary is to take over. The news before are removed first, since numbers
  /// that are combined add up.
  private static func noting(_ message: Value, isPresent: Bool) -> [Outcome] {
    let news = notedForm.filled(
      message[WireName.publicKeySig] ?? .null, message[ShardField.shard] ?? .null,
      message[ShardField.number] ?? .null, .bool(isPresent))
    return [.combine(forgotten), .combine(.object([ShardField.news: news]))]
  }

  private static let forgotten: Value = ["news": .delete]
  private static let notedForm: Form = [
    "publicKeySig": nil, "shard": nil, "number": nil, "present": nil,
  ]

  static func news(_ name: Text, _ residue: Value, _ number: Value) -> Value {
    newsForm.filled(
      .string(name), residue[Field.peer]?[Field.publicKeySig] ?? .null,
      residue[ShardField.shard] ?? .null, number)
  }

  private static let newsForm: Form = [
    "handler": nil, "publicKeySig": nil, "shard": nil, "number": nil,
  ]

  private static func newsExample(_ name: Text) -> Value {
    ["handler": .string(name), "publicKeySig": "pubKeySig1", "shard": 1, "number": 7]
  }
}

/// What connections of a shard say to the other shards; nothing where the server is one party.
enum Shard {
  /// Asks for a number, where there are other shards to be told of this verification.
  static func enrolment(_ residue: Value, _ context: HandlerContext) -> [Outcome]? {
    if residue[ShardField.shard] == nil { return nil }
    let request = context.requestID()
    return [
      .combine(.object([ShardField.enrolment: request])),
      .effect(Effect.enrol.value(id: request)),
    ]
  }

  /// Tells the other shards that a verified connection is over.
  static func withdrawal(_ residue: Value, _ context: HandlerContext) -> [Outcome] {
    guard let number = residue[ShardField.enrolled] else { return [] }
    let news = ShardHandlers.news(LocalName.absent, residue, number)
    return [
      .combine(withdrawn),
      .effect(
        Effect.forward(shard: nil, message: news).value(
          id: context.requestID(RequestSlot.withdrawal))),
    ]
  }

  private static let withdrawn: Value = ["enrolled": .delete]

  /// Sends a message to the connection of a key in another shard, and says what comes back where
  /// that is gone.
  static func forwarding(
    _ message: Value, to key: Value, in shard: Int, otherwise: Value, _ residue: Value,
    _ context: HandlerContext
  ) -> Outcome {
    let back = backForm.filled(
      residue[ShardField.shard] ?? .null, residue[Field.peer]?[Field.publicKeySig] ?? .null,
      .number(context.branch), otherwise)
    let letter = conveyance(to: key, message, otherwise: back)
    return .effect(Effect.forward(shard: shard, message: letter).value(id: context.requestID()))
  }

  /// A message for whoever has a key, as one shard gives it to another; or for a certain branch
  /// only, as long as that is the one that has it.
  static func conveyance(
    to key: Value, _ message: Value, otherwise: Value? = nil, only branch: Value? = nil
  ) -> Value {
    conveyForm.filled(key, message).with(ShardField.otherwise, otherwise)
      .with(ChatField.branch, branch)
  }

  private static let conveyForm: Form = ["handler": "convey", "to": nil, "message": nil]
  private static let backForm: Form = ["shard": nil, "to": nil, "branch": nil, "message": nil]
}

/// Where the connection is that has proved a key, as a server's summary has it.
enum Whereabouts {
  /// In this party.
  case here(BranchID)
  /// In another shard.
  case there(shard: Int)

  /// Reads an entry; nil where the key is not verified.
  init?(_ entry: Value?) {
    guard let entry else { return nil }
    if let branch = entry.integer ?? entry[ChatField.branch]?.integer {
      self = .here(branch)
      return
    }
    guard let shard = entry[ShardField.shard]?.integer else { return nil }
    self = .there(shard: shard)
  }
}

extension Party {
  /// About how many bytes a message takes that is forwarded to another shard; nil for news of who
  /// is verified, which must never be turned away.
  package static func weight(ofForwarded message: Value) -> Int? {
    guard message[WireName.handler]?.string == LocalName.convey else { return nil }
    let box = message[EffectField.message]?[LocalField.message]?[WireName.box]?.string
    return 512 + (box?.count ?? 0)
  }

  /// The connections that are verified in any shard: fingerprint → `{branch, number}` here,
  /// `{shard, number}` there.
  static let indexShard: CombineTree.Summarize = { summary, change in
    if change.isStill { return }
    if let news = change.after[ShardField.news], news != change.before[ShardField.news] {
      note(news, in: &summary)
      return
    }
    let isListed = isEnrolled(change.after)
    if isListed == isEnrolled(change.before) { return }
    let holder = isListed ? change.after : change.before
    guard let key = holder[Field.peer]?[Field.publicKeySig]?.string else { return }
    let entry = summary[key]
    if isListed {
      set(
        hereForm.filled(.number(change.branch), change.after[ShardField.enrolled] ?? .null),
        for: key, in: &summary)
    } else if entry?[ChatField.branch]?.integer == change.branch {
      set(nil, for: key, in: &summary)
    }
  }

  private static func isEnrolled(_ residue: Value) -> Bool {
    Phases.isVerified(residue) && residue[ShardField.enrolled] != nil
  }

  private static func note(_ news: Value, in summary: inout Value) {
    guard let key = news[WireName.publicKeySig]?.string else { return }
    if news[LocalName.present]?.bool != true {
      set(nil, for: key, in: &summary)
    } else {
      set(
        thereForm.filled(
          news[ShardField.shard] ?? .null, news[ShardField.number] ?? .null), for: key, in: &summary
      )
    }
  }

  private static func set(_ entry: Value?, for key: Text, in summary: inout Value) {
    guard var index = summary.object else { return }
    summary = .null  // so that the index is held once and is changed in place
    index[key] = entry
    summary = .object(index)
  }

  private static let hereForm: Form = ["branch": nil, "number": nil]
  private static let thereForm: Form = ["shard": nil, "number": nil]
}
