import Synchronization

/// Who is connected, in numbers: in all, by address, and how many have not registered.
///
/// Addresses are keys in memory while they are connected, and are written nowhere. It may be used
/// from any thread.
final class ConnectionLedger: Sendable {
  /// So many connections beyond the limit are held long enough to be told why; any more are closed
  /// at once.
  static let refusalAllowance = 64

  enum Entry: Equatable {
    case admitted
    /// Counted, but to be answered with that limit and closed.
    case refused(RelayLimit)
    /// Not counted; to be closed without a word.
    case dropped(RelayLimit)
  }

  struct Counts: Equatable {
    var connections = 0
    var unregistered = 0
    var addresses: [AddressBits: Int] = [:]
  }

  private let shares: FileShares
  private let state = Mutex(Counts())

  /// - Parameter shares: What there are files for, which no limit can exceed.
  init(_ shares: FileShares = .unlimited) { self.shares = shares }

  /// The numbers now. Linear in the number of addresses.
  var counts: Counts { state.withLock { $0 } }

  /// Counts a connection that was accepted. The limit is that of files where this is the lower one.
  func enter(_ limits: RelayLimits) -> Entry {
    state.withLock { state in
      let served = min(limits.connections, shares.served)
      if state.connections >= min(served + Self.refusalAllowance, shares.held) {
        return .dropped(.connections)
      }
      state.connections += 1
      return state.connections > served ? .refused(.connections) : .admitted
    }
  }

  /// Counts a connection for its address; it may then be one too many, but is counted all the same.
  func enter(from address: AddressBits, _ limits: RelayLimits) -> Entry {
    state.withLock { state in
      let count = state.addresses[address, default: 0]
      if count >= limits.connectionsPerAddress + Self.refusalAllowance {
        return .dropped(.connectionsPerAddress)
      }
      state.addresses[address] = count + 1
      return count >= limits.connectionsPerAddress ? .refused(.connectionsPerAddress) : .admitted
    }
  }

  /// Counts a WebSocket that has proved nothing yet, unless there are too many.
  func enterUnregistered(_ limits: RelayLimits) -> Bool {
    state.withLock { state in
      if state.unregistered >= limits.unregisteredConnections { return false }
      state.unregistered += 1
      return true
    }
  }

  func leave() { state.withLock { $0.connections -= 1 } }

  func leaveUnregistered() { state.withLock { $0.unregistered -= 1 } }

  func leave(from address: AddressBits) {
    state.withLock { state in
      let count = state.addresses[address, default: 0] - 1
      state.addresses[address] = count > 0 ? count : nil
    }
  }
}
