import NIOCore
import SimpaticoCrypto
import SimpaticoHost
import SimpaticoProtocol
import SimpaticoSocket
import SimpaticoStore
import SimpaticoTree

/// What a command led to.
struct ClientOutcome: Sendable {
  /// The nodes that it added, on whatever branches.
  let nodes: Range<NodeID>
  let view: ClientView
}

/// A client on its event loop: the party's host, and what watches over it.
final class ClientCore {
  static let keyHandle: Value = "client"
  static let drainMilliseconds: Int64 = 1000
  static let drainStepMilliseconds: Int64 = 10

  private let host: PartyHost
  private let store: Store?
  private let address: ServerAddress
  /// The relay that the file knows.
  private var keptAddress: ServerAddress?
  private let broadcast: Broadcast
  private var watch: NetworkWatch?
  /// The party as far as it is kept: what people see is never undone by a crash.
  private var kept: Party
  private var isEnded = false
  /// Why nothing can be kept any more.
  private var failure: String?
  private var isSnapshotDue = false
  /// Succeeds when the person's branch is kept, and fails where it cannot be.
  let begun: EventLoopFuture<Void>
  private let historyBytes: Int
  /// Nodes that the tree keeps in memory besides what is: for those who look at what has changed.
  static let retention = 4096

  /// Takes back what was saved, or begins anew.
  init(
    _ saved: SavedClient, name: String, address: ServerAddress, historyBytes: Int,
    trust: WebSocketTrust?, broadcast: Broadcast, on eventLoop: any EventLoop
  ) throws(ClientError) {
    self.address = address
    keptAddress = saved.server
    self.broadcast = broadcast
    self.historyBytes = historyBytes
    store = saved.store
    var party = Party.client(
      suite: .classic, name: "client", retention: ClientCore.retention)
    do throws(JournalError) {
      try party.restore(saved.snapshot, saved.journal)
    } catch {
      throw .store("the file's journal is damaged: \(error.text)")
    }
    // Only now, since a promise must be kept: from here on nothing fails.
    let promise = eventLoop.makePromise(of: Void.self)
    begun = promise.futureResult
    kept = party
    host = PartyHost(
      party, keys: KeyRing([ClientCore.keyHandle.string?.description ?? "": saved.pair]),
      configuration: WebSocketConfiguration(), trust: trust, on: eventLoop)
    for secret in saved.secrets { host.vault.keep(secret.secret, as: secret.name) }
    if let store {
      host.persistence = Persistence(
        write: { changes, eventLoop in ClientCore.write(changes, to: store, on: eventLoop) },
        didFail: { [weak self] error in self?.fail(String(describing: error)) })
    }
    host.didStep = { [weak self] _, reaction, party in self?.note(reaction, party()) }
    if party.home == nil {
      let settings = Party.home(
        publicKeyPem: Text(saved.pair.publicKeyPEM), publicKeySig: Text(saved.pair.fingerprint),
        privateKey: ClientCore.keyHandle, name: Text(name))
      host.start(settings) { promise.completeWith($0.map { _ in }) }
    } else {
      promise.succeed()
      host.resume(privateKey: ClientCore.keyHandle)
      let known =
        ClientView(party: host.party, vault: host.vault).home[ChatField.name]?.string ?? Text()
      if !name.isEmpty, Text(name) != known { tellHome(ChatCommand.rename(Text(name))) }
    }
    watch = NetworkWatch(on: eventLoop) { [weak self] in self?.tellHome(ChatCommand.wake) }
  }

  var view: ClientView { ClientView(party: kept, vault: host.vault) }

  /// What is, and from there on what happens.
  func observe() -> (view: ClientView, events: AsyncStream<ClientEvent>) {
    (view, broadcast.listen())
  }

  func begin() { tellHome(ChatCommand.start(Text(address.socket))) }

  /// Keeps which relay the client is at, where it is another one than before; answers when that is
  /// on the disk.
  @discardableResult
  func keepAddress() -> EventLoopFuture<Void> {
    guard let store, keptAddress != address else {
      return host.eventLoop.makeSucceededVoidFuture()
    }
    keptAddress = address
    let promise = host.eventLoop.makePromise(of: Void.self)
    store.write([.setting(SavedClient.serverSetting, .string(Text(address.url)))]) {
      promise.completeWith($0.mapError { $0 as any Error })
    }
    return promise.futureResult
  }

  /// Stops everything, and answers when what was done is on the disk. What is being sealed is sent
  /// first, so that whoever was promised an answer gets it, if that takes no longer than a second.
  func end() -> EventLoopFuture<Void> {
    let promise = host.eventLoop.makePromise(of: Void.self)
    drain(ClientCore.drainMilliseconds) { [self] in
      guard !isEnded, let home = host.party.home else { return promise.succeed() }
      watch?.stop()
      watch = nil
      host.receive(ChatCommand.stop, on: home) { [host] _ in
        // What stopping asks for is performed before.
        host.eventLoop.assumeIsolated().execute { host.cancelTimers() }
        promise.succeed()
      }
      isEnded = true
    }
    return promise.futureResult
  }

  private func drain(_ milliseconds: Int64, then end: @escaping () -> Void) {
    let connection = host.party.tree.summary[ChatField.connection]?.integer
    let residue = connection.flatMap { try? host.party.tree.residue(ofBranch: $0) }
    let isDrained = residue?[ChatField.leaving]?.object?.isEmpty ?? true
    if isEnded || isDrained || milliseconds <= 0 { return end() }
    let step = ClientCore.drainStepMilliseconds
    host.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(step)) {
      self.drain(milliseconds - step, then: end)
    }
  }

  func tell(
    _ message: Value, _ branch: (ClientView) throws(ClientError) -> BranchID
  ) -> EventLoopFuture<ClientOutcome> {
    let promise = host.eventLoop.makePromise(of: ClientOutcome.self)
    if isEnded {
      promise.fail(failure.map(ClientError.store) ?? ClientError.closed)
      return promise.futureResult
    }
    do throws(ClientError) {
      let branch = try branch(ClientView(party: host.party, vault: host.vault))
      host.receive(message, on: branch) { [weak self] result in
        guard let self else { return promise.fail(ClientError.closed) }
        switch result {
        case .success(let settled):
          let reaction = settled.reaction
          if let refusal = reaction.refusals.first, reaction.nodes.isEmpty {
            promise.fail(ClientError.refused(ClientCore.reason(refusal.error)))
          } else {
            let view = ClientView(party: settled.party, vault: self.host.vault)
            promise.succeed(ClientOutcome(nodes: reaction.nodes, view: view))
          }
        case .failure(let error): promise.fail(ClientError.store(String(describing: error)))
        }
      }
    } catch {
      promise.fail(error)
    }
    return promise.futureResult
  }

  /// Keeps the secret of a link, so that the guest's branch can refer to it, and follows the link.
  /// Answers when both are on the disk. A link that is refused leaves nothing, and moves nobody.
  func follow(_ link: InvitationLink, note: Text) -> EventLoopFuture<Void> {
    let message = ChatCommand.accept(host: link.host, invitation: link.invitation, note: note)
    let eventLoop = host.eventLoop
    switch host.party.secret(of: link, in: host.vault) {
    case .another:
      return eventLoop.makeFailedFuture(
        ClientError.refused(LinkSecret.otherIsFollowed.description))
    case .known:
      return tell(message) { $0.homeBranch }.assumeIsolated()
        .flatMap { _ in self.keepAddress() }.nonisolated()
    case .new(let name):
      return set(link.secret, as: name).assumeIsolated()
        .flatMap { self.tell(message) { $0.homeBranch } }
        .map { _ in }
        .flatMapError { error in
          self.set(nil, as: name).assumeIsolated()
            .flatMapThrowing { throw error }.nonisolated()
        }
        .flatMap { self.keepAddress() }.nonisolated()
    }
  }

  /// Keeps a secret, or forgets it, in the vault and in the file.
  private func set(_ secret: Text?, as name: Text) -> EventLoopFuture<Void> {
    if let secret { host.vault.keep(secret, as: name) } else { host.vault.forget(name) }
    guard let store else { return host.eventLoop.makeSucceededVoidFuture() }
    return ClientCore.write([.secret(name, secret)], to: store, on: host.eventLoop)
  }

  private func tellHome(_ message: Value) {
    if isEnded { return }
    if let home = host.party.home { host.receive(message, on: home) }
  }

  private func note(_ reaction: Party.Reaction, _ party: Party) {
    kept = party
    for node in reaction.nodes {
      for event in ClientView.events(of: node, in: party) {
        if case .session(let session) = event, session.phase == .online { keepAddress() }
        broadcast.send(event)
      }
    }
    snapshotIfDue()
  }

  private func fail(_ reason: String) {
    // What comes after the end, the closing of a socket say, has nowhere to be kept.
    if isEnded { return }
    isEnded = true
    failure = reason
    watch?.stop()
    broadcast.send(.stopped(reason))
  }

  /// A snapshot each time that the journal has grown by as much as the last one is large: reopening
  /// is linear in what there is, and writing costs a constant factor.
  private func snapshotIfDue() {
    guard let store, !isSnapshotDue, store.growth.isSnapshotDue,
      let snapshot = try? host.party.snapshot()
    else { return }
    isSnapshotDue = true
    let growth = store.growth
    // A history that is mostly what is alive is not forgotten for that.
    let isHistoryFull = growth.fileBytes > max(historyBytes, 4 * growth.snapshotBytes)
    let bound = NIOLoopBound(self, eventLoop: host.eventLoop)
    let eventLoop = host.eventLoop
    store.write([isHistoryFull ? .forgetHistory(snapshot) : .snapshot(snapshot)]) { result in
      eventLoop.execute {
        bound.value.isSnapshotDue = false
        if case .failure(let error) = result { bound.value.fail(String(describing: error)) }
      }
    }
  }

  /// What a person is told of a refusal: the handler's own words, where it has some.
  private static func reason(_ error: TreeError) -> String {
    if case .combine(.refused(_, .because(let reason))) = error { return reason.description }
    return error.text.description
  }

  private static func write(
    _ changes: [Persistence.Change], to store: Store, on eventLoop: any EventLoop
  ) -> EventLoopFuture<Void> {
    let promise = eventLoop.makePromise(of: Void.self)
    let all = changes.map { change -> StoreChange in
      switch change {
      case .append(let entry): .append(entry)
      case .forgetHistory(let snapshot): .forgetHistory(snapshot)
      case .secret(let name, let secret): .secret(name, secret)
      }
    }
    store.write(all) { promise.completeWith($0.mapError { $0 as any Error }) }
    return promise.futureResult
  }
}
