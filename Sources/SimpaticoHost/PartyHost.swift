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
  /// What the owner is told after each input: the branch, what came of it, and how to get the party
  /// as it is now, which costs a copy.
  public typealias Observer = (BranchID, Party.Reaction, () -> Party) -> Void

  public let eventLoop: any EventLoop
  // What every message touches is only ever reached on the event loop, and from one place at a
  // time, so nothing needs checking at run time.
  @exclusivity(unchecked)
  public private(set) var party: Party
  /// Called after each input, on the event loop.
  @exclusivity(unchecked)
  public var didStep: Observer?
  /// Called where a handler logs, on the event loop.
  public var didLog: ((Text) -> Void)?
  /// What lasts longer than the process: set before anything happens, where something does.
  @exclusivity(unchecked)
  public var persistence: Persistence?
  /// The way to the other shards, where the party is one of several: set before anything happens.
  @exclusivity(unchecked)
  public var shards: ShardLinks?
  /// The secrets of the party.
  public var vault = Vault()

  private let keys: KeyRing
  private let configuration: WebSocketConfiguration
  private let trust: WebSocketTrust?
  @exclusivity(unchecked)
  private var sockets: [Double: WebSocket] = [:]
  private var timers: [Double: Scheduled<Void>] = [:]
  private var nextHandle: Double = -1
  @exclusivity(unchecked)
  private var random = RandomWords()
  @exclusivity(unchecked)
  private var reader = Wire.makeReader()
  /// Inputs that came while effects were being performed.
  @exclusivity(unchecked)
  private var waiting: [(branch: BranchID, input: Input, done: Done?)] = []
  @exclusivity(unchecked)
  private var isPerforming = false
  /// Whether something could not be written, after which nothing happens any more.
  private var failure: (any Error)?
  /// Reactions whose nodes are not on the disk yet, in order: their effects wait.
  private var unwritten: [Settlement] = []
  /// The socket that reports a violation now; it closes by itself, with the code of RFC 6455.
  private var violating: Double?

  private enum Input {
    case message(Value)
    /// The end of a branch's socket, after which nothing more comes for it.
    case closed(code: Int, reason: Text)
  }

  /// What is told to whoever gave an input: what came of it, once that is kept, or why it is not.
  public typealias Done = (Result<(reaction: Party.Reaction, party: Party), any Error>) -> Void

  private struct Settlement {
    let branch: BranchID
    let reaction: Party.Reaction
    let party: Party
    let done: Done?
  }

  /// A host for a party whose private keys are in `keys`. `trust` is for connections that it makes
  /// by `wss`; nil is what the system trusts.
  public init(
    _ party: Party, keys: KeyRing, configuration: WebSocketConfiguration,
    trust: WebSocketTrust? = nil, on eventLoop: any EventLoop
  ) {
    self.party = party
    self.keys = keys
    self.configuration = configuration
    self.trust = trust
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

  /// Drops what is older than the party's retention, also where little has gathered.
  public func compact() {
    eventLoop.preconditionInEventLoop()
    party.compact()
  }

  /// Gives the party a message of its own side.
  ///
  /// `done` is called when the nodes that it led to are kept, before their effects are performed.
  public func receive(_ message: Value, on branch: BranchID, done: Done? = nil) {
    receive(.message(message), on: branch, done: done)
  }

  private func receive(_ input: Input, on branch: BranchID, done: Done? = nil) {
    eventLoop.preconditionInEventLoop()
    if let failure {
      done?(.failure(failure))
      return
    }
    waiting.append((branch, input, done))
    if !isPerforming { takeWaiting() }
  }

  private func moment() -> Moment {
    let now = NIODeadline.wallClockMilliseconds()
    return Moment(timeMilliseconds: now, random: random.next())
  }

  /// Starts a lasting branch, whose first node is kept before anything else of it; `done` is called
  /// then.
  public func start(_ settings: Value, done: Done? = nil) {
    eventLoop.preconditionInEventLoop()
    finish(party.start(settings, at: moment()), 0, done: done)
    takeWaiting()
  }

  /// Tells the party that its process has begun anew, after a journal was restored.
  public func resume(privateKey: Value) {
    eventLoop.preconditionInEventLoop()
    finish(party.resume(privateKey: privateKey, at: moment()), party.home ?? 0)
    takeWaiting()
  }

  /// Performs a reaction's effects, or has its nodes written first where they are to last: nothing
  /// is told to the outside that a crash could make untrue.
  private func finish(_ reaction: Party.Reaction, _ branch: BranchID, done: Done? = nil) {
    guard let persistence else { return settle(branch, reaction, nil, done) }
    let settlement = Settlement(branch: branch, reaction: reaction, party: party, done: done)
    let entries = party.journal(of: reaction)
    if entries.isEmpty, unwritten.isEmpty { return settle(branch, reaction, nil, done) }
    unwritten.append(settlement)
    persistence.write(entries.map { .append($0) }, eventLoop).assumeIsolated().whenComplete {
      switch $0 {
      case .success:
        // Writes end in the order in which they were begun.
        if self.failure != nil { return }
        let written = self.unwritten.removeFirst()
        self.settle(written.branch, written.reaction, written.party, written.done)
        if !self.isPerforming { self.takeWaiting() }
      case .failure(let error): self.fail(error)
      }
    }
  }

  /// What cannot be kept is not done: the host stops, and all that came since the last write is as
  /// if it had not come.
  private func fail(_ error: any Error) {
    guard let persistence, failure == nil else { return }
    failure = error
    let abandoned = unwritten.compactMap(\.done) + waiting.compactMap(\.done)
    unwritten = []
    waiting = []
    cancelTimers()
    for socket in sockets.values { socket.close(code: .goingAway) }
    for done in abandoned { done(.failure(error)) }
    persistence.didFail(error)
  }

  /// Cancels whatever the party waits for, without telling it: for an owner that has ended. A timer
  /// holds the host, and an invitation's runs for days.
  public func cancelTimers() {
    eventLoop.preconditionInEventLoop()
    for timer in timers.values { timer.cancel() }
    timers = [:]
  }

  /// All effects of a reaction are performed before the next input is taken: some answer at once.
  ///
  /// `earlier` is the party as it was after that reaction, where more has happened since.
  private func settle(
    _ branch: BranchID, _ reaction: Party.Reaction, _ earlier: Party?, _ done: Done?
  ) {
    isPerforming = true
    didStep?(branch, reaction) { earlier ?? party }
    done?(.success((reaction, earlier ?? party)))
    for request in reaction.effects { perform(request) }
    isPerforming = false
  }

  private func takeWaiting() {
    var next = 0
    while next < waiting.count {
      let (branch, input, done) = waiting[next]
      next += 1
      switch input {
      case .message(let message):
        finish(party.receive(message, on: branch, at: moment()), branch, done: done)
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
      let capacity = JSON.plainByteCount(message)
      if !socket.send(textOfAtMost: capacity, { JSON.print(message, into: $0) }) {
        JSON.withPrinted(message) { socket.send(text: UnsafeRawBufferPointer($0)) }
      }
    case .close(let handle, let code, let reason): close(handle, code, reason, request)
    case .seal(let key, let to, let clearText, let secretName):
      seal(clearText, secretName, key, to, request)
    case .unseal(let key, let from, let box): unseal(box, key, from, request)
    case .makeSecret(let name):
      let secret = Text(KeyRing.makeSecret())
      vault.keep(secret, as: name)
      keep(secret, as: name, then: EffectResult.secretMade(request.id), request)
    case .compareSecrets(let name, let candidate):
      let isEqual = vault.areEqual(name, candidate)
      vault.forget(candidate)
      receive(EffectResult.compared(request.id, equal: isEqual), on: request.branch)
    case .forgetSecret(let name):
      vault.forget(name)
      keep(nil, as: name, then: nil, request)
    case .forgetHistory: forgetHistory(request)
    case .startTimer(let milliseconds): startTimer(milliseconds, request)
    case .cancelTimer(let timer):
      guard let id = timer.number else { return }
      timers.removeValue(forKey: id)?.cancel()
    case .log(let message): didLog?(JSON.print(message))
    case .enrol:
      guard let number = shards?.nextNumber() else { return }
      receive(EffectResult.enrolled(request.id, number: number), on: request.branch)
    case .forward(let shard, let message): forward(message, to: shard)
    }
  }

  private func seal(
    _ clearText: Text, _ secretName: Text?, _ key: Value, _ to: Text, _ request: EffectRequest
  ) {
    let whole = secretName.map { vault.putting($0, into: clearText) } ?? clearText
    guard let whole else {
      return receive(
        EffectResult.failed(request.id, reason: "there is no such secret"), on: request.branch)
    }
    keys.seal(whole, from: key, to: to, on: eventLoop).assumeIsolated().whenComplete {
      self.answer(
        request,
        $0.map { EffectResult.sealed(request.id, box: $0.box, publicKeySig: $0.fingerprint) })
    }
  }

  private func unseal(_ box: Text, _ key: Value, _ from: Text, _ request: EffectRequest) {
    keys.unseal(box, by: key, from: from, on: eventLoop).assumeIsolated().whenComplete {
      let name = Vault.name(of: request)
      self.answer(
        request,
        $0.map { opened in
          let rest = self.vault.taking(name, outOf: opened.clearText)
          return EffectResult.unsealed(
            request.id, clearText: rest ?? opened.clearText, publicKeySig: opened.fingerprint,
            secretName: rest == nil ? nil : name)
        })
    }
  }

  /// Has a secret written or removed, where there is something to write it, and then goes on.
  private func keep(_ secret: Text?, as name: Text, then result: Value?, _ request: EffectRequest) {
    let goOn: () -> Void = { if let result { self.receive(result, on: request.branch) } }
    guard let persistence else { return goOn() }
    persistence.write([.secret(name, secret)], eventLoop).assumeIsolated().whenComplete {
      switch $0 {
      case .success: goOn()
      case .failure(let error): self.fail(error)
      }
    }
  }

  /// Everything that the party holds was given to the persistence before this is, so that the
  /// snapshot is not ahead of the journal that it takes the place of.
  private func forgetHistory(_ request: EffectRequest) {
    let result = EffectResult.forgotten(request.id)
    guard let persistence, let snapshot = try? party.snapshot() else {
      return receive(result, on: request.branch)
    }
    persistence.write([.forgetHistory(snapshot)], eventLoop).assumeIsolated().whenComplete {
      switch $0 {
      case .success: self.receive(result, on: request.branch)
      case .failure(let error): self.fail(error)
      }
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
      to: url.description, configuration: configuration, trust: trust, on: eventLoop,
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
    if let violating, handle.number == violating { return }
    if let socket = handle.number.flatMap({ sockets[$0] }) {
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
    collect()
    let moment = moment()
    let reaction = text.withUnsafeReadableBytes { bytes in
      party.receive(
        frame: bytes.assumingMemoryBound(to: UInt8.self), on: branch, at: moment, with: &reader)
    }
    finish(reaction, branch)
    takeWaiting()
  }

  fileprivate func didViolate(
    _ violation: WebSocketViolation, _ handle: Double, _ branch: BranchID
  ) {
    violating = handle
    defer { violating = nil }
    let reason = Text(String(describing: violation))
    finish(party.receive(violation: .badFrame(reason), on: branch, at: moment()), branch)
    takeWaiting()
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
  /// Whether the party has been told that the socket is gone.
  private var isOver = false

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
    // The party is told, and what it says goes out before; the code names the rule that was broken.
    return nil
  }

  /// To the party the connection ends here, so that whoever sends to this peer is told so at once;
  /// the peer itself may take its time to hang up.
  func webSocket(_ socket: WebSocket, didCut cut: WebSocketCut) {
    isOver = true
    host.didClose(handle, branch, WebSocketCloseCode.abnormal, String(describing: cut))
  }

  func webSocket(_ socket: WebSocket, didCloseWith code: UInt16?, reason: String) {
    if isOver { return }
    isOver = true
    host.didClose(handle, branch, code, reason)
  }
}
