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
  /// Seal a text from a private key to a public one. `sealed {request, box}` or `failed {request}`
  /// follows.
  case seal(key: Value, to: Text, clearText: Text)
  /// Open a box. `unsealed {request, clearText, publicKeySig}` or `failed {request}` follows, where
  /// `publicKeySig` is the fingerprint of the key that it was opened with.
  case unseal(key: Value, from: Text, box: Text)
  /// `elapsed {request}` follows after a time, unless it is cancelled.
  case startTimer(milliseconds: Int)
  case cancelTimer(timer: Value)
  /// Show a message to whoever runs the program.
  case log(message: Value)

  /// The value that a handler returns.
  public func value(id: Value) -> Value {
    switch self {
    case .connect(let url): ["effect": "connect", "id": id, "url": .string(url)]
    case .send(let socket, let message):
      ["effect": "send", "id": id, "_socket": socket, "message": message]
    case .close(let socket, let code, let reason):
      [
        "effect": "close", "id": id, "_socket": socket, "code": .number(code),
        "reason": .string(reason),
      ]
    case .seal(let key, let to, let clearText):
      [
        "effect": "seal", "id": id, "_key": key, "to": .string(to),
        "clearText": .string(clearText),
      ]
    case .unseal(let key, let from, let box):
      ["effect": "unseal", "id": id, "_key": key, "from": .string(from), "box": .string(box)]
    case .startTimer(let milliseconds):
      ["effect": "startTimer", "id": id, "milliseconds": .number(milliseconds)]
    case .cancelTimer(let timer): ["effect": "cancelTimer", "id": id, "_timer": timer]
    case .log(let message): ["effect": "log", "id": id, "message": message]
    }
  }

  /// Reads an effect, or answers nil where the value is none that this protocol knows.
  public init?(_ value: Value) {
    guard let name = value["effect"]?.string else { return nil }
    switch EffectName(name) {
    case .connect?:
      guard let url = value["url"]?.string else { return nil }
      self = .connect(url: url)
    case .send?:
      guard let socket = value["_socket"], let message = value["message"] else { return nil }
      self = .send(socket: socket, message: message)
    case .close?:
      guard let socket = value["_socket"], let code = value["code"]?.integer else { return nil }
      self = .close(socket: socket, code: code, reason: value["reason"]?.string ?? "")
    case .seal?:
      guard let key = value["_key"], let to = value["to"]?.string,
        let clearText = value["clearText"]?.string
      else { return nil }
      self = .seal(key: key, to: to, clearText: clearText)
    case .unseal?:
      guard let key = value["_key"], let from = value["from"]?.string,
        let box = value["box"]?.string
      else { return nil }
      self = .unseal(key: key, from: from, box: box)
    case .startTimer?:
      guard let milliseconds = value["milliseconds"]?.integer else { return nil }
      self = .startTimer(milliseconds: milliseconds)
    case .cancelTimer?:
      guard let timer = value["_timer"] else { return nil }
      self = .cancelTimer(timer: timer)
    case .log?: self = .log(message: value["message"] ?? .null)
    case nil: return nil
    }
  }
}

private enum EffectName: CaseIterable {
  case connect, send, close, seal, unseal, startTimer, cancelTimer, log

  var text: Text {
    switch self {
    case .connect: "connect"
    case .send: "send"
    case .close: "close"
    case .seal: "seal"
    case .unseal: "unseal"
    case .startTimer: "startTimer"
    case .cancelTimer: "cancelTimer"
    case .log: "log"
    }
  }

  init?(_ text: Text) {
    guard let name = Self.allCases.first(where: { $0.text == text }) else { return nil }
    self = name
  }
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

/// The inputs in which the results of effects come back.
package enum EffectResult {
  package static func sealed(_ request: Value, box: Text) -> Value {
    ["handler": "sealed", "request": request, "box": .string(box)]
  }
  package static func unsealed(_ request: Value, clearText: Text, publicKeySig: Text) -> Value {
    [
      "handler": "unsealed", "request": request, "clearText": .string(clearText),
      "publicKeySig": .string(publicKeySig),
    ]
  }
  /// The reason is for this side's eyes only.
  package static func failed(_ request: Value, reason: Text) -> Value {
    ["handler": "failed", "request": request, "reason": .string(reason)]
  }
  package static func elapsed(_ request: Value) -> Value {
    ["handler": "elapsed", "request": request]
  }
  package static let opened: Value = ["handler": "opened"]
  package static func errored(_ message: Text) -> Value {
    ["handler": "errored", "message": .string(message)]
  }
  package static func closed(code: Int, reason: Text) -> Value {
    ["handler": "closed", "code": .number(code), "reason": .string(reason)]
  }
}
