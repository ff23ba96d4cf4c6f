import SimpaticoTree

/// The `state` handler and its messages.
///
/// The phases can be told to go to few places, so what is said of each is made once.
enum State {
  /// The message that moves the phases; a phase that is nil stays.
  static func message(
    _ connection: ConnectionPhase?, _ registration: RegistrationPhase? = nil
  ) -> Value { messages[index(connection, registration)] }

  static func message(_ registration: RegistrationPhase) -> Value { message(nil, registration) }

  static let run: Handler.Function = { (residue, message, context) throws(Refusal) in
    let before = Phases(residue)
    var connection: ConnectionPhase?
    var registration: RegistrationPhase?
    if let wanted = message[Field.connection] {
      guard let phase = ConnectionPhase(wanted) else { throw .because("no such connection phase") }
      guard ConnectionPhase.leads(from: before.connection, to: phase) else {
        throw .because(step("connection", before.connection?.name, phase.name))
      }
      connection = phase
    }
    if let wanted = message[Field.registration] {
      guard let phase = RegistrationPhase(wanted) else {
        throw .because("no such registration phase")
      }
      guard RegistrationPhase.leads(from: before.registration, to: phase) else {
        throw .because(step("registration", before.registration?.name, phase.name))
      }
      registration = phase
    }
    let outcomes = changes[index(connection, registration)]
    if connection == .open, residue[Field.server]?.bool == true {
      return outcomes + [.combine(Command.register1)]
    }
    return outcomes
  }

  private static func step(_ machine: Text, _ from: Text?, _ to: Text) -> Text {
    "the " + machine + " cannot go from " + (from ?? "its start") + " to " + to
  }

  /// The place of a pair of phases in the tables below, where nil comes first.
  private static func index(
    _ connection: ConnectionPhase?, _ registration: RegistrationPhase?
  ) -> Int {
    let row = connection.map { Int($0.rawValue) + 1 } ?? 0
    let column = registration.map { Int($0.rawValue) + 1 } ?? 0
    return row * columns + column
  }

  private static let columns = RegistrationPhase.count + 1

  /// The fields of every pair of phases.
  private static let pairs: [Object] = {
    var pairs: [Object] = []
    for row in 0...ConnectionPhase.count {
      for column in 0..<columns {
        // Of -1, for nil, there is no case.
        let connection = UInt8(exactly: row - 1).flatMap(ConnectionPhase.init(rawValue:))
        let registration = UInt8(exactly: column - 1).flatMap(RegistrationPhase.init(rawValue:))
        var pair = Object()
        pair[Field.connection] = connection.map { .string($0.spelling) }
        pair[Field.registration] = registration.map { .string($0.spelling) }
        pairs.append(pair)
      }
    }
    return pairs
  }()

  private static let changes: [[Outcome]] = pairs.map { [.combine(.object($0))] }

  private static let messages: [Value] = pairs.map { pair in
    var message = pair
    message[WireName.handler] = .string(LocalName.state)
    return .object(message)
  }
}
