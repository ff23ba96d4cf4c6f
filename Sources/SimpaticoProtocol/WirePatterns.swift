import SimpaticoTree

/// The shapes of all messages that come over the wire under one suite.
struct WirePatterns {
  let register2, register3, register4: Pattern
  let deliverEnvelop, acceptEnvelop, returnEnvelop: Pattern
  let invite3, invite4: Pattern
  let ping, pong: Pattern

  init(pem: Value, fingerprint: Value, box: Value) {
    let time: Value = ["num", "between", 0, 9_007_199_254_740_991]
    let optionalPem = WirePatterns.optional(pem)
    register2 = Pattern(literal: ["handler": "register2", "publicKeyPem": pem, "t1": time])
    register3 = Pattern(
      literal: [
        "handler": "register3", "clearText": ["str", "between", 2, 256], "cypherText": box,
        "publicKeySig": fingerprint, "publicKey": pem,
      ])
    register4 = Pattern(
      literal: [
        "handler": "register4", "state2": ["str", "pick", 1, "VERIFIED", "UNVERIFIED"],
      ])
    deliverEnvelop = Pattern(
      literal: [
        "handler": "deliverEnvelop", "from": fingerprint, "fromPublicKeyPem": optionalPem,
        "to": fingerprint, "box": box,
      ])
    acceptEnvelop = Pattern(
      literal: [
        "handler": "acceptEnvelop", "from": fingerprint, "fromPublicKeyPem": optionalPem,
        "to": fingerprint, "box": box,
      ])
    returnEnvelop = Pattern(
      literal: [
        "handler": "returnEnvelop", "to": fingerprint, "reason": ["str", "between", 1, 64],
      ])
    invite3 = Pattern(literal: ["handler": "invite3", "publicKeySig": fingerprint])
    invite4 = Pattern(
      literal: [
        "handler": "invite4", "publicKeySig": fingerprint, "publicKeyPem": optionalPem,
      ])
    ping = Pattern(literal: ["handler": "ping", "t1": time])
    pong = Pattern(literal: ["handler": "pong", "t1": time, "t2": time])
  }

  /// A list of predicates that no value passes as well.
  private static func optional(_ predicates: Value) -> Value {
    var all: Vector<Value> = predicates.array ?? Vector()
    all.append("optional")
    return .array(all)
  }
}
