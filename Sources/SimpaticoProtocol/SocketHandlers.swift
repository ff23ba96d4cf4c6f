import SimpaticoTree

/// A WebSocket as handlers: active calls become effects, passive callbacks come in as messages.
enum SocketHandlers {
  static let all = [connect, send, close, state, opened, closed, errored]

  /// Begins a connection: opens a socket where the message names a URL, or takes the one that it
  /// brings.
  static let connect = Handler(
    LocalName.connect,
    pattern: Pattern(
      json: #"""
        {"handler":"connect","websocketURL":["optional","str","between",1,2048]}
        """#),
    example: Value(json: #"{"handler":"connect","websocketURL":"ws://127.0.0.1:8080/ws"}"#)
  ) { (residue, message, context) throws(Refusal) in
    if residue[Field.connection] != nil { throw .because("this branch has had its connection") }
    let timer = context.requestID(RequestSlot.timer)
    let now = Value.number(Double(context.moment.timeMilliseconds))
    let milliseconds = residue[Field.deadlineMilliseconds]?.integer ?? Deadline.defaultMilliseconds
    let deadline = Effect.startTimer(milliseconds: milliseconds).value(id: timer)
    if let url = message[Field.websocketURL]?.string {
      let socket = context.requestID(RequestSlot.first)
      let start = dialledForm.filled(timer, now, socket, .string(url))
      return [
        .effect(Effect.connect(url: url).value(id: socket)), .effect(deadline), .combine(start),
        .combine(State.message(.connecting, .unregistered)),
      ] + ClientHandlers.telling(residue, "dialling", context)
    }
    guard let socket = message[Field.socket] else {
      throw .because("a connection needs a websocketURL, or a socket that was accepted")
    }
    let start = acceptedForm.filled(timer, now, socket)
    return [
      .effect(deadline), .combine(start), .combine(State.message(.connecting, .unregistered)),
    ]
  }

  private static let acceptedForm: Form = ["_timer": nil, "startedAt": nil, "_socket": nil]
  private static let dialledForm: Form = [
    "_timer": nil, "startedAt": nil, "_socket": nil, "websocketURL": nil,
  ]

  /// Sends a message over an open connection.
  static let send = Handler.single(
    LocalName.send, pattern: Pattern(json: #"{"handler":"send","msg":["obj"]}"#),
    example: Value(
      json: #"""
        {"handler":"send","msg":{"handler":"register4","state2":"VERIFIED"}}
        """#)
  ) { (residue, message, context) throws(Refusal) in
    guard ConnectionPhase.open.isSpelt(at: Field.connection, of: residue),
      let socket = residue[Field.socket]
    else {
      throw .because("the connection is not OPEN")
    }
    let effect = Effect.send(socket: socket, message: message[LocalField.message] ?? .null)
    return .effect(effect.value(id: context.requestID()))
  }

  /// Begins the close handshake; nothing where that was done or the connection is gone.
  static let close = Handler(
    LocalName.close,
    pattern: Pattern(
      json: #"""
        {"handler":"close","code":["optional","int","between",1000,4999],\#
        "reason":["optional","str","between",0,123]}
        """#),
    example: Value(json: #"{"handler":"close","code":1000,"reason":""}"#)
  ) { (residue, message, context) throws(Refusal) in
    let phase = ConnectionPhase(residue[Field.connection])
    guard phase == .open || phase == .connecting, let socket = residue[Field.socket] else {
      return []
    }
    let effect = Effect.close(
      socket: socket, code: message["code"]?.integer ?? CloseCode.normal,
      reason: message["reason"]?.string ?? "")
    return [
      .combine(State.message(.closing)), .effect(effect.value(id: context.requestID())),
    ] + Shard.withdrawal(residue, context)
  }

  /// Moves the phases along their tables. The server's registration begins when its connection
  /// opens.
  static let state = Handler(
    LocalName.state,
    pattern: Pattern(
      json: #"""
        {"handler":"state","connection":["optional","str"],"registration":["optional",\#
        "str"]}
        """#),
    example: State.message(.open), run: State.run)

  /// The socket is open.
  static let opened = Handler.single(LocalName.opened, example: EffectResult.opened) {
    (residue, message, context) throws(Refusal) in
    .combine(State.message(.open))
  }

  /// The socket is closed, for whatever reason. A registration under way ends with it.
  static let closed = Handler(
    LocalName.closed,
    pattern: Pattern(
      json: #"""
        {"handler":"closed","code":["int","between",1000,4999],"reason":["optional","str"]}
        """#),
    example: EffectResult.closed(code: CloseCode.abnormal, reason: "")
  ) { (residue, message, context) throws(Refusal) in
    let phases = Phases(residue)
    if phases.connection == .closed { return [] }
    let isPending = phases.registration?.isPending ?? false
    let closing: Value = [
      "code": message["code"] ?? .null, "reason": message["reason"] ?? "",
    ]
    var outcomes = Deadline.cancel(residue, context)
    outcomes.append(.combine(.object([Field.closing: closing, Field.socket: .delete])))
    if residue[ChatField.left] != nil || residue[ChatField.arrived] != nil {
      outcomes.append(.combine(CourierHandlers.laidDown))
    }
    outcomes.append(.combine(State.message(.closed, isPending ? .error : nil)))
    outcomes += KeepAlive.stop(residue, context)
    outcomes += Shard.withdrawal(residue, context)
    if residue[ChatField.home] != nil {
      var more: Object = ["code": message["code"] ?? .null]
      more[ChatField.reason] = reason(residue, message)
      if Vain.isExhausted(residue, context) { more[ChatField.vain] = true }
      outcomes += ClientHandlers.telling(residue, "disconnected", context, more)
    }
    return outcomes
  }

  /// The socket had a fault; `closed` follows.
  static let errored = Handler.single(
    LocalName.errored,
    pattern: Pattern(json: #"{"handler":"errored","message":["str"]}"#),
    example: EffectResult.errored("connection refused")
  ) { (residue, message, context) throws(Refusal) in
    .combine(.object([Field.error: message["message"] ?? ""]))
  }
}

extension SocketHandlers {
  /// Why a connection has ended, in words, where they are known: its own fault before the other
  /// side's farewell.
  private static func reason(_ residue: Value, _ message: Value) -> Value? {
    if let error = residue[Field.error] { return error }
    return message["reason"]?.string.flatMap { $0.isEmpty ? nil : .string($0) }
  }
}

/// Which of an invocation's request ids stands for what, so that no two effects share one.
enum RequestSlot {
  static let first = 0
  static let timer = 1
  static let withdrawal = 14
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
      .combine(stopped),
    ]
  }

  /// What says that no timer runs.
  static let stopped: Value = ["_timer": .delete]
}
