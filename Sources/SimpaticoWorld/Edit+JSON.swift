import SimpaticoProtocol
import SimpaticoTree

extension Edit {
  /// The edit as documents and commands spell it. Parties are called by their names in `world`.
  func value(in world: World) -> Value {
    func named(_ name: Text, _ more: Object) -> Value {
      var fields = more
      fields["edit"] = .string(name)
      return .object(fields)
    }
    func of(_ id: EventID) -> Object { ["event": .string(id.text)] }
    func on(_ socket: SocketName) -> Object { ["socket": .string(world.spelling(of: socket))] }
    func both(_ one: Object, _ key: Text, _ value: Value) -> Object {
      var fields = one
      fields[key] = value
      return fields
    }
    switch self {
    case .take(let id): return named("take", of(id))
    case .delay(let id, let milliseconds):
      return named("delay", both(of(id), "milliseconds", .number(milliseconds)))
    case .drop(let id): return named("drop", of(id))
    case .refuse(let id): return named("refuse", of(id))
    case .fail(let id): return named("fail", of(id))
    case .corrupt(let id): return named("corrupt", of(id))
    case .replace(let id, let text): return named("replace", both(of(id), "text", .string(text)))
    case .replay(let id): return named("replay", of(id))
    case .inject(let socket, let end, let text):
      return named("inject", both(both(on(socket), "to", end.value), "text", .string(text)))
    case .close(let socket, let end, let code, let reason):
      let fields = both(both(on(socket), "by", end.value), "code", .number(code))
      return named("close", both(fields, "reason", .string(reason)))
    case .cut(let socket): return named("cut", on(socket))
    case .stall(let socket, let end):
      return named("stall", both(on(socket), "to", end?.value ?? "both"))
    case .resume(let socket, let end):
      return named("resume", both(on(socket), "to", end?.value ?? "both"))
    case .insert(let party, let branch, let message):
      let name = world.parties.indices.contains(party) ? world.parties[party].name : Text(party)
      return named(
        "insert", ["party": .string(name), "branch": .number(branch), "message": message])
    }
  }

  /// Reads an edit.
  init(_ value: Value, in world: World) throws(LabError) {
    guard let name = value["edit"]?.string else {
      throw LabError(.badCommand, "an edit is an object with a string 'edit'")
    }
    let reader = EditReader(value: value, world: world)
    if name == "take" {
      self = .take(try reader.event())
    } else if name == "delay" {
      self = .delay(try reader.event(), milliseconds: try reader.integer("milliseconds"))
    } else if name == "drop" {
      self = .drop(try reader.event())
    } else if name == "refuse" {
      self = .refuse(try reader.event())
    } else if name == "fail" {
      self = .fail(try reader.event())
    } else if name == "corrupt" {
      self = .corrupt(try reader.event())
    } else if name == "replace" {
      self = .replace(try reader.event(), text: try reader.text("text", atMost: 65_536))
    } else if name == "replay" {
      self = .replay(try reader.event())
    } else if name == "inject" {
      let socket = try reader.socket()
      let text = try reader.text("text", atMost: 65_536)
      self = .inject(socket, to: try reader.end("to"), text: text)
    } else if name == "close" {
      self = .close(
        try reader.socket(), by: try reader.end("by"), code: try reader.code(),
        reason: try reader.reason())
    } else if name == "cut" {
      self = .cut(try reader.socket())
    } else if name == "stall" {
      self = .stall(try reader.socket(), to: try reader.endOrBoth())
    } else if name == "resume" {
      self = .resume(try reader.socket(), to: try reader.endOrBoth())
    } else if name == "insert" {
      self = .insert(
        party: try reader.party(), branch: try reader.integer("branch"),
        message: try reader.message())
    } else {
      throw LabError(.badCommand, "there is no edit '" + name + "'", at: "edit")
    }
  }
}

/// Reads the fields of an edit.
private struct EditReader {
  let value: Value
  let world: World

  func text(_ key: Text, atMost limit: Int) throws(LabError) -> Text {
    guard let text = value[key]?.string else {
      throw LabError(.badCommand, "a text is expected", at: key)
    }
    guard text.count <= limit else {
      throw LabError(.tooMany, "a text of at most " + Text(limit) + " bytes is expected", at: key)
    }
    return text
  }

  func integer(_ key: Text) throws(LabError) -> Int {
    guard let integer = value[key]?.small, integer >= 0 else {
      throw LabError(.badCommand, "a whole number that is not negative is expected", at: key)
    }
    return integer
  }

  func event() throws(LabError) -> EventID {
    guard let id = EventID(try text("event", atMost: 16)) else {
      throw LabError(.badCommand, "an id of 16 hexadecimal digits is expected", at: "event")
    }
    return id
  }

  func socket() throws(LabError) -> SocketName {
    let spelling = try text("socket", atMost: 256)
    guard let name = world.socketName(spelling) else {
      throw LabError(
        .noSuchSocket, "a socket is called by a client and a number, such as alice/1",
        at: "socket")
    }
    return name
  }

  func end(_ key: Text) throws(LabError) -> SocketEnd {
    let name = try text(key, atMost: 16)
    if name == "client" { return .client }
    if name == "server" { return .server }
    throw LabError(.badCommand, "'client' or 'server' is expected", at: key)
  }

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
