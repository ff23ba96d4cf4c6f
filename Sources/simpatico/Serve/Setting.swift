import Configuration
import SimpaticoRelay

/// Everything that `simpatico serve` can be told. One name in three spellings: `--max-connections`
/// as a flag, `SIMPATICO_MAX_CONNECTIONS` in the environment, `"max-connections"` in a file.
enum Setting: String, CaseIterable {
  case host, port
  case registrationTimeout = "registration-timeout"
  case retention, live
  case eventLoops = "event-loops"
  case logLevel = "log-level"
  case logFormat = "log-format"
  case tlsCertificate = "tls-certificate"
  case tlsKey = "tls-key"
  case selfSigned = "self-signed"
  case redirectPort = "redirect-port"
  case publicPort = "public-port"
  case hstsSeconds = "hsts-seconds"
  case adminHost = "admin-host"
  case adminPort = "admin-port"
  case allowedOrigin = "allowed-origin"
  case trustedProxy = "trusted-proxy"
  case forwardedHeader = "forwarded-header"
  case maxConnections = "max-connections"
  case maxConnectionsPerAddress = "max-connections-per-address"
  case connectionsPerSecond = "connections-per-second"
  case maxUnregistered = "max-unregistered"
  case registrationsPerSecond = "registrations-per-second"
  case maxWaitingRegistrations = "max-waiting-registrations"
  case messagesPerSecond = "messages-per-second"
  case bytesPerSecond = "bytes-per-second"
  case lookUpsPerSecond = "look-ups-per-second"
  case maxMessageCharacters = "max-message-characters"
  case maxOutboundBytes = "max-outbound-bytes"
  case maxOutboundMessages = "max-outbound-messages"
  case idlePing = "idle-ping"
  case pongTimeout = "pong-timeout"
  case handshakeTimeout = "handshake-timeout"
  case httpIdleTimeout = "http-idle-timeout"
  case unreadySeconds = "unready-seconds"
  case drainSeconds = "drain-seconds"
  case shutdownTimeout = "shutdown-timeout"

  /// What a value must be.
  enum Kind {
    case text
    case flag
    case origins
    case ranges
    case choice([String])
    case whole(ClosedRange<Int>)
    case seconds(ClosedRange<Double>)
  }

  var kind: Kind {
    switch self {
    case .host, .adminHost, .tlsCertificate, .tlsKey: .text
    case .selfSigned, .live: .flag
    case .allowedOrigin: .origins
    case .trustedProxy: .ranges
    case .logLevel: .choice(LogLevel.allCases.map(\.rawValue))
    case .logFormat: .choice(LogFormat.allCases.map(\.rawValue))
    case .forwardedHeader: .choice(["x-forwarded-for", "forwarded"])
    case .port, .redirectPort, .adminPort: .whole(0...65_535)
    case .publicPort: .whole(1...65_535)
    case .retention: .whole(100...100_000_000)
    case .eventLoops: .whole(1...1024)
    case .hstsSeconds: .whole(0...63_072_000)
    case .maxConnections, .maxConnectionsPerAddress, .maxUnregistered, .maxWaitingRegistrations:
      .whole(1...10_000_000)
    case .connectionsPerSecond, .registrationsPerSecond, .messagesPerSecond, .lookUpsPerSecond,
      .bytesPerSecond:
      .whole(0...1_000_000_000)
    case .maxOutboundBytes: .whole(128 << 10...1 << 30)
    case .maxMessageCharacters: .whole(4096...1 << 20)
    case .maxOutboundMessages: .whole(16...10_000_000)
    case .registrationTimeout, .handshakeTimeout, .httpIdleTimeout, .pongTimeout:
      .seconds(0.1...3600)
    case .idlePing, .unreadySeconds, .drainSeconds, .shutdownTimeout: .seconds(0...3600)
    }
  }

  /// What a value must be, in words.
  var demand: String {
    switch kind {
    case .text: "a text that is not empty"
    case .flag: "true or false"
    case .origins: "a list, each \(PageOrigin.demand)"
    case .ranges: "a list, each an address or a range as 192.0.2.0/24"
    case .choice(let names): "one of \(names.joined(separator: ", "))"
    case .whole(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .seconds(let range):
      "a number of seconds from \(range.lowerBound) to \(range.upperBound), to the millisecond"
    }
  }

  /// Whether a value is what it must be.
  func accepts(_ content: ConfigContent) -> Bool {
    switch (kind, content) {
    case (.text, .string(let text)): !text.isEmpty
    case (.flag, .bool): true
    case (.origins, .stringArray(let texts)): texts.allSatisfy { PageOrigin($0) != nil }
    case (.ranges, .stringArray(let texts)): texts.allSatisfy { AddressRange($0) != nil }
    case (.choice(let names), .string(let text)): names.contains(text)
    case (.whole(let range), .int(let number)): range.contains(number)
    case (.seconds(let range), .double(let number)):
      // So little that it would become nothing is not what anybody means by it.
      range.contains(number) && (number == 0 || Self.milliseconds(number) > 0)
    default: false
    }
  }

  /// Whole milliseconds, to the nearest.
  static func milliseconds(_ seconds: Double) -> Int { Int((seconds * 1000).rounded()) }

  /// How a provider is to read it.
  var type: ConfigType {
    switch kind {
    case .text, .choice: .string
    case .flag: .bool
    case .origins, .ranges: .stringArray
    case .whole: .int
    case .seconds: .double
    }
  }

  /// Whether a change holds as soon as the configuration is read again.
  var holdsAtOnce: Bool {
    switch self {
    case .logLevel, .registrationTimeout, .maxConnections, .maxConnectionsPerAddress,
      .connectionsPerSecond, .maxUnregistered, .registrationsPerSecond, .maxWaitingRegistrations,
      .messagesPerSecond, .bytesPerSecond, .lookUpsPerSecond, .maxOutboundBytes,
      .maxOutboundMessages, .idlePing, .pongTimeout, .handshakeTimeout, .httpIdleTimeout:
      true
    case .host, .port, .retention, .live, .eventLoops, .logFormat, .tlsCertificate, .tlsKey,
      .selfSigned, .redirectPort, .publicPort, .hstsSeconds, .adminHost, .adminPort,
      .allowedOrigin, .trustedProxy, .forwardedHeader, .maxMessageCharacters, .unreadySeconds,
      .drainSeconds, .shutdownTimeout:
      false
    }
  }

  /// Under this key the environment spells it with the prefix, `SIMPATICO_`.
  var environmentKey: AbsoluteConfigKey { AbsoluteConfigKey(["simpatico", rawValue]) }
  var key: AbsoluteConfigKey { AbsoluteConfigKey([rawValue]) }

  /// Its name in the environment.
  var environmentName: String {
    "SIMPATICO_" + rawValue.uppercased().map { $0 == "-" ? "_" : String($0) }.joined()
  }

  /// Other names there: both files are given by their path, as secrets are.
  var environmentAliases: [String] {
    self == .tlsKey || self == .tlsCertificate ? [environmentName + "_FILE"] : []
  }
}
