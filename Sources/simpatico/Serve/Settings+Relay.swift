import SimpaticoRelay

extension Settings {
  /// What they mean for a relay.
  ///
  /// - Parameter messageCharacters: How long messages may be in a relay that runs already: its
  ///   limits must go together with that, too.
  /// - Throws: `Failure` where settings do not go together.
  func relay(messageCharacters running: Int? = nil) throws -> RelayConfiguration {
    var relay = RelayConfiguration()
    func take<Value>(_ value: Value?, into target: inout Value) {
      if let value { target = value }
    }
    take(text(.host), into: &relay.host)
    take(whole(.port), into: &relay.port)
    take(milliseconds(.registrationTimeout), into: &relay.registrationTimeoutMilliseconds)
    take(whole(.retention), into: &relay.retention)
    relay.isLive = isSet(.live)
    take(whole(.maxMessageCharacters), into: &relay.messageCharacters)
    relay.eventLoops = whole(.eventLoops)
    take(whole(.hstsSeconds), into: &relay.hstsSeconds)
    take(text(.adminHost), into: &relay.adminHost)
    take(milliseconds(.unreadySeconds), into: &relay.unreadyMilliseconds)
    take(milliseconds(.drainSeconds), into: &relay.drainMilliseconds)
    take(milliseconds(.shutdownTimeout), into: &relay.shutdownTimeoutMilliseconds)
    take(
      text(.forwardedHeader).flatMap(RelayConfiguration.ForwardedHeader.init),
      into: &relay.forwardedHeader)
    relay.adminPort = whole(.adminPort)
    relay.redirectPort = whole(.redirectPort)
    relay.publicPort = whole(.publicPort)
    relay.allowedOrigins = list(.allowedOrigin).compactMap { PageOrigin($0)?.text }
    relay.trustedProxies = list(.trustedProxy).compactMap { AddressRange($0) }
    relay.limits = try limits(messageCharacters: max(relay.messageCharacters, running ?? 0))
    relay.tls = try tls()
    if relay.redirectPort != nil, relay.tls == nil {
      throw Failure("redirect-port needs tls-certificate and tls-key, or self-signed")
    }
    if relay.isLive, let loops = relay.eventLoops, loops > 1 {
      throw Failure("live shows one tree, so event-loops must be 1 with it, or not be said")
    }
    if relay.drainMilliseconds > relay.shutdownTimeoutMilliseconds {
      throw Failure("drain-seconds must not be more than shutdown-timeout")
    }
    try Self.expectPortsApart(relay)
    return relay
  }

  private func limits(messageCharacters: Int) throws -> RelayLimits {
    var limits = RelayLimits()
    let numbers: [(Setting, WritableKeyPath<RelayLimits, Int>)] = [
      (.maxConnections, \.connections), (.maxConnectionsPerAddress, \.connectionsPerAddress),
      (.connectionsPerSecond, \.connectionsPerSecond),
      (.maxUnregistered, \.unregisteredConnections),
      (.registrationsPerSecond, \.registrationsPerSecond),
      (.maxWaitingRegistrations, \.waitingRegistrations),
      (.messagesPerSecond, \.messagesPerSecond), (.bytesPerSecond, \.bytesPerSecond),
      (.lookUpsPerSecond, \.lookUpsPerSecond), (.maxOutboundBytes, \.outboundBytes),
      (.maxOutboundMessages, \.outboundMessages),
    ]
    for (setting, path) in numbers {
      if let number = whole(setting) { limits[keyPath: path] = number }
    }
    let durations: [(Setting, WritableKeyPath<RelayLimits, Int>)] = [
      (.handshakeTimeout, \.handshakeTimeoutMilliseconds),
      (.httpIdleTimeout, \.idleTimeoutMilliseconds), (.idlePing, \.idlePingMilliseconds),
      (.pongTimeout, \.pongTimeoutMilliseconds),
    ]
    for (setting, path) in durations {
      if let milliseconds = milliseconds(setting) { limits[keyPath: path] = milliseconds }
    }
    // A message of the greatest size must fit into two seconds' worth, and two into what may wait.
    let greatest = 4 * messageCharacters
    if (1..<max(32_768, greatest / 2)).contains(limits.bytesPerSecond) {
      throw Failure(
        "bytes-per-second must be 0, which is no limit, or at least \(max(32_768, greatest / 2))")
    }
    if limits.outboundBytes < 2 * greatest {
      throw Failure("max-outbound-bytes must be at least \(2 * greatest) for messages that long")
    }
    return limits
  }

  private func tls() throws -> RelayConfiguration.TLS? {
    let files = (text(.tlsCertificate), text(.tlsKey))
    switch (files, isSet(.selfSigned)) {
    case ((nil, nil), false): return nil
    case ((nil, nil), true): return .selfSigned
    case ((let certificate?, let key?), false):
      return .files(certificate: certificate, key: key)
    case (_, true): throw Failure("self-signed cannot go with tls-certificate and tls-key")
    case (_, false): throw Failure("tls-certificate and tls-key need each other")
    }
  }
}
