import SimpaticoProtocol
import SimpaticoTree

/// What a socket's other side sends, and what comes of the effects: a line each.
///
/// | line | what it stands for |
/// |---|---|
/// | `!open` | another connection, which the next lines are about |
/// | `!done`, `!fail` | the oldest cipher operation under way succeeds or fails |
/// | `!late` | the connection's timer runs out |
/// | `!closed` | its socket is closed |
/// | anything else | a frame |
///
/// Whatever comes: the tree is in order, a frame is a violation or is added, a violation ends the
/// connection, and a server holds verified only whom the host's own answer has proved.
enum PartyLaw {
  private static let linesAtMost = 64

  static func broken(by bytes: UnsafeBufferPointer<UInt8>, isServer: Bool) -> String? {
    var stream = ByteStream(bytes)
    var stage = Stage(isServer: isServer)
    if let broken = stage.open() { return broken }
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
  private var timers: [BranchID: Value] = [:]
  private var proved: Set<BranchID> = []
  private var time: Int64 = 1000

  init(isServer: Bool) {
    self.isServer = isServer
    party =
      isServer
      ? .server(suite: .symbolic, retention: 32)
      : .client(suite: .symbolic, name: "alice", retention: 32)
  }

  private mutating func moment() -> Moment {
    time += 1
    return Moment(timeMilliseconds: time, random: UInt64(time))
  }

  mutating func open() -> String? {
    let settings = Party.settings(
      isServer: isServer, publicKeyPem: "pubKey0", publicKeySig: "pubKeySig0",
      privateKey: "privKey0", deadlineMilliseconds: 5000)
    let moment = moment()
    guard let branch = try? party.open(settings, at: moment) else { return "cannot open" }
    self.branch = branch
    let begin =
      isServer ? Party.accept(socket: .number(branch)) : Party.connect(to: "ws://server/ws")
    return receive(begin) ?? receive(EffectResult.opened)
  }

  /// Takes one line of the input.
  mutating func take(_ line: UnsafeBufferPointer<UInt8>) -> String? {
    switch String(decoding: line, as: UTF8.self) {
    case "!open": return open()
    case "!done": return finish(succeeding: true)
    case "!fail": return finish(succeeding: false)
    case "!late": return timers[branch].flatMap { receive(EffectResult.elapsed($0)) }
    case "!closed":
      let broken = receive(EffectResult.closed(code: CloseCode.abnormal, reason: ""))
      try? party.end(branch)
      return broken
    default: return receive(frame: line)
    }
  }

  /// The oldest cipher operation ends, on whatever branch asked for it.
  private mutating func finish(succeeding: Bool) -> String? {
    guard !operations.isEmpty else { return nil }
    let request = operations.removeFirst()
    branch = request.branch
    guard succeeding else { return receive(EffectResult.failed(request.id, reason: "fails")) }
    switch request.effect {
    case .seal(_, let to, let clearText, _):
      return receive(
        EffectResult.sealed(
          request.id, box: "box of " + clearText + " for " + to,
          publicKeySig: to.hasPrefix("pubKey") ? to.replacingPrefix : to))
    case .unseal(_, let from, let box):
      proved.insert(branch)
      let fingerprint = from.hasPrefix("pubKey") ? from.replacingPrefix : from
      return receive(
        EffectResult.unsealed(request.id, clearText: box, publicKeySig: fingerprint))
    default: return "an operation that is none"
    }
  }

  private mutating func receive(_ message: Value) -> String? {
    let moment = moment()
    return perform(party.receive(message, on: branch, at: moment))
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
    for request in reaction.effects {
      switch request.effect {
      case .seal, .unseal: operations.append(request)
      case .startTimer: timers[request.branch] = request.id
      case .cancelTimer: timers[request.branch] = nil
      case .send(_, let message):
        if message.withoutHandles() != message { return "sends a handle" }
        if (try? JSON.parse(message.bytes)) != message { return "sends what cannot be read" }
      case .connect, .close, .log, .makeSecret, .compareSecrets, .forgetSecret: break
      }
    }
    if isServer, phases.isVerified, !proved.contains(branch) { return "verified without a proof" }
    return nil
  }

  private var phases: Phases {
    (try? party.tree.residue(ofBranch: branch)).map { Phases($0) } ?? Phases([:])
  }
}

extension Text {
  /// The fingerprint of a symbolic key: `pubKeySig1` of `pubKey1`.
  fileprivate var replacingPrefix: Text {
    Text("pubKeySig" + description.dropFirst("pubKey".utf8.count))
  }
}
