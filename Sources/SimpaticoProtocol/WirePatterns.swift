import SimpaticoTree

/// The shapes of all messages that come over the wire under one suite.
struct WirePatterns {
  let register2, register3, register4: Pattern
  let deliverEnvelop, acceptEnvelop, returnEnvelop: Pattern
  let invite3, invite4: Pattern
  let ping, pong: Pattern

  @inline(never)
  init(pem: Value, fingerprint: Value, box: Value) {
    let parts = Parts(pem: pem, fingerprint: fingerprint, box: box)
    register2 = parts.pattern(#"{"handler":"register2","publicKeyPem":"PEM","t1":"TIME"}"#)
    register3 = parts.pattern(
      #"""
      {"handler":"register3","clearText":["str","between",2,256],"cypherText":"BOX",\#
      "publicKeySig":"FINGERPRINT","publicKey":"PEM"}
      """#)
    register4 = parts.pattern(
      #"{"handler":"register4","state2":["str","pick",1,"VERIFIED","UNVERIFIED"]}"#)
    deliverEnvelop = parts.pattern(
      #"""
      {"handler":"deliverEnvelop","from":"FINGERPRINT","fromPublicKeyPem":"PEM?",\#
      "to":"FINGERPRINT","box":"BOX"}
      """#)
    acceptEnvelop = parts.pattern(
      #"""
      {"handler":"acceptEnvelop","from":"FINGERPRINT","fromPublicKeyPem":"PEM?",\#
      "to":"FINGERPRINT","box":"BOX"}
      """#)
    returnEnvelop = parts.pattern(
      #"{"handler":"returnEnvelop","to":"FINGERPRINT","reason":["str","between",1,64]}"#)
    invite3 = parts.pattern(#"{"handler":"invite3","publicKeySig":"FINGERPRINT"}"#)
    invite4 = parts.pattern(
      #"{"handler":"invite4","publicKeySig":"FINGERPRINT","publicKeyPem":"PEM?"}"#)
    ping = parts.pattern(#"{"handler":"ping","t1":"TIME"}"#)
    pong = parts.pattern(#"{"handler":"pong","t1":"TIME","t2":"TIME"}"#)
  }

  /// What the patterns of a suite are made of. In their JSON, a word in capitals stands for a part.
  private struct Parts {
    let words: Value

    init(pem: Value, fingerprint: Value, box: Value) {
      var optionalPem: Vector<Value> = pem.array ?? Vector()
      optionalPem.append("optional")
      words = [
        "PEM": pem, "PEM?": .array(optionalPem), "FINGERPRINT": fingerprint, "BOX": box,
        "TIME": ["num", "between", 0, 9_007_199_254_740_991],
      ]
    }

    @inline(never)
    func pattern(_ json: StaticString) -> Pattern {
      var fields = Value(json: json).object ?? Object()
      for position in 0..<fields.count {
        let (key, value) = fields.field(at: position)
        if let word = value.string, let part = words[word] { fields[key] = part }
      }
      return Pattern(literal: .object(fields))
    }
  }
}
