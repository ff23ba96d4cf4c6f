public import SimpaticoTree

/// What the wire looks like under one cipher suite: the shape of its keys, fingerprints and boxes,
/// and with it the two roles that speak it.
public struct Suite: Sendable {
  /// The suite's name, for people.
  public let name: Text
  let server: Role
  let client: Role

  private init(name: Text, pem: Value, fingerprint: Value, box: Value) {
    self.name = name
    let register2 = Pattern(
      literal: [
        "handler": "register2", "publicKeyPem": pem,
        "t1": ["num", "between", 0, 9_007_199_254_740_991],
      ])
    let register3 = Pattern(
      literal: [
        "handler": "register3", "clearText": ["str", "between", 2, 256], "cypherText": box,
        "publicKeySig": fingerprint, "publicKey": pem,
      ])
    let register4 = Pattern(
      literal: [
        "handler": "register4", "state2": ["str", "pick", 1, "VERIFIED", "UNVERIFIED"],
      ])
    server = Role(
      SocketHandlers.all + ServerHandlers.all(register3: register3) + StockHandlers.all,
      summarize: Party.indexVerified)
    client = Role(
      SocketHandlers.all + ClientHandlers.all(register2: register2, register4: register4)
        + StockHandlers.all)
  }

  /// webcryptobox: P-521 keys as PEM, SHA-256 fingerprints as base64url, AES-256-CBC boxes in hex.
  public static let classic = Suite(
    name: "classic", pem: ["str", "between", 200, 400], fingerprint: ["base64url", "size", 43],
    box: ["hex", "between", 64, 1024])

  /// Short readable keys (`pubKey1`), for worlds.
  public static let symbolic = Suite(
    name: "symbolic", pem: ["str", "between", 1, 400], fingerprint: ["str", "between", 1, 64],
    box: ["str", "between", 1, 1024])
}

extension Pattern {
  /// A pattern that is part of the program; a bad one is a programming error.
  @inline(never)
  init(literal value: Value) {
    guard let pattern = try? Pattern(value) else { preconditionFailure("a bad pattern") }
    self = pattern
  }
}
