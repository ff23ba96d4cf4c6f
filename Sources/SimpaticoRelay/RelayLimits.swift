/// How much a relay takes on. A rate of 0 is no limit; what is allowed at once is two seconds'
/// worth of a rate.
public struct RelayLimits: Sendable, Equatable {
  /// Connections of all kinds, those included that fetch a page.
  public var connections: Int
  /// Connections from one address; of IPv6 the first 64 bits count, which one customer has.
  public var connectionsPerAddress: Int
  /// Connections that come in a second, of all listeners together. Each costs a handshake of TLS,
  /// where there is TLS, on an event loop.
  public var connectionsPerSecond: Int
  /// WebSockets that have not proved a key yet.
  public var unregisteredConnections: Int
  /// Proofs of keys that are checked in a second, of all connections together.
  public var registrationsPerSecond: Int
  /// Proofs that may wait for a thread.
  public var waitingRegistrations: Int
  /// Messages in a second from one key, on whichever connections.
  public var messagesPerSecond: Int
  /// Bytes of messages in a second from one key.
  public var bytesPerSecond: Int
  /// Look-ups of a public key in a second from one key.
  public var lookUpsPerSecond: Int
  /// Bytes that may wait for one connection to read them, before it is cut.
  public var outboundBytes: Int
  /// Messages that may wait for one connection to read them, before it is cut.
  public var outboundMessages: Int
  /// How long a WebSocket may be silent before it is sent a ping, which may come up to a
  /// quarter later; 0 sends none.
  public var idlePingMilliseconds: Int
  /// How long it may then stay silent before it is cut.
  public var pongTimeoutMilliseconds: Int
  /// How long TLS, and the head of the first request, may take together.
  public var handshakeTimeoutMilliseconds: Int
  /// How long a connection that fetches pages may wait between two requests.
  public var idleTimeoutMilliseconds: Int

  /// Limits that suit a small machine. All may be changed while the relay runs; those of one
  /// connection then hold for new connections.
  public init() {
    connections = 10_000
    connectionsPerAddress = 1_000
    connectionsPerSecond = 1_000
    unregisteredConnections = 2_000
    registrationsPerSecond = 500
    waitingRegistrations = 1_000
    messagesPerSecond = 200
    bytesPerSecond = 512 << 10
    lookUpsPerSecond = 10
    outboundBytes = 1 << 20
    outboundMessages = 16_384
    idlePingMilliseconds = 30_000
    pongTimeoutMilliseconds = 20_000
    handshakeTimeoutMilliseconds = 10_000
    idleTimeoutMilliseconds = 60_000
  }
}

/// A limit that somebody has reached: what is answered, and what is counted.
enum RelayLimit: String, CaseIterable, Sendable {
  case connections
  case connectionsPerAddress = "connections_per_address"
  case connectionsPerSecond = "connections_per_second"
  case unregisteredConnections = "unregistered_connections"
  case registrations
  case messages
  case bytes
  case lookUps = "look_ups"
  case handshake

  /// Which limit it was, for the person at the other end. At most 123 bytes, as a close frame
  /// carries no more.
  var text: String {
    switch self {
    case .connections: "this relay has as many connections as it takes; try again later"
    case .connectionsPerAddress: "too many connections from one address"
    case .connectionsPerSecond: "too many new connections at once; try again later"
    case .unregisteredConnections: "too many connections that have not registered; try again later"
    case .registrations: "too many registrations at once; try again later"
    case .messages: "too many messages in a second"
    case .bytes: "too many bytes in a second"
    case .lookUps: "too many look-ups in a second"
    case .handshake: "the request did not come in time"
    }
  }

  /// The status of the answer before a connection is a WebSocket (RFC 9110 section 15.6.4, RFC
  /// 6585 section 4).
  var statusCode: Int {
    switch self {
    case .connectionsPerAddress: 429
    case .handshake: 408
    default: 503
    }
  }

  /// The code of the close frame afterwards, from the range that is the application's own (RFC 6455
  /// section 7.4.2); nil for what is reached before there is a WebSocket only.
  var closeCode: Int? {
    switch self {
    case .connections, .connectionsPerAddress, .connectionsPerSecond, .unregisteredConnections,
      .handshake:
      nil
    case .registrations: 4011
    case .messages: 4012
    case .bytes: 4013
    case .lookUps: 4014
    }
  }
}
