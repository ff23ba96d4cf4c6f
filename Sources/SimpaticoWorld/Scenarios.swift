import SimpaticoTree

/// Worlds worth looking at, by name.
extension LabSession {
  var scenarios: Value {
    var list: [Value] = []
    var index = 0
    while true {
      let name = Words.word(index, of: "registration crowd refused lost closed late slow")
      if name.isEmpty { break }
      list.append(LabSession.scenario(index, name))
      index += 1
    }
    var fields = Fields()
    fields.put("scenarios", list)
    return fields.value
  }

  private static func scenario(_ index: Int, _ name: Text) -> Value {
    var settings = World.Settings()
    let (title, text): (Text, Text)
    switch index {
    case 0:
      (title, text) = ("Registration", "Three clients prove their keys to a server.")
    case 1:
      settings = World.Settings(clients: 12)
      (title, text) = ("A crowd", "Twelve clients register at once.")
    case 2:
      settings = World.Settings(clients: 2, faults: [(0, .refused)])
      (title, text) = ("Connection refused", "The server cannot be reached by alice.")
    case 3:
      settings = World.Settings(clients: 2, faults: [(0, .cut(afterFrames: 2))])
      (title, text) = ("The wire breaks", "1006 at both ends, while the server opens alice's box.")
    case 4:
      settings = World.Settings(
        clients: 2,
        faults: [(0, .closedByServer(afterFrames: 1, code: 1001, reason: "maintenance"))])
      (title, text) = ("The server leaves", "It closes with 1001 after its challenge.")
    case 5:
      settings = World.Settings(
        clients: 2, latencyMilliseconds: 600...600, deadlineMilliseconds: 1_000)
      (title, text) = ("Too late", "The network is slower than the deadline allows.")
    default:
      settings = World.Settings(latencyMilliseconds: 20...2_000)
      (title, text) = ("A slow network", "Messages take up to two seconds, and still arrive.")
    }
    var document = Fields()
    document.put("simpatico", word: "universe")
    document.put("version", documentVersion)
    document.put("name", title)
    document.put("settings", value: settings.value)
    var fields = Fields()
    fields.put("name", name)
    fields.put("title", title)
    fields.put("text", text)
    fields.put("document", value: document.value)
    return fields.value
  }
}
