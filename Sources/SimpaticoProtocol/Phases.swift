public import SimpaticoTree

/// The ready states of a WebSocket.
public enum ConnectionPhase: UInt8, Sendable, CaseIterable, Spelled {
  case connecting, open, closing, closed

  var spelling: Text {
    switch self {
    case .connecting: "CONNECTING"
    case .open: "OPEN"
    case .closing: "CLOSING"
    case .closed: "CLOSED"
    }
  }

  /// As the original and the WebSocket API spell it.
  public var name: Text { spelling }

  /// The phase of that name, or nil where there is none.
  public init?(_ value: Value?) { self.init(spelling: value) }

  /// Whether it may go from one phase to another; nil stands for "not begun".
  ///
  /// The tables of phases are switches and no array literals: builds for the browser have mistaken
  /// one constant array for another.
  static func leads(from phase: ConnectionPhase?, to next: ConnectionPhase) -> Bool {
    switch (phase, next) {
    case (nil, .connecting),
      (.connecting, .open), (.connecting, .closing), (.connecting, .closed),
      (.open, .closing), (.open, .closed),
      (.closing, .closed):
      true
    default: false
    }
  }
}

/// How far a connection's registration has come.
public enum RegistrationPhase: UInt8, Sendable, CaseIterable, Spelled {
  /// Nothing was proved or asked.
  case unregistered
  /// The server has sent its key and a time to give back.
  case challenged
  /// A cipher operation is under way.
  case computing
  /// The client has sent its proof.
  case responded
  case verified
  /// The proof was refused.
  case unverified
  /// It broke off: by a fault, by time, or because the connection closed.
  case error

  var spelling: Text {
    switch self {
    case .unregistered: "UNREGISTERED"
    case .challenged: "CHALLENGED"
    case .computing: "COMPUTING"
    case .responded: "RESPONDED"
    case .verified: "VERIFIED"
    case .unverified: "UNVERIFIED"
    case .error: "ERROR"
    }
  }

  /// As the original spells it.
  public var name: Text { spelling }

  /// The phase of that name, or nil where there is none.
  public init?(_ value: Value?) { self.init(spelling: value) }

  /// Whether it has neither succeeded nor failed.
  public var isPending: Bool {
    switch self {
    case .unregistered, .challenged, .computing, .responded: true
    case .verified, .unverified, .error: false
    }
  }

  /// Whether it may go from one phase to another; nil stands for "not begun".
  static func leads(from phase: RegistrationPhase?, to next: RegistrationPhase) -> Bool {
    switch (phase, next) {
    case (nil, .unregistered),
      (.unregistered, .challenged), (.unregistered, .computing),
      (.challenged, .computing),
      (.computing, .responded), (.computing, .verified),
      (.responded, .verified),
      (.verified, .unverified):
      true
    case (let phase?, .unverified), (let phase?, .error): phase.isPending
    default: false
    }
  }
}

/// The two phases of a connection, read off a residue.
public struct Phases: Equatable, Sendable {
  /// Nil where the connection has not begun.
  public let connection: ConnectionPhase?
  /// Nil where the connection has not begun.
  public let registration: RegistrationPhase?

  /// Reads the phases off a connection's residue.
  public init(_ residue: Value) {
    connection = ConnectionPhase(residue[Field.connection])
    registration = RegistrationPhase(residue[Field.registration])
  }

  /// Whether the other side has proved its key and can be reached.
  public var isVerified: Bool { connection == .open && registration == .verified }

  /// The same of a residue, for those who ask nothing else: most residues are told by one field.
  static func isVerified(_ residue: Value) -> Bool {
    RegistrationPhase.verified.isSpelt(at: Field.registration, of: residue)
      && ConnectionPhase.open.isSpelt(at: Field.connection, of: residue)
  }
}
