import SimpaticoProtocol
public import SimpaticoTree

/// The lab page's side of the core: universes, driven by commands in JSON.
///
/// A command is an object whose `command` names it; `docs/LAB.md` lists all of them with their
/// answers. A command that is wrong answers `{"error": "…"}` and changes nothing.
public struct LabSession: Sendable {
  private static let limits = JSONLimits(maximumDepth: 32, maximumKeys: 1_000_000)

  var multiverse = Multiverse()

  /// A session without universes.
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
    return LabSession.error("unknown command '" + name + "'")
  }

  /// The commands, in the order of `answer`.
  private static let commands: StaticString =
    """
    start play moment edit fork fanout map name remove clear compare nodes branches messages \
    detail value writers handlers check find export import open log event scenarios \
    extend
    """

  /// What the lab answers to a command. Nil for what is none.
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
    case 14: try detail(command)
    case 15: try part(command)
    case 16: try writers(command)
    case 17: try handlers(command)
    case 18: try check(command)
    case 19: try find(command)
    case 20: try export(command)
    case 21: try importing(command)
    case 22: try open(command)
    case 23: try log(command)
    case 24: try pendingEvent(command)
    case 25: scenarios
    case 26: try extend(command)
    default: nil
    }
  }

  static func error(_ text: Text) -> Value { ["error": .string(text)] }
}
