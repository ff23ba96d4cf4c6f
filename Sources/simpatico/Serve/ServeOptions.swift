import ArgumentParser
import Configuration

/// The settings as flags. What is not given is looked for elsewhere, so nothing has a default here.
struct ServeOptions: ParsableArguments {
  @Option(help: "The address to listen on (127.0.0.1).")
  var host: String?

  @Option(help: "The port to listen on; 0 lets the system choose (8080).")
  var port: Int?

  @Option(help: "Seconds that a registration may take (10).")
  var registrationTimeout: Double?

  @Option(help: "Nodes of history that the server's tree keeps (1000).")
  var retention: Int?

  @Option(help: "Threads that serve connections; as many as there are processors.")
  var eventLoops: Int?

  @Flag(help: "Let the lab follow the relay's tree, from this machine and with a token.")
  var live = false

  @Option(help: "The least severe of what is logged (notice).")
  var logLevel: LogLevel?

  @Option(help: "How it is logged (text).")
  var logFormat: LogFormat?

  @OptionGroup(title: "Encryption")
  var encryption: EncryptionOptions

  @OptionGroup(title: "Operation")
  var operation: OperationOptions

  @OptionGroup(title: "Limits; a rate of 0 is none")
  var limits: LimitOptions

  /// What was given.
  var flags: [Setting: ConfigContent] {
    var flags: [Setting: ConfigContent?] = [
      .host: host.map { .string($0) }, .port: port.map { .int($0) },
      .registrationTimeout: registrationTimeout.map { .double($0) },
      .retention: retention.map { .int($0) }, .live: live ? .bool(true) : nil,
      .eventLoops: eventLoops.map { .int($0) },
      .logLevel: logLevel.map { .string($0.rawValue) },
      .logFormat: logFormat.map { .string($0.rawValue) },
    ]
    for more in [encryption.flags, operation.flags, limits.flags] {
      flags.merge(more) { first, _ in first }
    }
    return flags.compactMapValues { $0 }
  }
}

struct EncryptionOptions: ParsableArguments {
  @Option(help: "A PEM file with the certificate and its chain; speaks https: and wss:.")
  var tlsCertificate: String?

  @Option(help: "A PEM file with the certificate's private key.")
  var tlsKey: String?

  @Flag(help: "Make a certificate for trying out, which nobody trusts.")
  var selfSigned = false

  @Option(help: "A port whose every answer sends to https: (none).")
  var redirectPort: Int?

  @Option(help: "The port that redirect-port sends to, as clients see it (port).")
  var publicPort: Int?

  @Option(help: "Seconds for which browsers insist on https: (31536000); 0 does not ask them to.")
  var hstsSeconds: Int?

  var flags: [Setting: ConfigContent?] {
    [
      .tlsCertificate: tlsCertificate.map { .string($0) }, .tlsKey: tlsKey.map { .string($0) },
      .selfSigned: selfSigned ? .bool(true) : nil,
      .redirectPort: redirectPort.map { .int($0) }, .publicPort: publicPort.map { .int($0) },
      .hstsSeconds: hstsSeconds.map { .int($0) },
    ]
  }
}

struct OperationOptions: ParsableArguments {
  @Option(help: "The port of /metrics, /livez and /readyz (none).")
  var adminPort: Int?

  @Option(help: "The address of that port (127.0.0.1).")
  var adminHost: String?

  @Option(
    help: "Another page that may open a WebSocket, as https://example.org; * is all; repeatable.")
  var allowedOrigin: [String] = []

  @Option(help: "A proxy whose word on a client's address is taken, as 192.0.2.0/24; repeatable.")
  var trustedProxy: [String] = []

  @Option(help: "The header with that word: x-forwarded-for or forwarded (x-forwarded-for).")
  var forwardedHeader: String?

  @Option(help: "Seconds from SIGTERM to the end of listening, with /readyz failing (0).")
  var unreadySeconds: Double?

  @Option(help: "Seconds over which clients are then told to come back, at most (5).")
  var drainSeconds: Double?

  @Option(help: "Seconds after which it then ends, whoever is connected (20).")
  var shutdownTimeout: Double?

  var flags: [Setting: ConfigContent?] {
    [
      .adminPort: adminPort.map { .int($0) }, .adminHost: adminHost.map { .string($0) },
      .allowedOrigin: allowedOrigin.isEmpty ? nil : .stringArray(allowedOrigin),
      .trustedProxy: trustedProxy.isEmpty ? nil : .stringArray(trustedProxy),
      .forwardedHeader: forwardedHeader.map { .string($0) },
      .unreadySeconds: unreadySeconds.map { .double($0) },
      .drainSeconds: drainSeconds.map { .double($0) },
      .shutdownTimeout: shutdownTimeout.map { .double($0) },
    ]
  }
}

struct LimitOptions: ParsableArguments {
  @Option(help: "Connections in all (10000).")
  var maxConnections: Int?

  @Option(help: "Connections from one address (1000).")
  var maxConnectionsPerAddress: Int?

  @Option(help: "Connections that come in a second (1000).")
  var connectionsPerSecond: Int?

  @Option(help: "WebSockets that have not registered (2000).")
  var maxUnregistered: Int?

  @Option(help: "Registrations that are begun in a second (500).")
  var registrationsPerSecond: Int?

  @Option(help: "Registrations that wait for a thread (1000).")
  var maxWaitingRegistrations: Int?

  @Option(help: "Messages in a second from one key (200).")
  var messagesPerSecond: Int?

  @Option(help: "Bytes in a second from one key (524288).")
  var bytesPerSecond: Int?

  @Option(help: "Look-ups of keys in a second from one key (10).")
  var lookUpsPerSecond: Int?

  @Option(help: "Bytes that may wait for a connection that reads slowly (1048576).")
  var maxOutboundBytes: Int?

  @Option(help: "Messages that may wait for a connection that reads slowly (16384).")
  var maxOutboundMessages: Int?

  @Option(help: "UTF-16 code units of one message (4096).")
  var maxMessageCharacters: Int?

  @Option(help: "Seconds of silence after which a connection is sent a ping (30); 0 sends none.")
  var idlePing: Double?

  @Option(help: "Seconds in which a ping must be answered (20).")
  var pongTimeout: Double?

  @Option(help: "Seconds for TLS and the head of the first request (10).")
  var handshakeTimeout: Double?

  @Option(help: "Seconds between two requests for pages on one connection (60).")
  var httpIdleTimeout: Double?

  var flags: [Setting: ConfigContent?] {
    [
      .maxConnections: maxConnections.map { .int($0) },
      .maxConnectionsPerAddress: maxConnectionsPerAddress.map { .int($0) },
      .connectionsPerSecond: connectionsPerSecond.map { .int($0) },
      .maxUnregistered: maxUnregistered.map { .int($0) },
      .registrationsPerSecond: registrationsPerSecond.map { .int($0) },
      .maxWaitingRegistrations: maxWaitingRegistrations.map { .int($0) },
      .messagesPerSecond: messagesPerSecond.map { .int($0) },
      .bytesPerSecond: bytesPerSecond.map { .int($0) },
      .lookUpsPerSecond: lookUpsPerSecond.map { .int($0) },
      .maxOutboundBytes: maxOutboundBytes.map { .int($0) },
      .maxOutboundMessages: maxOutboundMessages.map { .int($0) },
      .maxMessageCharacters: maxMessageCharacters.map { .int($0) },
      .idlePing: idlePing.map { .double($0) }, .pongTimeout: pongTimeout.map { .double($0) },
      .handshakeTimeout: handshakeTimeout.map { .double($0) },
      .httpIdleTimeout: httpIdleTimeout.map { .double($0) },
    ]
  }
}
