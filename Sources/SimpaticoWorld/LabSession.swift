import SimpaticoProtocol
public import SimpaticoTree

/// The lab page's side of the core: numbered worlds, driven by commands in JSON.
///
/// | command | answer |
/// |---|---|
/// | `{"command":"new","world":0,"seed":7,"clients":3}` | view of a new world, at its start |
/// | `{"command":"step","world":0}` | view after one event |
/// | `{"command":"run","world":0,"steps":1000}` | view after at most so many events |
/// | `{"command":"view","world":0}` | view |
/// | `{"command":"node","world":0,"party":1,"node":5}` | node details |
///
/// A command that is wrong answers `{"error": "…"}` and changes nothing.
public struct LabSession: Sendable {
  static let maximumWorlds = 256
  private static let limits = JSONLimits(maximumDepth: 32, maximumKeys: 1_000_000)

  private var worlds: [World] = []
  var multiverse = Multiverse()

  /// A session without worlds.
  public init() {}

  /// Performs one command given as UTF-8 JSON, and answers in UTF-8 JSON.
  public mutating func call(_ request: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    var out: [UInt8] = []
    let answer: Value
    do throws(JSONError) {
      answer = perform(try JSON.parse(request, limits: LabSession.limits))
    } catch {
      answer = LabSession.error("the command is not JSON: " + error.message)
    }
    JSON.append(answer, to: &out)
    return out
  }

  /// Performs one command.
  public mutating func perform(_ command: Value) -> Value {
    guard let name = command["command"]?.string else {
      return LabSession.error("an object with a string 'command' is expected")
    }
    do throws(LabError) {
      if let answer = try answer(name, LabCommand(value: command)) { return answer }
    } catch {
      return error.value
    }
    let index = command["world"]?.integer ?? 0
    if name == "new" { return create(command, at: index) }
    guard worlds.indices.contains(index) else {
      return LabSession.error("there is no world " + Text(index))
    }
    if name == "step" {
      worlds[index].advance()
    } else if name == "run" {
      worlds[index].run(atMost: min(max(command["steps"]?.integer ?? 10_000, 0), 1_000_000))
    } else if name == "node" {
      return worlds[index].detail(
        party: command["party"]?.integer ?? -1, node: command["node"]?.integer ?? -1)
    } else if name != "view" {
      return LabSession.error("unknown command '" + name + "'")
    }
    worlds[index].settleDigest()
    return worlds[index].view(number: index)
  }

  /// The commands about universes, in the order of `answer`.
  private static let commands: StaticString =
    """
    start play moment edit fork fanout map name remove clear compare nodes branches messages \
    picture detail value writers handlers check find export import open log event scenarios extend
    """

  /// What the lab answers to a command about universes. Nil for other commands.
  private mutating func answer(
    _ name: Text, _ command: LabCommand
  ) throws(LabError) -> Value? {
    switch Words.index(of: name, in: LabSession.commands) {
    case 0: try start(command)
    case 1: try play(command)
    case 2: try moment(try universe(command), command)
    case 3: try edit(command)
    case 4: try fork(command)
    case 5: try fanOut(command)
    case 6: map()
    case 7: try rename(command)
    case 8: try remove(command)
    case 9: clear()
    case 10: try compare(command)
    case 11: try nodes(command)
    case 12: try branches(command)
    case 13: try messages(command)
    case 14: try picture(command)
    case 15: try detail(command)
    case 16: try part(command)
    case 17: try writers(command)
    case 18: try handlers(command)
    case 19: try check(command)
    case 20: try find(command)
    case 21: try export(command)
    case 22: try importing(command)
    case 23: try open(command)
    case 24: try log(command)
    case 25: try pendingEvent(command)
    case 26: scenarios
    case 27: try extend(command)
    default: nil
    }
  }

  private mutating func create(_ command: Value, at index: Int) -> Value {
    guard index >= 0, index <= worlds.count, index < LabSession.maximumWorlds else {
      return LabSession.error("worlds are numbered from 0 without gaps")
    }
    let seed = command["seed"]?.number ?? 1
    guard seed >= 0, seed < 0x1p63, Double(UInt64(seed)) == seed else {
      return LabSession.error("'seed' must be a whole number that is not negative")
    }
    let clients = command["clients"]?.integer ?? 3
    guard (1...World.maximumClients).contains(clients) else {
      return LabSession.error("'clients' must be 1 to " + Text(World.maximumClients))
    }
    let world = World(World.Settings(seed: UInt64(seed), clients: clients))
    if index == worlds.count { worlds.append(world) } else { worlds[index] = world }
    return world.view(number: index)
  }

  static func error(_ text: Text) -> Value { ["error": .string(text)] }
}
