import SimpaticoTree

/// The server as a router: envelopes go from one verified connection to another, unopened and
/// forgotten, and who cannot be reached is said to the sender.
enum RouteHandlers {
  static func all(_ patterns: WirePatterns) -> [Handler] {
    [
      deliverEnvelop(patterns.deliverEnvelop), invite3(patterns.invite3), lookUp,
      ping(patterns.ping),
    ]
  }

  /// Passes an envelope on. It is in the name of whoever has proved the connection's key: another
  /// name is a breach.
  static func deliverEnvelop(_ pattern: Pattern) -> Handler {
    .single(
      WireName.deliverEnvelop, pattern: pattern,
      example: Value(
        json: #"""
          {"handler":"deliverEnvelop","from":"pubKeySig1","to":"pubKeySig2","box":"box"}
          """#)
    ) { (residue, message, context) throws(Refusal) in
      try requireVerified(residue)
      let isOwn = message.sharesText(
        at: WireName.from, with: residue, at: Field.peer, Field.publicKeySig)
      if !isOwn { throw .because("an envelope in another's name") }
      let to = message[WireName.to] ?? .null
      guard let recipient = Whereabouts(context.summary[to.string ?? Text()]) else {
        return .combine(returning(to))
      }
      let envelope = acceptForm.filled(
        message[WireName.from] ?? .null, to, message[WireName.box] ?? .null
      )
      .with(WireName.fromPublicKeyPem, message[WireName.fromPublicKeyPem])
      let delivery = Command.send(envelope)
      switch recipient {
      case .here(let branch): return .post(to: branch, delivery)
      case .there(let shard):
        return Shard.forwarding(
          delivery, to: to, in: shard, otherwise: returning(to), residue, context)
      }
    }
  }

  /// Says to the sender that the recipient is not there.
  private static func returning(_ to: Value) -> Value {
    Command.send(returnForm.filled(to))
  }

  private static let acceptForm: Form = [
    "handler": "acceptEnvelop", "from": nil, "to": nil, "box": nil,
  ]
  private static let returnForm: Form = [
    "handler": "returnEnvelop", "to": nil, "reason": "offline",
  ]

  /// Asks for the key of a fingerprint. A relay knows the keys of those who are connected, and of
  /// nobody else.
  static func invite3(_ pattern: Pattern) -> Handler {
    .single(
      WireName.invite3, pattern: pattern,
      example: Value(json: #"{"handler":"invite3","publicKeySig":"pubKeySig1"}"#)
    ) { (residue, message, context) throws(Refusal) in
      try requireVerified(residue)
      let key = message[WireName.publicKeySig] ?? .null
      switch Whereabouts(context.summary[key.string ?? Text()]) {
      case nil: return .combine(Command.send(found(key, nil)))
      case .here(let owner)?:
        return .post(to: owner, ["handler": "lookUp", "branch": .number(context.branch)])
      case .there(let shard)?:
        let lookUp: Object = [
          WireName.handler: "lookUp", ShardField.shard: residue[ShardField.shard] ?? .null,
          WireName.to: residue[Field.peer]?[Field.publicKeySig] ?? .null,
          ChatField.branch: .number(context.branch),
        ]
        return Shard.forwarding(
          .object(lookUp), to: key, in: shard, otherwise: Command.send(found(key, nil)), residue,
          context)
      }
    }
  }

  /// Another connection asks for the key that this one has proved.
  static let lookUp = Handler("lookUp", example: Value(json: #"{"handler":"lookUp","branch":2}"#)) {
    (residue, message, context) throws(Refusal) in
    guard let peer = residue[Field.peer], let key = peer[Field.publicKeySig] else { return [] }
    let answer = Command.send(found(key, peer[Field.publicKeyPem]))
    if let shard = message[ShardField.shard]?.integer {
      let letter = Shard.conveyance(
        to: message[WireName.to] ?? .null, answer, only: message[ChatField.branch])
      return [.effect(Effect.forward(shard: shard, message: letter).value(id: context.requestID()))]
    }
    return Change.post(answer, to: message[ChatField.branch])
  }

  /// A sign of life, answered with the server's time.
  static func ping(_ pattern: Pattern) -> Handler {
    .single(WireName.ping, pattern: pattern, example: Value(json: #"{"handler":"ping","t1":1}"#)) {
      (residue, message, context) throws(Refusal) in
      try requireVerified(residue)
      let pong = pongForm.filled(
        message[WireName.t1] ?? .null, .number(Double(context.moment.timeMilliseconds)))
      return .combine(Command.send(pong))
    }
  }

  private static let pongForm: Form = ["handler": "pong", "t1": nil, "t2": nil]

  private static func found(_ fingerprint: Value, _ key: Value?) -> Value {
    var answer: Object = [
      WireName.handler: .string(WireName.invite4), WireName.publicKeySig: fingerprint,
    ]
    answer[WireName.publicKeyPem] = key
    return .object(answer)
  }

  private static func requireVerified(_ residue: Value) throws(Refusal) {
    guard RegistrationPhase.verified.isSpelt(at: Field.registration, of: residue) else {
      throw .because("a message before verification")
    }
  }
}
