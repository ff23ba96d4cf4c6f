import SimpaticoProtocol
import SimpaticoTree

/// What a socket's other side sends, what comes of the effects and what a person does: a line each.
///
/// | line | what it stands for |
/// |---|---|
/// | `!open` | another connection, which the next lines are about |
/// | `!done`, `!fail` | the oldest operation under way succeeds or fails |
/// | `!late` | the oldest timer runs out |
/// | `!closed` | the socket is closed |
/// | `!write` … `!cancel` | the person does that (`Stage.command`) |
/// | `!restart` | the process is killed, and starts again from its journal |
/// | anything else | a frame |
///
/// A box holds what its text says. Whatever comes: the tree is in order, a frame is a violation or
/// is added, a violation ends the connection, no message of the own side is refused, a server holds
/// verified only whom the host's own answer has proved, and a journal gives the same branches.
enum PartyLaw {
  private static let linesAtMost = 64

  static func broken(by bytes: UnsafeBufferPointer<UInt8>, isServer: Bool) -> String? {
    var stream = ByteStream(bytes)
    var stage = Stage(isServer: isServer)
    if let broken = stage.begin() { return broken }
    var left = linesAtMost
    while left > 0, let line = stream.line() {
      left -= 1
      if let broken = stage.take(line) { return broken }
    }
    return stage.party.tree.tree.brokenInvariant()
  }
}

/// A party, and a host that performs its effects in a way that can be foreseen.
private struct Stage {
  private(set) var party: Party
  private let isServer: Bool
  private var branch: BranchID = 0
  private var operations: [EffectRequest] = []
  private var timers: [EffectRequest] = []
  private var proved: Set<BranchID> = []
  private var journal: [JournalEntry] = []
  private var vault = Vault()
  private var time: Int64 = 1000

  init(isServer: Bool) {
    self.isServer = isServer
    party = Stage.party(isServer: isServer)
  }

  private static func party(isServer: Bool) -> Party {
    isServer
      ? .server(suite: .symbolic, retention: 32) : .client(suite: .symbolic, name: "alice")
  }

  private mutating func moment() -> Moment {
    time += 1
    return Moment(timeMilliseconds: time, random: UInt64(time))
  }

  // MARK: Connections

  /// A server with a connection; or a client that connects, with a contact, an own invitation and a
  /// link that it follows.
  mutating func begin() -> String? {
    if isServer { return open() }
    let settings = Party.home(
      publicKeyPem: "pubKey0", publicKeySig: "pubKeySig0", privateKey: "privKey0", name: "alice")
    let moment = moment()
    guard let home = try? party.open(settings, at: moment),
      let leaf = try? party.tree.tree.leaf(of: home),
      let entry = try? party.tree.journalEntry(of: leaf)
    else { return "cannot open" }
    journal.append(entry)
    let name = ChatCommand.secretName(ofGuest: "3f", of: "pubKeySig3")
    vault.keep("secret", as: name)
    return tell(["handler": "contact", "publicKeySig": "pubKeySig2", "publicKeyPem": "pubKey2"])
      ?? tell(ChatCommand.invite()) ?? finish(succeeding: true)
      ?? tell(ChatCommand.accept(host: "pubKeySig3", invitation: "3f")) ?? open()
  }

  private mutating func open() -> String? {
    if !isServer { return tell(ChatCommand.start("ws://server/ws")) }
    let settings = Party.settings(
      isServer: true, publicKeyPem: "pubKey0", publicKeySig: "pubKeySig0", privateKey: "privKey0",
      deadlineMilliseconds: 5000)
    let moment = moment()
    guard let branch = try? party.open(settings, at: moment) else { return "cannot open" }
    self.branch = branch
    return receive(Party.accept(socket: .number(branch))) ?? receive(EffectResult.opened)
  }

  // MARK: Lines

  /// Takes one line of the input.
  mutating func take(_ line: UnsafeBufferPointer<UInt8>) -> String? {
    let text = String(decoding: line, as: UTF8.self)
    switch text {
    case "!open": return open()
    case "!done": return finish(succeeding: true)
    case "!fail": return finish(succeeding: false)
    case "!late":
      if timers.isEmpty { return nil }
      let timer = timers.removeFirst()
      return receive(EffectResult.elapsed(timer.id), on: timer.branch)
    case "!closed":
      let broken = receive(EffectResult.closed(code: CloseCode.abnormal, reason: ""))
      if isServer { try? party.end(branch) }
      return broken
    case "!restart": return isServer ? nil : restart()
    default:
      if !isServer, let (command, branch) = command(text) { return ask(command, on: branch) }
      return receive(frame: line)
    }
  }

  /// What a person does, and the branch that it is for.
  private func command(_ line: String) -> (Value, BranchID)? {
    let summary = party.tree.summary
    let contact = ClientIndex.key("pubKeySig2")
    let place = summary[ChatField.contacts]?[contact] ?? summary[ChatField.blocked]?[contact]
    let talk = place?[ChatField.branch]?.integer
    func branch(role: Value) -> BranchID? {
      party.lastingBranches.first {
        (try? party.tree.residue(ofBranch: $0))?[ChatField.role] == role
      }
    }
    let (command, branch): (Value, BranchID?) =
      switch line {
      case "!write": (ChatCommand.write(Text("text \(time)")), talk)
      case "!read": (ChatCommand.read, talk)
      case "!block": (ChatCommand.block, talk)
      case "!unblock": (ChatCommand.unblock, talk)
      case "!remove": (ChatCommand.remove, talk)
      case "!stop": (ChatCommand.stop, party.home)
      case "!wake": (ChatCommand.wake, party.home)
      case "!revoke": (ChatCommand.revoke, branch(role: "host"))
      case "!cancel": (ChatCommand.cancel, branch(role: "guest"))
      default: (.null, nil)
      }
    return branch.map { (command, $0) }
  }

  /// A person may ask for what cannot be, and is told so.
  private mutating func ask(_ command: Value, on branch: BranchID) -> String? {
    let moment = moment()
    let reaction = party.receive(command, on: branch, at: moment)
    if reaction.refusals.count > 1 { return "refused more than was asked" }
    return reaction.refusals.isEmpty ? perform(reaction) : nil
  }

  private mutating func tell(_ message: Value) -> String? {
    party.home.flatMap { receive(message, on: $0) }
  }

  private mutating func restart() -> String? {
    let old = party
    party = Stage.party(isServer: false)
    do {
      try party.restore(nil, journal)
    } catch {
      return "cannot be restored: \(error)"
    }
    for branch in old.lastingBranches {
      let residues = [old, party].map {
        (try? $0.tree.residue(ofBranch: branch))?.withoutHandles()
      }
      if residues[0] != residues[1] { return "branch \(branch) is another one in the journal" }
    }
    if old.tree.summary != party.tree.summary { return "the journal gives another summary" }
    (operations, timers) = ([], [])
    let moment = moment()
    let reaction = party.resume(privateKey: "privKey0", at: moment)
    return perform(reaction) ?? tell(ChatCommand.start("ws://server/ws"))
  }

  // MARK: The host

  /// The oldest operation ends, on whatever branch asked for it.
  private mutating func finish(succeeding: Bool) -> String? {
    guard !operations.isEmpty else { return nil }
    let request = operations.removeFirst()
    guard succeeding else {
      return receive(EffectResult.failed(request.id, reason: "fails"), on: request.branch)
    }
    switch request.effect {
    case .seal(_, let to, let clearText, let secretName):
      let whole = secretName.map { vault.putting($0, into: clearText) ?? "{}" } ?? clearText
      let result = EffectResult.sealed(
        request.id, box: "box of " + whole + " for " + to, publicKeySig: to.fingerprint)
      return receive(result, on: request.branch)
    case .unseal(_, let from, let box):
      proved.insert(request.branch)
      let name = Vault.name(of: request)
      let rest = vault.taking(name, outOf: box)
      let result = EffectResult.unsealed(
        request.id, clearText: rest ?? box, publicKeySig: from.fingerprint,
        secretName: rest == nil ? nil : name)
      return receive(result, on: request.branch)
    case .makeSecret(let name):
      vault.keep("secret", as: name)
      return receive(EffectResult.secretMade(request.id), on: request.branch)
    case .compareSecrets(let name, let candidate):
      let isEqual = vault.areEqual(name, candidate)
      vault.forget(candidate)
      return receive(EffectResult.compared(request.id, equal: isEqual), on: request.branch)
    default: return "an operation that is none"
    }
  }

  private mutating func receive(_ message: Value, on branch: BranchID? = nil) -> String? {
    let moment = moment()
    let reaction = party.receive(message, on: branch ?? self.branch, at: moment)
    for refusal in reaction.refusals {
      if case .retired = refusal.error { continue }
      return "refused its own message: \(refusal.error.text)"
    }
    return perform(reaction)
  }

  private mutating func receive(frame: UnsafeBufferPointer<UInt8>) -> String? {
    let before = phases.connection
    let moment = moment()
    let reaction = party.receive(frame: frame, on: branch, at: moment)
    let after = phases.connection
    if before != .open, !reaction.nodes.isEmpty || reaction.violation != nil {
      return "took a frame while it was not open"
    }
    if before == .open, reaction.nodes.isEmpty { return "an open connection ignored a frame" }
    if reaction.violation != nil, after == .open { return "open after a violation" }
    if reaction.violation == nil, let node = reaction.nodes.first {
      let name = (try? party.tree.tree.node(node))?.input.value["handler"]?.string
      if !party.wire.accepted.contains(where: { $0 == name }) { return "took a local message" }
    }
    if !reaction.refusals.isEmpty { return "refused its own messages: \(reaction.refusals[0])" }
    return perform(reaction)
  }

  /// Performs effects, and looks at where the connection stands then.
  private mutating func perform(_ reaction: Party.Reaction) -> String? {
    journal += party.journal(of: reaction)
    var opened = false
    for request in reaction.effects {
      switch request.effect {
      case .seal, .unseal, .makeSecret, .compareSecrets: operations.append(request)
      case .startTimer: timers.append(request)
      case .cancelTimer(let timer): timers.removeAll { $0.id == timer }
      case .forgetSecret(let name): vault.forget(name)
      case .forgetHistory: break
      case .send(_, let message):
        if message.withoutHandles() != message { return "sends a handle" }
        if (try? JSON.parse(message.bytes)) != message { return "sends what cannot be read" }
      case .connect: (branch, opened) = (request.branch, true)
      case .close, .log, .enrol, .forward: break
      }
    }
    if isServer, phases.isVerified, !proved.contains(branch) { return "verified without a proof" }
    return opened ? receive(EffectResult.opened) : nil
  }

  private var phases: Phases {
    (try? party.tree.residue(ofBranch: branch)).map { Phases($0) } ?? Phases([:])
  }
}

extension Text {
  /// The fingerprint of a symbolic key: `pubKeySig1` of `pubKey1`; of anything else, itself.
  fileprivate var fingerprint: Text {
    hasPrefix("pubKey") ? Text("pubKeySig" + description.dropFirst("pubKey".utf8.count)) : self
  }
}
