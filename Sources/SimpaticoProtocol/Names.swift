public import SimpaticoTree

/// Every spelling that goes over the wire of the classic protocol, as the original has it. Nothing else spells them.
public enum WireName {
  public static let handler: Text = "handler"
  public static let register2: Text = "register2"
  public static let register3: Text = "register3"
  public static let register4: Text = "register4"
  public static let publicKeyPem: Text = "publicKeyPem"
  public static let publicKey: Text = "publicKey"
  public static let publicKeySig: Text = "publicKeySig"
  public static let clearText: Text = "clearText"
  public static let cypherText: Text = "cypherText"
  public static let t1: Text = "t1"
  public static let t2: Text = "t2"
  public static let dt: Text = "dt"
  public static let state2: Text = "state2"
}

/// The names of handlers that only a party itself, its host or its own cascade may call.
public enum LocalName {
  public static let connect: Text = "connect"
  public static let send: Text = "send"
  public static let close: Text = "close"
  public static let state: Text = "state"
  public static let opened: Text = "opened"
  public static let closed: Text = "closed"
  public static let errored: Text = "errored"
  public static let elapsed: Text = "elapsed"
  public static let sealed: Text = "sealed"
  public static let unsealed: Text = "unsealed"
  public static let failed: Text = "failed"
  public static let violate: Text = "violate"
  public static let register1: Text = "register1"
  public static let refuse: Text = "refuse"
  public static let replaced: Text = "replaced"
}

/// The fields of a connection's residue.
public enum Field {
  /// Whether this is the server's end.
  public static let server: Text = "server"
  public static let connection: Text = "connection"
  public static let registration: Text = "registration"
  /// The own public key and its fingerprint.
  public static let publicKeyPem: Text = "publicKeyPem"
  public static let publicKeySig: Text = "publicKeySig"
  /// The key's handle; the key itself is the host's.
  public static let privateKey: Text = "_privateKey"
  /// The socket's handle.
  public static let socket: Text = "_socket"
  /// The handle of the timer that ends a registration which takes too long.
  public static let timer: Text = "_timer"
  public static let websocketURL: Text = "websocketURL"
  /// How long a registration may take.
  public static let deadlineMilliseconds: Text = "deadlineMilliseconds"
  /// The request whose answer the registration waits for.
  public static let request: Text = "request"
  /// When the server challenged; the client must give it back.
  public static let t1: Text = "t1"
  /// What the other side says of itself, until it is proved.
  public static let claim: Text = "claim"
  /// Who the other side has proved to be.
  public static let peer: Text = "peer"
  /// Why the registration was refused. Never sent: every refusal looks the same from outside.
  public static let refusal: Text = "refusal"
  public static let error: Text = "error"
  /// How the connection ended: `{code, reason}`.
  public static let closing: Text = "closing"
  /// When the connection was begun, and how long the registration took.
  public static let startedAt: Text = "startedAt"
  public static let verifiedAfterMilliseconds: Text = "verifiedAfterMilliseconds"
}

/// WebSocket close codes (RFC 6455 section 7.4; 4000 and above are this protocol's own).
public enum CloseCode {
  public static let normal = 1000
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
