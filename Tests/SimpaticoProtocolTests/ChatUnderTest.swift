import SimpaticoTree

@testable import SimpaticoProtocol

/// A client's party with a home, whose host seals by putting "box:" before a text.
struct ChatUnderTest {
  var party = Party.client(suite: .symbolic, name: "alice")
  var home: BranchID = 0
  /// The newest connection.
  var connection: BranchID = 0
  var time: Int64 = 1000
  /// What has been asked for and not performed, but for sending.
  var asked: [EffectRequest] = []
  /// The frames that were sent, and the codes that connections were closed with.
  var sent: [Value] = []
  var closed: [Int] = []
  /// Inputs that were refused.
  var refused: [Text] = []
  var vault = Vault()

  /// Alice has the keys of number 1.
  init(isVerified: Bool = true) throws {
    let settings = Party.home(
      publicKeyPem: "pubKey1", publicKeySig: "pubKeySig1", privateKey: "privKey1", name: "alice")
    home = try party.open(settings, at: Moment(timeMilliseconds: time))
    if isVerified { try connect() }
  }

  mutating func connect() throws {
    tell(ChatCommand.start("ws://server/ws"))
    open()
    if case .seal? = asked.last?.effect { settle() }
    receive(frame: ["handler": "register4", "state2": "VERIFIED"])
    settle()
  }

  /// Opens the connection that was asked for, and challenges the client.
  mutating func open() {
    guard
      let index = asked.lastIndex(where: { if case .connect = $0.effect { true } else { false } })
    else { return }
    connection = asked.remove(at: index).branch
    receive(EffectResult.opened, on: connection)
    receive(frame: ["handler": "register2", "publicKeyPem": "pubKey0", "t1": 1])
  }

  mutating func tell(_ message: Value) { receive(message, on: home) }

  mutating func receive(_ message: Value, on branch: BranchID) {
    time += 1
    perform(party.receive(message, on: branch, at: moment))
  }

  mutating func receive(frame: Value) {
    time += 1
    var bytes: [UInt8] = []
    JSON.append(frame, to: &bytes)
    perform(
      bytes.withUnsafeBufferPointer { party.receive(frame: $0, on: connection, at: moment) })
  }

  var moment: Moment {
    Moment(timeMilliseconds: time, random: UInt64(bitPattern: time) &* 0x9E37_79B9_7F4A_7C15)
  }

  private mutating func perform(_ reaction: Party.Reaction) {
    refused += reaction.refusals.map(\.error.text)
    for request in reaction.effects {
      switch request.effect {
      case .send(_, let message): sent.append(message)
      case .close(_, let code, _): closed.append(code)
      case .forgetSecret(let name): vault.forget(name)
      case .forgetHistory: break
      case .cancelTimer(let timer): asked.removeAll { $0.id == timer }
      case .log: break
      default: asked.append(request)
      }
    }
  }

  /// Performs all cipher operations and what follows from them.
  mutating func settle() {
    while let index = asked.firstIndex(where: { ChatUnderTest.result(of: $0, &vault) != nil }) {
      let request = asked.remove(at: index)
      if let result = ChatUnderTest.result(of: request, &vault) {
        receive(result, on: request.branch)
      }
    }
  }

  static func result(of request: EffectRequest, _ vault: inout Vault) -> Value? {
    switch request.effect {
    case .seal(_, let to, let clearText, let secretName):
      let whole = secretName.flatMap { vault.putting($0, into: clearText) } ?? clearText
      return EffectResult.sealed(request.id, box: "box:" + whole, publicKeySig: to.fingerprint)
    case .unseal(_, let from, let box):
      guard box.hasPrefix("box:") else {
        return EffectResult.failed(request.id, reason: "no box")
      }
      let name = Vault.name(of: request)
      let clearText = Text(String(box.description.dropFirst(4)))
      let rest = vault.taking(name, outOf: clearText)
      return EffectResult.unsealed(
        request.id, clearText: rest ?? clearText, publicKeySig: from.fingerprint,
        secretName: rest == nil ? nil : name)
    case .makeSecret(let name):
      vault.keep("secret", as: name)
      return EffectResult.secretMade(request.id)
    case .compareSecrets(let name, let candidate):
      let isEqual = vault.areEqual(name, candidate)
      return EffectResult.compared(request.id, equal: isEqual)
    default: return nil
    }
  }

  /// An envelope for alice, that says to be of the owner of a number.
  static func envelope(
    from number: Int, _ content: Value, to: Text = "pubKeySig1", introduces: Bool = false
  ) -> Value {
    var fields: Object = [
      "handler": "acceptEnvelop", "from": .string("pubKeySig" + Text(number)), "to": .string(to),
      "box": .string("box:" + JSON.print(content)),
    ]
    if introduces { fields["fromPublicKeyPem"] = .string("pubKey" + Text(number)) }
    return .object(fields)
  }

  static func message(_ number: Int, after previous: Int, stream: Text = "7f") -> Value {
    [
      "handler": "message", "to": "pubKeySig1", "stream": .string(stream), "n": .number(number),
      "previous": .number(previous), "text": .string("text " + Text(number)), "time": 1,
    ]
  }

  /// Makes the owner of a number a contact, and answers the conversation's branch.
  @discardableResult
  mutating func meet(_ number: Int) -> BranchID {
    tell([
      "handler": "contact", "publicKeySig": .string("pubKeySig" + Text(number)),
      "publicKeyPem": .string("pubKey" + Text(number)),
    ])
    settle()
    return ClientIndex.contact("pubKeySig" + Text(number), party.tree.summary)?[ChatField.branch]?
      .integer ?? -1
  }

  func residue(_ branch: BranchID) -> Value {
    (try? party.tree.residue(ofBranch: branch)) ?? .null
  }

  /// The phases of all messages of a conversation, in the order in which they came.
  func phases(_ branch: BranchID) -> [DeliveryPhase?] {
    var phases: [DeliveryPhase?] = []
    residue(branch)[ChatField.messages]?.object?.forEach { _, entry in
      phases.append(DeliveryPhase(entry[ChatField.phase]))
    }
    return phases
  }

  /// What was sent inside envelopes since the last call, in order.
  mutating func sealedAndSent() -> [Value] {
    defer { sent = [] }
    return sent.compactMap { frame in
      guard frame["handler"] == "deliverEnvelop", let box = frame["box"]?.string else { return nil }
      return try? JSON.parse(Text(String(box.description.dropFirst(4))))
    }
  }
}

extension Text {
  /// The fingerprint of a symbolic key: `pubKeySig1` of `pubKey1`.
  var fingerprint: Text { Text("pubKeySig" + description.dropFirst("pubKey".utf8.count)) }
}
