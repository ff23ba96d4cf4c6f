public import SimpaticoTree

/// Something that a person or the world outside does in a chat, at its time.
public struct Deed: Equatable, Sendable {
  /// Virtual milliseconds since the start.
  public let at: Int64
  /// Whose it is, counted from 0.
  public let client: Int
  /// What is done.
  public let act: Act

  /// A deed of a client.
  public init(at: Int64, client: Int, _ act: Act) {
    self.at = at
    self.client = client
    self.act = act
  }

  /// What can be done.
  public enum Act: Equatable, Sendable {
    /// Makes an invitation; nil for the usual expiry.
    case invite(expiresInMilliseconds: Int? = nil)
    /// Opens the newest link of another client, as it is or with a wrong secret in it.
    case follow(host: Int, isSecretWrong: Bool = false)
    /// Opens a link to an invitation that its host never made.
    case followUnknown(host: Int)
    /// Opens a link that a host has made up, with the id of another's newest invitation.
    case followCopy(host: Int, of: Int)
    /// Takes the newest invitation back.
    case revoke
    /// Writes to a contact.
    case write(to: Int, Text)
    /// Reads what a contact wrote.
    case read(from: Int)
    case block(Int)
    case unblock(Int)
    case remove(Int)
    /// Closes the connection and makes no other, until `start`.
    case stop
    case start
    /// The network has changed or the machine has woken.
    case wake
    /// The wires of the client break.
    case disconnect
    /// Nothing gets through the client's wires any more, and neither end is told.
    case unplug
    /// What is to go wrong with the next connection that the client makes.
    case fault(Fault)
    /// A hostile relay: what it does to the next frame of a kind for the client.
    case tamper(Tampering)
    /// A frame that the other end never sent.
    case inject(Text, to: SocketEnd)
    /// The client's clock is set forward or back.
    case turnClock(milliseconds: Int64)
    /// The client connects once more with the same key, as another device of the person would.
    case connectTwice
    /// The client's process is killed. It starts again after a time, from its journal.
    case crash(downMilliseconds: Int64)
    /// The relay's process is killed, and refuses connections for a time.
    case relayRestart(downMilliseconds: Int64)

    /// Acts are equal where documents spell them alike.
    public static func == (left: Act, right: Act) -> Bool {
      Deed(at: 0, client: 0, left).value == Deed(at: 0, client: 0, right).value
    }
  }
}
