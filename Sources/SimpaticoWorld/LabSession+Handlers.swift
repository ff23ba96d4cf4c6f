import SimpaticoProtocol
import SimpaticoTree

extension LabSession {
  /// A party's handlers: what a form for a message is made from.
  func handlers(_ command: LabCommand) throws(LabError) -> Value {
    let scene = try scene(command)
    let party = try scene.party(command)
    let accepted = scene.world?.parties[party].wire.accepted ?? []
    let library = scene.tree(party).combiner.library
    return [
      "handlers": .array(
        library.handlers.map { handler in
          [
            "name": .string(handler.name), "colour": .number(Palette.index(of: handler.name)),
            "isWire": .bool(accepted.contains { $0 == handler.name }),
            "pattern": handler.pattern?.source ?? .null, "example": handler.example ?? .null,
          ]
        })
    ]
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
        return [
          "ok": false, "error": .string(error.message), "offset": .number(error.offset),
        ]
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
      return ["ok": true, "message": message]
    }
    var places = Vector<Value>()
    collect(failures, [], &places)
    return [
      "ok": false, "error": .string("the message does not fit the pattern of '" + name + "'"),
      "failures": .array(places), "message": message,
    ]
  }

  private static func wrong(_ text: Text, _ paths: [Value], _ message: Value) -> Value {
    [
      "ok": false, "error": .string(text), "message": message,
      "failures": .array(paths.map { ["path": $0, "failed": []] }),
    ]
  }

  /// The failing parts of a pattern by their places in the message.
  private static func collect(_ failures: Value, _ path: [Value], _ places: inout Vector<Value>) {
    guard let fields = failures.object, !fields.isEmpty else {
      places.append(["path": .array(path), "failed": failures])
      return
    }
    fields.forEach { key, failed in collect(failed, path + [.string(key)], &places) }
  }
}
