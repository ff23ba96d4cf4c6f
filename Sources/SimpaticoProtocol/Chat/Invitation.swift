import SimpaticoTree

/// What both sides of an invitation share.
///
/// ```text
/// host:   COMPUTING ──→ INVITED ──────────────→ VERIFIED | EXPIRED | REVOKED
///                          link ↓      ↑ proof
/// guest:  REQUEST_PUBLIC_KEY ──→ PROVING ─────→ VERIFIED | EXPIRED | USED | REVOKED | UNKNOWN
/// ```
enum Invitation {
  /// Without a wish, an invitation can be used for a week.
  static let defaultExpiryMilliseconds = 604_800_000.0
  /// Timers are no longer than this: some hosts cannot do longer ones, and clocks jump.
  static let timerMostMilliseconds = 86_400_000.0

  static let handlers =
    HostHandlers.all + Guest.all

  /// Sixteen digits that tell branches apart, here and on other machines. Not a secret.
  static func identifier(_ random: UInt64) -> Text {
    var bytes: [UInt8] = []
    for shift in stride(from: 60, through: 0, by: -4) {
      let digit = UInt8(truncatingIfNeeded: random >> UInt64(shift)) & 15
      bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
    }
    return bytes.withUnsafeBufferPointer { Text(utf8: $0) } ?? Text()
  }

  /// The message for a connection that sends the host's verdict.
  static func answer(
    _ phase: InvitationPhase, invitation: Text, to guest: Value, publicKeyPem: Value, name: Value?
  ) -> Value {
    var content: Object = [
      WireName.handler: .string(SealedName.invite6), SealedName.to: guest,
      SealedName.invitation: .string(invitation), SealedName.state4: .string(phase.name),
    ]
    content[SealedName.name] = name
    return [
      "handler": "sendEnvelop", "to": guest, "publicKeyPem": publicKeyPem,
      "content": .object(content),
    ]
  }

  /// Forgets a secret, where one is named.
  static func forget(_ name: Value?, _ context: HandlerContext, slot: Int) -> [Outcome] {
    guard let name = name?.string else { return [] }
    return [.effect(Effect.forgetSecret(name: name).value(id: context.requestID(slot)))]
  }

  static func phase(_ residue: Value) -> InvitationPhase? {
    InvitationPhase(residue[ChatField.phase])
  }

  static func isHost(_ residue: Value) -> Bool { residue[ChatField.role] == "host" }

  static func move(_ residue: Value, to next: InvitationPhase) throws(Refusal) -> Outcome {
    guard InvitationPhase.leads(from: phase(residue), to: next) else {
      throw .because("the invitation cannot become " + next.name)
    }
    return .combine(.object([ChatField.phase: .string(next.name)]))
  }

  static func elapsed(
    _ residue: Value, _ request: Value?, _ context: HandlerContext
  ) throws(Refusal) -> [Outcome] {
    guard let request, request == residue[ChatField.waitTimer] else { return [] }
    let stopped = Outcome.combine(.object([ChatField.waitTimer: .delete]))
    if isHost(residue) { return [stopped] + (try HostHandlers.expire(residue, context)) }
    return [stopped, .combine(["handler": "seek"])]
  }

  /// After a restart: what was waited for is begun again.
  static func resumed(_ residue: Value, _ context: HandlerContext) throws(Refusal) -> [Outcome] {
    var outcomes: [Outcome] = [.combine(.object([ChatField.waitTimer: .delete]))]
    if isHost(residue) {
      var slot = 5
      residue[ChatField.claims]?.object?.forEach { _, claim in
        outcomes += forget(claim[ChatField.secretName], context, slot: slot)
        slot += 1
      }
      outcomes.append(
        .combine(.object([ChatField.comparing: .delete, ChatField.claims: .delete])))
      if phase(residue) == .computing { outcomes += HostHandlers.makeSecret(residue, context) }
      if phase(residue) == .invited { outcomes += try HostHandlers.expire(residue, context) }
    }
    return outcomes
  }
}
