import SimpaticoTree

/// A WebSocket as handlers: active calls become effects, passive callbacks come in as messages.
enum SocketHandlers {
  static let all = [connect, send, close, state, opened, closed, errored]

  /// Begins a connection: opens a socket where the message names a URL, or takes the one that it
  /// brings.
  static let connect = Handler(
    LocalName.connect,
    pattern: Pattern(literal: [
      "handler": "connect", "websocketURL": ["optional", "str", "between", 1, 2048],
    ]),
    example: ["handler": "connect", "websocketURL": "ws://127.0.0.1:8080/ws"]
  ) { (residue, message, context) throws(Refusal) in
    if residue[Field.connection] != nil { throw .because("this branch has had its connection") }
    let socketRequest = context.requestID(RequestSlot.first)
    let timer = context.requestID(RequestSlot.timer)
    var start: Object = [
      Field.timer: timer,
      Field.startedAt: .number(Double(context.moment.timeMilliseconds)),
    ]
    var outcomes: [Outcome] = []
    if let url = message[Field.websocketURL]?.string {
      start[Field.websocketURL] = .string(url)
      start[Field.socket] = socketRequest
      outcomes.append(.effect(Effect.connect(url: url).value(id: socketRequest)))
    } else if let socket = message[Field.socket] {
      start[Field.socket] = socket
    } else {
      throw .because("a connection needs a websocketURL, or a socket that was accepted")
    }
    let milliseconds = residue[Field.deadlineMilliseconds]?.integer ?? Deadline.defaultMilliseconds
    outcomes.append(.effect(Effect.startTimer(milliseconds: milliseconds).value(id: timer)))
    outcomes.append(.combine(.object(start)))
    outcomes.append(.combine(State.message(.connecting, .unregistered)))
    return outcomes
  }

  /// Sends a message over an open connection.
  static let send = Handler(
    LocalName.send, pattern: Pattern(literal: ["handler": "send", "msg": ["obj"]]),
    example: ["handler": "send", "msg": ["handler": "register4", "state2": "VERIFIED"]]
  ) { (residue, message, context) throws(Refusal) in
    guard Phases(residue).connection == .open, let socket = residue[Field.socket] else {
      throw .because("the connection is not OPEN")
    }
    let effect = Effect.send(socket: socket, message: message["msg"] ?? .null)
    return [.effect(effect.value(id: context.requestID()))]
  }

  /// Begins the close handshake; nothing where that was done or the connection is gone.
  static let close = Handler(
    LocalName.close,
    pattern: Pattern(literal: [
      "handler": "close", "code": ["optional", "int", "between", 1000, 4999],
      "reason": ["optional", "str", "between", 0, 123],
    ]),
    example: ["handler": "close", "code": 1000, "reason": ""]
  ) { (residue, message, context) throws(Refusal) in
    let phase = Phases(residue).connection
    guard phase == .open || phase == .connecting, let socket = residue[Field.socket] else {
      return []
    }
    let effect = Effect.close(
      socket: socket, code: message["code"]?.integer ?? CloseCode.normal,
      reason: message["reason"]?.string ?? "")
    return [
      .combine(State.message(.closing)), .effect(effect.value(id: context.requestID())),
    ]
  }

  /// Moves the phases along their tables. The server's registration begins when its connection
  /// opens.
  static let state = Handler(
    LocalName.state,
    pattern: Pattern(literal: [
      "handler": "state", "connection": ["optional", "str"], "registration": ["optional", "str"],
    ]),
    example: State.message(.open), run: State.run)

  /// The socket is open.
  static let opened = Handler(LocalName.opened, example: EffectResult.opened) {
    (residue, message, context) throws(Refusal) in
    [.combine(State.message(.open))]
  }

  /// The socket is closed, for whatever reason. A registration under way ends with it.
  static let closed = Handler(
    LocalName.closed,
    pattern: Pattern(literal: [
      "handler": "closed", "code": ["int", "between", 1000, 4999],
      "reason": ["optional", "str"],
    ]),
    example: EffectResult.closed(code: CloseCode.abnormal, reason: "")
  ) { (residue, message, context) throws(Refusal) in
    let phases = Phases(residue)
    if phases.connection == .closed { return [] }
    let isPending = phases.registration?.isPending ?? false
    let closing: Value = [
      "code": message["code"] ?? .null, "reason": message["reason"] ?? "",
    ]
    var outcomes = Deadline.cancel(residue, context)
    outcomes.append(
      .combine(.object([Field.closing: closing, Field.socket: .delete])))
    outcomes.append(.combine(State.message(.closed, isPending ? .error : nil)))
    return outcomes
  }

  /// The socket had a fault; `closed` follows.
  static let errored = Handler(
    LocalName.errored,
    pattern: Pattern(literal: ["handler": "errored", "message": ["str"]]),
    example: EffectResult.errored("connection refused")
  ) { (residue, message, context) throws(Refusal) in
    [.combine(.object([Field.error: message["message"] ?? ""]))]
  }
}

/// Which of an invocation's request ids stands for what, so that no two effects share one.
enum RequestSlot {
  static let first = 0
  static let timer = 1
  static let cancelTimer = 15
}

/// The time that a registration may take.
enum Deadline {
  static let defaultMilliseconds = 10_000

  /// The outcomes that stop the timer, where one runs.
  static func cancel(_ residue: Value, _ context: HandlerContext) -> [Outcome] {
    guard let timer = residue[Field.timer] else { return [] }
    return [
      .effect(
        Effect.cancelTimer(timer: timer).value(id: context.requestID(RequestSlot.cancelTimer))),
      .combine(.object([Field.timer: .delete])),
    ]
  }
}

/// The `state` handler and its messages.
enum State {
  static func message(
    _ connection: ConnectionPhase?, _ registration: RegistrationPhase? = nil
  ) -> Value {
    var message: Object = ["handler": "state"]
    if let connection { message[Field.connection] = .string(connection.name) }
    if let registration { message[Field.registration] = .string(registration.name) }
    return .object(message)
  }

  static func message(_ registration: RegistrationPhase) -> Value { message(nil, registration) }

  static let run: Handler.Function = { (residue, message, context) throws(Refusal) in
    let before = Phases(residue)
    var change = Object()
    var opens = false
    if let wanted = message[Field.connection] {
      guard let phase = ConnectionPhase(wanted) else { throw .because("no such connection phase") }
      guard ConnectionPhase.successors(of: before.connection).contains(phase) else {
        throw .because(step("connection", before.connection?.name, phase.name))
      }
      change[Field.connection] = wanted
      opens = phase == .open
    }
    if let wanted = message[Field.registration] {
      guard let phase = RegistrationPhase(wanted) else {
        throw .because("no such registration phase")
      }
      guard RegistrationPhase.successors(of: before.registration).contains(phase) else {
        throw .because(step("registration", before.registration?.name, phase.name))
      }
      change[Field.registration] = wanted
    }
    var outcomes: [Outcome] = [.combine(.object(change))]
    if opens, residue[Field.server]?.bool == true {
      outcomes.append(.combine(["handler": "register1"]))
    }
    return outcomes
  }

  private static func step(_ machine: Text, _ from: Text?, _ to: Text) -> Text {
    "the " + machine + " cannot go from " + (from ?? "its start") + " to " + to
  }
}
