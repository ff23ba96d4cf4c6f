package import SimpaticoTree

/// Every spelling that goes over the wire of the classic protocol, as the original has it. Nothing
/// else spells them.
package enum WireName {
  package static let handler: Text = "handler"
  package static let register2: Text = "register2"
  package static let register3: Text = "register3"
  package static let register4: Text = "register4"
  package static let publicKeyPem: Text = "publicKeyPem"
  package static let publicKey: Text = "publicKey"
  package static let publicKeySig: Text = "publicKeySig"
  package static let clearText: Text = "clearText"
  package static let cypherText: Text = "cypherText"
  package static let t1: Text = "t1"
  package static let t2: Text = "t2"
  package static let dt: Text = "dt"
  package static let state2: Text = "state2"
}

/// The names of handlers that only a party itself, its host or its own cascade may call.
enum LocalName {
  static let connect: Text = "connect"
  static let send: Text = "send"
  static let close: Text = "close"
  static let state: Text = "state"
  static let opened: Text = "opened"
  static let closed: Text = "closed"
  static let errored: Text = "errored"
  static let elapsed: Text = "elapsed"
  static let sealed: Text = "sealed"
  static let unsealed: Text = "unsealed"
  static let failed: Text = "failed"
  static let violate: Text = "violate"
  static let register1: Text = "register1"
  static let refuse: Text = "refuse"
  static let replaced: Text = "replaced"
}

/// The fields of messages that only a party itself may send.
enum LocalField {
  /// The message that `send` is to send.
  static let message: Text = "msg"
}

/// The fields of effects, and of the messages in which their results come back.
enum EffectField {
  static let effect: Text = "effect"
  static let id: Text = "id"
  static let url: Text = "url"
  static let socket: Text = "_socket"
  static let message: Text = "message"
  static let code: Text = "code"
  static let reason: Text = "reason"
  static let key: Text = "_key"
  static let to: Text = "to"
  static let from: Text = "from"
  static let clearText: Text = "clearText"
  static let box: Text = "box"
  static let milliseconds: Text = "milliseconds"
  static let timer: Text = "_timer"
}

/// The fields of a connection's residue.
package enum Field {
  /// Whether this is the server's end.
  package static let server: Text = "server"
  package static let connection: Text = "connection"
  package static let registration: Text = "registration"
  /// The own public key and its fingerprint.
  package static let publicKeyPem: Text = "publicKeyPem"
  package static let publicKeySig: Text = "publicKeySig"
  /// The key's handle; the key itself is the host's.
  package static let privateKey: Text = "_privateKey"
  /// The socket's handle.
  package static let socket: Text = "_socket"
  /// The handle of the timer that ends a registration which takes too long.
  package static let timer: Text = "_timer"
  package static let websocketURL: Text = "websocketURL"
  /// How long a registration may take.
  package static let deadlineMilliseconds: Text = "deadlineMilliseconds"
  /// The request whose answer the registration waits for.
  package static let request: Text = "request"
  /// When the server challenged; the client must give it back.
  package static let t1: Text = "t1"
  /// The server's key, as the client was told it.
  package static let serverPublicKeyPem: Text = "serverPublicKeyPem"
  /// What the other side says of itself, until it is proved.
  package static let claim: Text = "claim"
  /// Who the other side has proved to be.
  package static let peer: Text = "peer"
  /// Why the registration was refused. Never sent: every refusal looks the same from outside.
  package static let refusal: Text = "refusal"
  package static let error: Text = "error"
  /// How the connection ended: `{code, reason}`.
  package static let closing: Text = "closing"
  /// When the connection was begun, and how long the registration took.
  package static let startedAt: Text = "startedAt"
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
