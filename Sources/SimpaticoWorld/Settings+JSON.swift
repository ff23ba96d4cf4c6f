import SimpaticoTree

extension World.Settings {
  /// The settings as documents and commands spell them.
  var value: Value {
    var faulty = Vector<Value>()
    for (client, fault) in faults {
      var fields = Fields()
      fields.put("client", client)
      fault.put(into: &fields)
      faulty.append(fields.value)
    }
    var fields = Fields()
    fields.put("seed", value: .number(Double(seed)))
    fields.put("clients", clients)
    fields.put("latency", value: World.Settings.pair(latencyMilliseconds))
    fields.put("computation", value: World.Settings.pair(computationMilliseconds))
    fields.put("deadline", deadlineMilliseconds)
    fields.put("faults", faulty)
    if let script { fields.put("script", script.map { $0.value }) }
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
      faults: try World.Settings.faults(value["faults"], clients),
      script: try World.Settings.script(value["script"], clients))
  }

  private static func script(_ value: Value?, _ clients: Int) throws(LabError) -> [Deed]? {
    guard let value else { return nil }
    guard let list = value.array, list.count <= maximumDeeds else {
      throw LabError(
        .badCommand, "an array of at most " + Text(maximumDeeds) + " is expected", at: "script")
    }
    var script: [Deed] = []
    for index in 0..<list.count {
      do throws(LabError) {
        script.append(try Deed(LabCommand(value: list[index]), clients: clients))
      } catch {
        throw error.inside("script[" + Text(index) + "]")
      }
    }
    return script
  }

  /// More deeds than this are in no script.
  private static let maximumDeeds = 1_000

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
        faults.append((client, try Fault(command)))
      } catch {
        throw error.inside("faults[" + Text(index) + "]")
      }
    }
    return faults
  }
}

extension Fault {
  /// Says which fault it is.
  func put(into fields: inout Fields) {
    switch self {
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
  }

  /// Reads which fault it is.
  init(_ command: LabCommand) throws(LabError) {
    let name = try command.text("fault", atMost: 16)
    let frames = try command.integer("afterFrames", in: 0...1_000_000, else: 1)
    switch Words.index(of: name, in: "refused cut close") {
    case 0: self = .refused
    case 1: self = .cut(afterFrames: frames)
    case 2:
      self = .closedByServer(
        afterFrames: frames, code: try command.integer("code", in: 1000...4999, else: 1001),
        reason: try command.text("reason", atMost: 123, else: Text()))
    default: throw LabError(.badCommand, "'refused', 'cut' or 'close' is expected", at: "fault")
    }
  }
}
