import SimpaticoTree

/// The person's own branch: it keeps the client connected and starts what is to be started.
///
/// ```text
/// STOPPED ──start──→ CONNECTING ──verified──→ ONLINE
///                     ↑      └────disconnected───┤
///                  WAITING ←─────────────────────┘      REPLACED: another connection has the key
/// ```
enum HomeHandlers {
  static let all = [
    start, stop, wake, dialling, verified, disconnected, rename, invite, accept, contact,
  ]

  /// A connection that lived so long was a good one: the next attempt is the first again.
  static let settledMilliseconds = 10_000.0
  static let backoffBaseMilliseconds = 1000
  static let backoffMostMilliseconds = 60_000
  /// Conversations that are told at once that the client is online, and the pause to the next ones.
  /// Each answers with a receipt and a window of messages, and is told where there is no room for
  /// them: with the guests, that is what one input may lead to (`Party.queueLimit`).
  static let greetingsAtOnce = 24
  static let greetingPauseMilliseconds = 250
  /// Links that a guest may follow at one time.
  static let guestsAtMost = 64

  /// Connects, and stays connected until `stop`.
  static let start = Handler(
    "start",
    pattern: Pattern(json: #"{"handler":"start","websocketURL":["str","between",1,2048]}"#),
    example: Value(json: #"{"handler":"start","websocketURL":"ws://server/ws"}"#)
  ) { (residue, message, context) throws(Refusal) in
    try require(.home, residue)
    let url: Object = [Field.websocketURL: message[Field.websocketURL] ?? .null]
    switch SessionPhase(residue[ChatField.session]) {
    case .connecting?, .online?: return [.combine(.object(url))]
    default: return [.combine(.object(url))] + connect(residue, to: url, context)
    }
  }

  /// Closes the connection and makes no other.
  static let stop = Handler("stop", example: Value(json: #"{"handler":"stop"}"#)) {
    (residue, message, context) throws(Refusal) in
    try require(.home, residue)
    if SessionPhase(residue[ChatField.session]) == .stopped { return [] }
    return Change.stopTimer(in: ChatField.retryTimer, of: residue, context, slot: 0)
      + Change.stopTimer(in: ChatField.greetTimer, of: residue, context, slot: 1)
      + [moved(to: .stopped), .combine(.object([ChatField.reason: .delete]))]
      + Change.post(["handler": "close"], to: residue[ChatField.link])
  }

  /// The network has changed or the machine has woken: does at once what it would do in time.
  static let wake = Handler("wake", example: Value(json: #"{"handler":"wake"}"#)) {
    (residue, message, context) throws(Refusal) in
    try require(.home, residue)
    switch SessionPhase(residue[ChatField.session]) {
    case .waiting?: return connect(residue, to: Object(), context)
    case .online?: return Change.post(["handler": "probe"], to: residue[ChatField.link])
    default: return []
    }
  }

  /// A connection was begun.
  static let dialling = Handler(
    "dialling", example: Value(json: #"{"handler":"dialling","branch":2}"#)
  ) {
    (residue, message, context) throws(Refusal) in
    try require(.home, residue)
    return Change.set([ChatField.link: message[ChatField.branch] ?? .null], in: residue)
  }

  /// A connection is verified, so that whatever waits can go on.
  static let verified = Handler(
    "verified", example: Value(json: #"{"handler":"verified","branch":2}"#)
  ) {
    (residue, message, context) throws(Refusal) in
    try require(.home, residue)
    guard residue[ChatField.link] == message[ChatField.branch],
      SessionPhase(residue[ChatField.session]) == .connecting
    else { return Change.post(["handler": "close"], to: message[ChatField.branch]) }
    var outcomes = Change.set(
      [ChatField.onlineAt: .number(context.now), ChatField.reason: .delete], in: residue)
    outcomes.append(moved(to: .online))
    context.summary[ChatField.guests]?.object?.forEach { _, guest in
      outcomes += Change.post(ConversationHandlers.online, to: guest[ChatField.branch])
    }
    return outcomes + greet(residue, after: Text(), context)
  }

  /// A connection is closed. The next attempt comes after a random time, so that a thousand clients
  /// of a relay that went away do not all come back at once.
  static let disconnected = Handler(
    "disconnected", example: Value(json: #"{"handler":"disconnected","branch":2,"code":1006}"#)
  ) { (residue, message, context) throws(Refusal) in
    try require(.home, residue)
    guard residue[ChatField.link] == message[ChatField.branch] else { return [] }
    let phase = SessionPhase(residue[ChatField.session])
    var outcomes: [Outcome] = [
      .combine(
        .object([ChatField.link: .delete, ChatField.reason: message[ChatField.reason] ?? .delete]))
    ]
    outcomes += Change.stopTimer(in: ChatField.greetTimer, of: residue, context, slot: 1)
    guard phase == .connecting || phase == .online else { return outcomes }
    if message["code"]?.integer == CloseCode.replaced {
      return outcomes + [moved(to: .replaced)]
    }
    // Who was cut for what it sent has to wait as after a failure.
    let wasSettled =
      phase == .online && message[ChatField.vain] == nil
      && context.now - residue.time(ChatField.onlineAt) > settledMilliseconds
    let attempt = wasSettled ? 0 : residue.count(ChatField.attempt)
    let delay = Change.backoff(
      attempt: attempt, base: backoffBaseMilliseconds, most: backoffMostMilliseconds, context)
    outcomes += Change.set(
      [
        ChatField.attempt: .number(attempt + 1),
        ChatField.retryAt: .number(context.now + Double(delay)),
      ],
      in: residue)
    outcomes.append(moved(to: .waiting))
    return outcomes
      + Change.startTimer(delay, in: ChatField.retryTimer, of: residue, context, slot: 0)
  }

  /// The person is called otherwise.
  static let rename = Handler(
    "rename", pattern: Pattern(json: #"{"handler":"rename","name":["str","between",0,64]}"#),
    example: Value(json: #"{"handler":"rename","name":"Alice"}"#)
  ) { (residue, message, context) throws(Refusal) in
    try require(.home, residue)
    return [.combine(.object([ChatField.name: message[ChatField.name] ?? ""]))]
  }

  /// Makes an invitation, of which this person is the host.
  static let invite = Handler(
    "invite",
    pattern: Pattern(
      json: #"""
        {"handler":"invite","note":["optional","str","between",0,256],"channel":["optional",\#
        "str","between",0,64],"expiresInMilliseconds":["optional","int","between",1000,\#
        31536000000]}
        """#),
    example: Value(json: #"{"handler":"invite","note":"the woman from the conference"}"#)
  ) { (residue, message, context) throws(Refusal) in
    try require(.home, residue)
    var first = message.object ?? Object()
    first[WireName.handler] = "invite1"
    return [
      Start.effect(
        settings(residue, .invitation, context, [ChatField.role: "host"]), then: .object(first))
    ]
  }

  /// Follows a link, of which another person is the host. The secret is in the vault already.
  static let accept = Handler(
    "accept",
    pattern: Pattern(
      json: #"""
        {"handler":"accept","host":["str","between",1,64],"invitation":["hex","between",1,\#
        64],"secretName":["str","between",1,160],"note":["optional","str","between",0,256]}
        """#),
    example: Value(
      json: #"""
        {"handler":"accept","host":"pubKeySig1","invitation":"7f",\#
        "secretName":"guest-pubKeySig1-7f"}
        """#)
  ) { (residue, message, context) throws(Refusal) in
    try require(.home, residue)
    guard let host = message[ChatField.host]?.string,
      let invitation = message[ChatField.invitation]?.string
    else { return [] }
    if .string(host) == residue[Field.publicKeySig] {
      throw .because("this invitation is your own: send its link to somebody else")
    }
    if ClientIndex.isBlocked(host, context.summary) {
      throw .because("you have blocked whoever made this invitation")
    }
    if let known = ClientIndex.guest(of: host, invitation, context.summary) {
      return Change.post(["handler": "seek"], to: known[ChatField.branch])
    }
    if context.summary[ChatField.guests]?.object?.count ?? 0 >= guestsAtMost {
      throw .because("too many invitations are being followed")
    }
    let fields: Object = [
      ChatField.role: "guest", ChatField.host: .string(host),
      ChatField.invitation: .string(invitation),
      ChatField.secretName: message[ChatField.secretName] ?? .null,
    ]
    return [
      Start.effect(
        settings(residue, .invitation, context, fields),
        then: ["handler": "invite2", "note": message[ChatField.note] ?? ""])
    ]
  }

  /// An invitation has made a contact.
  static let contact = Handler(
    "contact",
    example: Value(
      json: #"""
        {"handler":"contact","publicKeySig":"pubKeySig2","publicKeyPem":"pubKey2"}
        """#)
  ) { (residue, message, context) throws(Refusal) in
    try require(.home, residue)
    guard var contact = message.object, let key = contact[Field.publicKeySig]?.string else {
      return []
    }
    if let known = ClientIndex.contact(key, context.summary) {
      return Change.post(ConversationHandlers.online, to: known[ChatField.branch])
    }
    if ClientIndex.isBlocked(key, context.summary) { return [] }
    contact[WireName.handler] = nil
    return [
      Start.effect(
        settings(
          residue, .conversation, context,
          [
            ChatField.contact: .object(contact),
            ChatField.maximumTextBytes: residue[ChatField.maximumTextBytes] ?? .null,
          ]), then: ["handler": "begin"])
    ]
  }
}

extension HomeHandlers {
  static func require(_ kind: Kind, _ residue: Value) throws(Refusal) {
    if Kind(of: residue) != kind { throw .because("not for this kind of branch") }
  }

  /// Each handler has looked whether the phase leads there.
  private static func moved(to phase: SessionPhase) -> Outcome {
    .combine(.object([ChatField.session: .string(phase.name)]))
  }

  /// What a branch begins with that this one starts.
  private static func settings(
    _ residue: Value, _ kind: Kind, _ context: HandlerContext, _ more: Object
  ) -> Value {
    var fields = more
    fields[ChatField.kind] = kind.value
    fields[ChatField.home] = .number(context.branch)
    fields[Field.publicKeySig] = residue[Field.publicKeySig]
    fields[ChatField.name] = residue[ChatField.name]
    return .object(fields)
  }

  private static func connect(
    _ residue: Value, to url: Object, _ context: HandlerContext
  ) -> [Outcome] {
    var outcomes = Change.stopTimer(in: ChatField.retryTimer, of: residue, context, slot: 0)
    guard SessionPhase.leads(from: SessionPhase(residue[ChatField.session]), to: .connecting),
      let target = (url[Field.websocketURL] ?? residue[Field.websocketURL])?.string
    else { return outcomes }
    var settings: Object = [
      Field.server: false, ChatField.home: .number(context.branch),
    ]
    for field in [
      Field.publicKeyPem, Field.publicKeySig, Field.privateKey, Field.deadlineMilliseconds,
      ChatField.keepAliveMilliseconds, ChatField.maximumCharacters,
    ] { settings[field] = residue[field] }
    outcomes.append(
      .combine(
        .object([
          ChatField.session: .string(SessionPhase.connecting.name), ChatField.retryAt: .delete,
        ])))
    outcomes.append(Start.effect(.object(settings), then: Party.connect(to: target)))
    return outcomes
  }

  /// Tells the conversations after a contact that the client is online, a batch at a time.
  private static func greet(
    _ residue: Value, after greeted: Text, _ context: HandlerContext
  ) -> [Outcome] {
    guard let contacts = context.summary[ChatField.contacts]?.object else { return [] }
    var outcomes: [Outcome] = []
    var last = greeted
    for _ in 0..<greetingsAtOnce {
      // No key goes on from another one with a letter below the digits.
      let bound = last.isEmpty ? last : last + "-"
      guard let key = contacts.firstKey(notBefore: bound) else {
        return outcomes + [.combine(.object([ChatField.greeted: .delete]))]
      }
      outcomes += Change.post(ConversationHandlers.online, to: contacts[key]?[ChatField.branch])
      last = key
    }
    outcomes.append(.combine(.object([ChatField.greeted: .string(last)])))
    return outcomes
      + Change.startTimer(
        greetingPauseMilliseconds, in: ChatField.greetTimer, of: residue, context, slot: 1)
  }

  /// A timer of this branch.
  static func elapsed(
    _ residue: Value, _ request: Value?, _ context: HandlerContext
  ) -> [Outcome] {
    guard let request else { return [] }
    if request == residue[ChatField.retryTimer] {
      return [.combine(.object([ChatField.retryTimer: .delete]))]
        + connect(residue, to: Object(), context)
    }
    if request == residue[ChatField.greetTimer] {
      return [.combine(.object([ChatField.greetTimer: .delete]))]
        + greet(residue, after: residue[ChatField.greeted]?.string ?? Text(), context)
    }
    return []
  }

  /// After a restart: nothing of the old process goes on.
  static func resumed(_ residue: Value, _ message: Value) -> [Outcome] {
    var fields: Object = [
      ChatField.session: .string(SessionPhase.stopped.name), ChatField.link: .delete,
      ChatField.retryTimer: .delete, ChatField.greetTimer: .delete, ChatField.greeted: .delete,
      ChatField.attempt: .delete, ChatField.retryAt: .delete, ChatField.onlineAt: .delete,
      ChatField.reason: .delete,
    ]
    fields[Field.privateKey] = message[Field.privateKey]
    return [.combine(.object(fields))]
  }
}
