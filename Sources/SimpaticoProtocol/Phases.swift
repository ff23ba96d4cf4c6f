public import SimpaticoTree

/// The ready states of a WebSocket.
public enum ConnectionPhase: UInt8, Sendable, CaseIterable, Spelled {
  case connecting, open, closing, closed

  static let spellings: [Text] = ["CONNECTING", "OPEN", "CLOSING", "CLOSED"]

  /// As the original and the WebSocket API spell it.
  public var name: Text { spelling }

  /// The phase of that name, or nil where there is none.
  public init?(_ value: Value?) { self.init(spelling: value) }

  /// Where it may go from here; nil stands for "not begun".
  static func successors(of phase: ConnectionPhase?) -> [ConnectionPhase] {
    switch phase {
    case nil: [.connecting]
    case .connecting: [.open, .closing, .closed]
    case .open: [.closing, .closed]
    case .closing: [.closed]
    case .closed: []
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

  static let spellings: [Text] = [
    "UNREGISTERED", "CHALLENGED", "COMPUTING", "RESPONDED", "VERIFIED", "UNVERIFIED", "ERROR",
  ]

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

  static func successors(of phase: RegistrationPhase?) -> [RegistrationPhase] {
    switch phase {
    case nil: [.unregistered]
    case .unregistered: [.challenged, .computing, .unverified, .error]
    case .challenged: [.computing, .unverified, .error]
    case .computing: [.responded, .verified, .unverified, .error]
    case .responded: [.verified, .unverified, .error]
    case .verified: [.unverified]
    case .unverified, .error: []
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
    residue[Field.registration] == verified && Phases(residue).isVerified
  }

  private static let verified = Value.string(RegistrationPhase.verified.name)
}
