public import SimpaticoTree

/// Something that a handler asks the outside for. It names handles and operations, never an
/// algorithm or an object.
///
/// The host performs it once and gives back what came of it as an input of the same branch, with
/// the request's id.
public enum Effect: Equatable, Sendable {
  /// Open a WebSocket. Its handle is the request's id; `opened`, `errored` and `closed` follow.
  case connect(url: Text)
  /// Send a message as one text frame, in canonical JSON. Nothing follows.
  case send(socket: Value, message: Value)
  /// Begin the close handshake. `closed` follows.
  case close(socket: Value, code: Int, reason: Text)
  /// Seal a text from a private key to a public one. `sealed {request, box, publicKeySig}` or
  /// `failed {request}` follows, where `publicKeySig` is the fingerprint of the key that it was
  /// sealed to. Where a secret is named, it is put into the text first, which is a JSON object.
  case seal(key: Value, to: Text, clearText: Text, secretName: Text? = nil)
  /// Open a box. `unsealed {request, clearText, publicKeySig}` or `failed {request}` follows, where
  /// `publicKeySig` is the fingerprint of the key that it was opened with. A secret in the text is
  /// kept by the host, under the `secretName` of the answer.
  case unseal(key: Value, from: Text, box: Text)
  /// Draw 128 random bits and keep them under a name. `secretMade {request}` follows.
  case makeSecret(name: Text)
  /// Compare two secrets in constant time and forget the second one. `compared {request, equal}`
  /// follows.
  case compareSecrets(name: Text, candidate: Text)
  /// Forget a secret. Nothing follows.
  case forgetSecret(name: Text)
  /// Rewrite what is kept, so that nothing is left in it of what was removed. `forgotten {request}`
  /// follows.
  case forgetHistory
  /// `elapsed {request}` follows after a time, unless it is cancelled.
  case startTimer(milliseconds: Int)
  case cancelTimer(timer: Value)
  /// Show a message to whoever runs the program.
  case log(message: Value)
  /// Draw the next number of those that all shards of a server draw from. `enrolled {request,
  /// number}` follows, before any other input.
  case enrol
  /// Give a message to the directory of another shard, or to those of all the others where none is
  /// named. Where the other one has too much to do already, `undelivered {message}` comes to the
  /// own directory; news of who is verified are always taken.
  case forward(shard: Int?, message: Value)

  /// The value that a handler returns.
  public func value(id: Value) -> Value {
    let form = name.form
    // The forms are filled in the order of their keys' bytes.
    switch self {
    case .connect(let url): return form.filled(id, .string(url))
    case .send(let socket, let message): return form.filled(socket, id, message)
    case .close(let socket, let code, let reason):
      return form.filled(socket, .number(code), id, .string(reason))
    case .seal(let key, let to, let clearText, let secretName):
      return form.filled(key, .string(clearText), id, .string(to))
        .with(EffectField.secretName, secretName.map(Value.string))
    case .unseal(let key, let from, let box):
      return form.filled(key, .string(box), .string(from), id)
    case .makeSecret(let name), .forgetSecret(let name): return form.filled(id, .string(name))
    case .compareSecrets(let name, let candidate):
      return form.filled(.string(candidate), id, .string(name))
    case .forgetHistory, .enrol: return form.filled(id)
    case .startTimer(let milliseconds): return form.filled(id, .number(milliseconds))
    case .cancelTimer(let timer): return form.filled(timer, id)
    case .log(let message): return form.filled(id, message)
    case .forward(let shard, let message):
      return form.filled(id, message).with(ShardField.shard, shard.map(Value.number))
    }
  }

  /// Reads an effect, or answers nil where the value is none that this protocol knows.
  public init?(_ value: Value) {
    @inline(never) func text(_ field: Text) -> Text? { value[field]?.string }
    switch EffectName(spelling: value[EffectField.effect]) {
    case .connect?:
      guard let url = text(EffectField.url) else { return nil }
      self = .connect(url: url)
    case .send?:
      guard let socket = value[EffectField.socket], let message = value[EffectField.message]
      else { return nil }
      self = .send(socket: socket, message: message)
    case .close?:
      guard let socket = value[EffectField.socket], let code = value[EffectField.code]?.integer
      else { return nil }
      self = .close(socket: socket, code: code, reason: text(EffectField.reason) ?? Text())
    case .seal?:
      guard let key = value[EffectField.key], let to = text(EffectField.to),
        let clearText = text(EffectField.clearText)
      else { return nil }
      self = .seal(
        key: key, to: to, clearText: clearText, secretName: text(EffectField.secretName))
    case .unseal?:
      guard let key = value[EffectField.key], let from = text(EffectField.from),
        let box = text(EffectField.box)
      else { return nil }
      self = .unseal(key: key, from: from, box: box)
    case .makeSecret?:
      guard let name = text(EffectField.secretName) else { return nil }
      self = .makeSecret(name: name)
    case .compareSecrets?:
      guard let name = text(EffectField.secretName), let candidate = text(EffectField.candidate)
      else { return nil }
      self = .compareSecrets(name: name, candidate: candidate)
    case .forgetSecret?:
      guard let name = text(EffectField.secretName) else { return nil }
      self = .forgetSecret(name: name)
    case .forgetHistory?: self = .forgetHistory
    case .startTimer?:
      guard let milliseconds = value[EffectField.milliseconds]?.integer else { return nil }
      self = .startTimer(milliseconds: milliseconds)
    case .cancelTimer?:
      guard let timer = value[EffectField.timer] else { return nil }
      self = .cancelTimer(timer: timer)
    case .log?: self = .log(message: value[EffectField.message] ?? .null)
    case .enrol?: self = .enrol
    case .forward?:
      self = .forward(
        shard: value[ShardField.shard]?.integer, message: value[EffectField.message] ?? .null)
    case nil: return nil
    }
  }

  private var name: EffectName {
    switch self {
    case .connect: .connect
    case .send: .send
    case .close: .close
    case .seal: .seal
    case .unseal: .unseal
    case .makeSecret: .makeSecret
    case .compareSecrets: .compareSecrets
    case .forgetSecret: .forgetSecret
    case .forgetHistory: .forgetHistory
    case .startTimer: .startTimer
    case .cancelTimer: .cancelTimer
    case .log: .log
    case .enrol: .enrol
    case .forward: .forward
    }
  }
}

private enum EffectName: UInt8, Spelled {
  case connect, send, close, seal, unseal, startTimer, cancelTimer, log
  case makeSecret, compareSecrets, forgetSecret, forgetHistory
  case enrol, forward

  var spelling: Text {
    switch self {
    case .connect: "connect"
    case .send: "send"
    case .close: "close"
    case .seal: "seal"
    case .unseal: "unseal"
    case .startTimer: "startTimer"
    case .cancelTimer: "cancelTimer"
    case .log: "log"
    case .makeSecret: "makeSecret"
    case .compareSecrets: "compareSecrets"
    case .forgetSecret: "forgetSecret"
    case .forgetHistory: "forgetHistory"
    case .enrol: "enrol"
    case .forward: "forward"
    }
  }

  /// What an effect of this name is made of, in the order of the cases.
  private static let forms: [Form] = Form.all(
    json: #"""
      [
      {"effect":"connect","id":null,"url":null},
      {"effect":"send","id":null,"_socket":null,"message":null},
      {"effect":"close","id":null,"_socket":null,"code":null,"reason":null},
      {"effect":"seal","id":null,"_key":null,"to":null,"clearText":null},
      {"effect":"unseal","id":null,"_key":null,"from":null,"box":null},
      {"effect":"startTimer","id":null,"milliseconds":null},
      {"effect":"cancelTimer","id":null,"_timer":null},
      {"effect":"log","id":null,"message":null},
      {"effect":"makeSecret","id":null,"secretName":null},
      {"effect":"compareSecrets","id":null,"secretName":null,"candidate":null},
      {"effect":"forgetSecret","id":null,"secretName":null},
      {"effect":"forgetHistory","id":null},
      {"effect":"enrol","id":null},
      {"effect":"forward","id":null,"message":null}
      ]
      """#)

  var form: Form { Self.forms[Int(rawValue)] }
}

/// An effect with the id and the branch that its result goes back to.
public struct EffectRequest: Equatable, Sendable {
  /// What the result refers to.
  public let id: Value
  /// Where the result goes.
  public let branch: BranchID
  /// What is to be done.
  public let effect: Effect
}
