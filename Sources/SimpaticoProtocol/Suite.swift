import SimpaticoTree

/// What the wire looks like under one cipher suite: the shape of its keys, fingerprints and boxes,
/// and with it the two roles that speak it. A copy shares all of it.
public struct Suite: Sendable {
  private final class Content: Sendable {
    let server: Role
    let client: Role
    let patterns: WirePatterns

    @inline(never)
    init(pem: StaticString, fingerprint: StaticString, box: StaticString) {
      let patterns = WirePatterns(
        pem: Value(json: pem), fingerprint: Value(json: fingerprint), box: Value(json: box))
      self.patterns = patterns
      server = Role(
        SocketHandlers.all + ServerHandlers.all(patterns) + StockHandlers.all,
        summarize: Party.indexVerified)
      client = Role(
        SocketHandlers.all + ClientHandlers.all(patterns) + KeepAlive.all(patterns)
          + CourierHandlers.all(patterns) + HomeHandlers.all + ConversationHandlers.all
          + Invitation.handlers + [Restart.resume] + StockHandlers.all,
        summarize: ClientIndex.summarize)
    }
  }

  private let content: Content

  var server: Role { content.server }
  var client: Role { content.client }

  /// The server's role where it is several parties. Made each time that it is asked for.
  var shard: Role {
    Role(
      SocketHandlers.all + ServerHandlers.all(content.patterns) + ShardHandlers.all
        + StockHandlers.all,
      summarize: Party.indexShard)
  }

  /// webcryptobox: P-521 keys as PEM, SHA-256 fingerprints as base64url, AES-256-CBC boxes in hex.
  public static let classic = Suite(
    content: Content(
      pem: #"["str","between",200,400]"#, fingerprint: #"["base64url","size",43]"#,
      box: #"["hex","between",64,16777216]"#))

  /// Short readable keys (`pubKey1`), for worlds.
  public static let symbolic = Suite(
    content: Content(
      pem: #"["str","between",1,400]"#, fingerprint: #"["str","between",1,64]"#,
      box: #"["str","between",1,16777216]"#))
}

extension Pattern {
  /// A pattern that is part of the program; a bad one is a programming error.
  @inline(never)
  init(literal value: Value) {
    guard let pattern = try? Pattern(value) else { preconditionFailure("a bad pattern") }
    self = pattern
  }

  /// The same, spelt as JSON.
  @inline(never)
  init(json: StaticString) { self.init(literal: Value(json: json)) }
}
