import SimpaticoTree

/// The guest's side of an invitation. Asking is repeated until there is an answer: a host who is
/// not there is waited for.
enum Guest {
  static let all = [invite2, seek, found, invite6, cancel]

  static let backoffBaseMilliseconds = 5000
  static let backoffMostMilliseconds = 60_000
  /// A host who is not seen for so long will not come.
  static let patienceMilliseconds = 2_592_000_000.0

  /// Begins: the link was opened, and the person wants to follow it.
  static let invite2 = Handler("invite2", example: Value(json: #"{"handler":"invite2","note":""}"#))
  {
    (residue, message, context) throws(Refusal) in
    try HomeHandlers.require(.invitation, residue)
    return [
      .combine(
        .object([
          ChatField.note: message[ChatField.note] ?? "",
          Field.startedAt: .number(context.now),
        ])), try Invitation.move(residue, to: .requestPublicKey), .combine(["handler": "seek"]),
    ]
  }

  /// Takes the next step towards the host: asks for its key, or proves to know the secret.
  static let seek = Handler("seek", example: Value(json: #"{"handler":"seek"}"#)) {
    (residue, message, context) throws(Refusal) in
    guard let phase = Invitation.phase(residue), phase.isPending, !Invitation.isHost(residue) else {
      return []
    }
    if context.now - residue.time(Field.startedAt) > patienceMilliseconds {
      return try end(residue, as: .expired, context)
    }
    guard let connection = context.summary[ChatField.connection] else {
      return waiting(for: "network")
        + Change.stopTimer(in: ChatField.waitTimer, of: residue, context, slot: 2)
    }
    let host = residue[ChatField.host] ?? .null
    var outcomes: [Outcome]
    if phase == .requestPublicKey {
      outcomes = Change.post(
        .object([WireName.handler: "lookUp", ChatField.host: host]), to: connection)
    } else {
      outcomes = Change.post(proof(residue, host, context), to: connection)
    }
    let delay = Change.backoff(
      attempt: residue.count(ChatField.attempt), base: backoffBaseMilliseconds,
      most: backoffMostMilliseconds, context)
    outcomes.append(.combine(.object([ChatField.attempt: 1])))
    if residue[ChatField.waitingFor] == nil || residue[ChatField.waitingFor] == "network" {
      outcomes += waiting(for: "host")
    }
    // At least a second, so that a random short delay is no burst.
    return outcomes
      + Change.startTimer(delay + 1000, in: ChatField.waitTimer, of: residue, context, slot: 1)
  }

  /// The relay's answer to the look-up.
  static let found = Handler(
    "found", example: Value(json: #"{"handler":"found","publicKeyPem":"pubKey1"}"#)
  ) {
    (residue, message, context) throws(Refusal) in
    try HomeHandlers.require(.invitation, residue)
    guard Invitation.phase(residue) == .requestPublicKey else { return [] }
    guard let key = message[Field.publicKeyPem] else { return waiting(for: "host") }
    return [
      .combine(
        .object([
          ChatField.hostPublicKeyPem: key, ChatField.attempt: .delete, ChatField.reason: .delete,
        ])),
      try Invitation.move(residue, to: .proving), .combine(["handler": "seek"]),
    ]
  }

  /// The host's verdict.
  static let invite6 = Handler(
    SealedName.invite6,
    example: Value(
      json: #"""
        {"handler":"invite6","to":"pubKeySig2","invitation":"7f","from":"pubKeySig1",\#
        "publicKeyPem":"pubKey1","state4":"VERIFIED"}
        """#)
  ) { (residue, message, context) throws(Refusal) in
    try HomeHandlers.require(.invitation, residue)
    guard !Invitation.isHost(residue), Invitation.phase(residue) == .proving,
      message[WireName.from] == residue[ChatField.host],
      let verdict = InvitationPhase(message[SealedName.state4])
    else { return [] }
    var outcomes = try end(residue, as: verdict, context)
    if verdict == .verified {
      var contact: Object = [
        WireName.handler: "contact", Field.publicKeySig: residue[ChatField.host] ?? .null,
        Field.publicKeyPem: residue[ChatField.hostPublicKeyPem] ?? .null,
        ChatField.notes: residue[ChatField.note] ?? "",
      ]
      contact[ChatField.name] = message[SealedName.name]
      outcomes.append(.combine(.object([ChatField.note: ""])))
      outcomes += Change.post(.object(contact), to: residue[ChatField.home])
    }
    return outcomes
  }

  /// Gives up.
  static let cancel = Handler("cancel", example: Value(json: #"{"handler":"cancel"}"#)) {
    (residue, message, context) throws(Refusal) in
    try HomeHandlers.require(.invitation, residue)
    if Invitation.isHost(residue) { throw .because("a host revokes") }
    return try end(residue, as: .cancelled, context)
  }

  /// The proof is on its way.
  static func sent(_ residue: Value) -> [Outcome] {
    Invitation.phase(residue) == .proving ? waiting(for: "answer") : []
  }

  /// The host is not there.
  static func returned(_ residue: Value) -> [Outcome] {
    Invitation.phase(residue)?.isPending == true && !Invitation.isHost(residue)
      ? waiting(for: "host") : []
  }

  /// The key is not the host's: whoever gave it is not believed, and asked again in time.
  static func unsendable(_ residue: Value, _ message: Value) -> [Outcome] {
    guard Invitation.phase(residue) == .proving else { return [] }
    return [
      .combine(
        .object([
          ChatField.phase: .string(InvitationPhase.requestPublicKey.name),
          ChatField.hostPublicKeyPem: .delete,
          ChatField.reason: message[ChatField.reason] ?? "",
        ]))
    ] + waiting(for: "host")
  }

  private static func waiting(for what: Value) -> [Outcome] {
    [.combine(.object([ChatField.waitingFor: what]))]
  }

  private static func end(
    _ residue: Value, as phase: InvitationPhase, _ context: HandlerContext
  ) throws(Refusal) -> [Outcome] {
    [
      try Invitation.move(residue, to: phase), .combine(.object([ChatField.waitingFor: .delete])),
    ] + Change.stopTimer(in: ChatField.waitTimer, of: residue, context, slot: 2)
      + Invitation.forget(residue[ChatField.secretName], context, slot: 3)
  }

  /// The message for a connection that sends the proof; the host of this process puts the secret
  /// in.
  private static func proof(_ residue: Value, _ host: Value, _ context: HandlerContext) -> Value {
    var content: Object = [
      WireName.handler: .string(SealedName.invite5), SealedName.to: host,
      SealedName.invitation: residue[ChatField.invitation] ?? .null,
    ]
    content[SealedName.name] = residue[ChatField.name]
    return .object([
      WireName.handler: "sendEnvelop", WireName.to: host,
      Field.publicKeyPem: residue[ChatField.hostPublicKeyPem] ?? .null,
      ChatField.content: .object(content),
      ChatField.secretName: residue[ChatField.secretName] ?? .null,
      ChatField.introduces: true, ChatField.origin: .number(context.branch),
    ])
  }
}
