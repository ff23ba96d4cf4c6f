/// Which web pages may open a WebSocket at a server (RFC 6455, 4.2.2 and 10.2).
///
/// A browser says in `Origin` which site a page is from, and lets any page connect anywhere; where
/// the server does not look, every page on the web speaks to it with the network, and perhaps the
/// login, of whoever reads that page. Programs that are no browsers send no `Origin` or whatever
/// they like: this protects the users of browsers and keeps no program out.
public struct WebSocketOrigins: Sendable {
  private let judge: @Sendable (_ origin: String?, _ host: String) -> Bool

  /// Judges by a rule of the owner's, which is called on the event loop of each connection with
  /// the values of `Origin`, nil without one, and `Host`.
  public init(_ judge: @escaping @Sendable (_ origin: String?, _ host: String) -> Bool) {
    self.judge = judge
  }

  /// Whether a request with this `Origin`, nil without one, and `Host` may be upgraded.
  public func allow(_ origin: String?, host: String) -> Bool {
    judge(origin, host)
  }

  /// Pages of the host itself, and programs that name no origin. The default.
  ///
  /// Host and port must be the same; the scheme is not compared, because a server behind a proxy
  /// does not know its own. Such a proxy must pass `Host` on as it came.
  public static let sameHost = Self.sameHost(or: [])

  /// Pages of the host itself and of these origins, for example `https://app.example`, and
  /// programs that name no origin.
  ///
  /// - Parameter scheme: `https` where the server speaks TLS itself, so that a page that came
  ///   without is none of its own; nil where that is not known.
  public static func sameHost(or origins: [String], scheme: String? = nil) -> Self {
    let listed = listed(origins)
    return Self { origin, host in
      listed.allow(origin, host: host)
        || origin.map { isOrigin($0, of: host, scheme: scheme) } == true
    }
  }

  /// Pages of these origins only, for example `https://app.example`, and programs that name no
  /// origin.
  public static func listed(_ origins: [String]) -> Self {
    let origins = Set(origins.map { $0.lowercased() })
    return Self { origin, _ in
      origin.map { origins.contains($0.lowercased()) } ?? true
    }
  }

  /// Every page on the web, and every program.
  public static let any = Self { _, _ in true }

  private static func isOrigin(_ origin: String, of host: String, scheme: String?) -> Bool {
    let origin = origin.lowercased()
    guard let separator = origin.firstRange(of: "://") else { return false }
    if let scheme, origin[..<separator.lowerBound] != scheme { return false }
    let defaultPort =
      switch origin[..<separator.lowerBound] {
      case "http": ":80"
      case "https": ":443"
      default: ""
      }
    func bare(_ authority: some StringProtocol) -> Substring {
      let authority = Substring(authority)
      let hasDefault = !defaultPort.isEmpty && authority.hasSuffix(defaultPort)
      return hasDefault ? authority.dropLast(defaultPort.count) : authority
    }
    return bare(origin[separator.upperBound...]) == bare(host.lowercased())
  }
}
