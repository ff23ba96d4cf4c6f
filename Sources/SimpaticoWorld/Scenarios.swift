import SimpaticoTree

/// Worlds worth looking at, by name.
extension LabSession {
  /// The list of them, each with a document to be imported.
  var scenarios: Value {
    var list: [Value] = []
    if let told = try? JSON.parse(LabSession.scenarioTable).array {
      for index in 0..<told.count {
        let (title, settings) = (told[index]["title"] ?? "", told[index]["settings"] ?? [:])
        list.append(
          told[index].without("settings")
            .with("document", LabSession.document(title, settings)).with("group", "registration")
            .with("ends", .null))
      }
    }
    for scenario in Scenario.all {
      var entry = Fields()
      entry.put("name", scenario.name)
      entry.put("title", scenario.title)
      entry.put("text", scenario.outcome)
      entry.put("group", word: "chat")
      entry.put("ends", time: scenario.endsAt)
      entry.put(
        "document",
        value: LabSession.document(.string(scenario.title), scenario.settings.value))
      list.append(entry.value)
    }
    var fields = Fields()
    fields.put("scenarios", list)
    return fields.value
  }

  private static func document(_ title: Value, _ settings: Value) -> Value {
    var document = Fields()
    document.put("simpatico", word: "universe")
    document.put("version", documentVersion)
    document.put("name", value: title)
    document.put("settings", value: settings)
    return document.value
  }

  /// Settings that are not told are as usual. A text and no literals: in builds for the browser,
  /// constant arrays of faults have been mistaken for one another.
  private static let scenarioTable: Text = """
    [{"name":"registration","title":"Registration",
    "text":"Three clients prove their keys to a server.","settings":{}},
    {"name":"crowd","title":"A crowd",
    "text":"Twelve clients register at once.","settings":{"clients":12}},
    {"name":"refused","title":"Connection refused",
    "text":"Alice cannot reach the server.",
    "settings":{"clients":2,"faults":[{"client":0,"fault":"refused"}]}},
    {"name":"lost","title":"The wire breaks",
    "text":"1006 at both ends, while the server opens alice's box.",
    "settings":{"clients":2,"faults":[{"client":0,"fault":"cut","afterFrames":2}]}},
    {"name":"closed","title":"The server leaves",
    "text":"It closes with 1001 after its challenge.",
    "settings":{"clients":2,"faults":[{"client":0,"fault":"close","afterFrames":1,
    "code":1001,"reason":"maintenance"}]}},
    {"name":"late","title":"Too late",
    "text":"The network is slower than the deadline allows.",
    "settings":{"clients":2,"latency":[600,600],"deadline":1000}},
    {"name":"slow","title":"A slow network",
    "text":"Messages take up to two seconds, and still arrive.",
    "settings":{"latency":[20,2000]}}]
    """
}
