import SimpaticoSocket

/// How a relay runs. The defaults need no configuration.
public struct RelayConfiguration: Sendable, Equatable {
  /// Where a certificate and its key come from.
  public enum TLS: Sendable, Equatable {
    /// PEM files, which are read again when they change.
    case files(certificate: String, key: String)
    /// A certificate made at the start, for trying out. Nobody trusts it.
    case selfSigned
  }

  /// What a proxy puts a client's address into.
  public enum ForwardedHeader: String, Sendable, CaseIterable {
    case xForwardedFor = "x-forwarded-for"
    /// RFC 7239.
    case forwarded
  }

  /// The address to listen on; loopback unless said otherwise.
  public var host: String
  /// The port to listen on; 0 lets the system choose one.
  public var port: Int
  /// How long a registration may take.
  public var registrationTimeoutMilliseconds: Int
  /// Nodes of history that the server's trees keep, all together.
  public var retention: Int
  /// Whether the lab may follow the tree, from this machine and with a token. Then the relay has
  /// one event loop, so that there is one tree.
  public var isLive = false
  /// The most UTF-16 code units of one message.
  public var messageCharacters = 4096
  /// Threads that serve connections, each with a shard of the server; nil takes as many as there
  /// are processors.
  public var eventLoops: Int?
  /// How much it takes on.
  public var limits = RelayLimits()

  /// Encryption; nil speaks plain HTTP.
  public var tls: TLS?
  /// A port whose every answer sends to `publicPort` with `https:`; nil opens none.
  public var redirectPort: Int?
  /// What clients know `port` by, where something between maps ports; nil says it is the same.
  public var publicPort: Int?
  /// How long browsers shall insist on `https:` (RFC 6797); 0 says nothing.
  public var hstsSeconds = 31_536_000

  /// Who is told when it listens and when it leaves.
  public var serviceManager: ServiceManager?

  /// Where metrics and health are served; nil serves none.
  public var adminPort: Int?
  /// The address that those are served on.
  public var adminHost = "127.0.0.1"

  /// The pages, besides the relay's own, that may open a WebSocket, as `https://example.org`; `*`
  /// allows all. Programs that are no browsers always may.
  public var allowedOrigins: [String] = []

  /// Proxies whose word on a client's address is taken.
  public var trustedProxies: [AddressRange] = []
  /// In which header they give it.
  public var forwardedHeader = ForwardedHeader.xForwardedFor

  /// How long it says that it is not ready before it stops to listen.
  public var unreadyMilliseconds = 0
  /// Over how long the connections are told to come back, at most.
  public var drainMilliseconds = 5_000
  /// After how long it ends, whoever is still connected.
  public var shutdownTimeoutMilliseconds = 20_000

  public init(
    host: String = "127.0.0.1", port: Int = 8080, registrationTimeoutMilliseconds: Int = 10_000,
    retention: Int = 1_000
  ) {
    self.host = host
    self.port = port
    self.registrationTimeoutMilliseconds = registrationTimeoutMilliseconds
    self.retention = retention
  }

  /// The rule for `Origin` that the list amounts to.
  var webSocketOrigins: WebSocketOrigins {
    allowedOrigins.contains("*")
      ? .any : .sameHost(or: allowedOrigins, scheme: tls == nil ? nil : "https")
  }
}
