public import SimpaticoProtocol
public import SimpaticoTree

/// A simulated WebSocket: two ends with a ready state each, and a wire between them that keeps
/// order.
public struct MockSocket: Sendable {
  /// One end: whose it is, and its ready state.
  public struct End: Sendable {
    /// Whose end it is, as an index into the world's parties.
    public let party: Int
    /// The branch of that party's tree.
    public internal(set) var branch: BranchID
    /// The end's ready state.
    public internal(set) var phase: ConnectionPhase
    /// When the last thing sent to this end arrives; nothing sent later arrives before it.
    var lastArrival: Int64 = 0
    /// The handle by which the party knows it.
    let handle: Value
  }

  /// Where the client connects to.
  public let url: Text
  /// The end that connects.
  public internal(set) var client: End
  /// The end that accepted; nil before it has.
  public internal(set) var server: End?
  /// What is to happen to this connection alone.
  var fault: Fault?
  /// Whether nothing gets through any more, of which neither end is told.
  var isUnplugged = false
  /// Frames that have come to either end.
  public internal(set) var framesDelivered = 0
  /// Whether nothing more arrives at the client's end, until it is resumed.
  public internal(set) var isStalledToClient = false
  /// Whether nothing more arrives at the server's end, until it is resumed.
  public internal(set) var isStalledToServer = false

  func isStalled(_ end: SocketEnd) -> Bool {
    end == .client ? isStalledToClient : isStalledToServer
  }

  subscript(end: SocketEnd) -> End? {
    get { end == .client ? client : server }
    set {
      guard let newValue else { return }
      if end == .client { client = newValue } else { server = newValue }
    }
  }
}

/// What may go wrong with a client's connection, from the start.
public enum Fault: Equatable, Sendable {
  /// The server cannot be reached.
  case refused
  /// The wire breaks after a number of frames, both ways counted together: no close frame, code
  /// 1006 at both ends.
  case cut(afterFrames: Int)
  /// The server's host closes the connection when a number of frames have been delivered.
  case closedByServer(afterFrames: Int, code: Int, reason: Text)
}
