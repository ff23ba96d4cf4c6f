public import NIOCore
import NIOPosix
import SimpaticoCrypto
public import SimpaticoProtocol
public import SimpaticoSocket
public import SimpaticoTree

/// Runs a party on one event loop: it performs the party's effects on real sockets, ciphers and
/// timers, and brings back what comes of them. It decides nothing.
///
/// Every function must be called on `eventLoop`, and so is `didStep`.
public final class PartyHost {
  /// What the owner is told after each input: the branch, what came of it, and the party as it is
  /// now.
  public typealias Observer = (BranchID, Party.Reaction, Party) -> Void

  public let eventLoop: any EventLoop
  public private(set) var party: Party
  /// Called after each input, on the event loop.
  public var didStep: Observer?
  /// Called where a handler logs, on the event loop.
  public var didLog: ((Text) -> Void)?

  private let keys: KeyRing
  private let configuration: WebSocketConfiguration
  private var sockets: [Double: WebSocket] = [:]
  private var timers: [Double: Scheduled<Void>] = [:]
  private var nextHandle: Double = -1
  private var random = SystemRandomNumberGenerator()
  /// Inputs that came while effects were being performed.
  private var waiting: [(branch: BranchID, input: Input)] = []
  private var isPerforming = false
  /// The socket that reports a violation now, and what its close frame should say.
  private var violating: (handle: Double, reason: WebSocketCloseReason?)?

  private enum Input {
    case message(Value)
    /// The end of a branch's socket, after which nothing more comes for it.
    case closed(code: Int, reason: Text)
  }

  /// A host for a party whose private keys are in `keys`.
  public init(
    _ party: Party, keys: KeyRing, configuration: WebSocketConfiguration,
    on eventLoop: any EventLoop
  ) {
    self.party = party
    self.keys = keys
    self.configuration = configuration
    self.eventLoop = eventLoop
  }

  /// Starts a branch for a connection, with its settings.
  public func open(_ settings: Value) throws(TreeError) -> BranchID {
    eventLoop.preconditionInEventLoop()
    return try party.open(settings, at: moment())
  }

  /// The delegate of a socket that was accepted for a branch; the party is told of it when it
  /// opens.
  public func accept(_ socket: WebSocket, for branch: BranchID) -> any WebSocketDelegate {
    eventLoop.preconditionInEventLoop()
    // Handles of accepted sockets count down from -1; those of requests, which connect, are not
    // negative.
    let handle = nextHandle
    nextHandle -= 1
    return SocketDelegate(host: self, branch: branch, handle: handle, isAccepted: true)
  }

  /// Gives the party a message of its own side.
  public func receive(_ message: Value, on branch: BranchID) {
    receive(.message(message), on: branch)
  }

  private func receive(_ input: Input, on branch: BranchID) {
    eventLoop.preconditionInEventLoop()
    waiting.append((branch, input))
    if !isPerforming { takeWaiting() }
  }

  private func moment() -> Moment {
    let now = NIODeadline.wallClockMilliseconds()
    return Moment(timeMilliseconds: now, random: random.next())
  }

  /// All effects of a reaction are performed before the next input is taken: some answer at once.
  private func finish(_ reaction: Party.Reaction, _ branch: BranchID) {
    isPerforming = true
    didStep?(branch, reaction, party)
    for request in reaction.effects { perform(request) }
    isPerforming = false
  }

  private func takeWaiting() {
    var next = 0
    while next < waiting.count {
      let (branch, input) = waiting[next]
      next += 1
      switch input {
      case .message(let message):
        finish(party.receive(message, on: branch, at: moment()), branch)
      case .closed(let code, let reason):
        let message = EffectResult.closed(code: code, reason: reason)
        finish(party.receive(message, on: branch, at: moment()), branch)
        try? party.end(branch)  // which it is already where the socket was given up before
      }
    }
    waiting.removeAll(keepingCapacity: true)
  }

  private func perform(_ request: EffectRequest) {
    switch request.effect {
    case .connect(let url): connect(url, request)
    case .send(let handle, let message):
      guard let socket = handle.number.flatMap({ sockets[$0] }) else { return }
      var bytes: [UInt8] = []
      JSON.append(message, to: &bytes)
      socket.send(text: ByteBuffer(bytes: bytes))
    case .close(let handle, let code, let reason): close(handle, code, reason, request)
    case .seal(let key, let to, let clearText):
      keys.seal(clearText, from: key, to: to, on: eventLoop).assumeIsolated().whenComplete {
        self.answer(request, $0.map { EffectResult.sealed(request.id, box: $0) })
      }
    case .unseal(let key, let from, let box):
      keys.unseal(box, by: key, from: from, on: eventLoop).assumeIsolated().whenComplete {
        self.answer(
          request,
          $0.map {
            EffectResult.unsealed(
              request.id, clearText: $0.clearText, publicKeySig: $0.fingerprint)
          })
      }
    case .startTimer(let milliseconds): startTimer(milliseconds, request)
    case .cancelTimer(let timer):
      guard let id = timer.number else { return }
      timers.removeValue(forKey: id)?.cancel()
    case .log(let message): didLog?(JSON.print(message))
    }
  }

  private func answer(_ request: EffectRequest, _ result: Result<Value, any Error>) {
    switch result {
    case .success(let message): receive(message, on: request.branch)
    case .failure(let error):
      let reason = Text(String(describing: error))
      receive(EffectResult.failed(request.id, reason: reason), on: request.branch)
    }
  }

  private func startTimer(_ milliseconds: Int, _ request: EffectRequest) {
    guard let id = request.id.number else { return }
    timers[id] = eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(Int64(milliseconds))) {
      self.timers[id] = nil
      self.receive(EffectResult.elapsed(request.id), on: request.branch)
    }
  }
}

// MARK: - Sockets

extension PartyHost {
  private func connect(_ url: Text, _ request: EffectRequest) {
    guard let handle = request.id.number else { return }
    let bound = NIOLoopBound(self, eventLoop: eventLoop)
    let branch = request.branch
    WebSocketClient.connect(
      to: url.description, configuration: configuration, on: eventLoop,
      delegate: { _ in
        SocketDelegate(host: bound.value, branch: branch, handle: handle, isAccepted: false)
      }
    ).assumeIsolated().whenFailure { error in
      self.receive(EffectResult.errored(Text(String(describing: error))), on: branch)
      self.receive(.closed(code: CloseCode.abnormal, reason: "never opened"), on: branch)
    }
  }

  private func close(
    _ handle: Value, _ code: Int, _ reason: Text, _ request: EffectRequest
  ) {
    let code = UInt16(exactly: code).flatMap(WebSocketCloseCode.init(rawValue:))
    if let violating, handle.number == violating.handle {
      let reason = WebSocketCloseReason(code: code ?? .internalError, text: reason.description)
      self.violating = (violating.handle, reason)
    } else if let socket = handle.number.flatMap({ sockets[$0] }) {
      socket.close(code: code ?? .internalError, reason: reason.description)
    } else {
      // It is still connecting: when it opens it is closed at once, and the party need not wait.
      receive(.closed(code: CloseCode.abnormal, reason: "never opened"), on: request.branch)
    }
  }

  fileprivate func didOpen(
    _ socket: WebSocket, _ handle: Double, _ branch: BranchID, isAccepted: Bool
  ) {
    sockets[handle] = socket
    if isAccepted { receive(Party.accept(socket: .number(handle)), on: branch) }
    let residue = try? party.tree.residue(ofBranch: branch)
    if residue.flatMap({ Phases($0).connection }) == .connecting {
      receive(EffectResult.opened, on: branch)
    } else {
      socket.close(code: .goingAway)
    }
  }

  fileprivate func didReceive(_ text: ByteBuffer, _ branch: BranchID) {
    let moment = moment()
    let reaction = text.withUnsafeReadableBytes { bytes in
      party.receive(frame: bytes.assumingMemoryBound(to: UInt8.self), on: branch, at: moment)
    }
    finish(reaction, branch)
    takeWaiting()
  }

  fileprivate func didViolate(
    _ violation: WebSocketViolation, _ handle: Double, _ branch: BranchID
  ) -> WebSocketCloseReason? {
    violating = (handle, nil)
    defer { violating = nil }
    let reason = Text(String(describing: violation))
    finish(party.receive(violation: .badFrame(reason), on: branch, at: moment()), branch)
    takeWaiting()
    return violating?.reason
  }

  fileprivate func didClose(
    _ handle: Double, _ branch: BranchID, _ code: UInt16?, _ reason: String
  ) {
    sockets[handle] = nil
    let code = code.map(Int.init) ?? CloseCode.noStatus
    receive(.closed(code: code, reason: Text(reason)), on: branch)
  }
}

/// Hands a socket's events to the host, which it keeps alive.
private final class SocketDelegate: WebSocketDelegate {
  private let host: PartyHost
  private let branch: BranchID
  private let handle: Double
  private let isAccepted: Bool

  init(host: PartyHost, branch: BranchID, handle: Double, isAccepted: Bool) {
    self.host = host
    self.branch = branch
    self.handle = handle
    self.isAccepted = isAccepted
  }

  func webSocketDidOpen(_ socket: WebSocket) {
    host.didOpen(socket, handle, branch, isAccepted: isAccepted)
  }

  func webSocket(_ socket: WebSocket, didReceive text: ByteBuffer) {
    host.didReceive(text, branch)
  }

  func webSocket(
    _ socket: WebSocket, didViolate violation: WebSocketViolation
  ) -> WebSocketCloseReason? {
    host.didViolate(violation, handle, branch)
  }

  func webSocket(_ socket: WebSocket, didCloseWith code: UInt16?, reason: String) {
    host.didClose(handle, branch, code, reason)
  }
}
