import SimpaticoTree

/// What a relay's tree keeps of envelopes: that one came or went, and nothing that was in it.
///
/// A relay has no use for a box once it is passed on, and who never kept one cannot be made to hand
/// it over. What stands in its place allocates nothing.
struct EnvelopeOblivion: Sendable {
  private static let delivered: Value = ["handler": .string(WireName.deliverEnvelop)]
  private static let accepted: Value = [
    "handler": "send", "msg": ["handler": .string(WireName.acceptEnvelop)],
  ]

  private static let conveyed: Value = ["handler": .string(LocalName.convey)]
  private static let undelivered: Value = ["handler": .string(LocalName.undelivered)]

  /// What is kept in place of a message; nil keeps it as it is.
  func kept(of message: Value) -> Value? {
    guard let handler = message[WireName.handler]?.string else { return nil }
    if handler == WireName.deliverEnvelop { return EnvelopeOblivion.delivered }
    if handler == LocalName.send { return isEnvelope(message) ? EnvelopeOblivion.accepted : nil }
    // Between shards, which pass on whole commands to send something.
    if handler == LocalName.convey {
      return isEnvelope(message[EffectField.message] ?? .null) ? EnvelopeOblivion.conveyed : nil
    }
    return handler == LocalName.undelivered ? EnvelopeOblivion.undelivered : nil
  }

  private func isEnvelope(_ command: Value) -> Bool {
    command.holds(WireName.acceptEnvelop, at: LocalField.message, WireName.handler)
  }
}
