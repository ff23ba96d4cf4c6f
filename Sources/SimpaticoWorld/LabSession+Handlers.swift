import SimpaticoProtocol
import SimpaticoTree

extension LabSession {
  /// A party's handlers: what a form for a message is made from.
  func handlers(_ command: LabCommand) throws(LabError) -> Value {
    let scene = try scene(command)
    let party = try scene.party(command)
    let accepted = scene.world?.parties[party].wire.accepted ?? []
    let library = scene.tree(party).combiner.library
    var fields = Fields()
    fields.put(
      "handlers",
      library.handlers.map { handler -> Value in
        var entry = Fields()
        entry.put("name", handler.name)
        entry.put("colour", Palette.index(of: handler.name))
        entry.put("isWire", accepted.contains { $0 == handler.name })
        entry.put("pattern", value: handler.pattern?.source ?? .null)
        entry.put("example", value: handler.example?.withoutHandles() ?? .null)
        return entry.value
      })
    return fields.value
  }

  /// Whether a message, as a text or as a value, is one that a party's handlers take, and which of
  /// its parts are wrong.
  func check(_ command: LabCommand) throws(LabError) -> Value {
    let scene = try scene(command)
    let library = scene.tree(try scene.party(command)).combiner.library
    let message: Value
    if command["text"] != nil {
      let text = try command.text("text", atMost: 65_536)
      do throws(JSONError) {
        message = try JSON.parse(text)
      } catch {
        var fields = Fields()
        fields.put("ok", false)
        fields.put("error", error.message)
        fields.put("offset", error.offset)
        return fields.value
      }
    } else if let value = command["message"] {
      message = value
    } else {
      throw LabError(.badCommand, "'text' or 'message' is expected")
    }
    return LabSession.checked(message, library)
  }

  private static func checked(_ message: Value, _ library: HandlerLibrary) -> Value {
    guard message.object != nil else { return wrong("a message is an object", [], message) }
    guard let name = message["handler"]?.string else {
      return wrong("a message has a string 'handler'", [["handler"]], message)
    }
    guard let handler = library[name] else {
      return wrong("there is no handler '" + name + "'", [["handler"]], message)
    }
    if let key = message.handleKey {
      return wrong("'" + key + "' stands for something outside", [[.string(key)]], message)
    }
    guard let failures = handler.pattern?.failures(of: message) else {
      var fields = Fields()
      fields.put("ok", true)
      fields.put("message", value: message)
      return fields.value
    }
    var places = Vector<Value>()
    collect(failures, [], &places)
    var fields = Fields()
    fields.put("ok", false)
    fields.put("error", "the message does not fit the pattern of '" + name + "'")
    fields.put("failures", places)
    fields.put("message", value: message)
    return fields.value
  }

  private static func wrong(_ text: Text, _ paths: [Value], _ message: Value) -> Value {
    var fields = Fields()
    fields.put("ok", false)
    fields.put("error", text)
    fields.put("message", value: message)
    fields.put(
      "failures",
      paths.map { path -> Value in
        var entry = Fields()
        entry.put("path", value: path)
        entry.put("failed", value: [])
        return entry.value
      })
    return fields.value
  }

  /// The failing parts of a pattern by their places in the message.
  private static func collect(_ failures: Value, _ path: [Value], _ places: inout Vector<Value>) {
    guard let fields = failures.object, !fields.isEmpty else {
      var entry = Fields()
      entry.put("path", path)
      entry.put("failed", value: failures)
      places.append(entry.value)
      return
    }
    fields.forEach { key, failed in collect(failed, path + [.string(key)], &places) }
  }
}
