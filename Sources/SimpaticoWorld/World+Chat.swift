import SimpaticoProtocol
public import SimpaticoTree

// The chat: clients that stay connected, and what people do with them.
extension World {
  /// Lets everything happen up to a time, which is then the time of the world.
  public mutating func run(until milliseconds: Int64) {
    while let next = events.first, next.at <= milliseconds { advance() }
  }

  /// A client's branch for its conversation with another client, if they are contacts.
  public func conversation(of client: Int, with other: Int) -> BranchID? {
    contact(of: client, other, in: ChatField.contacts)
  }

  /// The texts that one client has of another, in the order in which they came.
  public func texts(at client: Int, from other: Int) -> [Text] {
    guard let branch = conversation(of: client, with: other),
      let residue = try? parties[client + 1].tree.residue(ofBranch: branch)
    else { return [] }
    var texts: [Text] = []
    residue[ChatField.messages]?.object?.forEach { _, entry in
      if entry[ChatField.own]?.bool == false, let text = entry[SealedName.text]?.string {
        texts.append(text)
      }
    }
    return texts
  }

  /// The newest invitation that a client has made.
  public func newestInvitation(of client: Int) -> (branch: BranchID, residue: Value)? {
    let tree = parties[client + 1].tree
    var newest: (branch: BranchID, residue: Value)?
    tree.summary[ChatField.invitations]?.object?.forEach { _, value in
      guard let branch = value.integer, branch > newest?.branch ?? -1,
        let residue = try? tree.residue(ofBranch: branch), residue[ChatField.role] == "host"
      else { return }
      newest = (branch, residue)
    }
    return newest
  }

  private func contact(of client: Int, _ other: Int, in index: Text) -> BranchID? {
    let key = ClientIndex.key(SymbolicCipher.fingerprint(other + 1))
    return parties[client + 1].tree.summary[index]?[key]?[ChatField.branch]?.integer
  }

  /// A client's process begins, or begins again.
  mutating func beginChat(_ client: Int) {
    isRunning[client] = true
    let party = client + 1
    let key = Value.string(SymbolicCipher.privateKey(party))
    if parties[party].home == nil {
      let settings = Party.home(
        publicKeyPem: SymbolicCipher.publicKey(party),
        publicKeySig: SymbolicCipher.fingerprint(party), privateKey: key,
        name: parties[party].name, deadlineMilliseconds: settings.deadlineMilliseconds)
      _ = open(party, settings)
    } else {
      let moment = moment(of: party)
      let reaction = parties[party].resume(privateKey: key, at: moment)
      finish(reaction, party: party)
    }
    tell(ChatCommand.start("ws://server/ws"), client)
  }

  mutating func perform(_ deed: Deed) {
    let client = deed.client
    if !isRunning[client], !deed.act.isOutside { return remark("is not running", client + 1) }
    switch deed.act {
    case .invite(let expiry): tell(ChatCommand.invite(expiresInMilliseconds: expiry), client)
    case .follow(let host, let isSecretWrong): follow(client, host, isSecretWrong)
    case .followUnknown(let host):
      follow(client, host: host, invitation: "0000000000000000", secret: "none")
    case .followCopy(let host, let other):
      if let copied = newestInvitation(of: other)?.residue[ChatField.invitation]?.string {
        follow(client, host: host, invitation: copied, secret: "made up")
      }
    case .revoke:
      if let newest = newestInvitation(of: client) {
        receive(ChatCommand.revoke, party: client + 1, branch: newest.branch)
      }
    case .write(let other, let text): tell(ChatCommand.write(text), client, of: other)
    case .read(let other): tell(ChatCommand.read, client, of: other)
    case .block(let other): tell(ChatCommand.block, client, of: other)
    case .unblock(let other):
      if let branch = contact(of: client, other, in: ChatField.blocked) {
        receive(ChatCommand.unblock, party: client + 1, branch: branch)
      }
    case .remove(let other): tell(ChatCommand.remove, client, of: other)
    case .stop: tell(ChatCommand.stop, client)
    case .start: tell(ChatCommand.start("ws://server/ws"), client)
    case .wake: tell(ChatCommand.wake, client)
    case .disconnect: forEachSocket(of: client) { $0.cut($1) }
    case .unplug: forEachSocket(of: client) { $0.socketLog[$1].isUnplugged = true }
    case .fault(let fault): faultsAhead.append((client, fault))
    case .tamper(let tampering): tamperings.append((client, tampering))
    case .inject(let text, let end): inject(text, to: end, of: client)
    case .turnClock(let milliseconds): clockSkews[client + 1] += milliseconds
    case .connectTwice: begin(client)
    case .crash(let down): if isRunning[client] { crash(client, for: down) }
    case .relayRestart(let down):
      relayIsDownUntil = clock + down
      for socket in 0..<socketLog.count where socketLog[socket].isHeld { cut(socket) }
    }
  }

  private mutating func tell(_ message: Value, _ client: Int) {
    guard let home = parties[client + 1].home else { return }
    receive(message, party: client + 1, branch: home)
  }

  private mutating func tell(_ message: Value, _ client: Int, of other: Int) {
    guard let branch = conversation(of: client, with: other) else {
      return remark("has no such contact", client + 1)
    }
    receive(message, party: client + 1, branch: branch)
  }

  private mutating func follow(_ client: Int, _ host: Int, _ isSecretWrong: Bool) {
    guard let newest = newestInvitation(of: host)?.residue,
      InvitationPhase(newest[ChatField.phase]) != .computing,
      let invitation = newest[ChatField.invitation]?.string,
      let name = newest[ChatField.secretName]?.string, let secret = vaults[host + 1].secret(name)
    else { return remark("was given no link", client + 1) }
    follow(
      client, host: host, invitation: invitation, secret: isSecretWrong ? "guess" : secret)
  }

  private mutating func follow(_ client: Int, host: Int, invitation: Text, secret: Text) {
    let host = SymbolicCipher.fingerprint(host + 1)
    let link = InvitationLink(page: "chat", host: host, invitation: invitation, secret: secret)
    switch parties[client + 1].secret(of: link, in: vaults[client + 1]) {
    case .new(let name): vaults[client + 1].keep(secret, as: name)
    case .known: break
    case .another: return remark("follows another link for this invitation", client + 1)
    }
    tell(ChatCommand.accept(host: host, invitation: invitation), client)
  }

  mutating func forEachSocket(of client: Int, _ body: (inout World, Int) -> Void) {
    for socket in 0..<socketLog.count
    where socketLog[socket].client.party == client + 1 && socketLog[socket].isHeld {
      body(&self, socket)
    }
  }

  /// Whether two parties have the same lasting branches and the same summary. Linear in branches.
  static func isSame(_ one: Party, _ other: Party) -> Bool {
    let branches = one.lastingBranches
    guard one.tree.summary == other.tree.summary, branches == other.lastingBranches else {
      return false
    }
    return branches.allSatisfy { branch in
      let left = try? one.tree.residue(ofBranch: branch).withoutHandles()
      return left == (try? other.tree.residue(ofBranch: branch).withoutHandles())
    }
  }

  /// The process ends without a word: what was under way for it is lost, and the relay sees the
  /// wires break. All that remains is the journal.
  private mutating func crash(_ client: Int, for milliseconds: Int64) {
    let party = client + 1
    forEachSocket(of: client) { world, socket in
      world.cut(socket)
      world.socketLog[socket].client.phase = .closed
    }
    events.removeAll { kind in
      switch kind {
      case .result(party, _, _), .timer(party, _, _), .begin(client): true
      default: false
      }
    }
    let old = parties[party]
    var journal: [JournalEntry] = []
    old.tree.tree.forEachNode { id, node in
      if Party.isLasting(node.residue), let entry = try? old.tree.journalEntry(of: id) {
        journal.append(entry)
      }
    }
    var new = settings.party(party)
    do throws(JournalError) {
      try new.restore(nil, journal)
    } catch {
      remark(error.text, party)
    }
    if !World.isSame(old, new) { remark("came back from its journal as another", party) }
    new.skipIDs(of: old)
    parties[party] = new
    isRunning[client] = false
    events.schedule(.begin(client: client), at: clock + milliseconds, about: client)
  }
}

extension Deed.Act {
  /// Whether it needs no process of the client's.
  fileprivate var isOutside: Bool {
    switch self {
    case .relayRestart, .crash, .disconnect, .unplug, .fault, .tamper, .inject, .turnClock: true
    default: false
    }
  }
}

extension MockSocket {
  /// Whether either end still has something to expect.
  var isHeld: Bool { client.phase != .closed || server.map { $0.phase != .closed } ?? false }
}
