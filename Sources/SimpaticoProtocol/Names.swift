package import SimpaticoTree

/// Every spelling that goes over the wire of the classic protocol, as the original has it. Nothing
/// else spells them.
package enum WireName {
  @inline(__always) package static var handler: Text { "handler" }
  @inline(__always) package static var register2: Text { "register2" }
  @inline(__always) package static var register3: Text { "register3" }
  @inline(__always) package static var register4: Text { "register4" }
  @inline(__always) package static var publicKeyPem: Text { "publicKeyPem" }
  @inline(__always) package static var publicKey: Text { "publicKey" }
  @inline(__always) package static var publicKeySig: Text { "publicKeySig" }
  @inline(__always) package static var clearText: Text { "clearText" }
  @inline(__always) package static var cypherText: Text { "cypherText" }
  @inline(__always) package static var t1: Text { "t1" }
  @inline(__always) package static var t2: Text { "t2" }
  @inline(__always) package static var state2: Text { "state2" }
  @inline(__always) package static var deliverEnvelop: Text { "deliverEnvelop" }
  @inline(__always) package static var acceptEnvelop: Text { "acceptEnvelop" }
  /// Ours: an envelope that could not be delivered, answered to its sender.
  package static let returnEnvelop: Text = "returnEnvelop"
  @inline(__always) package static var from: Text { "from" }
  @inline(__always) package static var to: Text { "to" }
  @inline(__always) package static var box: Text { "box" }
  package static let fromPublicKeyPem: Text = "fromPublicKeyPem"
  @inline(__always) package static var invite3: Text { "invite3" }
  @inline(__always) package static var invite4: Text { "invite4" }
  /// Ours: a sign of life, and its answer.
  @inline(__always) package static var ping: Text { "ping" }
  @inline(__always) package static var pong: Text { "pong" }
}

/// The spellings of what clients seal for one another: `SealedMessage` reads them, and says why
/// none sorts before `handler`.
package enum SealedName {
  @inline(__always) package static var invite5: Text { "invite5" }
  @inline(__always) package static var invite6: Text { "invite6" }
  @inline(__always) package static var message: Text { "message" }
  @inline(__always) package static var receipt: Text { "receipt" }
  @inline(__always) package static var to: Text { "to" }
  @inline(__always) package static var secret: Text { "secret" }
  @inline(__always) package static var invitation: Text { "invitation" }
  @inline(__always) package static var state4: Text { "state4" }
  @inline(__always) package static var name: Text { "name" }
  @inline(__always) package static var stream: Text { "stream" }
  @inline(__always) package static var number: Text { "n" }
  @inline(__always) package static var after: Text { "previous" }
  @inline(__always) package static var text: Text { "text" }
  @inline(__always) package static var at: Text { "time" }
  @inline(__always) package static var received: Text { "received" }
  @inline(__always) package static var read: Text { "read" }
  @inline(__always) package static var hello: Text { "hello" }
  @inline(__always) package static var gap: Text { "missing" }
}

/// The names of handlers that only a party itself, its host or its own cascade may call.
enum LocalName {
  @inline(__always) static var connect: Text { "connect" }
  @inline(__always) static var send: Text { "send" }
  @inline(__always) static var close: Text { "close" }
  @inline(__always) static var state: Text { "state" }
  @inline(__always) static var opened: Text { "opened" }
  @inline(__always) static var closed: Text { "closed" }
  @inline(__always) static var errored: Text { "errored" }
  @inline(__always) static var elapsed: Text { "elapsed" }
  @inline(__always) static var sealed: Text { "sealed" }
  @inline(__always) static var unsealed: Text { "unsealed" }
  @inline(__always) static var failed: Text { "failed" }
  @inline(__always) static var violate: Text { "violate" }
  @inline(__always) static var register1: Text { "register1" }
  @inline(__always) static var refuse: Text { "refuse" }
  @inline(__always) static var replaced: Text { "replaced" }
  @inline(__always) static var enrolled: Text { "enrolled" }
  @inline(__always) static var present: Text { "present" }
  @inline(__always) static var absent: Text { "absent" }
  @inline(__always) static var convey: Text { "convey" }
  @inline(__always) static var undelivered: Text { "undelivered" }
}

/// The fields of messages that only a party itself may send.
enum LocalField {
  /// The message that `send` is to send.
  @inline(__always) static var message: Text { "msg" }
}

/// The fields of effects, and of the messages in which their results come back.
enum EffectField {
  @inline(__always) static var effect: Text { "effect" }
  @inline(__always) static var id: Text { "id" }
  @inline(__always) static var url: Text { "url" }
  @inline(__always) static var socket: Text { "_socket" }
  @inline(__always) static var message: Text { "message" }
  @inline(__always) static var code: Text { "code" }
  @inline(__always) static var reason: Text { "reason" }
  @inline(__always) static var key: Text { "_key" }
  @inline(__always) static var to: Text { "to" }
  @inline(__always) static var from: Text { "from" }
  @inline(__always) static var clearText: Text { "clearText" }
  @inline(__always) static var box: Text { "box" }
  @inline(__always) static var milliseconds: Text { "milliseconds" }
  @inline(__always) static var timer: Text { "_timer" }
  @inline(__always) static var secretName: Text { "secretName" }
  @inline(__always) static var candidate: Text { "candidate" }
}

/// The fields of a server in shards: of its residues, its directory and what its shards tell one
/// another.
enum ShardField {
  /// The own number of a shard, or that of the one that says something.
  @inline(__always) static var shard: Text { "shard" }
  /// When a key was verified, counted over all shards.
  @inline(__always) static var number: Text { "number" }
  /// The request whose answer is that number, and the number.
  @inline(__always) static var enrolment: Text { "enrolment" }
  @inline(__always) static var enrolled: Text { "enrolled" }
  /// What the directory was told last.
  @inline(__always) static var news: Text { "news" }
  /// What is to be said to whom where a message finds nobody.
  @inline(__always) static var otherwise: Text { "otherwise" }
}

/// The fields of a connection's residue.
package enum Field {
  /// Whether this is the server's end.
  @inline(__always) package static var server: Text { "server" }
  @inline(__always) package static var connection: Text { "connection" }
  @inline(__always) package static var registration: Text { "registration" }
  /// The own public key and its fingerprint.
  @inline(__always) package static var publicKeyPem: Text { "publicKeyPem" }
  @inline(__always) package static var publicKeySig: Text { "publicKeySig" }
  /// The key's handle; the key itself is the host's.
  @inline(__always) package static var privateKey: Text { "_privateKey" }
  /// The socket's handle.
  @inline(__always) package static var socket: Text { "_socket" }
  /// The handle of the timer that ends a registration which takes too long.
  @inline(__always) package static var timer: Text { "_timer" }
  @inline(__always) package static var websocketURL: Text { "websocketURL" }
  /// How long a registration may take.
  package static let deadlineMilliseconds: Text = "deadlineMilliseconds"
  /// The request whose answer the registration waits for.
  @inline(__always) package static var request: Text { "request" }
  /// When the server challenged, until it is verified; the client must give it back.
  @inline(__always) package static var t1: Text { "t1" }
  /// The server's key, as the client was told it.
  package static let serverPublicKeyPem: Text = "serverPublicKeyPem"
  /// What the other side says of itself, until it is proved.
  @inline(__always) package static var claim: Text { "claim" }
  /// Who the other side has proved to be.
  @inline(__always) package static var peer: Text { "peer" }
  /// Why the registration was refused. Never sent: every refusal looks the same from outside.
  @inline(__always) package static var refusal: Text { "refusal" }
  @inline(__always) package static var error: Text { "error" }
  /// How the connection ended: `{code, reason}`.
  @inline(__always) package static var closing: Text { "closing" }
  /// When the connection was begun, and how long the registration took.
  @inline(__always) package static var startedAt: Text { "startedAt" }
  package static let verifiedAfterMilliseconds: Text = "verifiedAfterMilliseconds"
}
