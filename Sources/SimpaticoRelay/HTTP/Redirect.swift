import NIOHTTP1
import SimpaticoSocket

/// Sends whoever comes by `http:` to the same address by `https:`.
enum Redirect {
  /// The answer to any request: 308, which keeps its method and its body (RFC 9110 section 15.4.9),
  /// or 400 where it names no host that is one.
  ///
  /// - Parameter port: where `https:` is.
  static func answer(to head: HTTPRequestHead, port: Int) -> WebSocketUpgradeRefusal {
    guard let location = location(head, port: port) else {
      return WebSocketUpgradeRefusal(
        statusCode: 400, text: "One Host is needed, a name or an address, and a path.\n")
    }
    return WebSocketUpgradeRefusal(
      statusCode: 308, text: "It is at \(location)\n", headers: ["Location": location])
  }

  static func location(_ head: HTTPRequestHead, port: Int) -> String? {
    guard let host = head.host else { return nil }
    let target = WebSocketUpgradeRequest.pathAndQuery(of: head.uri)
    // One of absolute form may have no path (RFC 9110 section 4.2.3).
    let isRoot = target.isEmpty && !head.uri.isEmpty
    guard isRoot || target.hasPrefix("/") else { return nil }
    return "https://\(host.name)" + (port == 443 ? "" : ":\(port)") + (isRoot ? "/" : target)
  }
}
