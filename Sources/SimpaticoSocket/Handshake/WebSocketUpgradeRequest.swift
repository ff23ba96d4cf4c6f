import NIOCore
import NIOHTTP1

/// Judges the head of an HTTP request: is it for the WebSocket's path, and may it be upgraded
/// (RFC 6455, 4.2.1)?
package struct WebSocketUpgradeRequest {
  enum Verdict: Equatable {
    /// The request is for another path.
    case plainHTTP
    case accept
    case refuse(WebSocketUpgradeRefusal)

    var use: WebSocketRequestUse {
      switch self {
      case .plainHTTP: .plainHTTP
      case .accept: .webSocket
      case .refuse: .nothing
      }
    }
  }

  /// The path that speaks WebSocket; nil for every path.
  let path: String?
  /// The pages that may connect.
  let origins: WebSocketOrigins

  func verdict(on head: HTTPRequestHead) -> Verdict {
    if let path, Self.path(of: head.uri) != path[...] { return .plainHTTP }
    guard let refusal = refusal(of: head) else { return .accept }
    return .refuse(refusal)
  }

  private func refusal(of head: HTTPRequestHead) -> WebSocketUpgradeRefusal? {
    let headers = head.headers
    guard head.method == .GET else { return .wrongMethod }
    guard head.version == .http1_1 else { return .badRequest("HTTP/1.1 is needed.\n") }
    guard let host = head.host else { return .badHost }
    guard Self.list("Upgrade", in: headers, contains: "websocket") else {
      return .upgradeRequired
    }
    guard Self.list("Connection", in: headers, contains: "upgrade") else {
      return .badRequest("Connection must contain upgrade.\n")
    }
    guard Self.only("Sec-WebSocket-Version", in: headers) == "13" else {
      return .unsupportedVersion
    }
    guard let key = Self.only("Sec-WebSocket-Key", in: headers), Self.isKey(key) else {
      return .badRequest("Sec-WebSocket-Key must be 16 bytes in Base64.\n")
    }
    guard !headers.contains(name: "Transfer-Encoding"),
      headers["Content-Length"].allSatisfy({ $0 == "0" })
    else {
      return .badRequest("The request must have no body.\n")
    }
    // Old drafts and browsers agree on one Origin; two would let a proxy and this server differ.
    let origins = headers["Origin"]
    guard origins.count <= 1 else { return .badRequest("At most one Origin is allowed.\n") }
    return self.origins.allow(origins.first, host: "\(host)") ? nil : .forbiddenOrigin
  }

  /// The path in a request target, which may be in absolute form (RFC 9112, 3.2.2).
  static func path(of target: String) -> Substring {
    pathAndQuery(of: target).prefix { $0 != "?" && $0 != "#" }
  }

  /// The target without its scheme and its host, where it has them.
  package static func pathAndQuery(of target: String) -> Substring {
    guard let authority = authority(of: target) else { return target[...] }
    return target[authority.endIndex...]
  }

  /// The host and the port in a target of absolute form; nil in one of another form.
  static func authority(of target: String) -> Substring? {
    let start = target.prefix(8).lowercased()
    guard let scheme = ["http://", "https://"].first(where: start.hasPrefix) else { return nil }
    return target.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
  }

  /// The value of a header that occurs exactly once.
  static func only(_ name: String, in headers: HTTPHeaders) -> String? {
    let values = headers[name]
    return values.count == 1 ? values[0] : nil
  }

  /// Whether a comma-separated header contains a token, in any case.
  static func list(_ name: String, in headers: HTTPHeaders, contains token: String) -> Bool {
    headers[canonicalForm: name].contains { $0.lowercased() == token }
  }

  /// Whether this is the Base64 form of 16 bytes: 22 characters that hold them and two of padding.
  static func isKey(_ key: String) -> Bool {
    let bytes = Array(key.utf8)
    guard bytes.count == 24, bytes[22...].allSatisfy({ $0 == UInt8(ascii: "=") }) else {
      return false
    }
    return bytes[..<22].allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"):
        true
      default:
        false
      }
    }
  }
}
