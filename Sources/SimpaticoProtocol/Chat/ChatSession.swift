public import SimpaticoTree

/// A client's party for hosts that speak JSON: a page gives commands and performs what the answers
/// ask for, as `PartyHost` does natively. It decides nothing and keeps no time.
///
/// Every command that is an input carries the moment: `"at"` in milliseconds since the Unix epoch
/// and `"random"`, sixteen hexadecimal digits that the host has drawn.
///
/// | command | what it is |
/// |---|---|
/// | `{"command":"open","home":{…},"journal":[…],"snapshot":…,"secrets":{…}}` | begins; once |
/// | `{"command":"tell","branch":1,"message":{…}}` | the person's message, or an effect's result |
/// | `{"command":"frame","branch":2,"text":"…"}` | a frame of the socket |
/// | `{"command":"violation","branch":2,"reason":"…"}` | a frame that is none |
/// | `{"command":"end","branch":2}` | nothing more comes for a connection |
/// | `{"command":"view"}` | `{home, session, contacts, invitations, counters}` |
/// | `{"command":"messages","contact":"…","before":9,"limit":50}` | a page of a conversation |
/// | `{"command":"link","page":"https://…/chat","invitation":"…"}` | the link of an invitation |
/// | `{"command":"readLink","link":"…"}` | `{page, host, invitation}` of a link |
/// | `{"command":"accept","link":"…","note":"…"}` | follows a link |
/// | `{"command":"qr","text":"…"}` | `{path, side}`: a QR code as an SVG path |
/// | `{"command":"snapshot"}` | what the journal so far comes to |
/// | `{"command":"transcript","from":0}` | `{transcript, next}`: what the nodes from an id on did |
///
/// An input answers `{"effects":[…],"journal":[…],"secrets":{name: text or null},"changed":[…]}`:
/// the host writes `journal` and `secrets`, then performs `effects`, whose results it gives back by
/// `tell`, and shows `changed` (`{branch, kind, messages?: [place]}`). `refused` says why an input
/// was not taken. A command that is wrong answers `{"error":"…"}` and changes nothing.
public struct ChatSession: Sendable {
  private static let limits = JSONLimits(
    maximumBytes: 1 << 28, maximumDepth: 300, maximumKeys: 1 << 24)
  private static let keyHandle: Value = "own"

  private(set) var party: Party?
  private(set) var vault = Vault()

  /// A session that waits for `open`.
  public init() {}

  /// Performs one command given as UTF-8 JSON, and answers in UTF-8 JSON.
  public mutating func call(_ request: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    var out: [UInt8] = []
    do throws(JSONError) {
      JSON.append(perform(try JSON.parse(request, limits: ChatSession.limits)), to: &out)
    } catch {
      JSON.append(ChatSession.error("the command is not JSON: " + error.message), to: &out)
    }
    return out
  }

  /// Performs one command.
  public mutating func perform(_ command: Value) -> Value {
    guard let name = command["command"]?.string else {
      return ChatSession.error("an object with a string 'command' is expected")
    }
    if name == "open" { return open(command) }
    if name == "qr" { return ChatSession.qrCode(command) }
    if name == "readLink" { return ChatSession.readLink(command) }
    guard party != nil else { return ChatSession.notOpen }
    if name == "view" { return view }
    if name == "messages" { return messages(command) }
    if name == "link" { return link(command) }
    if name == "snapshot" { return snapshot }
    if name == "transcript" { return transcript(command) }
    if name == "end" { return end(command) }
    guard let moment = ChatSession.moment(command) else {
      return ChatSession.error("'at' and 'random' are missing or wrong")
    }
    if name == "accept" { return accept(command, moment) }
    guard let branch = command["branch"]?.integer else {
      return ChatSession.error("'branch' is missing")
    }
    return take(name, command, branch, moment)
  }

  private mutating func take(
    _ name: Text, _ command: Value, _ branch: BranchID, _ moment: Moment
  ) -> Value {
    if name == "tell" {
      guard let message = command["message"], message.object != nil else {
        return ChatSession.error("'message' is missing")
      }
      return tell(message, branch, moment)
    }
    if name == "frame" {
      guard let text = command["text"]?.string else {
        return ChatSession.error("'text' is missing")
      }
      return run { party in
        text.withUTF8 { party.receive(frame: $0, on: branch, at: moment) }
      }
    }
    if name == "violation" {
      let reason = command["reason"]?.string ?? "a bad frame"
      return run { $0.receive(violation: .badFrame(reason), on: branch, at: moment) }
    }
    return ChatSession.error("unknown command '" + name + "'")
  }
}

// MARK: - Inputs

extension ChatSession {
  private mutating func open(_ command: Value) -> Value {
    guard party == nil else { return ChatSession.error("the session is open already") }
    guard let moment = ChatSession.moment(command), let home = command["home"],
      let key = home[Field.publicKeyPem]?.string, let fingerprint = home[Field.publicKeySig]?.string
    else { return ChatSession.error("'home' with its keys, 'at' and 'random' are needed") }
    var new = Party.client(suite: .classic, name: "client")
    var journal: [JournalEntry] = []
    for encoded in command["journal"]?.array?.elements ?? [] {
      guard let entry = JournalEntry(encoded: encoded) else {
        return ChatSession.error("entry " + Text(journal.count) + " of the journal is damaged")
      }
      journal.append(entry)
    }
    let snapshot = command["snapshot"].flatMap { $0.isNull ? nil : $0 }
    let kept = snapshot.flatMap { TreeSnapshot(encoded: $0) }
    if snapshot != nil, kept == nil { return ChatSession.error("the snapshot is damaged") }
    do throws(JournalError) {
      try new.restore(kept, journal)
    } catch {
      return ChatSession.error("the journal is damaged: " + error.text)
    }
    party = new
    command["secrets"]?.object?.forEach { name, secret in
      if let secret = secret.string { vault.keep(secret, as: name) }
    }
    if new.home != nil {
      return run { $0.resume(privateKey: ChatSession.keyHandle, at: moment) }
    }
    let settings = Party.home(
      publicKeyPem: key, publicKeySig: fingerprint, privateKey: ChatSession.keyHandle,
      name: home[ChatField.name]?.string ?? Text())
    return run { $0.start(settings, at: moment) }
  }

  /// Gives a message to a branch. What a box held as a secret is taken out of it first.
  private mutating func tell(_ message: Value, _ branch: BranchID, _ moment: Moment) -> Value {
    var message = message
    if message[WireName.handler]?.string == LocalName.unsealed, var fields = message.object,
      let clearText = fields[WireName.clearText]?.string, let request = fields[Field.request]
    {
      let name = "box-" + JSON.print(request)
      if let rest = vault.taking(name, outOf: clearText) {
        fields[WireName.clearText] = .string(rest)
        fields[EffectField.secretName] = .string(name)
        message = .object(fields)
      }
    }
    if message[WireName.handler] == "secretMade", var fields = message.object,
      let name = fields[EffectField.secretName]?.string,
      let secret = fields[SealedName.secret]?.string
    {
      vault.keep(secret, as: name)
      fields[EffectField.secretName] = nil
      fields[SealedName.secret] = nil
      return run(keeping: [name: .string(secret)]) {
        $0.receive(.object(fields), on: branch, at: moment)
      }
    }
    return run { $0.receive(message, on: branch, at: moment) }
  }

  private mutating func accept(_ command: Value, _ moment: Moment) -> Value {
    guard let link = command["link"]?.string.flatMap({ InvitationLink($0) }) else {
      return ChatSession.error("this is no invitation link")
    }
    guard let party, let home = party.home else { return ChatSession.notOpen }
    let message = ChatCommand.accept(
      host: link.host, invitation: link.invitation, note: command[ChatField.note]?.string ?? "")
    var secrets = Object()
    var new: Text?
    switch party.secret(of: link, in: vault) {
    case .new(let name):
      vault.keep(link.secret, as: name)
      secrets[name] = .string(link.secret)
      new = name
    case .known: break
    case .another: return ChatSession.error(LinkSecret.otherIsFollowed)
    }
    let answer = run(keeping: secrets) { $0.receive(message, on: home, at: moment) }
    guard answer["refused"] != nil, let new, var fields = answer.object else { return answer }
    vault.forget(new)
    fields["secrets"] = [:]
    return .object(fields)
  }

  private mutating func end(_ command: Value) -> Value {
    guard let branch = command["branch"]?.integer else {
      return ChatSession.error("'branch' is missing")
    }
    try? party?.end(branch)
    return [:]
  }

  /// Lets an input happen and says what the host has to do.
  private mutating func run(
    keeping secrets: Object = Object(), _ input: (inout Party) -> Party.Reaction
  ) -> Value {
    guard var party else { return ChatSession.notOpen }
    self.party = nil
    let reaction = input(&party)
    self.party = party
    var secrets = secrets
    var effects = Vector<Value>()
    for request in reaction.effects { ask(request, &effects, &secrets) }
    var answer: Object = [
      "effects": .array(effects),
      "journal": .array(party.journal(of: reaction).map { $0.encoded }),
      "secrets": .object(secrets), "changed": .array(changes(reaction, party)),
    ]
    if let refusal = reaction.refusals.first { answer["refused"] = .string(refusal.error.text) }
    if let violation = reaction.violation { answer["violation"] = .string(violation.text) }
    return .object(answer)
  }

  /// Performs what the vault can, and leaves the rest to the host.
  private mutating func ask(
    _ request: EffectRequest, _ effects: inout Vector<Value>, _ secrets: inout Object
  ) {
    var asked = request.effect
    switch request.effect {
    case .forgetSecret(let name):
      vault.forget(name)
      secrets[name] = .null
      return
    case .compareSecrets(let name, let candidate):
      let isEqual = vault.areEqual(name, candidate)
      vault.forget(candidate)
      effects.append(
        answer(EffectResult.compared(request.id, equal: isEqual), to: request))
      return
    case .seal(let key, let to, let clearText, let secretName?):
      guard let whole = vault.putting(secretName, into: clearText) else {
        effects.append(
          answer(EffectResult.failed(request.id, reason: "there is no such secret"), to: request))
        return
      }
      asked = .seal(key: key, to: to, clearText: whole)
    default: break
    }
    var fields = asked.value(id: request.id).object ?? Object()
    fields["branch"] = .number(request.branch)
    effects.append(.object(fields))
  }

  /// A result that is there already; the host only gives it back.
  private func answer(_ result: Value, to request: EffectRequest) -> Value {
    ["effect": "answer", "id": request.id, "branch": .number(request.branch), "message": result]
  }

  private func changes(_ reaction: Party.Reaction, _ party: Party) -> [Value] {
    reaction.nodes.compactMap { id in
      guard let node = try? party.tree.node(id) else { return nil }
      var change: Object = ["branch": .number(node.branch), "node": .number(id)]
      change["kind"] = node.residue[ChatField.kind] ?? "connection"
      if Kind(of: node.residue) == .conversation {
        let before = node.parent.flatMap { try? party.tree.residue(of: $0) } ?? .null
        let places = ChatChange.messages(
          from: before, to: node.residue, input: node.input.value)
        change["contact"] = node.residue[ChatField.contact]?[Field.publicKeySig]
        change["messages"] = .array(places.map { .string($0) })
      }
      return .object(change)
    }
  }
}
