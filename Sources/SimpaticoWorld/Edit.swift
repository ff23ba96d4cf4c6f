public import SimpaticoTree

/// One interference with a world: a value, so that a universe is its settings and its edits.
///
/// An edit is a step of its own. It is made at the moment after the step before, and names what it
/// concerns by ids that mean the same in every universe in which that thing happens.
public enum Edit: Equatable, Sendable {
  /// A pending event happens now, before all others.
  case take(EventID)
  /// A pending event happens later, and so does what follows it in its stream.
  case delay(EventID, milliseconds: Int)
  /// A pending event never happens.
  case drop(EventID)
  /// A client that begins to connect, or a connection request on its way, is refused.
  case refuse(EventID)
  /// A cipher operation comes to nothing.
  case fail(EventID)
  /// One bit of a frame on its way flips.
  case corrupt(EventID)
  /// Another text stands in a frame on its way.
  case replace(EventID, text: Text)
  /// A frame, on its way or arrived, is sent once more by somebody in the middle.
  case replay(EventID)
  /// A frame that nobody sent is put on its way.
  case inject(SocketName, to: SocketEnd, text: Text)
  /// The host at one end closes the connection.
  case close(SocketName, by: SocketEnd, code: Int, reason: Text)
  /// The wire breaks.
  case cut(SocketName)
  /// Nothing more arrives at one end, or, with nil, at both.
  case stall(SocketName, to: SocketEnd?)
  /// What was held arrives after all.
  case resume(SocketName, to: SocketEnd?)
  /// A party is given a message of its own side, at the leaf of one of its branches.
  case insert(party: Int, branch: BranchID, message: Value)
  /// Something is done now by somebody in a chat; the deed's own time does not count.
  case act(Deed)
}

/// A socket by the client that opened it and how many that client had opened by then, itself
/// included. Unlike an index, it means the same in universes in which others connect in another
/// order.
public struct SocketName: Equatable, Sendable {
  /// The client, as an index into the world's parties.
  public let party: Int
  /// From 1.
  public let number: Int

  /// The name of a client's socket.
  public init(party: Int, number: Int) {
    self.party = party
    self.number = number
  }
}

extension World {
  /// The index of a socket in `sockets`, or nil where there is none of this name. Linear.
  func index(of name: SocketName) -> Int? {
    var number = 0
    for index in 0..<socketLog.count where socketLog[index].client.party == name.party {
      number += 1
      if number == name.number { return index }
    }
    return nil
  }

  /// The name of a socket by its index. Linear.
  func name(ofSocket index: Int) -> SocketName {
    let party = socketLog[index].client.party
    var number = 0
    for other in 0...index where socketLog[other].client.party == party { number += 1 }
    return SocketName(party: party, number: number)
  }
}

extension Event {
  /// The socket that it travels on, and the end that it is for, where it does.
  var route: (socket: Int, end: SocketEnd)? { Event.route(of: kind) }

  static func route(of kind: Kind) -> (socket: Int, end: SocketEnd)? {
    switch kind {
    case .arrival(let socket): (socket, .server)
    case .frame(let socket, let end, _), .news(let socket, let end, _),
      .closing(let socket, let end, _, _, _):
      (socket, end)
    case .begin, .deed, .result, .timer: nil
    }
  }
}
