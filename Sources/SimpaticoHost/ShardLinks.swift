import NIOCore
import SimpaticoProtocol
public import SimpaticoTree
import Synchronization

/// How the host of a shard reaches the other shards of its server (docs/decisions/0009).
public struct ShardLinks {
  /// Draws the next number of those that all shards draw from.
  public var nextNumber: () -> Int64
  /// Gives a message to another shard, or to all others where none is named; false where that one
  /// is too busy to take it.
  public var forward: (_ message: Value, _ shard: Int?) -> Bool
  /// What other shards have for this one.
  public var inbox: ShardInbox

  /// The links of one shard, used on its event loop only.
  public init(
    inbox: ShardInbox, nextNumber: @escaping () -> Int64,
    forward: @escaping (_ message: Value, _ shard: Int?) -> Bool
  ) {
    self.inbox = inbox
    self.nextNumber = nextNumber
    self.forward = forward
  }
}

/// The messages that other shards have for one, in order. Any thread may write to it.
///
/// What it holds is bounded, so that a shard that is slow makes others return envelopes, and not
/// the process grow. News of who is verified are always taken: connections bound their number.
public final class ShardInbox: Sendable {
  private struct State {
    var messages: [Value] = []
    var bytes = 0
  }

  private static let maximumMessages = 16_384
  private static let maximumBytes = 64 << 20

  private let state = Mutex(State())
  private let hasMail = Atomic<Bool>(false)

  /// An inbox without messages.
  public init() {}

  /// What came of putting a message into an inbox.
  public enum Put: Sendable {
    /// It is the first one since the inbox was emptied, so its shard must be woken.
    case first
    case another
    case full
  }

  /// Puts a message in.
  public func put(_ message: Value) -> Put {
    let bytes = Party.weight(ofForwarded: message)
    return state.withLock { state in
      if let bytes {
        guard state.messages.count < Self.maximumMessages,
          state.bytes + bytes <= Self.maximumBytes
        else { return .full }
        state.bytes += bytes
      }
      state.messages.append(message)
      if state.messages.count > 1 { return .another }
      hasMail.store(true, ordering: .releasing)
      return .first
    }
  }

  /// Takes all that is in. Costs one load where nothing is.
  func take() -> [Value] {
    guard hasMail.load(ordering: .acquiring) else { return [] }
    return state.withLock { state in
      hasMail.store(false, ordering: .relaxed)
      defer { state = State() }
      return state.messages
    }
  }
}

extension PartyHost {
  /// Gives the party's directory what other shards have put into the inbox.
  ///
  /// Called when the shard is woken, and before each frame: whatever the peer can know of other
  /// shards, this one knows then, too.
  public func collect() {
    guard let shards, let directory = party.directory else { return }
    for message in shards.inbox.take() { receive(message, on: directory) }
  }

  func forward(_ message: Value, to shard: Int?) {
    guard let shards, let directory = party.directory else { return }
    if !shards.forward(message, shard) {
      receive(EffectResult.undelivered(message), on: directory)
    }
  }
}
