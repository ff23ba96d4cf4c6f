import SimpaticoRelay

/// What each setting for itself may be, and all of them together should not.
extension Settings {
  /// Sees that no port is asked for twice. Port 0 is another each time.
  ///
  /// - Throws: `Failure`, which names both settings.
  static func expectPortsApart(_ relay: RelayConfiguration) throws {
    let ports: [(setting: Setting, host: String, port: Int?)] = [
      (.port, relay.host, relay.port), (.redirectPort, relay.host, relay.redirectPort),
      (.adminPort, relay.adminHost, relay.adminPort),
    ]
    for (index, first) in ports.enumerated() where first.port != 0 && first.port != nil {
      for second in ports[(index + 1)...] where second.port == first.port {
        guard mayMeet(first.host, second.host) else { continue }
        let names = "\(first.setting.rawValue) and \(second.setting.rawValue)"
        throw Failure("\(names) cannot both be \(second.port ?? 0)")
      }
    }
  }

  /// Whether two addresses to listen on have one in common, as far as their spelling tells.
  private static func mayMeet(_ first: String, _ second: String) -> Bool {
    func isAll(_ host: String, with other: String) -> Bool {
      // All of IPv6 takes IPv4 with it.
      host == "::" || host == "0.0.0.0" && !other.contains(":")
    }
    return first == second || isAll(first, with: second) || isAll(second, with: first)
  }

  /// What was given and does nothing, one sentence each: unknown variables first.
  func warnings(_ relay: RelayConfiguration) -> [String] {
    var idle: [(setting: Setting, reason: String)] = []
    if relay.tls == nil {
      idle.append((.hstsSeconds, "without tls-certificate"))
    } else if relay.tls == .selfSigned {
      idle.append((.hstsSeconds, "with self-signed"))
    }
    if relay.redirectPort == nil { idle.append((.publicPort, "without redirect-port")) }
    if relay.adminPort == nil { idle.append((.adminHost, "without admin-port")) }
    if relay.trustedProxies.isEmpty { idle.append((.forwardedHeader, "without trusted-proxy")) }
    if relay.limits.idlePingMilliseconds == 0 {
      idle.append((.pongTimeout, "while idle-ping is 0"))
    }
    return unknown
      + idle.compactMap { setting, reason in
        found[setting].map { "\($0.source) does nothing \(reason)" }
      }
  }
}
