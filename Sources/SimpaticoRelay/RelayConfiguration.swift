/// How a relay runs. The defaults need no configuration.
public struct RelayConfiguration: Sendable {
  /// The address to listen on; loopback unless said otherwise.
  public var host: String
  /// The port to listen on; 0 lets the system choose one.
  public var port: Int
  /// How long a registration may take.
  public var registrationTimeoutMilliseconds: Int
  /// Nodes of history that the server's tree keeps.
  public var retention: Int

  public init(
    host: String = "127.0.0.1", port: Int = 8080, registrationTimeoutMilliseconds: Int = 10_000,
    retention: Int = 10_000
  ) {
    self.host = host
    self.port = port
    self.registrationTimeoutMilliseconds = registrationTimeoutMilliseconds
    self.retention = retention
  }
}
