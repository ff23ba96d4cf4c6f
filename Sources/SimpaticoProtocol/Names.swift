package import SimpaticoTree

/// Every spelling that goes over the wire of the classic protocol, as the original has it. Nothing
/// else spells them.
package enum WireName {
  package static var handler: Text { "handler" }
  package static var register2: Text { "register2" }
  package static var register3: Text { "register3" }
  package static var register4: Text { "register4" }
  package static var publicKeyPem: Text { "publicKeyPem" }
  package static var publicKey: Text { "publicKey" }
  package static var publicKeySig: Text { "publicKeySig" }
  package static var clearText: Text { "clearText" }
  package static var cypherText: Text { "cypherText" }
  package static var t1: Text { "t1" }
  package static var t2: Text { "t2" }
  package static var dt: Text { "dt" }
  package static var state2: Text { "state2" }
}

/// The names of handlers that only a party itself, its host or its own cascade may call.
enum LocalName {
  static var connect: Text { "connect" }
  static var send: Text { "send" }
  static var close: Text { "close" }
  static var state: Text { "state" }
  static var opened: Text { "opened" }
  static var closed: Text { "closed" }
  static var errored: Text { "errored" }
  static var elapsed: Text { "elapsed" }
  static var sealed: Text { "sealed" }
  static var unsealed: Text { "unsealed" }
  static var failed: Text { "failed" }
  static var violate: Text { "violate" }
  static var register1: Text { "register1" }
  static var refuse: Text { "refuse" }
  static var replaced: Text { "replaced" }
}

/// The fields of messages that only a party itself may send.
enum LocalField {
  /// The message that `send` is to send.
  static var message: Text { "msg" }
}

/// The fields of effects, and of the messages in which their results come back.
enum EffectField {
  static var effect: Text { "effect" }
  static var id: Text { "id" }
  static var url: Text { "url" }
  static var socket: Text { "_socket" }
  static var message: Text { "message" }
  static var code: Text { "code" }
  static var reason: Text { "reason" }
  static var key: Text { "_key" }
  static var to: Text { "to" }
  static var from: Text { "from" }
  static var clearText: Text { "clearText" }
  static var box: Text { "box" }
  static var milliseconds: Text { "milliseconds" }
  static var timer: Text { "_timer" }
}

/// The fields of a connection's residue.
package enum Field {
  /// Whether this is the server's end.
  package static var server: Text { "server" }
  package static var connection: Text { "connection" }
  package static var registration: Text { "registration" }
  /// The own public key and its fingerprint.
  package static var publicKeyPem: Text { "publicKeyPem" }
  package static var publicKeySig: Text { "publicKeySig" }
  /// The key's handle; the key itself is the host's.
  package static var privateKey: Text { "_privateKey" }
  /// The socket's handle.
  package static var socket: Text { "_socket" }
  /// The handle of the timer that ends a registration which takes too long.
  package static var timer: Text { "_timer" }
  package static var websocketURL: Text { "websocketURL" }
  /// How long a registration may take.
  package static let deadlineMilliseconds: Text = "deadlineMilliseconds"
  /// The request whose answer the registration waits for.
  package static var request: Text { "request" }
  /// When the server challenged; the client must give it back.
  package static var t1: Text { "t1" }
  /// The server's key, as the client was told it.
  package static let serverPublicKeyPem: Text = "serverPublicKeyPem"
  /// What the other side says of itself, until it is proved.
  package static var claim: Text { "claim" }
  /// Who the other side has proved to be.
  package static var peer: Text { "peer" }
  /// Why the registration was refused. Never sent: every refusal looks the same from outside.
  package static var refusal: Text { "refusal" }
  package static var error: Text { "error" }
  /// How the connection ended: `{code, reason}`.
  package static var closing: Text { "closing" }
  /// When the connection was begun, and how long the registration took.
  package static var startedAt: Text { "startedAt" }
  package static let verifiedAfterMilliseconds: Text = "verifiedAfterMilliseconds"
}

/// WebSocket close codes (RFC 6455 section 7.4; 4000 and above are this protocol's own).
public enum CloseCode {
  /// The connection has done what it was for.
  public static let normal = 1000
  /// An end leaves, for example because it shuts down.
  public static let goingAway = 1001
  /// A close frame without a code was seen.
  public static let noStatus = 1005
  /// No close frame was seen.
  public static let abnormal = 1006
  /// The registration was refused, or a message broke the protocol.
  public static let policyViolation = 1008
  /// This end could not go on.
  public static let internalError = 1011
  /// A newer connection proved the same key.
  public static let replaced = 4001
}
