import SimpaticoProtocol
import SimpaticoTree

extension Edit {
  /// The edit as documents and commands spell it. Parties are called by their names in `world`.
  func value(in world: World) -> Value {
    var fields = Fields()
    fields.put("edit", Words.word(word, of: Edit.words))
    switch self {
    case .take(let id), .drop(let id), .refuse(let id), .fail(let id), .corrupt(let id),
      .replay(let id):
      fields.put("event", id.text)
    case .delay(let id, let milliseconds):
      fields.put("event", id.text)
      fields.put("milliseconds", milliseconds)
    case .replace(let id, let text):
      fields.put("event", id.text)
      fields.put("text", text)
    case .inject(let socket, let end, let text):
      fields.put("socket", world.spelling(of: socket))
      fields.put("to", value: end.value)
      fields.put("text", text)
    case .close(let socket, let end, let code, let reason):
      fields.put("socket", world.spelling(of: socket))
      fields.put("by", value: end.value)
      fields.put("code", code)
      fields.put("reason", reason)
    case .cut(let socket): fields.put("socket", world.spelling(of: socket))
    case .stall(let socket, let end), .resume(let socket, let end):
      fields.put("socket", world.spelling(of: socket))
      fields.put("to", value: end?.value ?? "both")
    case .insert(let party, let branch, let message):
      let isKnown = world.parties.indices.contains(party)
      fields.put("party", isKnown ? world.parties[party].name : Text(party))
      fields.put("branch", branch)
      fields.put("message", value: message)
    case .act(let deed): fields.put("act", value: deed.value)
    }
    return fields.value
  }

  /// How edits are called, in the order of `word`.
  private static let words: StaticString =
    "take delay drop refuse fail corrupt replace replay inject close cut stall resume insert act"

  /// The place of its name in `words`.
  private var word: Int {
    switch self {
    case .take: 0
    case .delay: 1
    case .drop: 2
    case .refuse: 3
    case .fail: 4
    case .corrupt: 5
    case .replace: 6
    case .replay: 7
    case .inject: 8
    case .close: 9
    case .cut: 10
    case .stall: 11
    case .resume: 12
    case .insert: 13
    case .act: 14
    }
  }

  /// Its name, as documents spell it.
  var name: Text { Words.word(word, of: Edit.words) }

  /// Reads an edit.
  init(_ value: Value, in world: World) throws(LabError) {
    guard let name = value["edit"]?.string else {
      throw LabError(.badCommand, "an edit is an object with a string 'edit'")
    }
    let reader = EditReader(value: value, world: world)
    switch Words.index(of: name, in: Edit.words) {
    case 0: self = .take(try reader.event())
    case 1: self = .delay(try reader.event(), milliseconds: try reader.integer("milliseconds"))
    case 2: self = .drop(try reader.event())
    case 3: self = .refuse(try reader.event())
    case 4: self = .fail(try reader.event())
    case 5: self = .corrupt(try reader.event())
    case 6: self = .replace(try reader.event(), text: try reader.frame())
    case 7: self = .replay(try reader.event())
    case 8:
      let socket = try reader.socket()
      self = .inject(socket, to: try reader.end("to"), text: try reader.frame())
    case 9: self = try reader.close()
    case 10: self = .cut(try reader.socket())
    case 11: self = .stall(try reader.socket(), to: try reader.endOrBoth())
    case 12: self = .resume(try reader.socket(), to: try reader.endOrBoth())
    case 13: self = try reader.insert()
    case 14: self = try reader.act()
    default: throw LabError(.badCommand, "there is no edit '" + name + "'", at: "edit")
    }
  }
}

/// Reads the fields of an edit.
private struct EditReader {
  let value: Value
  let world: World

  func text(_ key: StaticString, atMost limit: Int) throws(LabError) -> Text {
    guard let text = value[Text(stringLiteral: key)]?.string else {
      throw LabError(.badCommand, "a text is expected", at: key)
    }
    guard text.count <= limit else {
      throw LabError(.tooMany, "a text of at most " + Text(limit) + " bytes is expected", at: key)
    }
    return text
  }

  @inline(never)
  func frame() throws(LabError) -> Text { try text("text", atMost: 65_536) }

  @inline(never)
  func close() throws(LabError) -> Edit {
    .close(try socket(), by: try end("by"), code: try code(), reason: try reason())
  }

  @inline(never)
  func act() throws(LabError) -> Edit {
    guard let command = LabCommand(value: value).inside("act") else {
      throw LabError(.badCommand, "an object is expected", at: "act")
    }
    do throws(LabError) {
      return .act(try Deed(command, clients: world.settings.clients))
    } catch {
      throw error.inside("act")
    }
  }

  @inline(never)
  func insert() throws(LabError) -> Edit {
    .insert(party: try party(), branch: try integer("branch"), message: try message())
  }

  @inline(never)
  func integer(_ key: StaticString) throws(LabError) -> Int {
    guard let integer = value[Text(stringLiteral: key)]?.small, integer >= 0 else {
      throw LabError(.badCommand, "a whole number that is not negative is expected", at: key)
    }
    return integer
  }

  @inline(never)
  func event() throws(LabError) -> EventID {
    guard let id = EventID(try text("event", atMost: 16)) else {
      throw LabError(.badCommand, "an id of 16 hexadecimal digits is expected", at: "event")
    }
    return id
  }

  @inline(never)
  func socket() throws(LabError) -> SocketName {
    let spelling = try text("socket", atMost: 256)
    guard let name = world.socketName(spelling) else {
      throw LabError(
        .noSuchSocket, "a socket is called by a client and a number, such as alice/1",
        at: "socket")
    }
    return name
  }

  @inline(never)
  func end(_ key: StaticString) throws(LabError) -> SocketEnd {
    try LabCommand(value: value).end(key)
  }

  @inline(never)
  func endOrBoth() throws(LabError) -> SocketEnd? {
    let name = value["to"]
    return name == nil || name?.string == "both" ? nil : try end("to")
  }

  func code() throws(LabError) -> Int {
    if value["code"] == nil { return CloseCode.goingAway }
    let code = try integer("code")
    guard (1000...4999).contains(code) else {
      throw LabError(.badCommand, "a close code is from 1000 to 4999", at: "code")
    }
    return code
  }

  func reason() throws(LabError) -> Text {
    value["reason"] == nil ? Text() : try text("reason", atMost: 123)
  }

  func party() throws(LabError) -> Int { try world.party(value["party"]) }

  @inline(never)
  func message() throws(LabError) -> Value {
    guard let message = value["message"], message.object != nil else {
      throw LabError(.badCommand, "an object is expected", at: "message")
    }
    guard message["handler"]?.string != nil else {
      throw LabError(.badCommand, "a message has a string 'handler'", at: "message.handler")
    }
    if let key = message.handleKey {
      throw LabError(
        .badCommand, "'" + key + "' stands for something outside: it cannot be inserted",
        at: "message")
    }
    return message
  }
}

extension SocketEnd {
  var value: Value { self == .client ? "client" : "server" }
}

extension Value {
  /// The first key, at any depth, that stands for something outside.
  var handleKey: Text? {
    var found: Text? = nil
    switch content {
    case .object(let fields):
      fields.forEach { key, field in
        if found == nil { found = key.firstByte == UInt8(ascii: "_") ? key : field.handleKey }
      }
    case .array(let elements): elements.forEach { found = found ?? $0.handleKey }
    default: break
    }
    return found
  }
}

extension World {
  func spelling(of name: SocketName) -> Text {
    (parties.indices.contains(name.party) ? parties[name.party].name : Text(name.party)) + "/"
      + Text(name.number)
  }

  /// Reads the name of a socket, whether there is one of that name or not.
  func socketName(_ spelling: Text) -> SocketName? {
    spelling.withUTF8 { bytes in
      guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return nil }
      var number = 0
      for byte in bytes[(slash + 1)...] {
        guard (0x30...0x39).contains(byte), number < 1_000_000 else { return nil }
        number = number * 10 + Int(byte - 0x30)
      }
      guard number > 0, let name = Text(utf8: UnsafeBufferPointer(rebasing: bytes[..<slash])),
        let party = parties.firstIndex(where: { $0.name == name })
      else { return nil }
      return SocketName(party: party, number: number)
    }
  }

  /// A party by its index or its name.
  func party(_ value: Value?) throws(LabError) -> Int {
    if let index = value?.small, parties.indices.contains(index) { return index }
    if let name = value?.string, let index = parties.firstIndex(where: { $0.name == name }) {
      return index
    }
    throw LabError(
      .noSuchParty, "there is no party " + (value.map { JSON.print($0) } ?? "of no name"),
      at: "party")
  }
}
