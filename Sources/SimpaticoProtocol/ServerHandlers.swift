import SimpaticoTree

/// The server's side of the registration. One attempt and one deadline a connection; every failure
/// is answered alike, whatever it was, so that nothing can be learnt from the answer.
enum ServerHandlers {
  static func all(_ patterns: WirePatterns) -> [Handler] {
    [
      register1, register3(patterns.register3), unsealed, failed, elapsed, violate, refuse,
      replaced,
    ] + RouteHandlers.all(patterns)
  }

  /// Challenges: sends the server's key and a time to give back.
  static let register1 = Handler(
    LocalName.register1, example: Value(json: #"{"handler":"register1"}"#)
  ) {
    (residue, message, context) throws(Refusal) in
    guard let publicKeyPem = residue[Field.publicKeyPem] else {
      throw .because("the server has no key")
    }
    let t1 = Value.number(Double(context.moment.timeMilliseconds))
    let challenge = challengeForm.filled(publicKeyPem, t1)
    return [
      .combine(State.message(.challenged)), .combine(challengedForm.filled(t1)),
      .combine(Command.send(challenge)),
    ]
  }

  private static let challengeForm: Form = [
    "handler": "register2", "publicKeyPem": nil, "t1": nil,
  ]
  private static let challengedForm: Form = ["t1": nil]

  /// Takes the response and asks for its box to be opened with the key that it claims.
  static func register3(_ pattern: Pattern) -> Handler {
    Handler(
      WireName.register3, pattern: pattern,
      example: Value(
        json: #"""
          {"handler":"register3","clearText":"{\"t1\":1,\"t2\":2,\"dt\":1}",\#
          "cypherText":"box","publicKeySig":"pubKeySig1","publicKey":"pubKey1"}
          """#)
    ) { (residue, message, context) throws(Refusal) in
      guard RegistrationPhase.challenged.isSpelt(at: Field.registration, of: residue) else {
        throw .because("a response that was not asked for")
      }
      guard let key = residue[Field.privateKey] else { throw .because("the server has no key") }
      guard let clearText = message[WireName.clearText]?.string,
        let proof = try? JSON.parse(clearText), Proof.pattern.failures(of: proof) == nil
      else { throw .because("the clear text is not of the form {t1, t2, dt}") }
      guard proof[WireName.t1] == residue[Field.t1] else {
        throw .because("the clear text does not give back the time of the challenge")
      }
      let request = context.requestID()
      let publicKey = message[WireName.publicKey] ?? .null
      let claim = claimForm.filled(
        .string(clearText), publicKey, message[WireName.publicKeySig] ?? .null)
      let claimed = claimedForm.filled(claim, request)
      let unseal = Effect.unseal(
        key: key, from: publicKey.string ?? Text(),
        box: message[WireName.cypherText]?.string ?? Text())
      return [
        .effect(unseal.value(id: request)), .combine(claimed), .combine(State.message(.computing)),
      ]
    }
  }

  private static let claimForm: Form = [
    "clearText": nil, "publicKeyPem": nil, "publicKeySig": nil,
  ]
  private static let claimedForm: Form = ["claim": nil, "request": nil]

  /// The box is open: it must hold what the clear text says, and the key must have the fingerprint
  /// that was claimed.
  static let unsealed = Handler(
    LocalName.unsealed,
    example: EffectResult.unsealed(1, clearText: "{\"t1\":1}", publicKeySig: "pubKeySig1")
  ) { (residue, message, context) throws(Refusal) in
    guard Answer.isAwaited(message, by: residue) else { return [] }
    guard let claim = residue[Field.claim], let sealed = message[WireName.clearText],
      let signature = message[WireName.publicKeySig], let key = signature.string
    else { throw .because("an answer without clear text or fingerprint") }
    if claim[WireName.publicKeySig] != signature {
      return refusing("the fingerprint is not that of the key")
    }
    if claim[WireName.clearText] != sealed {
      return refusing("the box does not hold the clear text")
    }
    let peer = peerForm.filled(signature, claim[Field.publicKeyPem] ?? .null)
    let proved = provedForm.filled(peer, Elapsed.milliseconds(residue, context))
    var outcomes = Deadline.cancel(residue, context)
    outcomes += [.combine(proved), .combine(State.message(.verified))]
    outcomes +=
      Shard.enrolment(residue, context) ?? [
        .combine(Command.send(Answer.register4(.verified)))
      ]
    if case .here(let older)? = Whereabouts(context.summary[key]), older != context.branch {
      outcomes.append(.post(to: older, Command.replaced))
    }
    return outcomes
  }

  private static let peerForm: Form = ["publicKeySig": nil, "publicKeyPem": nil]
  /// A connection stays verified for long: what only the registration needed goes.
  private static let provedForm: Form = [
    "peer": nil, "claim": .delete, "request": .delete, "t1": .delete,
    "verifiedAfterMilliseconds": nil,
  ]

  /// A cipher operation failed, which is the other side's doing.
  static let failed = Handler(
    LocalName.failed, example: EffectResult.failed(1, reason: "the box cannot be opened")
  ) { (residue, message, context) throws(Refusal) in
    guard Answer.isAwaited(message, by: residue) else { return [] }
    return refusing(message["reason"]?.string ?? "the box cannot be opened")
  }

  /// The deadline has come.
  static let elapsed = Handler(LocalName.elapsed, example: EffectResult.elapsed(1)) {
    (residue, message, context) throws(Refusal) in
    guard message[Field.request] == residue[Field.timer] else { return [] }
    return [.combine(Deadline.stopped)] + refusing("the registration took too long")
  }

  /// The other side broke the protocol.
  static let violate = Handler(
    LocalName.violate, example: Value(json: #"{"handler":"violate","reason":"not JSON"}"#)
  ) { (residue, message, context) throws(Refusal) in
    refusing(message["reason"]?.string ?? "a violation")
  }

  /// The one answer to every failure: UNVERIFIED, and a close.
  static let refuse = Handler(
    LocalName.refuse, example: Value(json: #"{"handler":"refuse","reason":"late"}"#)
  ) {
    (residue, message, context) throws(Refusal) in
    let phases = Phases(residue)
    if phases.connection == .closing || phases.connection == .closed { return [] }
    var outcomes = Deadline.cancel(residue, context)
    outcomes += [
      .combine(
        .object([
          Field.refusal: message["reason"] ?? "", Field.claim: .delete, Field.request: .delete,
        ])),
      .combine(State.message(.unverified)),
    ]
    if phases.connection == .open {
      outcomes.append(.combine(Command.send(Answer.register4(.unverified))))
    }
    outcomes.append(.combine(Command.close(code: CloseCode.policyViolation, reason: "refused")))
    return outcomes
  }

  /// A newer connection has proved the same key, so this one is over.
  static let replaced = Handler.single(
    LocalName.replaced, example: Value(json: #"{"handler":"replaced"}"#)
  ) {
    (residue, message, context) throws(Refusal) in
    .combine(Command.close(code: CloseCode.replaced, reason: "replaced by a newer connection"))
  }

  private static func refusing(_ reason: Text) -> [Outcome] {
    [.combine(Command.refuse(.string(reason)))]
  }
}

/// What a client seals to prove its key: the server's time, its own, and their difference.
enum Proof {
  static let pattern = Pattern(json: #"{"t1":["num"],"t2":["num"],"dt":["num"]}"#)
  private static let form: Form = ["t1": nil, "t2": nil, "dt": nil]

  static func of(t1: Double, t2: Double) -> Value {
    form.filled(.number(t1), .number(t2), .number(t2 - t1))
  }
}

/// Answers to requests, and to the other side.
enum Answer {
  /// Whether a result is the one that the registration waits for; any other is late and changes
  /// nothing.
  static func isAwaited(_ message: Value, by residue: Value) -> Bool {
    guard Phases(residue) == computing, let request = residue[Field.request]
    else { return false }
    return message[Field.request] == request
  }

  private static let computing = Phases(["connection": "OPEN", "registration": "COMPUTING"])

  /// What says that no answer is waited for any more.
  static let taken: Value = ["request": .delete]

  static func register4(_ phase: RegistrationPhase) -> Value {
    verdictForm.filled(.string(phase.name))
  }

  private static let verdictForm: Form = ["handler": "register4", "state2": nil]
}

enum Elapsed {
  /// Milliseconds since the connection was begun; 0 where the clock was set back meanwhile.
  static func milliseconds(_ residue: Value, _ context: HandlerContext) -> Value {
    let startedAt = residue[Field.startedAt]?.number ?? 0
    return .number(max(0, Double(context.moment.timeMilliseconds) - startedAt))
  }
}
