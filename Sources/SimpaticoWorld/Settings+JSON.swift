import SimpaticoTree

extension World.Settings {
  /// The settings as documents and commands spell them.
  var value: Value {
    var faulty = Vector<Value>()
    for (client, fault) in faults {
      var fields = Fields()
      fields.put("client", client)
      switch fault {
      case .refused: fields.put("fault", word: "refused")
      case .cut(let frames):
        fields.put("fault", word: "cut")
        fields.put("afterFrames", frames)
      case .closedByServer(let frames, let code, let reason):
        fields.put("fault", word: "close")
        fields.put("afterFrames", frames)
        fields.put("code", code)
        fields.put("reason", reason)
      }
      faulty.append(fields.value)
    }
    var fields = Fields()
    fields.put("seed", value: .number(Double(seed)))
    fields.put("clients", clients)
    fields.put("latency", value: World.Settings.pair(latencyMilliseconds))
    fields.put("computation", value: World.Settings.pair(computationMilliseconds))
    fields.put("deadline", deadlineMilliseconds)
    fields.put("faults", faulty)
    return fields.value
  }

  private static func pair(_ range: ClosedRange<Int64>) -> Value {
    [.number(Double(range.lowerBound)), .number(Double(range.upperBound))]
  }

  /// Reads settings; what is not said is as usual.
  init(_ value: Value) throws(LabError) {
    do throws(LabError) {
      try self.init(reading: value)
    } catch {
      throw error.inside("settings")
    }
  }

  private init(reading value: Value) throws(LabError) {
    guard value.object != nil else { throw LabError(.badCommand, "an object is expected") }
    let command = LabCommand(value: value)
    let usual = World.Settings()
    let seed = value["seed"]?.number ?? 1
    guard seed >= 0, seed <= 0x1p53, Double(UInt64(seed)) == seed else {
      throw LabError(.badCommand, "a whole number from 0 to 2⁵³ is expected", at: "seed")
    }
    let clients = try command.integer("clients", in: 1...World.maximumClients, else: usual.clients)
    self.init(
      seed: UInt64(seed), clients: clients,
      latencyMilliseconds: try World.Settings.range(command, "latency", usual.latencyMilliseconds),
      computationMilliseconds: try World.Settings.range(
        command, "computation", usual.computationMilliseconds),
      deadlineMilliseconds: try command.integer(
        "deadline", in: 1...World.longestDelay, else: usual.deadlineMilliseconds),
      faults: try World.Settings.faults(value["faults"], clients))
  }

  private static func range(
    _ command: LabCommand, _ key: StaticString, _ usual: ClosedRange<Int64>
  ) throws(LabError) -> ClosedRange<Int64> {
    guard let range = try command.range(key) else { return usual }
    guard range.upperBound <= World.longestDelay else {
      throw LabError(
        .badCommand, "at most " + Text(World.longestDelay) + " milliseconds", at: key)
    }
    return Int64(range.lowerBound)...Int64(range.upperBound)
  }

  private static func faults(
    _ value: Value?, _ clients: Int
  ) throws(LabError) -> [(client: Int, fault: Fault)] {
    guard let value else { return [] }
    guard let list = value.array, list.count <= World.maximumClients else {
      throw LabError(
        .badCommand, "an array of at most " + Text(World.maximumClients) + " is expected",
        at: "faults")
    }
    var faults: [(client: Int, fault: Fault)] = []
    for index in 0..<list.count {
      do throws(LabError) {
        let command = LabCommand(value: list[index])
        let client = try command.integer("client", in: 0...(clients - 1))
        faults.append((client, try fault(command)))
      } catch {
        throw error.inside("faults[" + Text(index) + "]")
      }
    }
    return faults
  }

  private static func fault(_ command: LabCommand) throws(LabError) -> Fault {
    let name = try command.text("fault", atMost: 16)
    if name == "refused" { return .refused }
    let frames = try command.integer("afterFrames", in: 0...1_000_000, else: 1)
    if name == "cut" { return .cut(afterFrames: frames) }
    guard name == "close" else {
      throw LabError(.badCommand, "'refused', 'cut' or 'close' is expected", at: "fault")
    }
    return .closedByServer(
      afterFrames: frames, code: try command.integer("code", in: 1000...4999, else: 1001),
      reason: try command.text("reason", atMost: 123, else: Text()))
  }
}
