import SimpaticoTree

/// The host's side of an invitation.
enum HostHandlers {
  static let all = [invite1, secretMade, invite5, compareNext, compared, revoke]

  /// Proofs that wait to be compared, at most.
  static let claimsAtMost = 8

  /// Proofs that an invitation takes over its life. Whoever has the id of one and not its secret
  /// can make it useless, and no more.
  static let claimsEver = 256

  /// Begins: names the invitation and has its secret drawn.
  static let invite1 = Handler(
    "invite1",
    example: Value(json: #"{"handler":"invite1","note":"the woman from the conference"}"#)
  ) { (residue, message, context) throws(Refusal) in
    try HomeHandlers.require(.invitation, residue)
    let phase = try Invitation.move(residue, to: .computing)
    let name = Invitation.identifier(context.moment.random)
    let expiry = message[ChatField.expiresInMilliseconds]?.number
    let expiresAt = context.now + (expiry ?? Invitation.defaultExpiryMilliseconds)
    let fields: Object = [
      ChatField.invitation: .string(name), ChatField.note: message[ChatField.note] ?? "",
      ChatField.channel: message[ChatField.channel] ?? "",
      ChatField.expiresAt: .number(expiresAt), ChatField.secretName: .string("invite-" + name),
    ]
    return [.combine(.object(fields)), phase] + makeSecret(.object(fields), context)
  }

  static func makeSecret(_ residue: Value, _ context: HandlerContext) -> [Outcome] {
    let request = context.requestID()
    let effect = Effect.makeSecret(name: residue[ChatField.secretName]?.string ?? Text())
    return Change.set([Field.request: request], in: residue) + [.effect(effect.value(id: request))]
  }

  /// The secret is there, so the link can be handed on.
  static let secretMade = Handler("secretMade", example: EffectResult.secretMade(1)) {
    (residue, message, context) throws(Refusal) in
    try HomeHandlers.require(.invitation, residue)
    guard Invitation.phase(residue) == .computing,
      message[Field.request] == residue[Field.request]
    else { return [] }
    return [
      .combine(.object([Field.request: .delete])), try Invitation.move(residue, to: .invited),
    ] + timer(residue, context)
  }

  /// A guest proves to know the secret: it is compared before anything else is told.
  static let invite5 = Handler(
    SealedName.invite5,
    example: Value(
      json: #"""
        {"handler":"invite5","to":"pubKeySig1","invitation":"7f","from":"pubKeySig2",\#
        "publicKeyPem":"pubKey2","secretName":"box-1"}
        """#)
  ) { (residue, message, context) throws(Refusal) in
    try HomeHandlers.require(.invitation, residue)
    guard Invitation.isHost(residue), var claim = message.object,
      residue[ChatField.claims]?.object?.count ?? 0 < claimsAtMost
    else { return Invitation.forget(message[ChatField.secretName], context, slot: 0) }
    claim[WireName.handler] = nil
    let place = Place.key(residue.count(ChatField.claimed))
    return [
      .combine(
        .object([
          ChatField.claimed: 1, ChatField.claims: .object([place: .object(claim)]),
        ])), .combine(["handler": "compareNext"]),
    ]
  }

  /// Compares the first claim, where none is being compared.
  static let compareNext = Handler(
    "compareNext", example: Value(json: #"{"handler":"compareNext"}"#)
  ) {
    (residue, message, context) throws(Refusal) in
    guard residue[ChatField.comparing] == nil, let claims = residue[ChatField.claims]?.object,
      let place = claims.firstKey(notBefore: ""),
      let secret = residue[ChatField.secretName]?.string,
      let candidate = claims[place]?[ChatField.secretName]?.string
    else { return [] }
    let request = context.requestID()
    let compare = Effect.compareSecrets(name: secret, candidate: candidate)
    let comparing: Object = [Field.request: request, ChatField.place: .string(place)]
    return [
      .effect(compare.value(id: request)),
      .combine(.object([ChatField.comparing: .object(comparing)])),
    ]
  }

  /// Decides on a claim. Who has the secret is told what became of the invitation; who has not
  /// learns no more than of one that never was.
  static let compared = Handler("compared", example: EffectResult.compared(1, equal: true)) {
    (residue, message, context) throws(Refusal) in
    try HomeHandlers.require(.invitation, residue)
    guard let comparing = residue[ChatField.comparing],
      comparing[Field.request] == message[Field.request],
      let place = comparing[ChatField.place]?.string, let claim = residue[ChatField.claims]?[place]
    else { return [] }
    var outcomes: [Outcome] = [
      .combine(
        .object([ChatField.comparing: .delete, ChatField.claims: .object([place: .delete])]))
    ]
    let guest = claim[WireName.from] ?? .null
    let verdict = verdict(residue, guest, isEqual: message["equal"]?.bool == true, context)
    if verdict != Invitation.phase(residue), verdict == .verified || verdict == .expired {
      outcomes.append(try Invitation.move(residue, to: verdict))
      outcomes += Change.stopTimer(in: ChatField.waitTimer, of: residue, context, slot: 2)
    }
    if verdict == .verified, residue[ChatField.guest] == nil {
      // What the host has noted is the contact's from now on, and goes with it.
      outcomes.append(
        .combine(.object([ChatField.guest: guest, ChatField.note: "", ChatField.channel: ""])))
      var contact: Object = [
        WireName.handler: "contact", Field.publicKeySig: guest,
        Field.publicKeyPem: claim[Field.publicKeyPem] ?? .null,
        ChatField.notes: residue[ChatField.note] ?? "",
      ]
      contact[ChatField.name] = claim[ChatField.name]
      outcomes += Change.post(.object(contact), to: residue[ChatField.home])
    }
    let answer = Invitation.answer(
      verdict, invitation: residue[ChatField.invitation]?.string ?? Text(), to: guest,
      publicKeyPem: claim[Field.publicKeyPem] ?? .null,
      name: verdict == .verified ? residue[ChatField.name] : nil)
    return outcomes + Change.post(answer, to: context.summary[ChatField.connection])
      + [.combine(["handler": "compareNext"])]
  }

  /// Takes the invitation back.
  static let revoke = Handler("revoke", example: Value(json: #"{"handler":"revoke"}"#)) {
    (residue, message, context) throws(Refusal) in
    try HomeHandlers.require(.invitation, residue)
    guard Invitation.isHost(residue) else { throw .because("only its host can revoke it") }
    return [try Invitation.move(residue, to: .revoked)]
      + Change.stopTimer(in: ChatField.waitTimer, of: residue, context, slot: 2)
  }

  /// Expires where its time has come, and waits on where it has not.
  static func expire(_ residue: Value, _ context: HandlerContext) throws(Refusal) -> [Outcome] {
    if isExpired(residue, context) { return [try Invitation.move(residue, to: .expired)] }
    return timer(residue, context)
  }
}

extension HostHandlers {
  private static func isExpired(_ residue: Value, _ context: HandlerContext) -> Bool {
    context.now >= residue.time(ChatField.expiresAt)
  }

  private static func timer(_ residue: Value, _ context: HandlerContext) -> [Outcome] {
    let left = residue.time(ChatField.expiresAt) - context.now
    let request = context.requestID(4)
    let delay = Int(min(max(left, 0), Invitation.timerMostMilliseconds))
    return [
      .effect(Effect.startTimer(milliseconds: delay).value(id: request)),
      .combine(.object([ChatField.waitTimer: .delete])),
      .combine(.object([ChatField.waitTimer: request])),
    ]
  }

  private static func verdict(
    _ residue: Value, _ guest: Value, isEqual: Bool, _ context: HandlerContext
  ) -> InvitationPhase {
    guard isEqual, let phase = Invitation.phase(residue) else { return .unknown }
    switch phase {
    case .invited: return isExpired(residue, context) ? .expired : .verified
    // Asking again is no second use.
    case .verified: return residue[ChatField.guest] == guest ? .verified : .used
    case .expired, .revoked: return phase
    default: return .unknown
    }
  }
}
