import SimpaticoTree

/// The client's side of the registration.
enum ClientHandlers {
  /// The patterns are the suite's.
  static func all(_ patterns: WirePatterns) -> [Handler] {
    [
      register2(patterns.register2), sealed, unsealed, failed, register4(patterns.register4),
      elapsed, violate,
    ]
  }

  /// Takes the challenge and asks for its time, the own time and their difference to be sealed for
  /// the server.
  static func register2(_ pattern: Pattern) -> Handler {
    Handler(
      WireName.register2, pattern: pattern,
      example: Value(json: #"{"handler":"register2","publicKeyPem":"pubKey0","t1":1}"#)
    ) { (residue, message, context) throws(Refusal) in
      guard RegistrationPhase.unregistered.isSpelt(at: Field.registration, of: residue) else {
        throw .because("a challenge that was not expected")
      }
      guard let key = residue[Field.privateKey], let t1 = message[WireName.t1]?.number else {
        throw .because("the client has no key")
      }
      let t2 = Double(context.moment.timeMilliseconds)
      let clearText = JSON.print(Proof.of(t1: t1, t2: t2))
      let serverKey = message[WireName.publicKeyPem] ?? .null
      let request = context.requestID()
      let seal = Effect.seal(key: key, to: serverKey.string ?? Text(), clearText: clearText)
      let computing = computingForm.filled(request, .string(clearText), serverKey)
      return [
        .effect(seal.value(id: request)), .combine(computing), .combine(State.message(.computing)),
      ]
    }
  }

  private static let computingForm: Form = [
    "request": nil, "clearText": nil, "serverPublicKeyPem": nil,
  ]

  /// The box is ready: responds with it, or sends it where it is an envelope's.
  static let sealed = Handler(
    LocalName.sealed, example: EffectResult.sealed(1, box: "box", publicKeySig: "pubKeySig0")
  ) {
    (residue, message, context) throws(Refusal) in
    guard Answer.isAwaited(message, by: residue) else {
      return CourierHandlers.sealed(residue, message, context) ?? []
    }
    let response = responseForm.filled(
      residue[WireName.clearText] ?? .null, message[EffectField.box] ?? .null,
      residue[Field.publicKeySig] ?? .null, residue[Field.publicKeyPem] ?? .null)
    return [
      .combine(Answer.taken), .combine(State.message(.responded)),
      .combine(Command.send(response)),
    ]
  }

  private static let responseForm: Form = [
    "handler": "register3", "clearText": nil, "cypherText": nil, "publicKeySig": nil,
    "publicKey": nil,
  ]

  /// An envelope's box is open.
  static let unsealed = Handler(
    LocalName.unsealed,
    example: EffectResult.unsealed(1, clearText: "{}", publicKeySig: "pubKeySig2")
  ) { (residue, message, context) throws(Refusal) in
    CourierHandlers.unsealed(residue, message, context)
  }

  /// A box could not be made or opened.
  static let failed = Handler(
    LocalName.failed, example: EffectResult.failed(1, reason: "the server's key is not a key")
  ) { (residue, message, context) throws(Refusal) in
    guard Answer.isAwaited(message, by: residue) else {
      return CourierHandlers.failed(residue, message) ?? []
    }
    return breakingOff(residue, message["reason"] ?? "a cipher operation failed")
  }

  /// The server's verdict.
  static func register4(_ pattern: Pattern) -> Handler {
    Handler(
      WireName.register4, pattern: pattern,
      example: Value(json: #"{"handler":"register4","state2":"VERIFIED"}"#)
    ) { (residue, message, context) throws(Refusal) in
      let verdict = RegistrationPhase(message[WireName.state2])
      // A refusal may come at any moment: by the server's deadline, or for a message that it did
      // not take.
      // Whether the server closes as well or not, there is nothing more to wait for.
      if verdict == .unverified {
        return Deadline.cancel(residue, context) + [
          .combine(State.message(.unverified)), .combine(["handler": "close"]),
        ]
      }
      guard RegistrationPhase.responded.isSpelt(at: Field.registration, of: residue) else {
        throw .because("a verdict before a response")
      }
      let verified = verifiedForm.filled(Elapsed.milliseconds(residue, context))
      return Deadline.cancel(residue, context) + [
        .combine(verified), .combine(State.message(.verified)),
      ] + KeepAlive.begin(residue, context) + telling(residue, "verified", context)
    }
  }

  private static let verifiedForm: Form = ["verifiedAfterMilliseconds": nil]

  /// Tells the person's branch, where there is one, what became of this connection.
  static func telling(
    _ residue: Value, _ handler: Value, _ context: HandlerContext, _ more: Object = Object()
  ) -> [Outcome] {
    guard let home = residue[ChatField.home] else { return [] }
    var message = more
    message[WireName.handler] = handler
    message[ChatField.branch] = .number(context.branch)
    return Change.post(.object(message), to: home)
  }

  /// A timer of any kind of branch. On a connection: the server did not finish in time, or it is
  /// time for a sign of life.
  static let elapsed = Handler(LocalName.elapsed, example: EffectResult.elapsed(1)) {
    (residue, message, context) throws(Refusal) in
    let request = message[Field.request]
    switch Kind(of: residue) {
    case .home?: return HomeHandlers.elapsed(residue, request, context)
    case .conversation?: return ConversationHandlers.elapsed(residue, request, context)
    case .invitation?: return try Invitation.elapsed(residue, request, context)
    case nil: break
    }
    if let outcomes = KeepAlive.elapsed(residue, request, context) { return outcomes }
    guard request == residue[Field.timer] else { return [] }
    return [.combine(Deadline.stopped)]
      + breakingOff(residue, "the server did not finish the registration in time")
  }

  /// The server broke the protocol.
  static let violate = Handler(
    LocalName.violate, example: Value(json: #"{"handler":"violate","reason":"not JSON"}"#)
  ) { (residue, message, context) throws(Refusal) in
    breakingOff(residue, message["reason"] ?? "a violation")
  }

  private static func breakingOff(_ residue: Value, _ reason: Value) -> [Outcome] {
    let phases = Phases(residue)
    if phases.connection == .closed { return [] }
    var outcomes: [Outcome] = [.combine(.object([Field.error: reason]))]
    if phases.registration?.isPending ?? false {
      outcomes.append(.combine(State.message(.error)))
    }
    outcomes.append(
      .combine(Command.close(code: CloseCode.policyViolation, reason: "broken off")))
    return outcomes
  }
}
