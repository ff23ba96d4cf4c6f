import SimpaticoTree

extension Deed {
  /// How deeds are called, in the order of the cases of `Act`.
  private static let words: StaticString =
    """
    invite follow followUnknown revoke write read block unblock remove stop start wake disconnect \
    crash relayRestart unplug fault tamper inject turnClock connectTwice followCopy
    """

  /// The deed as documents spell it, in words and numbers.
  var value: Value {
    var fields = Fields()
    fields.put("at", time: at)
    fields.put("client", client)
    let word: Int
    switch act {
    case .invite(let expiry):
      word = 0
      if let expiry { fields.put("expires", expiry) }
    case .follow(let host, let isSecretWrong):
      word = 1
      fields.put("with", host)
      if isSecretWrong { fields.put("wrong", true) }
    case .followUnknown(let host):
      word = 2
      fields.put("with", host)
    case .revoke: word = 3
    case .write(let other, let text):
      word = 4
      fields.put("with", other)
      fields.put("text", text)
    case .read(let other):
      word = 5
      fields.put("with", other)
    case .block(let other):
      word = 6
      fields.put("with", other)
    case .unblock(let other):
      word = 7
      fields.put("with", other)
    case .remove(let other):
      word = 8
      fields.put("with", other)
    case .stop: word = 9
    case .start: word = 10
    case .wake: word = 11
    case .disconnect: word = 12
    case .crash(let down):
      word = 13
      fields.put("down", time: down)
    case .relayRestart(let down):
      word = 14
      fields.put("down", time: down)
    case .unplug: word = 15
    case .fault(let fault):
      word = 16
      fault.put(into: &fields)
    case .tamper(let tampering):
      word = 17
      tampering.put(into: &fields)
    case .inject(let text, let end):
      word = 18
      fields.put("text", text)
      fields.put("to", value: end.value)
    case .turnClock(let milliseconds):
      word = 19
      fields.put("milliseconds", time: milliseconds)
    case .connectTwice: word = 20
    case .followCopy(let host, let other):
      word = 21
      fields.put("with", host)
      fields.put("of", other)
    }
    fields.put("do", Words.word(word, of: Deed.words))
    return fields.value
  }

  /// Reads a deed of a world with so many clients. Where no time is said, it is now: `at` is 0.
  init(_ command: LabCommand, clients: Int) throws(LabError) {
    let name = try command.text("do", atMost: 32)
    let word = Words.index(of: name, in: Deed.words)
    var act = try Deed.told(word, command)
    if act == nil { act = try Deed.broken(word, command) }
    guard let act else {
      throw LabError(.badCommand, "there is no deed '" + name + "'", at: "do")
    }
    self.init(
      at: Int64(try command.integer("at", in: 0...Int(Int32.max), else: 0)),
      client: try command.integer("client", in: 0...(clients - 1), else: 0), act)
  }

  @inline(never)
  private static func other(_ command: LabCommand) throws(LabError) -> Int {
    try command.integer("with", in: 0...(World.maximumClients - 1))
  }

  @inline(never)
  private static func down(_ command: LabCommand) throws(LabError) -> Int64 {
    Int64(try command.integer("down", in: 0...World.longestDelay, else: 1_000))
  }

  /// What people do.
  private static func told(
    _ word: Int?, _ command: LabCommand
  ) throws(LabError) -> Act? {
    switch word {
    case 0:
      let isUsual = command["expires"] == nil
      return .invite(
        expiresInMilliseconds: isUsual
          ? nil : try command.integer("expires", in: 1...World.longestDelay))
    case 1: return .follow(host: try other(command), isSecretWrong: try command.flag("wrong"))
    case 2: return .followUnknown(host: try other(command))
    case 3: return .revoke
    case 4: return .write(to: try other(command), try command.text("text", atMost: 65_536))
    case 5: return .read(from: try other(command))
    case 6: return .block(try other(command))
    case 7: return .unblock(try other(command))
    case 8: return .remove(try other(command))
    case 9: return .stop
    case 10: return .start
    case 11: return .wake
    default: return nil
    }
  }

  /// What breaks, and who breaks it.
  private static func broken(
    _ word: Int?, _ command: LabCommand
  ) throws(LabError) -> Act? {
    switch word {
    case 12: return .disconnect
    case 13: return .crash(downMilliseconds: try down(command))
    case 14: return .relayRestart(downMilliseconds: try down(command))
    case 15: return .unplug
    case 16: return .fault(try Fault(command))
    case 17: return .tamper(try Tampering(command))
    case 18:
      let text = try command.text("text", atMost: 65_536)
      return .inject(text, to: try command.end("to"))
    case 19:
      let most = 15 * World.longestDelay
      let milliseconds = try command.integer("milliseconds", in: -most...most)
      return .turnClock(milliseconds: Int64(milliseconds))
    case 20: return .connectTwice
    case 21:
      let copied = try command.integer("of", in: 0...(World.maximumClients - 1))
      return .followCopy(host: try other(command), of: copied)
    default: return nil
    }
  }
}

extension Tampering {
  /// How tamperings are called, in the order of the cases.
  private static let words: StaticString = "drop corrupt replay reflect forge misseal misname"

  /// Says which tampering it is.
  func put(into fields: inout Fields) {
    let word: Int
    switch self {
    case .drop(let handler):
      word = 0
      fields.put("handler", handler)
    case .corrupt: word = 1
    case .replay: word = 2
    case .reflect: word = 3
    case .forge(let other):
      word = 4
      fields.put("with", other)
    case .misseal(let other):
      word = 5
      fields.put("with", other)
    case .misname(let other):
      word = 6
      fields.put("with", other)
    }
    fields.put("how", Words.word(word, of: Tampering.words))
  }

  /// Reads which tampering it is.
  init(_ command: LabCommand) throws(LabError) {
    let name = try command.text("how", atMost: 16)
    func other() throws(LabError) -> Int {
      try command.integer("with", in: 0...(World.maximumClients - 1))
    }
    switch Words.index(of: name, in: Tampering.words) {
    case 0: self = .drop(try command.text("handler", atMost: 64))
    case 1: self = .corrupt
    case 2: self = .replay
    case 3: self = .reflect
    case 4: self = .forge(as: try other())
    case 5: self = .misseal(to: try other())
    case 6: self = .misname(as: try other())
    default: throw LabError(.badCommand, "there is no tampering '" + name + "'", at: "how")
    }
  }
}

extension World {
  /// A deed in words.
  func told(_ deed: Deed) -> Text {
    let value = deed.value
    let text = value["do"]?.string ?? Text()
    guard let other = value["with"]?.small else { return text }
    return text + " " + World.clientName(other)
  }

  /// A deed of the script in words.
  func told(_ index: Int) -> Text { settings.script.map { told($0[index]) } ?? Text() }
}
